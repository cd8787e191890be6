"""The doctor: what it finds, and what it says to do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from bconnect.customers.models import Customer
from bconnect.jobs.models import Pause, ScheduledJob
from bconnect.jobs.outcome import Ended
from bconnect.jobs.pause import pause
from bconnect.jobs.tick import THE_TICK
from bconnect.operations.doctor import configured, finding, store, work
from bconnect.operations.doctor.finding import Finding, Level
from bconnect.operations.doctor.robaws_side import RobawsSide
from bconnect.sync import probe
from bconnect.sync.models import RequestLimit
from robaws.client import Page, PatchForm
from robaws.simulator.tenant import ROLE_GUID
from tests.integration.rig import Rig, client_record

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def one(found: Any, about: str) -> Finding:
    (only,) = [each for each in found if each.about == about]
    assert bool(only.cure) == (only.level is not Level.OK), "a cure where one is needed, and only there"
    return only


def seen(rig: Rig, **options: Any) -> list[Finding]:
    with rig.client() as client:
        return list(RobawsSide(client, **options).look())


@pytest.fixture
def tidy(settings: Any) -> Any:
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "x" * 50, ["localhost"]
    return settings


# --- settings ---------------------------------------------------------------------------------------------


def test_tidy_settings_are_one_ok_line(tidy: Any) -> None:
    assert one(configured.look(), "settings").level is Level.OK


@pytest.mark.parametrize(
    ("changed", "level", "word"),
    [
        ({"ROBAWS_API_SECRET": ""}, Level.FAIL, "ROBAWS_API_SECRET is not set"),
        ({"SECRET_KEY": "short"}, Level.WARN, "only 5 characters"),
        ({"SECRET_KEY": ""}, Level.FAIL, "BCONNECT_SECRET_KEY is not set"),
        ({"BCONNECT_UNKNOWN_SETTINGS": ["ROBAWS_ROLE_FEILD"]}, Level.WARN, "no such setting"),
        ({"ROBAWS_BASE_URL": "http://robaws.test"}, Level.FAIL, "unencrypted"),
        ({"ALLOWED_HOSTS": ["crm.firm.test"], "SECURE_SSL_REDIRECT": False}, Level.WARN, "without https"),
        (
            {"ALLOWED_HOSTS": ["crm.firm.test"], "SECURE_SSL_REDIRECT": True, "DEBUG": True},
            Level.FAIL,
            "BCONNECT_DEBUG",
        ),
    ],
)
def test_each_bad_setting_is_named(tidy: Any, changed: dict[str, Any], level: Level, word: str) -> None:
    for name, value in changed.items():
        setattr(tidy, name, value)
    found = one(configured.look(), "settings")
    assert (found.level, word in found.text) == (level, True), found


def test_a_misspelt_setting_is_told_with_the_one_that_is_meant(tidy: Any) -> None:
    tidy.BCONNECT_UNKNOWN_SETTINGS = ["ROBAWS_ROLE_FEILD"]
    assert "ROBAWS_ROLE_FIELD" in one(configured.look(), "settings").cure


# --- Robaws -----------------------------------------------------------------------------------------------


def test_a_tenant_in_order_is_ok_line_by_line(settings: Any) -> None:
    found = seen(Rig([client_record(number) for number in range(1, 6)]))
    assert {each.about for each in found} >= {"login", "clock", "rights", "role field", "PATCH", "quota"}
    assert "(5 of them)" in one(found, "login").text
    role = one(found, "role field")
    assert (role.level, "by the name 'Role' in 5 of the 5" in role.text) == (Level.OK, True)


def test_the_role_is_counted_by_its_guid_where_that_is_set(settings: Any) -> None:
    settings.ROBAWS_ROLE_FIELD_ID = ROLE_GUID
    by_guid = {ROLE_GUID: {"name": "Rol", "stringValue": "POV"}}
    found = one(seen(Rig([client_record(1, extraFields=by_guid), client_record(2)])), "role field")
    assert "by the name 'Role' and by its GUID in 2 of the 2" in found.text


def test_a_role_field_that_is_nowhere_is_told_with_the_fields_that_are(settings: Any) -> None:
    settings.ROBAWS_ROLE_FIELD = "Rol"
    found = one(seen(Rig([client_record(1)])), "role field")
    assert (found.level, "Role" in found.text) == (Level.WARN, True)
    assert "ROBAWS_ROLE_FIELD" in found.cure


def test_a_refused_login_is_told_and_nothing_after_it_is_guessed() -> None:
    rig = Rig([client_record(1)], key="another")
    found = seen(rig)
    assert one(found, "login").level is Level.FAIL
    assert one(found, "Robaws").level is Level.WARN
    assert len(found) == 2


def test_a_user_without_the_right_to_webhooks_is_a_warning() -> None:
    rig = Rig([client_record(1)])
    rig.answer_instead("GET", "/api/v2/webhook-endpoints", 403)
    found = one(seen(rig), "rights")
    assert (found.level, "admin" in found.text) == (Level.WARN, True)


def test_a_clock_that_differs_is_told_before_webhooks_are_refused_for_it() -> None:
    def skewed(seconds: float) -> float | None:
        page = Page([], 0, date=NOW - timedelta(seconds=seconds))
        return probe.clock_ahead_s(page, NOW, NOW + timedelta(milliseconds=200))

    assert skewed(0.9) == 0
    assert skewed(-0.9) == 0
    assert skewed(600) == pytest.approx(600, abs=1)
    assert skewed(-600) == pytest.approx(-600, abs=1)


def test_the_rig_s_clock_is_far_behind_and_that_is_a_failure() -> None:
    """Robaws' clock in the rig stands in March 2026."""
    assert timezone.now() - NOW > timedelta(days=1)
    found = one(seen(Rig([client_record(1)])), "clock")
    assert (found.level, "ahead of" in found.text) == (Level.FAIL, True)


