"""Duplicates in the database: every change is followed, decisions are kept, and one more customer is looked up."""

import json
from datetime import UTC, datetime
from io import StringIO
from random import Random
from typing import Any

import pytest
from benchmarks.duplicates.generate import generate
from django.core.management import call_command
from django.db import connection

from bconnect.customers.duplicates.decisions import are_different, take_back
from bconnect.customers.duplicates.listing import listed
from bconnect.customers.duplicates.lookup import likely_twins
from bconnect.customers.duplicates.models import (
    DuplicateGroup,
    DuplicateMember,
    DuplicatePair,
    MatchKey,
    Profile,
    QualityDay,
)
from bconnect.customers.duplicates.refresh import refresh
from bconnect.customers.models import Customer
from bconnect.jobs.slices import Slice
from bconnect.operations.duplicates import look_for_duplicates

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def noordzee(number: int, **values: Any) -> Customer:
    columns = {
        "name": "Noordzee Transport BV",
        "email": "jan@noordzee.be",
        "phone": "+3232064567",
        "city": "Antwerpen",
        "postal_code": "2030",
        "country_code": "BE",
    }
    return Customer.objects.create(robaws_client_id=str(number), **columns | values)


def members() -> list[list[str]]:
    ids = dict(Customer.objects.values_list("pk", "robaws_client_id"))
    groups: dict[int, list[str]] = {}
    for group, customer in DuplicateMember.objects.values_list("group_id", "customer_id"):
        groups.setdefault(group, []).append(ids[customer])
    return sorted(sorted(each) for each in groups.values())


def state() -> tuple[Any, ...]:
    """All that was worked out, but for row numbers and times."""
    return (
        sorted(MatchKey.objects.values_list("key", "customer_id", "initials")),
        sorted(Profile.objects.values_list("customer_id", "keys", "quality", "problems", "seen")),
        sorted((p.one_id, p.other_id, p.score, tuple(p.reasons)) for p in DuplicatePair.objects.all()),
        sorted((g.score, g.size, g.name, tuple(g.reasons)) for g in DuplicateGroup.objects.all()),
        members(),
    )


def load(rows: list[dict[str, Any]]) -> None:
    kept = [{column: value for column, value in row.items() if column != "is_firm"} for row in rows]
    Customer.objects.bulk_create(Customer(robaws_client_id=str(row["id"]), **row) for row in kept)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_following_changes_comes_to_the_same_as_beginning_anew(seed):
    """Customers come, change and go in several rounds, by every way of writing."""
    random, rows = Random(seed), generate(700, seed).rows
    load(rows[:300])
    refresh(NOW)
    for start in (300, 500):
        load(rows[start : start + 200])
        for row in random.sample(rows[:start], 40):
            other = random.choice(rows)
            column = random.choice(["name", "email", "phone", "vat_number", "city", "postal_code"])
            Customer.objects.filter(pk=row["id"]).update(**{column: other[column] or "x"})
        Customer.objects.filter(pk__in=[row["id"] for row in random.sample(rows[:start], 15)]).delete()
        refresh(NOW)
    followed = state()
    assert refresh(NOW).looked_at == 0
    refresh(NOW, anew=True)
    assert state() == followed


def test_a_change_by_plain_sql_is_seen():
    noordzee(1), noordzee(2, name="Condor Freight", email=None, phone=None)
    refresh(NOW)
    assert members() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE robaws_customers_cache SET name = 'NOORDZEE TRANSPORT', email = 'jan@noordzee.be', "
            "phone = '+3232064567' WHERE robaws_client_id = '2'"
        )
    assert refresh(NOW).looked_at == 1
    assert members() == [["1", "2"]]


def test_only_what_changed_is_looked_at():
    for number in range(1, 20):
        noordzee(number, name=f"Firma {chr(64 + number) * 3}son", email=None, phone=None)
    assert refresh(NOW).looked_at == 19
    noordzee(20)
    assert refresh(NOW).looked_at == 1
    assert refresh(NOW).looked_at == 0


def test_a_customer_that_goes_leaves_its_group():
    rows = [noordzee(number) for number in (1, 2, 3)]
    refresh(NOW)
    assert members() == [["1", "2", "3"]]
    rows[2].delete()
    Customer.objects.filter(pk=rows[1].pk).update(gone_at=NOW)
    refresh(NOW)
    assert members() == []
    assert Profile.objects.count() == 1


def test_a_mailbox_that_more_and_more_names_share_links_less():
    """The pair itself does not change: what it shares becomes common."""
    for number, name in ((1, "Noordzee Transport"), (2, "Noordzee Transprot")):
        noordzee(number, name=name, phone=None, city=None, postal_code=None)
    refresh(NOW)
    before = DuplicatePair.objects.get().score
    for number, word in enumerate(["Condor Freight", "Atlas Cars", "Mulder Trading", "Zwarte Zee"], 3):
        noordzee(number, name=word, phone=None, city=None, postal_code=None)
    refresh(NOW)
    after = DuplicatePair.objects.filter(one_id__lte=Customer.objects.get(robaws_client_id="2").pk).order_by("pk")
    assert [pair.score for pair in after if pair.score >= before] == []


