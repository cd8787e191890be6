"""What a human reads in a phone field, kind by kind."""

from __future__ import annotations

import pytest

from bconnect.customers.normalise import Cleaned, phone, phone_region

LAND, NEXT, MOBILE, OTHER = "+3232064567", "+3232064568", "+32475123456", "+32477123456"

ONE_NUMBER = [
    ("03 206 45 67", LAND),
    ("03/206.45.67", LAND),
    ("03-2064567", LAND),
    ("032064567", LAND),
    ("+32 3 206 45 67", LAND),
    ("+32 (0)3 206 45 67", LAND),
    ("+32(0)32064567", LAND),
    ("0032 (0)3 206 45 67", LAND),
    ("00 32 3 206 45 67", LAND),
    ("+32 03 206 45 67", LAND),
    ("+32032064567", LAND),
    ("(+32) 3 206 45 67", LAND),
    ("(0)3 206 45 67", LAND),
    ("32 3 206 45 67", LAND),
    ("tel:+32-3-206-45-67", LAND),
    ("Tel. 03 206 45 67", LAND),
    ("fax 03 206 45 67", LAND),
    ("GSM: 0475 12 34 56", MOBILE),
    ("gsm0475123456", MOBILE),
    ("'0475123456", MOBILE),
    ("475123456", MOBILE),
    ("+0475 12 34 56", MOBILE),
    ("0475 12 34 56 (Jan)", MOBILE),
    ("0475 12 34 56 (privé)", MOBILE),
    ("0475 12 34 56 - vragen naar Els", MOBILE),
    ("0475 12 34 56 bellen na 18u", MOBILE),
    ("0475 12 34 56 / 18u", MOBILE),
    ("0475 12 34 56 - 18 uur", MOBILE),
    ("https://wa.me/32475123456", MOBILE),
    ("٠٤٧٥١٢٣٤٥٦", MOBILE),
    (475123456, MOBILE),
    (32475123456.0, MOBILE),
    ("0475\u00a012\u200b34\u202d56", MOBILE),
]


@pytest.mark.parametrize(("raw", "expected"), ONE_NUMBER)
def test_a_dirty_belgian_number_becomes_e164(raw: object, expected: str) -> None:
    assert phone(raw, "BE", None) == Cleaned(expected)


SEVERAL_NUMBERS = [
    ("03 206 45 67 / 0475 12 34 56", (LAND, MOBILE)),
    ("03/206.45.67/0475/12.34.56", (LAND, MOBILE)),
    ("03 206 45 67 of 0475 12 34 56", (LAND, MOBILE)),
    ("03 206 45 67;0475 12 34 56", (LAND, MOBILE)),
    ("03 206 45 67 - 03 206 45 68", (LAND, NEXT)),
    ("03 206 45 67/68", (LAND, NEXT)),
    ("tel: 03-2064567 / tel: 0475-123456", (LAND, MOBILE)),
    ("0475123456 0477123456", (MOBILE, OTHER)),
    ("+32 475 12 34 56+32 477 12 34 56", (MOBILE, OTHER)),
    ("0475 12 34 56\n0477 12 34 56", (MOBILE, OTHER)),
    ("0475 12 34 56 (Jan), 0477 12 34 56 (Els)", (MOBILE, OTHER)),
]


@pytest.mark.parametrize(("raw", "expected"), SEVERAL_NUMBERS)
def test_two_numbers_in_one_field_are_both_kept(raw: str, expected: tuple[str, str]) -> None:
    assert phone(raw, "BE", None) == Cleaned(expected[0], None, expected[1:])


JUNK = [
    "0000000000",
    "03 206 45 6",
    "+32 475 12 34",
    "tst 12",
    "zie gsm",
    "-",
    "?",
    "info@kantoor.be",
    "0475123456@telenet.be",
    "BE0473525230",
    "1-800-FLOWERS",
    "+3232064567032064568",
    "0475.12.34.56 0",
]


@pytest.mark.parametrize("raw", JUNK)
def test_what_is_no_number_is_kept_as_written_and_flagged(raw: str) -> None:
    assert phone(raw, "BE", "BE") == Cleaned(raw, "phone.invalid")


@pytest.mark.parametrize(
    "raw", ["03 206 45 67 ext 12", "03 206 45 67 toestel 12", "03 206 45 67 #12", "tel:+3232064567;ext=12"]
)
def test_an_extension_is_left_out_of_the_number_and_flagged(raw: str) -> None:
    assert phone(raw, "BE", None) == Cleaned(LAND, "phone.extension")


def test_a_second_number_that_cannot_be_read_is_flagged() -> None:
    assert phone("0475 12 34 56 / 0477 12 34 5", "BE", None) == Cleaned(MOBILE, "phone.ambiguous")


def test_a_fax_number_is_not_a_phone_number_where_there_is_one() -> None:
    assert phone("tel 03 206 45 67 fax 03 206 45 68", "BE", None) == Cleaned(LAND)


def test_the_records_country_decides_before_the_default() -> None:
    assert phone("06 12 34 56 78", "FR", "BE").value == "+33612345678"
    assert phone("06 12 34 56 78", "NL", "BE").value == "+31612345678"


def test_a_calling_code_in_the_number_decides_before_the_records_country() -> None:
    assert phone("0031 6 12345678", "FR", "BE").value == "+31612345678"
    assert phone("001 404 353.7125", "BE", "BE").value == "+14043537125"


def test_a_calling_code_without_plus_is_read_where_the_records_country_gives_nothing() -> None:
    assert phone("971501234567", "BE", "BE").value == "+971501234567"
    assert phone("32 3 206 45 67", "FR", "FR").value == LAND


def test_the_default_country_is_the_last_resort() -> None:
    assert phone("0475 12 34 56", None, "BE") == Cleaned(MOBILE)
    assert phone("0475 12 34 56", None, None) == Cleaned("0475 12 34 56", "phone.invalid")


def test_a_number_that_tells_its_country_tells_how_its_neighbour_was_meant() -> None:
    assert phone("222422591 of +237670550958", None, "BE") == Cleaned("+237222422591", None, ("+237670550958",))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+39 (0)6 6982 1234", "+390669821234"),
        ("+237 (0)670574207", "+237670574207"),
        ("+971(0)507137732", "+971507137732"),
    ],
)
def test_the_zero_in_brackets_is_dialled_only_where_it_belongs_to_the_number(raw: str, expected: str) -> None:
    assert phone(raw, None, "BE") == Cleaned(expected)


def test_every_example_number_of_the_library_is_read_in_every_usual_spelling() -> None:
    import phonenumbers as library

    lost = []
    for region in sorted(library.SUPPORTED_REGIONS):
        example = library.example_number_for_type(region, library.PhoneNumberType.MOBILE)
        if example is None or example.national_number < 10_000:  # Tokelau's four digits: too few to tell
            continue
        expected = library.format_number(example, library.PhoneNumberFormat.E164)
        national = library.format_number(example, library.PhoneNumberFormat.NATIONAL)
        spellings = [expected, "00" + expected[1:], f"tel:{expected}", f"Tel. {national}"]
        lost += [(region, spelling) for spelling in spellings if phone(spelling, region, None).value != expected]
    assert lost == []


def test_the_region_of_a_number_is_known_from_its_e164_form_only() -> None:
    assert phone_region(MOBILE) == "BE"
    assert phone_region("0475123456") is None
    assert phone_region("+80012345678") is None
    assert phone_region(None) is None
