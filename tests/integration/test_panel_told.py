"""What the pages tell before and after: the cost of what is asked for, who may go on, and who changed a field last."""

import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings as in_force

from bconnect.customers.models import Customer
from bconnect.jobs import pause
from bconnect.jobs.models import Errand
from bconnect.sync.models import Change, Conflict, ParkedEdit, QuarantinedRecord, RequestLimit, SyncRun
from tests.integration.people import KINDS, browser, is_refused, may
from tests.integration.rig import Rig, client_record, customer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LIST = "/admin/customers/customer/"
STOPPED = (
    "30 of 60 clients are missing in Robaws: nothing was deactivated. Check that this is the right tenant; if they "
    "really are gone, run again with --allow-mass-deactivation"
)
TOLD = "nothing was deactivated. Check that this is the right tenant."
VIEWERS_AND_UP = [kind for kind in KINDS if may(kind, "viewer")]


@pytest.fixture
def rig() -> Rig:
    rig = Rig(client_record(number) for number in range(1, 4))
    rig.pull("full")
    return rig


def page(of: str = "1") -> str:
    return f"{LIST}{customer(of).pk}/change/"


def text(kind: str, path: str, language: str = "en") -> str:
    return str(browser(kind).get(path, headers={"accept-language": language}).content.decode())


def quota(left: int) -> None:
    until = time.time() + 3600
    RequestLimit.objects.update_or_create(
        tenant=in_force.ROBAWS_BASE_URL,
        defaults={
            "live_remaining": left, "replica_remaining": left, "live_resets_at": until, "replica_resets_at": until
        },
    )  # fmt: skip


@pytest.mark.parametrize("path", ["sync-all/", "push-all/"])
def test_a_confirmation_says_how_many_of_the_days_requests_it_takes(rig: Rig, path: str) -> None:
    Customer.objects.filter(robaws_client_id="1").update(city="Gent")
    quota(9000)
    assert "It takes about 2 of the 9,000 requests left today." in text("operator", f"{LIST}{path}")


def test_a_confirmation_says_where_the_quota_does_not_suffice(rig: Rig, settings: Any) -> None:
    settings.ROBAWS_DAILY_RESERVE = 500
    quota(501)
    asked = text("operator", f"{LIST}sync-all/")
    assert "It takes about 2 requests, but only 1 may still be used today." in asked


def test_each_choice_of_a_header_action_has_its_command_to_copy(rig: Rig) -> None:
    asked = text("operator", f"{LIST}sync-all/")
    for command in ("bconnect sync_customers --full", "bconnect sync_customers"):
        assert f'data-copy="{command}"' in asked
    assert 'data-copy="bconnect sync_customers --push"' in text("operator", f"{LIST}push-all/")


@pytest.mark.parametrize("kind", ["operator", "administrator"])
def test_after_a_guard_the_page_says_who_may_go_on(rig: Rig, kind: str) -> None:
    SyncRun.objects.update(status="failed", error=STOPPED)
    asked = text(kind, f"{LIST}sync-all/")
    assert TOLD in asked
    assert ("Only an administrator can say that they really are gone." in asked) is (kind == "operator")
    assert "--allow-mass" not in asked.partition("In a terminal:")[0]
    assert TOLD in text(kind, "/admin/")
    shown = text(kind, f"/admin/sync/syncrun/{SyncRun.objects.latest('id').pk}/change/")
    assert TOLD in shown
    assert "--allow-mass" not in shown


@pytest.mark.parametrize("kind", VIEWERS_AND_UP)
def test_who_may_not_hold_writing_reads_who_may(kind: str) -> None:
    shown = text(kind, "/admin/jobs/scheduledjob/")
    assert ("Only an administrator can hold writing" in shown) is not may(kind, "administrator")
    assert ("jobs/scheduledjob/pause/" in shown) is may(kind, "administrator")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if may(kind, "operator")])
