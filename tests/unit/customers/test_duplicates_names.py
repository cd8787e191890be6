"""Which words of a name identify somebody."""

import pytest

from bconnect.customers.duplicates.likeness import Likeness, compare_names
from bconnect.customers.duplicates.names import read_name


def words(raw: str) -> str:
    name = read_name(raw)
    assert name is not None
    return " ".join(name.words)


@pytest.mark.parametrize(
    ("raw", "core"),
    [
        ("Noordzee Transport BV", "noordzee transport"),
        ("NOORDZEE TRANSPORT B.V.", "noordzee transport"),
        ("Noordzee Transport B. V.", "noordzee transport"),
        ("BVBA Noordzee Transport", "noordzee transport"),
        ("Noordzee Transport BV/SRL", "noordzee transport"),
        ("Noordzee Transport Comm. V.", "noordzee transport"),
        ("Noordzee GCV", "noordzee"),
        ("ASBL Les Amis", "lesamis"),
        ("Müller UG (haftungsbeschränkt)", "muller"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("Jansen eenmanszaak", "jansen"),
        ("Dubois S.A.R.L", "dubois"),
        ("Van der Co BV", "vanderco"),
        ("AB Inbev NV", "ab inbev"),
        ("Möbel & Co. KG", "mobel co"),
        ("SA", "sa"),
        ("Mr. Jan Van den Berghe", "jan vandenberghe"),
        ("Jan Vandenberghe", "jan vandenberghe"),
        ("L'Oréal", "loreal"),
        ("Straße & Sohn e.K.", "strasse sohn"),
    ],
)
def test_legal_forms_titles_case_and_accents_go(raw, core):
    assert words(raw) == core


@pytest.mark.parametrize(
    "raw",
    [None, "", " ", "-", "?", "Unknown", "ONBEKEND", "Unknown client", "Client 3", "N/A", "n.v.t.", "Test test", "xxx",
     "Particulier", "0000", "...", "Nieuwe klant", "A"],
)  # fmt: skip
def test_a_placeholder_is_no_name(raw):
    assert read_name(raw) is None


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("Jan Janssens", "Janssens Jan", Likeness.SAME),
        ("Condor Freight BVBA", "Condor Freight BV", Likeness.SAME),
        ("Krüger Used Cars e.K.", "Krgüer Used Cars", Likeness.ALIKE),
        ("Trans Harbour Freight", "Transharbour Freight", Likeness.ALIKE),
        ("J. Janssens", "Jan Janssens", Likeness.SHORTENED),
        ("Jan Peter Janssens", "Jan Janssens", Likeness.ALIKE),
        ("Jan Janssens Peter", "Jan Janssens", Likeness.LONGER),
        ("Louis Janssens", "Louise Janssens", Likeness.OTHER),
        ("Stephanie Claeys", "Stefanie Claeys", Likeness.ALIKE),
        ("Total M0tors", "Total Motors", Likeness.ALIKE),
        ("WKT", "West Kust Transport", Likeness.SHORTENED),
        ("ABX", "Antwerp Bulk Carriers", Likeness.OTHER),
        ("Harbour Shipping NV", "Harbour Shipping Liban SARL", Likeness.APART),
        ("Garage 1", "Garage 2", Likeness.OTHER),
        ("Tim Maes", "Wim Maes", Likeness.OTHER),
        ("Rik Maes", "Erik Maes", Likeness.OTHER),
        ("Condor Freight", "Condor Shipping", Likeness.OTHER),
        ("Phoenix Shipping", "Scheldt Shipping", Likeness.OTHER),
    ],
)
def test_names_are_compared_word_by_word(one, other, likeness):
    left, right = read_name(one), read_name(other)
    assert left
    assert right
    assert compare_names(left, right).likeness is likeness
    assert compare_names(right, left).likeness is likeness


def test_a_typing_error_leaves_the_initials():
    one, other = read_name("Krüger Cars"), read_name("Cars Krgüer")
    assert one
    assert other
    assert one.initials == other.initials == "ck"


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("Louis Sioavar", "Louis Siarvar", True),
        ("Didelehoven Contruct", "Didelehoven Coonstruct", True),
        ("Johan Peeters", "Johanna Peeters", False),  # two people: such names are too short for two errors
        ("Maes Transport", "Maas Transport 2", False),
        ("Condor Freight", "Kondoor Freight", False),
        ("Noordzee Trading", "Noordzee Transport", False),
    ],
)
def test_two_errors_apart_both_may_be_copies_of_a_third(one, other, are):
    left, right = read_name(one), read_name(other)
    assert left
    assert right
    assert compare_names(left, right).are_copies_of_one is are
    assert compare_names(right, left).are_copies_of_one is are
