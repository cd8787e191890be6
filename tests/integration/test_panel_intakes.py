"""The form of an intake in the web UI: what it refuses, and what it leaves as others have saved it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bconnect.intakes.models import Intake
from tests.integration.people import browser as browser_of
from tests.integration.rig import client_record, pulled

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return browser_of("superuser")


def new_intake(browser: Client, **typed: str) -> Any:
    posted = {"status": "pending", "priority": "normal", **typed}
    return browser.post(reverse("admin:intakes_intake_add"), posted, follow=True)


def test_an_intake_for_nobody_is_refused_until_a_name_is_entered(admin: Client) -> None:
    response = new_intake(admin)
    assert "Choose a customer, or enter a name." in response.content.decode()
    assert not Intake.objects.exists()
    new_intake(admin, customer_name="Somebody who rang")
    assert Intake.objects.get().customer_name == "Somebody who rang"


@pytest.mark.parametrize(
    ("field", "typed", "word"),
    [("contact_email", "nonsense", "e-mail address"), ("contact_phone", "call me", "no digit")],
)
def test_a_contact_that_nobody_can_reach_is_refused(admin: Client, field: str, typed: str, word: str) -> None:
    response = new_intake(admin, customer_name="A", **{field: typed})
    assert word in response.context["adminform"].form.errors[field][0]
    assert not Intake.objects.exists()


def test_a_phone_is_kept_as_it_was_typed(admin: Client) -> None:
    new_intake(admin, customer_name="A", contact_phone="03/206 45 67 (ask for An)")
    assert Intake.objects.get().contact_phone == "03/206 45 67 (ask for An)"


# --- two people at one intake -------------------------------------------------------------------------


def opened(browser: Client, intake: Intake) -> dict[str, Any]:
    """What the form of this intake would post if nothing were typed."""
    page = browser.get(address(intake))
    assert 'name="snapshot"' in page.content.decode()
    form = page.context["adminform"].form
    return {name: form[name].value() or "" for name in form.fields}


def address(intake: Intake) -> str:
    return reverse("admin:intakes_intake_change", args=[intake.pk])


@pytest.fixture
def intake() -> Intake:
    return Intake.objects.create(customer_name="A firm", contact_phone="03 1", notes="old", service_type="RORO")


def test_a_save_leaves_what_somebody_else_changed_meanwhile(admin: Client, intake: Intake) -> None:
    hers = opened(admin, intake)
    admin.post(address(intake), {**opened(admin, intake), "notes": "his notes", "contact_phone": "03 2"})
    assert admin.post(address(intake), {**hers, "service_type": "Container"}).status_code == 302
    intake.refresh_from_db()
    assert (intake.notes, intake.contact_phone, intake.service_type) == ("his notes", "03 2", "Container")


def test_a_save_writes_only_what_was_edited(admin: Client, intake: Intake) -> None:
    posted = opened(admin, intake)
    Intake.objects.filter(pk=intake.pk).update(notes="by another program")
    admin.post(address(intake), {**posted, "status": "completed"})
    intake.refresh_from_db()
    assert (intake.notes, intake.status) == ("by another program", "completed")


def test_a_field_that_both_changed_shows_both_values_and_the_next_save_decides(admin: Client, intake: Intake) -> None:
    posted = opened(admin, intake)
    Intake.objects.filter(pk=intake.pk).update(notes="his notes", status="completed")
    typed = {**posted, "notes": "her notes", "status": "in_progress", "service_type": "Container"}
    form = admin.post(address(intake), typed).context["adminform"].form
    assert "his notes" in form.errors["notes"][0]
    assert "her notes" in form.errors["notes"][0]
    assert "Completed" in form.errors["status"][0]
    intake.refresh_from_db()
    assert (intake.notes, intake.service_type) == ("his notes", "RORO")

    again = {**typed, "snapshot": form["snapshot"].value()}
    assert admin.post(address(intake), again).status_code == 302
    intake.refresh_from_db()
    assert (intake.notes, intake.status, intake.service_type) == ("her notes", "in_progress", "Container")


def test_the_customer_that_a_merge_gave_an_intake_meanwhile_stays(admin: Client) -> None:
    pulled(client_record(1), client_record(2))
    intake = Intake.objects.create(robaws_client_id="2", customer_name="Client 2")
    posted = opened(admin, intake)
    Intake.objects.filter(pk=intake.pk).update(robaws_client_id="1")
    admin.post(address(intake), {**posted, "notes": "mine"})
    intake.refresh_from_db()
    assert (intake.robaws_client_id, intake.notes) == ("1", "mine")


@pytest.mark.parametrize("snapshot", ["", "forged"])
def test_a_form_that_does_not_say_what_was_seen_is_refused(admin: Client, intake: Intake, snapshot: str) -> None:
    response = admin.post(address(intake), {**opened(admin, intake), "notes": "mine", "snapshot": snapshot})
    assert "load the page again" in response.content.decode()
    intake.refresh_from_db()
    assert intake.notes == "old"


def test_what_another_program_left_does_not_block_a_save(admin: Client) -> None:
    intake = Intake.objects.create(contact_email="nonsense", contact_phone="call me")
    admin.post(address(intake), {**opened(admin, intake), "status": "completed"})
    intake.refresh_from_db()
    assert (intake.status, intake.contact_email) == ("completed", "nonsense")
