"""Duplicates and merges in the web UI: what the list and the preview show, and what a click does."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from bconnect.customers.duplicates.models import DuplicateGroup, NotDuplicate
from bconnect.customers.duplicates.refresh import refresh
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync.models import Merge
from tests.integration.duplicates_rig import answer, browser, preview_address, with_duplicates
from tests.integration.rig import Rig, client_record, customer, edit_here

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tenant() -> Rig:
    return with_duplicates()


@pytest.fixture
def admin() -> Client:
    return browser(superuser=True)


def test_the_list_shows_groups_with_reasons(admin):
    page = admin.get(reverse("admin:duplicates_duplicategroup_changelist")).content.decode()
    assert "NOORDZEE TRANSPORT" in page
    assert "same e-mail" in page
    assert "Condor" not in page


def test_the_list_asks_no_more_questions_for_many_groups(admin):
    address = reverse("admin:duplicates_duplicategroup_changelist")
    admin.get(address)
    with CaptureQueriesContext(connection) as few:
        admin.get(address)
    for number in range(10, 40):
        pair = number // 2
        Customer.objects.create(
            robaws_client_id=str(number), name=f"Zwaan {chr(60 + pair) * 4}s", email=f"a{pair}@gmail.com", city="Gent"
        )
    refresh(timezone.now())
    assert DuplicateGroup.objects.count() >= 10
    with CaptureQueriesContext(connection) as many:
        admin.get(address)
    assert len(many) == len(few) <= 16


def test_a_group_leads_to_the_preview_with_a_suggestion(admin):
    group = DuplicateGroup.objects.get()
    response = admin.get(reverse("admin:duplicates_duplicategroup_change", args=[group.pk]), follow=True)
    preview = response.context["preview"]
    assert [each.customer.robaws_client_id for each in preview.columns if each.stays] == ["2"]
    assert preview.in_robaws == "deactivate"
    assert preview.lines[0].differs
    assert f"likely {preview.evidence.score}" in response.content.decode()
    assert "same e-mail" in preview.evidence.reasons


def test_a_click_merges_and_puts_the_rest_in_the_queue(admin):
    response = admin.post(preview_address(), answer(admin, **{"into": "1", "take-name": "3"}), follow=True)
    assert response.status_code == 200
    record = Merge.objects.get()
    assert set(Customer.objects.values_list("robaws_client_id", flat=True)) == {"1", "4"}
    survivor = customer("1")
    assert (survivor.name, survivor.phone, survivor.vat_number) == (
        "NOORDZEE TRANSPORT",
        "+3232064567",
        "BE0403019261",
    )
    assert Intake.objects.get().robaws_client_id == "1"
    assert record.merged_by == "admin"
    assert OrmQ.objects.count() == 1
    assert "not confirmed yet" in response.content.decode()
    assert not DuplicateGroup.objects.exists()


def test_one_may_be_left_out(admin):
    admin.post(preview_address(), answer(admin, into="1", merged=["3"]))
    assert set(Customer.objects.values_list("robaws_client_id", flat=True)) == {"1", "2", "4"}


def test_a_value_of_one_that_is_left_out_is_not_taken(admin):
    admin.post(preview_address(), answer(admin, **{"into": "1", "merged": ["3"], "take-phone": "2"}))
    assert customer("1").phone is None


def test_the_lines_of_an_address_are_one_choice(admin):
    for number, (street, house) in {"1": ("Noorderlaan", "1"), "3": ("Kaai", "3")}.items():
        edit_here(number, street=street, street_number=house, address=f"{street} {house}")
    preview = admin.get(preview_address()).context["preview"]
    (line,) = (each for each in preview.lines if each.column in ("address", "street", "street_number"))
    assert {cell.client_id: cell.value for cell in line.cells} | {"2": None} == {
        "1": "Noorderlaan 1", "3": "Kaai 3", "2": None,
    }  # fmt: skip
    admin.post(preview_address(), answer(admin, **{"into": "1", "take-address": "3"}))
    survivor = customer("1")
    assert (survivor.street, survivor.street_number, survivor.address) == ("Kaai", "3", "Kaai 3")


def test_nothing_is_merged_on_an_old_preview(admin):
    posted = answer(admin)
    edit_here("3", city="Gent")
    response = admin.post(preview_address(), posted)
    assert response.status_code == 409
    assert "changed meanwhile" in response.content.decode()
    assert not Merge.objects.exists()


def test_what_somebody_chose_is_still_there_after_a_refusal(admin):
    posted = answer(admin, **{"into": "3", "take-name": "1"})
    edit_here("3", city="Gent")
    preview = admin.post(preview_address(), posted).context["preview"]
    assert [each.customer.robaws_client_id for each in preview.columns if each.stays] == ["3"]
    name = next(line for line in preview.lines if line.column == "name")
    assert [cell.client_id for cell in name.cells if cell.is_taken] == ["1"]


def test_a_customer_that_is_not_there_is_a_clear_word_and_no_fault(admin):
    response = admin.get(preview_address("1,99"))
    assert response.status_code == 200
    assert "no customer 99" in response.content.decode()


def test_not_the_same_is_remembered(admin):
    admin.post(preview_address(), {"different": "1"})
    assert NotDuplicate.objects.count() == 3
    assert not DuplicateGroup.objects.exists()
    refresh(timezone.now(), anew=True)
    assert not DuplicateGroup.objects.exists()


def test_not_the_same_said_of_one_that_was_merged_meanwhile_says_so_and_remembers_nothing(admin):
    admin.post(preview_address(), answer(admin, into="1", merged=["3"]))
    response = admin.post(preview_address(), {"different": "1"}, follow=True)
    assert response.status_code == 200
    page = response.content.decode()
    assert "Nothing was remembered: one of them is not here any more." in page
    assert "there is no customer 3 (merged into 1) here" in page
    assert not NotDuplicate.objects.exists()


def test_undo_is_asked_for_and_shown(admin):
    admin.post(preview_address(), answer(admin))
    record = Merge.objects.get()
    page = admin.post(reverse("admin:sync_merge_undo", args=[record.pk]), follow=True).content.decode()
    record.refresh_from_db()
    assert record.undo_asked_by == "admin"
    assert "undo is on its way" in page
    assert OrmQ.objects.count() == 2


def test_a_held_merge_can_be_sent_on_its_way_again(admin):
    admin.post(preview_address(), answer(admin, in_robaws="deactivate"))
    record = Merge.objects.get()
    record.merged.update(step="left")
    Merge.objects.update(state="done")
    admin.post(reverse("admin:sync_merge_go_on", args=[record.pk]), {"in_robaws": "delete"})
    record.refresh_from_db()
    assert (record.in_robaws, record.state) == ("delete", "open")
    assert set(record.merged.values_list("step", flat=True)) == {"waiting"}


def test_the_preview_warns_of_customers_that_are_not_alike(admin):
    page = admin.get(preview_address("1,4"))
    assert page.context["preview"].evidence.tier is None
    assert "unlikely" in page.content.decode()


def test_a_merge_shows_each_step_with_its_tries_and_what_stopped_it(admin):
    admin.post(preview_address(), answer(admin, into="1", merged=["2"]))
    Merge.objects.update(attempts=3, error="Robaws can't be reached", tried_at=timezone.now())
    address = reverse("admin:sync_merge_change", args=[Merge.objects.get().pk])
    response = admin.get(address)
    assert [(each.client_id, each.attempts, each.error) for each in response.context["steps"]] == [
        ("1", 3, "Robaws can't be reached"),
        ("2", 0, ""),
    ]
    page = response.content.decode()
    assert "Tried next" in page
    assert "Try again now" in page
    assert "hx-trigger" in page
    Merge.objects.update(state="done", confirmed_at=timezone.now(), error="")
    page = admin.get(address).content.decode()
    assert "Try again now" not in page
    assert 'hx-trigger="load delay' not in page


def test_the_dashboard_counts_merges_that_are_stuck(admin):
    admin.post(preview_address(), answer(admin))
    Merge.objects.update(state="held")
    assert "<strong>1</strong><span>merge that is stuck</span>" in admin.get(reverse("admin:index")).content.decode()


def test_the_preview_says_what_cannot_be_deactivated(admin):
    Rig([client_record(7, name="Silent"), client_record(8, name="Silent")]).pull("full")
    page = admin.get(preview_address("7,8"))
    assert page.context["preview"].in_robaws == "keep"
    assert "can't be deactivated there: Silent (7), Silent (8)" in page.content.decode()
    assert "stay-active" not in admin.get(preview_address()).content.decode()


def test_the_worklist_names_what_is_missing(admin):
    page = admin.get(reverse("admin:duplicates_profile_changelist")).content.decode()
    assert "Condor Freight" in page
    assert "no phone" in page
    page = admin.get(reverse("admin:duplicates_profile_changelist") + "?problem=vat.missing").content.decode()
    assert "Noordzee Transport BV" in page
    assert "Condor Freight" not in page


def test_the_dashboard_shows_the_quality(admin):
    page = admin.get(reverse("admin:index")).content.decode()
    assert "Quality of the data" in page
    assert "groups of likely duplicates" in page


def test_customers_that_are_ticked_in_the_list_are_merged_on_the_same_page(admin):
    ticked = [str(customer(each).pk) for each in ("1", "2")]
    address = reverse("admin:customers_customer_changelist")
    response = admin.post(address, {"action": "merge_chosen", "_selected_action": ticked})
    assert response["Location"] == preview_address("1,2")
    response = admin.post(address, {"action": "merge_chosen", "_selected_action": ticked[:1]}, follow=True)
    assert "Choose from two" in response.content.decode()


def test_whoever_makes_a_twin_is_told_why_it_looks_like_one(admin):
    address = reverse("admin:customers_customer_add")
    typed = {"name": "noordzee transport", "email": "jan@noordzee.be", "is_active": "on"}
    page = admin.post(address, typed).content.decode()
    assert page.count("It looks like a customer that is here already") == 1
    assert "same name; same e-mail" in page
    assert Customer.objects.count() == 4
    admin.post(address, typed | {"is_no_twin": "on"})
    assert Customer.objects.count() == 5


def test_one_that_came_a_moment_ago_is_found_too(admin):
    Customer.objects.create(name="Zwarte Zee", email="zee@zee.be")
    page = admin.post(reverse("admin:customers_customer_add"), {"name": "Blauwe Zee", "email": "zee@zee.be"})
    assert "same name, VAT number, e-mail or phone" in page.content.decode()
