"""What people and systems do to one customer's data when it is typed a second time."""

from random import Random
from typing import Any

Row = dict[str, Any]

FORMS = ("BV", "BVBA", "NV", "SRL", "B.V.", "GmbH", "SAS", "Ltd", "VOF", "")


def copy_of(row: Row, random: Random) -> Row:
    """The same customer, typed again."""
    again = dict(row)
    again["name"] = _name(row, random)
    for column, chance in (("vat_number", 0.4), ("email", 0.25), ("phone", 0.3), ("mobile", 0.3), ("website", 0.5)):
        if random.random() < chance:
            again[column] = None
    if random.random() < 0.12:
        again["phone"], again["mobile"] = again["mobile"], again["phone"]
    if again["email"] and random.random() < 0.1:
        again["email"] = f"{random.choice('abcdefghij')}{random.randrange(99)}@{again['email'].partition('@')[2]}"
    if random.random() < 0.15:
        again["street"], again["street_number"] = None, None
    elif again["street"] and random.random() < 0.1:
        again["street"] = typing_error(again["street"], random)
    if random.random() < 0.08:
        again["city"], again["postal_code"] = None, None
    elif random.random() < 0.04:
        again["postal_code"], again["city"] = "9999", "Elders"
        again["street"], again["street_number"] = "Nieuwe laan", str(random.randrange(1, 200))
    return again


def _name(row: Row, random: Random) -> str:
    name: str = row["name"]
    what = random.random()
    if what < 0.2:
        name = typing_error(name, random)
    elif what < 0.3:
        name = name.upper()
    elif what < 0.4 and not row["is_firm"]:
        name = " ".join(reversed(name.split()))
    elif what < 0.5 and row["is_firm"]:
        words = name.split()
        name = " ".join([*words[:-1], random.choice(FORMS)]).strip() if words[-1] in FORMS else name + " BV"
    elif what < 0.55 and not row["is_firm"]:
        first, _, last = name.partition(" ")
        name = f"{first[0]}. {last}"
    return name


def typing_error(text: str, random: Random) -> str:
    """One letter swapped, left out, doubled or mistaken, never the first of a word."""
    places = [place for place in range(1, len(text) - 1) if text[place - 1 : place + 2].isalpha()]
    if not places:
        return text
    at = random.choice(places)
    what = random.randrange(4)
    if what == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if what == 1:
        return text[:at] + text[at + 1 :]
    if what == 2:
        return text[:at] + text[at] + text[at:]
    return text[:at] + random.choice("aeiounrst") + text[at + 1 :]
