"""The weather: which faults may strike, and on which requests."""

from random import Random

ANY = ("429", "429=2", "500", "502", "503=1", "503", "504", "html", "html-200", "reset", "refused", "hang", "cut")
ANY += ("broken-json", "redirect", "401", "403", "delay=2", "delay=90")
LOST = ("500-after", "html-after", "reset-after", "hang-after", "no-body", "cut", "broken-json")
PAGES = ("no-total-items", "no-total-pages", "no-totals", "items-only", "bare-list")
SHAPES = ("ids-as-numbers", "custom-fields")
NAMELESS = ("odd-null", "odd-text", "odd-list", "odd-no-id")
"""Records that do not say whose they are: an incremental pull can't ask for them again, the next full one will."""
ODD = (*NAMELESS, *("odd-name-missing",) * 2, "odd-name-missing=0.5", "odd-name-missing=0.9")
REFUSALS = ("400", "409", "404")


def drawn(chance: Random) -> list[str]:
    return [rule for _ in range(chance.choice((1, 1, 2, 3))) for rule in _rules(chance)]


def cut_creation(chance: Random) -> list[str]:
    """The answer to the next POST is lost, and perhaps nobody can look for what became of it either."""
    outage = [f"500@GET,#{number}" for number in range(2, 9)] if chance.random() < 0.7 else []
    return [f"{chance.choice(LOST)}@POST,x1", *outage]


def _rules(chance: Random) -> list[str]:
    kind = chance.choice(
        ("any", "any", "lost", "lost", "outage", "outage", "pages", "shapes", "partial", "odd", "odd", "refused")
    )
    often = chance.choice(("0.1", "0.4", "x1", "x1", "x3", "#1", "#2", "#3"))
    match kind:
        case "any":
            return [f"{chance.choice(ANY)}@{chance.choice(('GET', 'PATCH', 'POST', '0.99'))},{often}"]
        case "lost":
            return [f"{chance.choice(LOST)}@{chance.choice(('PATCH', 'POST', 'GET'))},{often}"]
        case "outage":
            # From one request on, for longer than anybody repeats it.
            first = chance.randint(1, 5)
            return [f"500@GET,#{number}" for number in range(first, first + 5)]
        case "pages":
            return [f"{chance.choice(PAGES)}@GET,{often}"]
        case "shapes":
            return [f"{chance.choice(SHAPES)}@GET,{often}"]
        case "partial":
            # Of single clients only: a list without extra fields would tell lies of new ones.
            return [f"no-extra-fields@GET,/api/v2/clients/*,{chance.choice((often, '0.9'))}"]
        case "odd":
            return [f"{chance.choice(ODD)}@GET,{chance.choice((often, '0.9'))}"]
    return [f"{chance.choice(REFUSALS)}@{chance.choice(('PATCH', 'POST', 'GET'))},{often}"]