@pytest.mark.parametrize(("left", "level"), [(9_000, Level.OK), (900, Level.WARN), (400, Level.FAIL)])
def test_the_quota_is_judged_by_what_is_kept_and_by_when_to_warn(settings: Any, left: int, level: Level) -> None:
    RequestLimit.objects.create(tenant=settings.ROBAWS_BASE_URL, live_remaining=left, replica_remaining=9_500)
    assert one(seen(Rig([client_record(1)])), "quota").level is level


# --- PATCH ------------------------------------------------------------------------------------------------


def test_the_form_a_push_found_out_is_told(settings: Any) -> None:
    RequestLimit.objects.create(tenant=settings.ROBAWS_BASE_URL, patch_form=PatchForm.MERGE.value)
    assert "merge-patch" in one(seen(Rig([client_record(1)])), "PATCH").text


@pytest.mark.parametrize(
    ("taken", "form"), [("json", PatchForm.JSON_PATCH), ("merge", PatchForm.MERGE), ("plain", PatchForm.PLAIN)]
)
def test_trying_finds_the_form_and_changes_nothing(taken: str, form: PatchForm) -> None:
    rig = Rig([client_record(1)], patch_forms={taken})
    before = {**rig.remote("1"), "updatedAt": None}
    assert form.value in one(seen(rig, try_patch="1"), "PATCH").text
    assert {**rig.remote("1"), "updatedAt": None} == before


def test_while_writing_is_held_no_change_is_tried() -> None:
    rig = Rig([client_record(1)])
    pause("somebody", "stock-taking", NOW)
    found = one(seen(rig, try_patch="1"), "PATCH")
    assert (found.level, "stock-taking" in found.text) == (Level.FAIL, True)
    assert rig.writes() == 0


def test_without_being_asked_to_nothing_is_written() -> None:
    rig = Rig([client_record(1)])
    seen(rig)
    assert rig.writes() == 0


def test_a_client_that_is_not_there_can_t_be_tried() -> None:
    assert one(seen(Rig([client_record(1)]), try_patch="77"), "PATCH").level is Level.FAIL


# --- here -------------------------------------------------------------------------------------------------


def test_the_database_is_named_with_its_customers_and_left_as_it_was() -> None:
    Customer.objects.create(name="One")
    found = next(iter(store.look()))
    assert (found.level, "1 customers" in found.text) == (Level.OK, True)
    assert Customer.objects.count() == 1


def test_a_worker_that_never_ran_is_a_warning_and_a_silent_one_a_failure() -> None:
    assert one(work.look(NOW), "worker").level is Level.WARN
    tick = ScheduledJob.objects.create(name=THE_TICK, last_due_at=NOW - timedelta(minutes=2))
    assert one(work.look(NOW), "worker").level is Level.OK
    tick.last_due_at = NOW - timedelta(hours=2)
    tick.save()
    found = one(work.look(NOW), "worker")
    assert (found.level, "120 minutes" in found.text) == (Level.FAIL, True)


@pytest.mark.parametrize(
    ("outcome", "level"), [(Ended.DONE, Level.OK), (Ended.FAILED, Level.FAIL), (Ended.GUARDED, Level.FAIL)]
)
def test_each_job_tells_how_it_ended_last(outcome: Ended, level: Level) -> None:
    ScheduledJob.objects.create(name="full", last_due_at=NOW, outcome=outcome, detail="why")
    assert one(work.look(NOW), "schedule: full").level is level


def test_a_pause_is_told() -> None:
    Pause.objects.create(since=NOW, by="Ann")
    assert one(work.look(NOW), "pause").level is Level.WARN


def test_warnings_are_no_illness() -> None:
    assert finding.is_healthy([finding.ok("a", "b"), finding.warn("a", "b", "c")])
    assert not finding.is_healthy([finding.fail("a", "b", "c")])


def test_missing_tables_are_told_and_nothing_else_is_asked_of_the_database() -> None:
    last = MigrationRecorder.Migration.objects.order_by("-id")[0]
    last.delete()
    found = list(store.look())
    assert [each.level for each in found] == [Level.FAIL]
    assert found[0].cure == "bconnect migrate"
