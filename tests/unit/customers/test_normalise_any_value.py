"""What holds for every cleaner and every JSON value: no exception, stable output, storable text."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bconnect.customers import normalise
from bconnect.customers.normalise import Cleaned, Country
from bconnect.customers.roles import role

Cleaner = Callable[[object], Cleaned | Country]


def _country_code(raw: object) -> Cleaned:
    found = normalise.country(raw)
    return Cleaned(found.name, found.issue)


CLEANERS: dict[str, Callable[[object], Cleaned]] = {
    "text": normalise.text,
    "name": normalise.name,
    "client_type": normalise.client_type,
    "email": normalise.email,
    "website": normalise.website,
    "language": normalise.language,
    "currency": normalise.currency,
    "country": _country_code,
    "role": role,
    "phone in Belgium": lambda raw: normalise.phone(raw, "BE", "BE"),
    "phone in Italy": lambda raw: normalise.phone(raw, "IT", "BE"),
    "phone anywhere": lambda raw: normalise.phone(raw, None, "BE"),
    "phone in no country": lambda raw: normalise.phone(raw, "??", None),
    "vat in Belgium": lambda raw: normalise.vat(raw, "BE"),
    "vat in Ireland": lambda raw: normalise.vat(raw, "IE"),
    "vat anywhere": lambda raw: normalise.vat(raw, None),
    "postal code in Britain": lambda raw: normalise.postal_code(raw, "GB"),
    "postal code anywhere": lambda raw: normalise.postal_code(raw, None),
    "street": lambda raw: Cleaned(normalise.split_street(raw).street),
    "line": lambda raw: Cleaned(normalise.join_street(raw, None)),
}

PREFIXES = "AT BE BG CHE CY CZ DE DK EE EL ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK XI"
NOTES = [
    "tel",
    "ext",
    "of",
    "bus",
    "BTW",
    "@",
    "www.",
    ".be",
    "+32",
    "00",
    "0475 12 34 56",
    "(0)",
    "/68",
    "nr",
    "rue",
]
TEXTS = (
    st.text(st.characters(exclude_categories=()), max_size=60)
    | st.lists(st.sampled_from(NOTES) | st.text("0123456789 ./-+()@,;aBz", max_size=14), max_size=6).map("".join)
    | st.builds(str.__add__, st.sampled_from(PREFIXES.split()), st.text("0123456789ABW+* .", max_size=14))
    | st.from_regex(r"[+0-9(][0-9 ()./-]{5,25}", fullmatch=True)
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@pytest.mark.parametrize("cleaner", CLEANERS.values(), ids=CLEANERS.keys())
@given(raw=VALUES)
@example(raw="\ud800\x00")
@example(raw="\u202e٠٤٧٥ 🚗")
@example(raw=10**5000)
@example(raw=float("nan"))
@settings(max_examples=60, deadline=None)
def test_any_value_gives_storable_text_that_stays_as_it_is(cleaner: Callable[[object], Cleaned], raw: object) -> None:
    cleaned = cleaner(raw)
    for value in filter(None, (cleaned.value, *cleaned.others)):
        assert value.encode()  # a lone surrogate cannot be
        assert "\x00" not in value
        assert unicodedata.is_normalized("NFC", value)
        assert value.strip() == value
    assert cleaner(cleaned.value).value == cleaned.value
    assert all(cleaner(other).value == other for other in cleaned.others)


@pytest.mark.parametrize("cleaner", CLEANERS.values(), ids=CLEANERS.keys())
@pytest.mark.parametrize(
    "unit", ["1", "a", "a ", "a@", "a.", "0475 12 34 56 / ", "(", "\ud800", "+", "1/", ",", "\n", "é "]
)
def test_a_huge_value_is_neither_cut_nor_slow(cleaner: Callable[[object], Cleaned], unit: str) -> None:
    huge = unit * (100_000 // len(unit))
    value = cleaner(huge).value
    assert value is None or len(value) >= 33_000


def test_importing_the_cleaners_loads_neither_django_nor_a_heavy_library() -> None:
    heavy = ["babel", "django", "email_validator", "phonenumbers", "pycountry", "stdnum"]
    code = "import sys, bconnect.customers.normalise, bconnect.customers.roles; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [module for module in heavy if module in done.stdout.split()] == []