def test_not_a_duplicate_is_remembered():
    one, other = noordzee(1), noordzee(2)
    refresh(NOW)
    are_different([one.pk, other.pk], who="me", now=NOW)
    assert members() == []
    Customer.objects.filter(pk=one.pk).update(city="Gent", name="Noordzee Transport NV")
    refresh(NOW)
    refresh(NOW, anew=True)
    assert members() == []
    assert listed(50) == []
    assert take_back([one.pk, other.pk], now=NOW) == 1
    Customer.objects.filter(pk=one.pk).update(city="Antwerpen")
    refresh(NOW)
    assert members() == [["1", "2"]]


def test_one_that_is_no_duplicate_leaves_the_others_together():
    rows = [noordzee(number) for number in (1, 2, 3)]
    refresh(NOW)
    for other in rows[1:]:
        are_different([rows[0].pk, other.pk], who="me", now=NOW)
    assert members() == [["2", "3"]]


def test_a_look_that_is_cut_off_goes_on():
    class OverError(Exception):
        pass

    def stop() -> None:
        raise OverError

    noordzee(1), noordzee(2)
    with pytest.raises(OverError):
        refresh(NOW, progress=stop)
    refresh(NOW)
    assert members() == [["1", "2"]]


def test_the_job_looks_for_what_changed():
    noordzee(1), noordzee(2)
    assert look_for_duplicates(Slice(50)).detail == "2 customers looked at"
    assert members() == [["1", "2"]]
    assert look_for_duplicates(Slice(50)).detail == ""


# --- before one is created ----------------------------------------------------------------------------------


def test_twins_of_what_somebody_types_are_found_with_the_reasons():
    noordzee(1), noordzee(2, name="Condor Freight", email="info@condor.be", phone="+3292064567")
    refresh(NOW)
    twins = likely_twins({"name": "noordzee transport", "phone": "03 206 45 67", "country_code": "BE"})
    assert [(twin.client_id, twin.reasons) for twin in twins] == [("1", ("same name", "same phone"))]
    assert twins[0].tier == "likely"
    assert likely_twins({"name": "Somebody else"}) == []
    assert likely_twins({}) == []


def test_the_customer_itself_is_not_its_twin():
    one, other = noordzee(1), noordzee(2)
    refresh(NOW)
    values = Customer.objects.filter(pk=one.pk).values().get()
    assert [twin.customer_id for twin in likely_twins(values, but=[one.pk])] == [other.pk]


def test_a_look_for_twins_costs_a_handful_of_queries(django_assert_max_num_queries):
    load(generate(400, 5).rows)
    noordzee(1000, id=1000)
    refresh(NOW)
    with django_assert_max_num_queries(3):
        assert likely_twins({"name": "Noordzee Transport", "email": "jan@noordzee.be"})


# --- quality ------------------------------------------------------------------------------------------------


def test_the_quality_says_what_is_missing():
    noordzee(1, role="POV", language="nl", vat_number="BE0403019261", street="Kaai")
    noordzee(2, name="Unknown", email=None, phone=None, city=None)
    refresh(NOW)
    good, bad = Profile.objects.order_by("-quality")
    assert (good.quality, good.problems) == (100, "")
    assert bad.quality < 40
    assert {"name.placeholder", "contact.missing", "city.missing"} <= set(bad.problems.split())


def test_the_days_figures_are_kept():
    noordzee(1), noordzee(2, email=None)
    refresh(NOW)
    refresh(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    first, second = QualityDay.objects.order_by("day")
    assert (first.customers, first.groups) == (2, 1)
    assert first.problems["role.missing"] == 2
    assert first.problems["email.missing"] == 1
    assert second.average == first.average


# --- the command --------------------------------------------------------------------------------------------


def find_duplicates(*options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("find_duplicates", "--json", *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_command_lists_groups_by_client_id():
    noordzee(1), noordzee(2), noordzee(3, name="Condor Freight", phone=None, city="Gent", postal_code="9000")
    (group,) = find_duplicates()["groups"]
    assert [member["robaws_client_id"] for member in group["members"]] == ["1", "2"]
    assert group["tier"] == "near certain"
    assert "same e-mail" in group["reasons"]


def test_below_likely_single_pairs_are_listed():
    noordzee(1), noordzee(2, email=None, phone="+3292064567", street="Kaai", city="Gent", postal_code="9000")
    Customer.objects.update(email=None)
    assert find_duplicates()["groups"] == []
    noordzee(3, name="Noordzee Transport", email=None, phone=None, city=None, postal_code=None)
    assert {group["tier"] for group in find_duplicates("--min-score", "50")["groups"]} == {"possible"}
