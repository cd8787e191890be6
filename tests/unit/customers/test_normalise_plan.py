"""The quick reading of a phone number against the library's own."""

from __future__ import annotations

import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as st

from bconnect.customers.normalise.plan import only_region, quick_e164

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def library_e164(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    is_valid = phonenumbers.is_valid_number(parsed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if is_valid else None


def spellings(region: str) -> list[tuple[str, str | None]]:
    """Numbers of every kind, right and one digit off, dialled at home and from abroad."""
    kinds = range(11)
    examples = filter(None, (phonenumbers.example_number_for_type(region, kind) for kind in kinds))
    found: list[tuple[str, str | None]] = []
    for example in examples:
        national = phonenumbers.national_significant_number(example)
        code = str(example.country_code)
        for digits in (
            national,
            national[:-1],
            national + "1",
            national[::-1],
            "0" + national,
            "8" + national,
        ):
            found += [(digits, region), (code + digits, region), (f"+{code}{digits}", None)]
    return found


def test_every_quick_answer_is_the_librarys_answer() -> None:
    answers = [(number, region, quick_e164(number, region)) for home in REGIONS for number, region in spellings(home)]
    quick = [answer for answer in answers if answer[2] is not None]
    assert len(quick) > 1_500
    assert [answer for answer in quick if answer[2] != library_e164(answer[0], answer[1])] == []


@given(number=st.from_regex(r"\+?[0-9]{5,15}", fullmatch=True), region=st.none() | st.sampled_from(REGIONS))
@settings(max_examples=300, deadline=None)
def test_any_quick_answer_is_the_librarys_answer(number: str, region: str | None) -> None:
    quick = quick_e164(number, region)
    assert quick is None or quick == library_e164(number, region)


def test_a_number_dialled_where_another_country_is_the_main_one_is_left_to_the_library() -> None:
    assert quick_e164("5062345678", "CA") is None
    assert quick_e164("01534567890", "JE") is None
    assert quick_e164("0475123456", None) is None


def test_a_country_with_two_trunk_prefixes_is_read_quickly_too() -> None:
    assert quick_e164("07920271781", "GB") == "+447920271781"
    assert quick_e164("+447920271781", None) == "+447920271781"


def test_a_calling_code_of_one_region_tells_the_region_as_the_library_does():
    told = 0
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for digits in ("12345678", "00000000", "99999999"):
            number = f"+{code}{digits}"
            region = only_region(number)
            assert (region is None) == (len(regions) > 1)
            if region is not None:
                assert region == phonenumbers.region_code_for_number(phonenumbers.parse(number))
                told += 1
    assert told > 500
    assert only_region("+9991234567") is None
