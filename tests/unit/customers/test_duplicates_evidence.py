"""Which signals link two customers, and which must not."""

from typing import Any

import pytest

from bconnect.customers.duplicates.evidence import Evidence, Tier, compare
from bconnect.customers.duplicates.features import features
from bconnect.customers.duplicates.grouping import UNLIKE_BELOW

FIRM = {
    "name": "Noordzee Transport BV",
    "email": "info@noordzee.be",
    "phone": "+3232064567",
    "mobile": "+32475123456",
    "street": "Havenlaan",
    "street_number": "12",
    "city": "Antwerpen",
    "postal_code": "2030",
    "country_code": "BE",
    "vat_number": "BE0403019261",
    "website": "www.noordzee.be",
}
ELSEWHERE = {"city": "Gent", "postal_code": "9000", "street": "Markt", "street_number": "1"}
NO_CONTACT = {"email": None, "phone": None, "mobile": None, "website": None}


def evidence(one: dict[str, Any], other: dict[str, Any], names: int = 1) -> Evidence:
    found = compare(features(1, one), features(2, other), lambda key: names)
    back = compare(features(2, other), features(1, one), lambda key: names)
    assert (found.score, found.parts) == (back.score, back.parts)
    for tier in Tier:
        asked = compare(features(1, one), features(2, other), lambda key: names, tier)
        assert asked == found if found.score >= tier else asked.score < tier
    return found


def firm(**values: Any) -> dict[str, Any]:
    return {**FIRM, **values}


def test_the_same_values_are_near_certainly_one():
    assert evidence(FIRM, FIRM).tier is Tier.NEAR_CERTAIN


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "NOORDZEE TRANSPORT B.V."},
        {"name": "Nordzee Transport"},
        {"vat_number": None},
        {"email": None, "website": None},
        {"phone": None, "mobile": None},
        {"street": None, "street_number": None},
        {"street_number": "12 bus 3"},
        {"vat_number": "BE0403019251"},
        {"email": "jan@noordzee.be", "phone": "+3232064568"},
        {"phone": "+32475123456", "mobile": "+3232064567"},
    ],
)
def test_one_value_typed_otherwise_does_not_part_them(changed):
    found = evidence(FIRM, firm(**changed))
    assert found.tier in (Tier.NEAR_CERTAIN, Tier.LIKELY)


@pytest.mark.parametrize(
    "shared",
    [
        ("email",),
        ("phone",),
        ("email", "phone"),
        ("website",),
        ("name",),
        ("street", "street_number", "city", "postal_code"),
        ("phone", "street", "street_number", "city", "postal_code"),
        ("email", "phone", "mobile", "street", "street_number", "city", "postal_code"),
    ],
)
def test_these_signals_alone_do_not_link(shared):
    other = {"name": "Condor Freight NV", **NO_CONTACT, **ELSEWHERE, "country_code": "BE", "vat_number": None}
    other |= {column: FIRM[column] for column in shared}
    assert evidence(firm(vat_number=None), other).score < Tier.LIKELY


def test_a_vat_number_links_also_under_another_name():
    other = firm(name="Condor Freight NV", **NO_CONTACT)
    assert evidence(FIRM, other).tier is Tier.LIKELY


def test_two_valid_vat_numbers_are_two_firms():
    found = evidence(FIRM, firm(vat_number="BE0400378485"))
    assert found.score < Tier.LIKELY
    assert found.parts
    assert "different VAT numbers" in found.reasons


def test_an_invalid_vat_number_says_nothing():
    other = firm(vat_number="BE9999", issues={"vat_number": "vat.invalid"})
    assert evidence(FIRM, other).tier is Tier.NEAR_CERTAIN


def test_a_branch_has_the_name_the_mailbox_and_the_switchboard():
    branch = firm(**ELSEWHERE, vat_number=None, mobile="+32475999888")
    assert evidence(FIRM, branch).score < Tier.LIKELY


def test_what_many_share_is_worth_little():
    one, other = firm(vat_number=None, **NO_CONTACT), firm(vat_number=None, **NO_CONTACT)
    one |= {"email": "info@boekhouder.be", "street": "Kaai"}
    other |= {"email": "info@boekhouder.be"}
    assert evidence(one, other, names=30).score < evidence(one, other, names=1).score


def test_members_of_a_family_are_not_one():
    home = {"phone": "+3232064567", "street": "Markt", "street_number": "3", "city": "Gent", "postal_code": "9000"}
    assert evidence({"name": "Jan Maes", **home}, {"name": "Els Maes", **home}).score < Tier.LIKELY


def test_placeholders_are_never_linked_by_their_name():
    where = {"city": "Gent", "postal_code": "9000"}
    assert evidence({"name": "Unknown", **where}, {"name": "Unknown", **where}).tier is None


def test_a_junk_number_is_no_phone():
    assert features(1, {"name": "Jan Maes", "phone": "+3200000000", "mobile": "+32123456789"}).phones == ()


def test_the_reasons_are_words():
    reasons = evidence(FIRM, firm(name="Noordzee Transpotr")).reasons
    assert reasons[0] == "same VAT number"
    assert reasons[1].endswith("% alike")
    assert "same address" in reasons


@pytest.mark.parametrize(("xi", "gb"), [("XI980780684", "GB980780684")])
def test_northern_ireland_has_two_prefixes(xi, gb):
    assert features(1, {"name": "a", "vat_number": xi}).vat == features(2, {"name": "a", "vat_number": gb}).vat


MOVED = {"name": "Nancy Deckers", "city": "Gent", "postal_code": "9000", "country_code": "BE"}


@pytest.mark.parametrize("own", [{"mobile": "+32471206493"}, {"email": "nancy.deckers@telenet.be"}])
def test_a_person_who_moved_is_known_by_what_is_that_persons_alone(own):
    typed = {**MOVED, **own, "name": "Nancy Dekcers", "city": "Luik", "postal_code": "4000"}
    assert evidence({**MOVED, **own}, typed).tier is Tier.LIKELY
    assert evidence({**MOVED, **own}, typed, names=5).score < Tier.LIKELY


@pytest.mark.parametrize(
    ("shared", "name"),
    [
        ({"phone": "+3292064567"}, "Nancy Dekcers"),
        ({"mobile": "+32471206493"}, "Nina Deckers"),
        ({"mobile": "+32471206493"}, "Nancy Peeters"),
        ({"mobile": "+32471206493", "vat_number": "BE0403019261"}, "Nancy Deckers BV"),
    ],
)
def test_a_shared_phone_a_relative_and_a_firm_elsewhere_are_not_somebody_who_moved(shared, name):
    other = {**MOVED, **shared, "name": name, "city": "Luik", "postal_code": "4000"}
    assert evidence({**MOVED, **shared, "vat_number": None}, other).score < Tier.LIKELY


def test_two_copies_with_an_error_each_do_not_part_a_group():
    one, other = ({**MOVED, "name": name, "mobile": "+32471206493"} for name in ("Nancy Decekrs", "Nancy Deckerss"))
    found = evidence(one, other)
    assert UNLIKE_BELOW <= found.score < Tier.LIKELY
    assert not found.parts
    assert evidence(one, {**other, "name": "Nathalie Deckerss"}).parts
    assert evidence({**one, "vat_number": "BE0403019261"}, {**other, "vat_number": "BE0400378485"}).parts
