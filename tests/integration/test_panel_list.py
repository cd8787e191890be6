"""The list of customers in the web UI: what it shows, finds, filters and counts."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.jobs.models import Errand
from bconnect.panel.values_in_use import values_in_use
from bconnect.sync.models import Conflict, ParkedEdit, QuarantinedRecord, SyncRun
from bconnect.webhooks.models import Delivery
from tests.integration.panel_rig import NOW
from tests.integration.people import browser as browser_of
from tests.integration.rig import client_record, customer, pulled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_count_left_over")]


@pytest.fixture
def admin() -> Client:
    return browser_of("superuser")


def test_the_list_shows_each_customers_intakes_and_sync_state(admin: Client) -> None:
    rig = pulled(*(client_record(n) for n in range(1, 8)))
    Intake.objects.create(robaws_client_id="1")
    Intake.objects.create(robaws_client_id="1")
    Customer.objects.filter(robaws_client_id="2").update(city="Gent")
    Customer.objects.filter(robaws_client_id="3").update(email="ours@x.be")
    rig.edit("3", email="theirs@x.be")
    rig.pull()
    Customer.objects.filter(robaws_client_id="4").update(gone_at=NOW)
    ParkedEdit.objects.create(customer=customer("5"), edits={}, reason="no", since=NOW)
    Customer.objects.create(name="Fresh")
    quarantine("6")
    rows = admin.get(reverse("admin:customers_customer_changelist")).context["cl"].result_list
    assert {row.name: (row.sync_state, row.n_intakes) for row in rows} == {
        "Client 1": ("in_step", 2),
        "Client 2": ("edited", 0),
        "Client 3": ("conflict", 0),
        "Client 4": ("gone", 0),
        "Client 5": ("refused", 0),
        "Client 6": ("held", 0),
        "Client 7": ("in_step", 0),
        "Fresh": ("new", 0),
    }
    assert found(admin, "sync=held") == ["6"]
    assert found(admin, "sync=in_step") == ["7", "1"]


def quarantine(client_id: str, **more: Any) -> QuarantinedRecord:
    return QuarantinedRecord.objects.create(
        **{"key": client_id, "robaws_client_id": client_id, "reason": "its Name is empty", **more},
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def test_the_page_of_a_customer_in_quarantine_says_why_and_leads_there(admin: Client) -> None:
    pulled(client_record(1))
    held = quarantine("1")
    page = admin.get(reverse("admin:customers_customer_change", args=[customer("1").pk])).content.decode()
    assert "not taken in" in page
    assert "Here and in Robaws the same" not in page
    assert "its Name is empty" in page
    assert reverse("admin:sync_quarantinedrecord_change", args=[held.pk]) in page


def test_the_quarantine_names_its_customers_and_leads_to_them_here_and_in_robaws(admin: Client) -> None:
    pulled(client_record(1))
    here = quarantine("1", data={"name": None})
    quarantine("2", data={"name": "Not <here>"})
    quarantine("hash", robaws_client_id=None, data=["no client"])
    address = reverse("admin:customers_customer_change", args=[customer("1").pk])
    shown = admin.get(reverse("admin:sync_quarantinedrecord_changelist")).content.decode()
    assert f'href="{address}">Client 1<' in shown
    assert "Not &lt;here&gt;" in shown
    page = admin.get(reverse("admin:sync_quarantinedrecord_change", args=[here.pk])).content.decode()
    assert f'href="{address}">Client 1<' in page
    assert "/#/objectRef/CLIENT:1" in page


def test_the_page_of_a_run_says_what_failed_and_why(admin: Client) -> None:
    pulled(client_record(1), client_record(2))
    run = SyncRun.objects.create(kind="full", status="partial", started_at=NOW, finished_at=NOW, errors=3)
    quarantine("1", run=run)
    quarantine("9", run=run, reason="it can't be read (x)")
    page = admin.get(reverse("admin:sync_syncrun_change", args=[run.pk])).content.decode()
    assert "3 records failed" in page
    assert reverse("admin:customers_customer_change", args=[customer("1").pk]) in page
    assert "its Name is empty" in page
    assert "it can&#x27;t be read (x)" in page
    assert "mended since" in page
    assert reverse("admin:sync_quarantinedrecord_changelist") in page.partition("What failed")[2]


def test_the_page_of_a_push_lists_what_robaws_refused_and_what_its_task_noted(admin: Client) -> None:
    pulled(client_record(1), client_record(2))
    task = Errand.objects.create(kind="push", by="ann", asked_at=NOW, failures=[["2", "its creation was cut off"]])
    run = SyncRun.objects.create(kind="push", status="partial", started_at=NOW, finished_at=NOW, errors=2, errand=task)
    ParkedEdit.objects.create(customer=customer("1"), edits={}, reason="city: too long", since=NOW)
    page = admin.get(reverse("admin:sync_syncrun_change", args=[run.pk])).content.decode()
    assert "city: too long" in page
    assert "its creation was cut off" in page
    assert "mended since" not in page


def test_the_list_colours_roles_as_the_plan_says(admin: Client) -> None:
    pulled(
        client_record(1),
        client_record(2, extraFields={"Role": {"stringValue": "BLACKLISTED"}}),
        client_record(3, extraFields={"Role": {"stringValue": "CONSIGNEE"}}),
    )
    html = admin.get(reverse("admin:customers_customer_changelist")).content.decode()
    for role, colour in (("FORWARDER", "primary"), ("BLACKLISTED", "danger"), ("CONSIGNEE", "grey")):
        assert re.search(rf'<span class="bc-badge bc-{colour}"[^>]*>{role}</span>', html)


def found(browser: Client, query: str) -> list[str]:
    response = browser.get(reverse("admin:customers_customer_changelist") + "?" + query)
    assert response.status_code == 200
    return [row.robaws_client_id for row in response.context["cl"].result_list]


@pytest.mark.parametrize(
    "term",
    ["peeters", "PEETERS transport", "0475 12", "+32 475", "0032475123456", "peet gent", "be 0403.019", "info@p", "1"],
)
def test_the_search_finds_a_customer_by_whatever_is_at_hand(admin: Client, term: str) -> None:
    known = client_record(
        1, name="Peeters Transport", email="info@p.be", tel="0475 12 34 56", vatNumber="BE 0403.019.261"
    )
    known["address"]["city"] = "Gent"
    pulled(known, client_record(2, name="Another", email="x@y.be"))
    assert found(admin, "q=" + term.replace("+", "%2B")) == ["1"]


def test_the_search_shows_names_that_begin_with_the_term_first(admin: Client) -> None:
    pulled(client_record(1, name="Van den Broeck"), client_record(2, name="Broeck & Co"))
    assert found(admin, "q=broeck") == ["2", "1"]


def test_several_roles_are_filtered_at_once_and_none_counts_as_one(admin: Client) -> None:
    def record(number: int, role: str | None) -> dict[str, Any]:
        return client_record(number, extraFields={"Role": {"stringValue": role}})

    pulled(record(1, "POV"), record(2, "BROKER"), record(3, None), record(4, "POV"))
    assert sorted(found(admin, "role=POV&role=BROKER")) == ["1", "2", "4"]
    assert sorted(found(admin, "role=BROKER&role=-")) == ["2", "3"]


def test_the_list_is_filtered_by_state_activity_country_and_intakes(admin: Client) -> None:
    pulled(client_record(1), client_record(2), client_record(3, isActive=False))
    Customer.objects.filter(robaws_client_id="2").update(country="Nederland")
    Intake.objects.create(robaws_client_id="1")
    assert found(admin, "sync=edited") == ["2"]
    assert found(admin, "is_active__exact=0") == ["3"]
    assert found(admin, "country__icontains=neder") == ["2"]
    assert found(admin, "intakes=yes") == ["1"]
    assert sorted(found(admin, "intakes=no")) == ["2", "3"]


@pytest.mark.parametrize("term", ["België", "belgi", "Belgique", "BELGIEN", "Belgium", "be", "BEL", "elgiu"])
def test_a_country_is_found_by_its_name_in_any_language_and_by_its_code(admin: Client, term: str) -> None:
    names = ("Belgium", "Netherlands", "Belgenland", "Germany")
    for number, name in enumerate(names):
        Customer.objects.create(robaws_client_id=str(number), name="A", country=name)
    listed = found(admin, f"country__icontains={term}")
    assert "0" in listed
    assert not {"1", "3"} & set(listed)


def test_what_is_no_countrys_name_is_found_as_it_was_written(admin: Client) -> None:
    Customer.objects.create(robaws_client_id="1", name="A", country="Nederland (kust)")
    Customer.objects.create(robaws_client_id="2", name="A", country="Atlantis")
    assert found(admin, "country__icontains=lantis") == ["2"]
    assert found(admin, "country__icontains=Duitsland") == []


def test_open_conflicts_stand_above_those_that_were_decided(admin: Client) -> None:
    pulled(client_record(1))
    conflicts = [
        Conflict.objects.create(customer=customer("1"), field=field, since=NOW, resolved_at=resolved_at)
        for field, resolved_at in (("name", None), ("email", NOW), ("phone", None), ("city", NOW + timedelta(days=1)))
    ]
    rows = admin.get(reverse("admin:sync_conflict_changelist")).context["cl"].result_list
    assert [row.field for row in rows] == ["phone", "name", "city", "email"]
    assert len(rows) == len(conflicts)


def test_an_event_that_can_not_be_applied_is_not_offered_to_be(admin: Client) -> None:
    refused = Delivery.objects.create(status="rejected", error_message="without a signature")
    failed = Delivery.objects.create(status="failed", payload={"event": "client.created"}, robaws_id="1")
    offered = reverse("admin:webhooks_delivery_replay_one", args=[0]).rpartition("/0/")[2]
    for event, is_offered in ((refused, False), (failed, True)):
        page = admin.get(reverse("admin:webhooks_delivery_change", args=[event.pk])).content.decode()
        assert (f"/{event.pk}/{offered}" in page) is is_offered


def test_a_count_that_ended_early_says_so_and_a_filtered_list_leads_to_all(admin: Client) -> None:
    Customer.objects.bulk_create(Customer(robaws_client_id=str(number), name="A") for number in range(5_002))
    whole = admin.get(reverse("admin:customers_customer_changelist")).content.decode()
    assert re.search(r"5,002\s+customers", whole)
    assert "Clear search and filters" not in whole
    part = admin.get(reverse("admin:customers_customer_changelist") + "?is_active__exact=1").content.decode()
    assert re.search(r"5,000\+\s+customers", part)
    assert "5001 results" not in part
    assert "Clear search and filters" in part


@pytest.mark.parametrize(("query", "along"), [("intakes=yes", True), ("intakes=yes&role=POV", False), ("", False)])
def test_customers_with_intakes_are_counted_along_the_index(admin: Client, query: str, along: bool) -> None:
    pulled(client_record(1))
    Intake.objects.create(robaws_client_id="1")
    with CaptureQueriesContext(connection) as asked:
        assert found(admin, query) == (["1"] if "role" not in query else [])
    counted = [each["sql"] for each in asked.captured_queries if each["sql"].startswith("SELECT COUNT(*) FROM (SELECT")]
    assert along == any('ORDER BY "robaws_customers_cache"."robaws_client_id"' in sql for sql in counted)


def test_customers_that_no_pull_vouched_for_in_a_week_can_be_listed(admin: Client) -> None:
    pulled(*(client_record(number) for number in range(1, 5)))
    Customer.objects.create(robaws_client_id="NEW_5", name="Not known there yet")
    long_ago = timezone.now() - timedelta(days=8)
    Customer.objects.filter(robaws_client_id__in=("1", "2", "3")).update(last_synced_at=long_ago)
    Customer.objects.filter(robaws_client_id="4").update(last_synced_at=timezone.now())
    Customer.objects.filter(robaws_client_id="3").update(gone_at=long_ago)
    now = timezone.now()
    run = SyncRun.objects.create(kind="full", status="done", started_at=now, finished_at=now, watermark=now)
    assert found(admin, "stale=yes") == [], "a complete pull of today saw that they stayed the same"
    QuarantinedRecord.objects.create(
        key="2", robaws_client_id="2", reason="no", first_seen_at=long_ago, last_seen_at=long_ago
    )
    assert found(admin, "stale=yes") == ["2"], "but not the one it could not read"
    SyncRun.objects.filter(pk=run.pk).update(watermark=None)
    assert sorted(found(admin, "stale=yes")) == ["1", "2"]
    assert sorted(found(admin, "stale=no")) == ["3", "4", "NEW_5"]
    page = admin.get(reverse("admin:customers_customer_changelist") + "?stale=yes").content.decode()
    assert 'aria-label="Remove the filter not synced for 7 days"' in page


def test_the_roles_and_countries_in_use_are_found_without_reading_every_row(admin: Client) -> None:
    for number, (role, country) in enumerate([("POV", "België"), ("BROKER", ""), (None, None), ("POV", "Österreich")]):
        Customer.objects.create(robaws_client_id=str(number), name="A", role=role, country=country)
    with CaptureQueriesContext(connection) as asked:
        assert values_in_use("role") == ["BROKER", "POV"]
        assert set(values_in_use("country")) == {"België", "Österreich"}
    assert "DISTINCT" not in str(asked.captured_queries)


def test_what_is_the_same_for_all_rows_is_made_once_a_page(admin: Client) -> None:
    pulled(*(client_record(number) for number in range(1, 30)))
    made = []

    def count_rendered(template: Any, context: Any, **kwargs: Any) -> None:
        made.append(template.name)

    template_rendered.connect(count_rendered)
    try:
        page = admin.get(reverse("admin:customers_customer_changelist")).content.decode()
    finally:
        template_rendered.disconnect(count_rendered)
    assert page.count('name="_selected_action"') == 29
    assert page.count('aria-label="Select Client 7"') == 1
    assert sum("checkbox" in str(name) for name in made) < 10


def test_the_list_offers_no_way_to_delete_several_at_once(admin: Client) -> None:
    pulled(client_record(1), client_record(2))
    posted = {"action": "delete_selected", "_selected_action": [c.pk for c in Customer.objects.all()], "post": "yes"}
    admin.post(reverse("admin:customers_customer_changelist"), posted)
    assert Customer.objects.count() == 2
