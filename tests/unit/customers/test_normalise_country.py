"""Which country a free text means."""

from __future__ import annotations

import pytest

from bconnect.customers.normalise import Country, country
from bconnect.customers.normalise.country import TABLE
from bconnect.customers.normalise.country_table import table

NAMES = {
    "BE": "Belgium BELGIUM België Belgie Belgique Belgien BE be B.E. BEL",
    "NL": "Netherlands Nederland Holland Niederlande Pays-Bas NLD",
    "GB": "UK U.K. GB Engeland Großbritannien GROSSBRITANNIEN Royaume-Uni",
    "AE": "UAE U.A.E. VAE Dubai",
    "US": "USA U.S.A. US VS États-Unis Etats-Unis",
    "DE": "Duitsland Allemagne Deutschland Germany",
    "LB": "Libanon Liban Lebanon",
    "CM": "Kameroen Cameroun Cameroon Kamerun",
    "CI": "Ivoorkust Elfenbeinküste Elfenbeinkueste CIV",
    "TR": "Turkey Türkiye Turkije",
    "CD": "RDC DRC",
    "NA": "NA Namibia",
}


@pytest.mark.parametrize(("raw", "code"), [(name, code) for code, names in NAMES.items() for name in names.split()])
def test_codes_and_names_in_four_languages_give_the_code(raw: str, code: str) -> None:
    assert country(raw).code == code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("United Arab Emirates", "AE"),
        ("Verenigde Arabische Emiraten", "AE"),
        ("the Netherlands", "NL"),
        ("Great  Britain", "GB"),
        ("Republic of Ghana", "GH"),
        ("Belgium (BE)", "BE"),
        ("België / Belgique", "BE"),
        ("Côte d’Ivoire", "CI"),
    ],
)
def test_names_of_several_words_give_the_code(raw: str, code: str) -> None:
    assert country(raw).code == code


def test_the_name_is_the_short_english_one() -> None:
    codes = ("BE", "GB", "AE", "HK", "CI", "US")
    names = (
        "Belgium",
        "United Kingdom",
        "United Arab Emirates",
        "Hong Kong",
        "Côte d'Ivoire",
        "United States",
    )
    assert tuple(country(code).name for code in codes) == names


@pytest.mark.parametrize("raw", ["-", "??", "Unknown", "n/a", "N / A", "n.a.", "BE, FR", "Belg", "x" * 5_000])
def test_what_names_no_country_is_kept_as_the_name_and_flagged(raw: str) -> None:
    assert country(raw) == Country(None, raw, "country.unknown")


def test_no_text_is_no_country_and_nothing_to_remark() -> None:
    assert country(None) == country("  ") == Country(None, None, None)
    assert country({"code": "BE"}) == Country(None, None, "country.type")


def test_every_name_given_out_is_read_back_as_the_same_country() -> None:
    codes = [line.split("\t")[0] for line in TABLE.read_text(encoding="utf-8").splitlines()]
    assert len(codes) == 250
    assert [code for code in codes if country(country(code).name) != Country(code, country(code).name)] == []


def test_the_committed_table_is_the_one_its_sources_make() -> None:
    assert TABLE.read_text(encoding="utf-8") == table()


def test_no_spelling_stands_for_two_countries() -> None:
    keys = [key for line in table().splitlines() for key in line.split("\t")[2].split("|")]
    assert len(keys) == len(set(keys))
