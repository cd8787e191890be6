"""What a human reads in a VAT field. A prefix is added only where the number then has a right checksum."""

from __future__ import annotations

import pytest

from bconnect.customers.normalise import Cleaned, vat

VALID = [
    ("BE0403019261", None, "BE0403019261"),
    ("BE 0403.019.261", None, "BE0403019261"),
    ("be0403 019 261 ", None, "BE0403019261"),
    ("BE403019261", None, "BE0403019261"),
    ("BE (0)403.019.261", None, "BE0403019261"),
    ("403019261", "BE", "BE0403019261"),
    ("0403.019.261", "BE", "BE0403019261"),
    ("0403.019.261", None, "BE0403019261"),
    ("0403/019/261", "BE", "BE0403019261"),
    ("BTW BE 0403.019.261", None, "BE0403019261"),
    ("BTW-nr.: BE0403019261", None, "BE0403019261"),
    ("TVA BE0403019261", None, "BE0403019261"),
    ("N° TVA : BE 0403.019.261", None, "BE0403019261"),
    ("Ondernemingsnummer 0403.019.261", "BE", "BE0403019261"),
    ("0403019261 RPR Antwerpen", "BE", "BE0403019261"),
    ("RPM Bruxelles 0403.019.261", "BE", "BE0403019261"),
    (403019261, "BE", "BE0403019261"),
    ("BE1000000021", None, "BE1000000021"),
    ("BE1012345646", None, "BE1012345646"),
    ("NL803557218B01", "BE", "NL803557218B01"),
    ("NL 8035.57.218.B01", None, "NL803557218B01"),
    ("803557218B01", None, "NL803557218B01"),
    ("FR 42 346 545 411", None, "FR42346545411"),
    ("42346545411", "FR", "FR42346545411"),
    ("TVA intracommunautaire FR42346545411", None, "FR42346545411"),
    ("USt-IdNr.: DE 127 683 872", None, "DE127683872"),
    ("EL094259216", None, "EL094259216"),
    ("GR 094259216", None, "EL094259216"),
    ("094259216", "GR", "EL094259216"),
    ("XI980780684", None, "XI980780684"),
    ("GB980780684", None, "GB980780684"),
    ("VAT Reg. No. 980 7806 84", "GB", "GB980780684"),
    ("CHE-116.281.710 MWST", None, "CHE116281710"),
    ("CHE-116.281.710 TVA", "CH", "CHE116281710"),
    ("NO 923609016 MVA", None, "NO923609016MVA"),
]


@pytest.mark.parametrize(("raw", "country", "expected"), VALID)
def test_a_right_number_becomes_prefix_and_digits(raw: object, country: str | None, expected: str) -> None:
    assert vat(raw, country) == Cleaned(expected)


INVALID = [
    ("BE0000000097", "BE"),
    ("0000000097", "BE"),
    ("BE0403019262", "BE"),
    ("BE2012345646", "BE"),
    ("BE 0735.037", "BE"),
    ("0434790524", "BE"),
    ("BE", "BE"),
    ("n/a", "BE"),
    ("geen", "BE"),
    ("particulier", None),
    ("0", None),
    ("/", "NG"),
]


@pytest.mark.parametrize(("raw", "country"), INVALID)
def test_what_is_no_vat_number_is_kept_as_written_and_flagged(raw: str, country: str | None) -> None:
    assert vat(raw, country) == Cleaned(raw, "vat.invalid")


UNCHECKED = [
    ("100119372130003", "AE"),
    ("AE100119372130003", "AE"),
    ("56923133-0001", "LB"),
    ("M070292760566K", "CM"),
    ("10-7955921", "US"),
    ("0403019261", None),
]


@pytest.mark.parametrize(("raw", "country"), UNCHECKED)
def test_a_number_beyond_our_rules_is_kept_without_a_verdict(raw: str, country: str | None) -> None:
    assert vat(raw, country) == Cleaned(raw, "vat.unchecked")


def test_the_records_country_never_becomes_a_prefix_of_a_number_that_has_one() -> None:
    assert vat("NL123456789B01", "BE") == Cleaned("NL123456789B01", "vat.invalid")


def test_two_numbers_in_one_field_are_both_kept() -> None:
    assert vat("BE 0403.019.261 / NL803557218B01", "BE") == Cleaned("BE0403019261", None, ("NL803557218B01",))