def test_while_writing_is_held_the_pages_say_since_when_by_whom_and_who_lets_it_go_on(
    rig: Rig, kind: str, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Brussels"
    Customer.objects.filter(robaws_client_id="1").update(city="Gent")
    pages = ("/admin/", f"{LIST}push-all/", page().replace("change", "push"))
    assert not any("writing is paused" in text(kind, each) for each in pages)
    pause.pause("ann", "stocktaking", datetime(2026, 11, 30, 1, 38, tzinfo=UTC))
    for each in pages:
        shown = text(kind, each)
        assert "writing is paused by ann since 2026-11-30 02:38 (stocktaking)" in shown, each
        assert "/admin/jobs/scheduledjob/" in shown.partition("writing is paused")[2]
    assert "The sync is in order" not in text(kind, "/admin/")


def test_a_task_that_was_held_says_on_which_page_it_may_go_on(rig: Rig, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Brussels"
    pause.pause("ann", "", datetime(2026, 11, 30, 1, 38, tzinfo=UTC))
    with pytest.raises(pause.PausedError) as refusal:
        pause.refuse_while_paused()
    task = Errand.objects.create(kind="push", by="ann", asked_at=NOW, state="failed", detail=str(refusal.value))
    shown = text("operator", f"/admin/jobs/errand/{task.pk}/change/")
    assert "paused by ann since 2026-11-30 02:38. An administrator can let it go on, under Jobs and schedule." in shown
    assert "bconnect resume" not in shown


@pytest.mark.parametrize("kind", VIEWERS_AND_UP)
def test_who_may_not_decide_a_conflict_is_led_to_look_at_it(rig: Rig, kind: str) -> None:
    one = customer("1")
    Conflict.objects.create(customer=one, field="city", base="A", ours="B", theirs="C", since=NOW)
    decides = may(kind, "operator")
    assert ("Decide the conflict" if decides else "Look at the conflict") in text(kind, page())
    shown = text(kind, f"/admin/sync/conflict/decide/{one.pk}/")
    assert ("Operators and administrators can." in shown) is not decides


def test_a_conflict_of_a_country_tells_that_its_code_was_changed_in_robaws(rig: Rig) -> None:
    rig.edit("1", address={"country": "Belgium", "countryCode": "BE"})
    rig.edit("2", address={"country": "Belgium", "countryCode": "BE"})
    rig.pull()
    for each, theirs in (("1", {"countryCode": "NL"}), ("2", {"country": "Nederland", "countryCode": "NL"})):
        Customer.objects.filter(robaws_client_id=each).update(country="France")
        rig.edit(each, address=theirs)
    rig.pull()
    decide = "/admin/sync/conflict/decide/{}/"
    assert "Country code: BE → NL" in text("operator", decide.format(customer("1").pk))
    assert customer("2").country_code == "NL"
    assert "Country code" not in text("operator", decide.format(customer("2").pk))


def test_the_list_of_runs_groups_digits_and_shows_no_zeros(rig: Rig) -> None:
    SyncRun.objects.update(fetched=1234567, created=0)
    shown = text("viewer", "/admin/sync/syncrun/")
    assert re.search(r"field-fetched[^>]*>1,234,567<", shown)
    assert re.search(r"field-created[^>]*>-<", shown)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_in_quarantine_is_tried_again_from_its_page(rig: Rig, kind: str) -> None:
    kept = QuarantinedRecord.objects.create(
        key="9", robaws_client_id="9", reason="its name is empty", data={}, first_seen_at=NOW, last_seen_at=NOW
    )
    person, path = browser(kind), f"/admin/sync/quarantinedrecord/{kept.pk}/"
    allowed = may(kind, "operator")
    retry = f"/admin/sync/quarantinedrecord/{kept.pk}/retry/"
    assert (retry in person.get(f"{path}change/").content.decode()) is allowed
    assert is_refused(person.get(retry)) is not allowed
    assert not Errand.objects.exists()
    assert is_refused(person.post(retry)) is not allowed or Errand.objects.exists()
    asked = [(task.kind, task.arguments) for task in Errand.objects.all()]
    assert asked == ([("sync some", {"client_ids": ["9"]})] if allowed else [])


def test_customers_without_a_vat_number_have_a_view_of_their_own(rig: Rig) -> None:
    Customer.objects.update(vat_number=None)
    Customer.objects.filter(robaws_client_id="1").update(vat_number="BE0707266887", name="Has one")
    assert f'href="{LIST}?vat=no"' in text("viewer", LIST)
    without, having = text("viewer", f"{LIST}?vat=no"), text("viewer", f"{LIST}?vat=yes")
    assert "Has one" not in without
    assert "Client 2" in without
    assert "Has one" in having
    assert "Client 2" not in having


def test_the_form_says_who_changed_a_field_last(rig: Rig) -> None:
    one = customer("1")
    for actor, new in (("schedule", "Luik"), ("piet", "Gent")):
        Change.objects.create(customer=one, field="city", old="", new=new, source="edited", actor=actor)
    shown = text("operator", page())
    assert "by piet (edited here)" in shown
    assert "by schedule (edited here)" not in shown
    assert "gewijzigd door piet (hier gewijzigd)" in text("operator", page(), "nl")


def test_the_form_suggests_kinds_languages_and_currencies_and_keeps_others(rig: Rig) -> None:
    Customer.objects.filter(robaws_client_id="1").update(currency="AED")
    shown = text("operator", page())
    assert '<datalist id="currency-values"><option value="EUR"><option value="USD">' in shown
    assert 'value="AED"' in shown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", ("heeft niemand inactief gemaakt", "gestopt door piet", "het veld Naam is leeg", "lang): verbeter de")),
        ("fr", ("arrêtée sans désactiver personne", "arrêté par piet", "le champ Nom est vide", "lang) : corrigez la")),
    ],
)
def test_why_something_stopped_or_was_refused_is_said_in_the_readers_language(
    rig: Rig, language: str, said: tuple[str, ...]
) -> None:
    SyncRun.objects.update(status="failed", error=STOPPED)
    cut = SyncRun.objects.create(kind="push", status="interrupted", started_at=NOW, error="stopped by piet")
    kept = QuarantinedRecord.objects.create(
        key="9", reason="its Name is empty", data={}, first_seen_at=NOW, last_seen_at=NOW
    )
    refusal = "PATCH /api/v2/clients/1 answered 400 (Stad te lang): correct the named value and send it again"
    ParkedEdit.objects.create(customer=customer("1"), edits={}, reason=refusal, since=NOW)
    paths = (
        f"{LIST}sync-all/",
        f"/admin/sync/syncrun/{cut.pk}/change/",
        f"/admin/sync/quarantinedrecord/{kept.pk}/change/",
        page(),
    )
    for path, phrase in zip(paths, said, strict=True):
        assert phrase in text("administrator", path, language).replace("&#x27;", "'"), path
