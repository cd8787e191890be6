"""What the office does all day: edit and push, resolve, intake, sync with progress, replay. In a real browser."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bconnect.demo import NOT_INHERITED
from tests.acceptance.demo_run import DemoRun
from tests.browser.conftest import Office

CUSTOMERS = "admin/customers/customer/"


class Backstage:
    """What others do meanwhile: in Robaws, and with the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / ".demo"

    def shell(self, code: str) -> str:
        return self.bconnect("shell", "-v0", "-c", code)

    def bconnect(self, *words: str) -> str:
        command = [sys.executable, "-m", "bconnect.cli", *words]
        own = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
        done = subprocess.run(
            command, cwd=self.folder, env=own, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def clash(self, client_id: str, ours: str, theirs: str) -> None:
        """Both sides change the e-mail address of this client, differently."""
        self.in_robaws("patch", client_id, {"email": theirs})
        self.shell(f"Customer.objects.filter(robaws_client_id='{client_id}').update(email='{ours}')")
        self.bconnect("sync_customers", "--client-id", client_id, "--no-progress")

    def in_robaws(self, method: str, client_id: str, body: dict[str, Any]) -> str:
        return self.shell(
            "import httpx2\nfrom django.conf import settings\n"
            f"answer = httpx2.request('{method.upper()}', settings.ROBAWS_BASE_URL + '/api/v2/clients/{client_id}', "
            f"auth=(settings.ROBAWS_API_KEY, settings.ROBAWS_API_SECRET), json={body!r}, "
            "headers={'Content-Type': 'application/merge-patch+json'})\nprint(answer.text)"
        )


@pytest.fixture
def backstage(demo: DemoRun) -> Backstage:
    return Backstage(demo.folder)


def ready(office: Office) -> Any:
    office.page.wait_for_load_state("networkidle")
    return office.page


def wait_until_done(office: Office) -> str:
    """The task's page moves by itself until the task has ended."""
    office.page.locator("#errand .bc-badge:has-text('done')").wait_for(timeout=60_000)
    return str(office.page.inner_text("#content-main"))


def test_a_customer_is_found_edited_and_pushed(office: Office, backstage: Backstage) -> None:
    page = office.open(f"{CUSTOMERS}?q=autohandel+dubois+bv")
    page.click(".field-bold_name a")
    ready(office).fill("#id_city", "Mechelen")
    page.click("button[name=_continue]")
    ready(office)
    assert "EDITED HERE" in page.inner_text(".bc-sync")
    page.click("a:has-text('Push to Robaws')")
    ready(office)
    asked = page.inner_text(".bc-ask")
    assert re.search(r"City\s+Charleroi\s+Mechelen", asked)
    page.click(".bc-ask button[type=submit]")
    ready(office)
    assert "pushed" in wait_until_done(office).lower()
    assert '"city":"Mechelen"' in backstage.in_robaws("get", "1", {})
    assert office.faults == []


def test_a_conflict_is_decided_field_by_field(office: Office, backstage: Backstage) -> None:
    backstage.clash("5", "ours@here.be", "theirs@there.be")
    page = office.open("admin/sync/conflict/?state=open")
    page.click("#result_list a:has-text('Katrien Vermeulen')")
    ready(office)
    three = page.inner_text(".bc-three")
    assert "ours@here.be" in three
    assert "theirs@there.be" in three
    page.fill("input[name^=value-]", "no mail")
    page.click("button:has-text('Decide')")
    ready(office)
    title, error = (page.locator(f".bc-conflict {each}").bounding_box() for each in ("legend", ".bc-warning"))
    assert error["y"] >= title["y"] + title["height"]
    page.fill("input[name^=value-]", "third@both.be")
    page.click("button:has-text('Decide')")
    ready(office)
    assert "1 conflict is decided" in page.inner_text("#main")
    assert page.input_value("#id_email") == "third@both.be"
    assert "EDITED HERE" in page.inner_text(".bc-sync")
    assert office.faults == []


def test_robaws_value_is_taken_into_the_form_by_a_button(office: Office, backstage: Backstage) -> None:
    backstage.shell("Customer.objects.filter(robaws_client_id='20').update(city='Nowhere')")
    page = office.open(f"{CUSTOMERS}?q=20&sync=edited")
    page.click(".field-bold_name a")
    ready(office)
    page.locator("form button[data-take=city]").last.click()
    page.click("button[name=_continue]")
    ready(office)
    assert "IN STEP" in page.inner_text(".bc-sync")
    assert "edited here" in page.inner_text("#content-main").lower()


def test_a_new_customer_is_made_beside_its_intake(office: Office) -> None:
    page = office.open("admin/intakes/intake/add/")
    page.click("button:has-text('New customer')")
    page.fill("#new-customer [name=name]", "222 cars")
    page.click("#new-customer button[type=submit]")
    page.locator("#new-customer .bc-errors a, #new-customer .bc-errors p").first.wait_for()
    assert "looks like a customer that is here already" in page.inner_text("#new-customer")
    twin = page.locator("#new-customer .bc-errors a")
    assert (twin.inner_text(), "/change/" in str(twin.get_attribute("href"))) == ("222 CARS", True)
    assert "<a" not in page.inner_text("#new-customer")
    page.fill("#new-customer [name=name]", "Journey Shipping NV")
    page.fill("#new-customer [name=phone]", "03 206 45 67")
    page.click("#new-customer button[type=submit]")
    page.locator("#new-customer").wait_for(state="hidden")
    assert page.input_value("#id_customer_name") == "Journey Shipping NV"
    assert page.input_value("#id_contact_phone") == "+3232064567"
    page.click("button[name=_save]")
    ready(office)
    assert "Journey Shipping NV" in page.inner_text("#result_list")
    office.faults = [each for each in office.faults if "422" not in each]  # the twin, as meant
    assert office.faults == []


def test_a_likely_twin_is_told_once_and_gets_the_focus(office: Office) -> None:
    page = office.open(f"{CUSTOMERS}add/")
    page.fill("#id_name", "222 cars")
    page.click("button[name=_save]")
    ready(office)
    assert page.inner_text("#main").count("It looks like a customer that is here already") == 1
    page.locator(".bc-twins:focus").wait_for()


def test_an_intake_is_filled_anew_by_another_customer_but_never_over_what_was_typed(office: Office) -> None:
    def choose(term: str) -> None:
        page.click(".select2-selection")
        page.keyboard.type(term)
        page.locator(f".select2-results__option:has-text('{term}')").first.click()

    page = office.open("admin/intakes/intake/add/")
    page.fill("#id_contact_email", "typed@by.hand")
    choose("222 CARS")
    assert page.input_value("#id_customer_name") == "222 CARS"
    choose("Neptune Cars")
    assert page.input_value("#id_customer_name") == "Neptune Cars SARL"
    assert page.input_value("#id_contact_phone") == "+237222532974"
    assert page.input_value("#id_contact_email") == "typed@by.hand"
    assert office.faults == []


def test_sync_all_runs_in_the_background_with_its_progress_and_result(office: Office) -> None:
    page = office.open(CUSTOMERS)
    page.click("a:has-text('Sync all')")
    ready(office)
    assert "about 42 of the" in page.inner_text(".bc-ask")
    page.click(".bc-ask button[type=submit]")
    page.locator("#errand").wait_for()
    assert page.locator("#errand [role=progressbar]").count() == 1
    told = wait_until_done(office)
    assert re.search(r"FETCHED\s+4,01\d", told.upper())
    page.click("#errand a:has-text('Run #')")
    ready(office)
    assert "Changes of this run" in page.inner_text("#content-main")
    assert office.faults == []


def test_a_failed_webhook_event_is_replayed(office: Office, backstage: Backstage) -> None:
    backstage.shell(
        "from bconnect.webhooks.models import Delivery\n"
        "record = Customer.objects.get(robaws_client_id='3473').metadata\n"
        "Delivery.objects.create(event_type='client.updated', robaws_id='journey', robaws_client_id='3473', "
        "payload={'id': 'journey', 'event': 'client.updated', 'data': record}, status='failed', retry_count=5, "
        "error_message='the database was away', next_attempt_at=None)"
    )
    page = office.open("admin/webhooks/delivery/?status__exact=failed")
    assert "client.updated" in page.inner_text("#result_list")
    page.click("#result_list a:has-text('client.updated')")
    ready(office)
    assert "the database was away" in page.inner_text("#content-main")
    page.click("a:has-text('Apply again')")
    ready(office)
    page.click(".bc-ask button[type=submit]")
    ready(office)
    for _ in range(30):
        if "PROCESSED" in office.open("admin/webhooks/delivery/?q=journey").inner_text("#result_list"):
            break
        page.wait_for_timeout(500)
    assert "PROCESSED" in page.inner_text("#result_list")
    assert office.faults == []


def test_the_list_follows_the_data_and_keeps_what_is_ticked(office: Office, backstage: Backstage) -> None:
    page = office.open(f"{CUSTOMERS}?q=222+cars")
    page.check("#result_list tbody tr:first-child input.action-select")
    backstage.shell("Customer.objects.filter(robaws_client_id='3473').update(city='Elsewhere')")
    page.evaluate("document.dispatchEvent(new Event('bc:refresh'))")
    page.locator("#result_list td:has-text('Elsewhere')").first.wait_for(timeout=60_000)
    assert page.is_checked("#result_list tbody tr:first-child input.action-select")
    assert page.url.endswith("?q=222+cars")
