"""How people type: the same phone, VAT number or name in the forms that real clients hold."""

from random import Random

from robaws.simulator.countries import Country

NOTHING = ("", "", "-", "n/a", "geen", "0", "?", "/", "idem")
ROLES = {
    "POV": 1395,
    None: 1302,
    "RORO": 672,
    "FORWARDER": 491,
    "CONSIGNEE": 44,
    "INTERMEDIATE": 35,
    "CAR DEALER": 31,
    "TRANSPORT COMPANY": 9,
    "BROKER": 6,
    "LUXURY CAR DEALER": 6,
    "OEM": 5,
    "T-T TRANSPORT": 5,
    "FCL": 4,
    "RENTAL": 4,
    "SHIPPING LINE": 2,
    "T-T CUSTOMER": 2,
    "BLACKLISTED": 1,
    "T-T DEALERS": 1,
    "T-T MINING": 1,
    "T-T TANKS": 1,
}


def digits(chance: Random, n: int) -> str:
    return f"{chance.randrange(10**n):0{n}d}"


def typed_phone(chance: Random, country: Country, national: str) -> str:
    """`national` holds digits only, with the trunk prefix."""
    bare = national.removeprefix(country.trunk)
    head, tail = national[:4], national[4:]
    match chance.randrange(12):
        case 0 | 1 | 2:
            return f"+{country.calling}{bare}"
        case 3 | 4:
            return f"00{country.calling}{bare}"
        case 5:
            return f"+{country.calling} ({country.trunk or '0'}){bare[:3]} {bare[3:6]} {bare[6:]}"
        case 6:
            return f"{head}/ {tail[:2]} {tail[2:4]} {tail[4:]}"
        case 7:
            return f"{head}/{tail[:2]}.{tail[2:4]}.{tail[4:]}"
        case 8:
            return f"tel: {head}-{tail}"
        case 9:
            return chance.choice((f"{national} (privé)", f"{national} of +{country.calling}{bare}", bare))
    return f"{head} {tail}"


def vat(chance: Random, country: Country) -> str | None:
    """A number whose check digits are right, where the country has any."""
    match country.code:
        case "BE":
            base = f"0{chance.randrange(4_000_000, 8_000_000)}"
            return f"BE{base}{97 - int(base) % 97:02d}"
        case "NL":
            return _nl_vat(chance)
        case "DE":
            return _de_vat(chance)
        case "FR":
            siren = _luhn(digits(chance, 8))
            return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
        case "GB":
            return f"GB{digits(chance, 9)}"
        case "AE":
            return f"100{digits(chance, 9)}003"
        case "NG" | "GH":
            return f"{digits(chance, 8)}-0001"
    return None


def typed_vat(chance: Random, number: str) -> str:
    country, rest = number[:2], number[2:]
    match chance.randrange(8):
        case 0 | 1 if country == "BE":
            return f"{country} {rest[:4]}.{rest[4:7]}.{rest[7:]}"
        case 2 if country == "BE":
            return rest
        case 3 if country == "BE":
            return rest.removeprefix("0")
        case 4:
            return number.lower() + " "
        case 5:
            return f"{country} {rest}"
    return number


def typed_name(chance: Random, name: str) -> str:
    match chance.randrange(40):
        case 0 | 1:
            return name.upper()
        case 2 | 3:
            return name.lower()
        case 4:
            return f"  {name}"
        case 5:
            return f"{name} (NIET MEER GEBRUIKEN)"
        case 6:
            return f'"{name}"'
        case 7:
            place = chance.randrange(1, max(2, len(name) - 1))
            return name[:place] + name[place + 1 :]
    return name


def typed_role(chance: Random, role: str) -> str:
    return chance.choice((role.lower(), f" {role}", role.capitalize(), f"{role.lower()} "))


def _luhn(number: str) -> str:
    """`number` with the digit that makes it pass the Luhn test."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return number + str(-total % 10)


def _nl_vat(chance: Random) -> str:
    while True:
        base = digits(chance, 8)
        check = sum(int(d) * weight for d, weight in zip(base, range(9, 1, -1), strict=True)) % 11
        if check < 10:
            return f"NL{base}{check}B01"


def _de_vat(chance: Random) -> str:
    """ISO 7064, mod 11, 10."""
    base = str(chance.randrange(10_000_000, 100_000_000))
    product = 10
    for digit in base:
        product = 2 * ((int(digit) + product - 1) % 10 + 1) % 11
    return f"DE{base}{(11 - product) % 10}"
