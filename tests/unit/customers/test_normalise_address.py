"""Street and number apart, where that is sure; post codes in their country's form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bconnect.customers.normalise import Cleaned, Street, join_street, postal_code, split_street

SPLIT = [
    ("Kerkstraat 12", "Kerkstraat", "12"),
    (" kerkstraat  12 ", "kerkstraat", "12"),
    ("Kerkstraat, 12", "Kerkstraat", "12"),
    ("Kerkstraat 12 bus 3", "Kerkstraat", "12 bus 3"),
    ("Kerkstraat 12, bus 3", "Kerkstraat", "12, bus 3"),
    ("Kerkstraat 12 bte 4B", "Kerkstraat", "12 bte 4B"),
    ("Noorderlaan 147 b 9", "Noorderlaan", "147 b 9"),
    ("Nieuwstraat 12A/3", "Nieuwstraat", "12A/3"),
    ("Lange Straße 3-5", "Lange Straße", "3-5"),
    ("Hauptstr. 12 a", "Hauptstr.", "12 a"),
    ("Kerkstraat nr. 12", "Kerkstraat", "nr. 12"),
    ("12, rue de la Loi", "rue de la Loi", "12"),
    ("180 Avenue Foch", "Avenue Foch", "180"),
    ("1 bis rue Haute", "rue Haute", "1 bis"),
    ("Rue du 11 Novembre 5", "Rue du 11 Novembre", "5"),
    ("Plein 40-45 12", "Plein 40-45", "12"),
    ("2de Lansierslaan 12", "2de Lansierslaan", "12"),
]


@pytest.mark.parametrize(("line", "street", "number"), SPLIT)
def test_a_plain_line_is_split_into_street_and_number(line: str, street: str, number: str) -> None:
    assert split_street(line) == Street(street, number)


WHOLE = [
    "Kerkstraat",
    "12",
    "Rue du 11 Novembre",
    "Postbus 12",
    "PO Box 4",
    "P.O. Box 13875",
    "B.P. 1234",
    "Zone 3",
    "Route 66",
    "Street 12",
    "Plein 1940-1945",
    "12 Kerkstraat 13",
    "Haven 20, 2030",
    "Kerkstraat 12, 2000 Antwerpen",
    "16 Elm Street, TX 77002 Houston",
    "5 Main Street Apt 4",
]


@pytest.mark.parametrize("line", WHOLE)
def test_an_unsure_line_stays_whole(line: str) -> None:
    assert split_street(line) == Street(line, None)


WORDS = st.sampled_from(
    [
        "Kerkstraat",
        "Rue",
        "du",
        "12",
        "3-5",
        "bus",
        "b",
        "A",
        "12A/3",
        ",",
        "11",
        "Novembre",
        "2030",
        "nr.",
        "/",
    ]
)


@given(st.lists(WORDS, max_size=7).map(" ".join) | st.text(max_size=40))
def test_joining_what_was_split_and_splitting_again_gives_the_same(line: str) -> None:
    parts = split_street(line)
    assert split_street(join_street(parts.street, parts.number)) == parts


def test_nothing_joined_with_nothing_is_nothing() -> None:
    assert join_street(None, None) is None
    assert join_street("Kerkstraat", None) == "Kerkstraat"
    assert join_street(None, "12") == "12"


@pytest.mark.parametrize(
    ("raw", "country", "expected"),
    [
        ("B-2000", "BE", "2000"),
        (2000, "BE", "2000"),
        ("1012js", "NL", "1012 JS"),
        ("so142ar", "GB", "SO14 2AR"),
        ("D-20457", "DE", "20457"),
        ("BP 567", "CM", "BP 567"),
        ("2000", None, "2000"),
    ],
)
def test_a_post_code_takes_its_countrys_form(raw: object, country: str | None, expected: str) -> None:
    assert postal_code(raw, country) == Cleaned(expected)


@pytest.mark.parametrize(("raw", "country"), [("BP 567", "FR"), ("1000", "FR"), ("123", "BE"), ("D-2000", "BE")])
def test_a_post_code_in_no_known_form_of_its_country_is_kept_and_flagged(raw: str, country: str) -> None:
    assert postal_code(raw, country) == Cleaned(raw, "postal_code.invalid")
