"""A person's data, shown and erased on request: found wherever it is, and nowhere afterwards."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone

from bconnect.customers.duplicates.models import Profile
from bconnect.customers.duplicates.refresh import refresh
from bconnect.customers.models import Customer
from bconnect.customers.traces import without
from bconnect.intakes.models import Intake
from bconnect.jobs.models import Errand, ScheduledJob
from bconnect.operations import personal_data
from bconnect.operations.models import AlertState
from bconnect.sync import merging, unmerge
from bconnect.sync.forget import forget
from bconnect.sync.models import (
    Change,
    Conflict,
    CreateIntent,
    Merge,
    MergedCustomer,
    ParkedEdit,
    QuarantinedRecord,
    SyncRun,
    Tombstone,
)
from bconnect.webhooks.models import Delivery, Status
from tests.integration.everything import tables_with
from tests.integration.rig import client_record, customer
from tests.integration.webhooks_rig import WebhookRig

pytestmark = pytest.mark.django_db

NAME, EMAIL, OLD_EMAIL = "Wilhelmina Planted-Désiré", "wilhelmina@planted.example", "former@planted.example"
MERGED_NAME, MERGED_EMAIL = "W. Planted-Désiré", "w@merged.example"
PHONE, NOTES = "+3232064567", "Calls herself Mina, lives behind the church"
WORDS = ("planted", "merged.example", "32064567", "mina", "désiré", r"d\u00e9sir")


def person_everywhere() -> WebhookRig:
    """Somebody who left traces in every table that can hold one, and another customer beside."""
    twice = client_record(3, name=MERGED_NAME, email=MERGED_EMAIL)
    rig = WebhookRig([client_record(1, name=NAME, email=OLD_EMAIL, tel=PHONE), client_record(2), twice])
    rig.pull("full")
    refresh(rig.clock.now())
    other = customer("3")
    merging.merge("1", ["3"], in_robaws=Merge.InRobaws.KEEP, who="test", now=rig.clock.now())
    rig.edit("1", email=EMAIL)
    rig.deliver()
    rig.apply()
    row, now = customer("1"), timezone.now()
    Customer.objects.filter(pk=row.pk).update(city="Planted-on-Sea")
    run = SyncRun.objects.order_by("-id")[0]
    SyncRun.objects.filter(pk=run.pk).update(error=f"PATCH answered 400 (email: {EMAIL.upper()} is none)")
    Conflict.objects.create(customer=row, field="email", ours=EMAIL, theirs=OLD_EMAIL, since=now)
    ParkedEdit.objects.create(customer=row, edits={"email": EMAIL}, reason=f"{EMAIL} is none", since=now)
    Change.objects.create(customer=row, field="name", old=None, new=NAME, source=Change.Source.ROBAWS)
    record = {"name": NAME, "email": EMAIL}
    for key, client_id in (("1", "1"), ("3", "3"), ("hash:x", None)):
        QuarantinedRecord.objects.create(
            key=key, robaws_client_id=client_id, reason="no id", data=record, first_seen_at=now, last_seen_at=now
        )
    ScheduledJob.objects.create(name="push", last_due_at=now, outcome="failed", detail=f"1: {EMAIL} was refused")
    AlertState.objects.create(name="scheduled runs", since=now, detail=f"push: 1: {EMAIL} was refused")
    Errand.objects.create(
        kind="push", by="ann", asked_at=now, detail=f"{NAME} was refused", failures=[["1", f"{NAME}: {EMAIL} is none"]]
    )
    intake = Intake.objects.create(
        robaws_client_id="1", customer_name=NAME, contact_email=EMAIL, contact_phone=PHONE, notes=NOTES
    )
    somebody = User.objects.create_superuser("admin")
    for each in (row, other, intake, Merge.objects.get()):
        LogEntry.objects.create(
            user=somebody,
            content_type=ContentType.objects.get_for_model(each),
            object_id=str(each.pk),
            object_repr=str(each),
            action_flag=CHANGE,
            change_message=f"E-mail: {EMAIL}",
        )
    rig.tell("waiting", {**rig.remote("1"), "name": NAME})
    rig.tell("merged", {**rig.remote("3"), "name": MERGED_NAME})
    rig.tell("of nobody", {"name": MERGED_NAME, "email": MERGED_EMAIL})
    return rig


def erase(client_id: str = "1") -> None:
    personal_data.erase(personal_data.person(client_id), who="test", now=timezone.now())


def test_what_is_shown_holds_every_trace(capsys: pytest.CaptureFixture[str]) -> None:
    person_everywhere()
    call_command("export_person", "1")
    shown = json.loads(capsys.readouterr().out)
    assert {name for name, rows in shown.items() if rows} == {
        "robaws_client_id", "customer", "changes", "conflicts", "parked edits", "quarantined records", "intakes",
        "webhook events", "log entries", "runs' errors", "jobs' results", "tasks' results", "alerts", "merges",
        "merged customers", "log entries that name it", "search for duplicates",
    }  # fmt: skip
    assert NOTES in json.dumps(shown)
    assert "client2" not in json.dumps(shown)


def test_afterwards_no_table_holds_a_word_of_it() -> None:
    person_everywhere()
    assert len(tables_with(*WORDS)) >= 10, "the test has to plant before it can look"
    erase()
    assert tables_with(*WORDS) == set()


def test_the_other_customer_and_the_books_are_left() -> None:
    person_everywhere()
    other = Customer.objects.values().get(robaws_client_id="2")
    erase()
    assert Customer.objects.values().get() == other
    assert list(Profile.objects.values_list("customer_id", flat=True)) == [other["id"]]
    intake = Intake.objects.get()
    assert (intake.customer_name, intake.robaws_client_id) == ("(erased)", None)
    assert Delivery.objects.exclude(payload=None).count() == 0
    assert Delivery.objects.count() > 0, "a repeat of the event is still known as one"
    assert Tombstone.objects.get().name == ""


def test_neither_a_pull_nor_a_webhook_brings_it_back() -> None:
    rig = person_everywhere()
    erase()
    rig.pull("full")
    rig.edit("1", name=f"{NAME} again")
    rig.deliver()
    rig.apply()
    rig.pull()
    assert not Customer.objects.filter(robaws_client_id__in=["1", "3"]).exists()
    assert tables_with(*WORDS) == set()
    assert not Delivery.objects.filter(status__in=(Status.RECEIVED, Status.FAILED)).exists()


def test_a_worker_that_is_about_to_write_the_client_is_waited_for() -> None:
    rig, waits = person_everywhere(), list[float]()
    event = Delivery.objects.get(robaws_id="waiting")
    claim = {"status": Status.PROCESSING, "claimed_by": "w", "claimed_until": timezone.now() + timedelta(minutes=2)}
    Delivery.objects.filter(pk=event.pk).update(**claim)

    def late_worker(seconds: float) -> None:
        """It had looked for tombstones before there was one."""
        assert Tombstone.objects.filter(robaws_client_id="1").exists()
        waits.append(seconds)
        rig.take_in("2")
        Customer.objects.filter(robaws_client_id="1").update(city="Planted late")
        Delivery.objects.filter(pk=event.pk).update(status=Status.PROCESSED)

    personal_data.erase(personal_data.person("1"), who="test", now=timezone.now(), sleep=late_worker)
    assert waits == [1]
    assert tables_with(*WORDS) == set()


def test_a_worker_that_does_not_end_is_told_and_nothing_is_erased() -> None:
    person_everywhere()
    claim = {"status": Status.PROCESSING, "claimed_by": "w", "claimed_until": timezone.now() + timedelta(minutes=2)}
    Delivery.objects.filter(robaws_id="waiting").update(**claim)
    with pytest.raises(personal_data.StillAtWorkError, match="try again in a minute"):
        personal_data.erase(personal_data.person("1"), who="test", now=timezone.now(), sleep=lambda seconds: None)
    assert Customer.objects.filter(robaws_client_id="1").exists()


def test_what_was_deleted_before_can_be_erased_still() -> None:
    rig = person_everywhere()
    Intake.objects.all().delete()
    customer("1").delete()
    rig.tell("late", {"id": "1", "name": NAME, "email": EMAIL})
    erase()
    assert "robaws_webhook_logs" not in tables_with("planted")


def test_an_erased_customer_that_robaws_never_knew_leaves_no_tombstone() -> None:
    new = Customer.objects.create(name=NAME)
    erase(new.robaws_client_id)
    assert not Customer.objects.exists()
    assert not Tombstone.objects.exists()


def test_one_that_was_merged_is_shown_and_erased_whole_though_its_survivor_was_deleted_here() -> None:
    rig = person_everywhere()
    Intake.objects.all().delete()
    forget(customer("1"), who="test", now=rig.clock.now())
    assert personal_data.person("3").client_ids == ("1", "3")
    erase("3")
    assert "robaws_webhook_logs" not in tables_with(*WORDS)
    assert not Merge.objects.exists()


def test_a_merge_that_was_undone_makes_them_two_again() -> None:
    rig = person_everywhere()
    unmerge.undo(Merge.objects.get(), tenant=rig.mapping, who="test", now=rig.clock.now())
    assert [personal_data.person(each).client_ids for each in ("1", "3")] == [("1",), ("3",)]


def test_one_that_was_made_anew_is_found_by_its_former_id_too() -> None:
    rig = person_everywhere()
    record = Merge.objects.get()
    record.merged.update(step=MergedCustomer.Step.DELETED)
    (anew,) = unmerge.undo(record, tenant=rig.mapping, who="test", now=rig.clock.now()).restored
    assert personal_data.person(anew).client_ids == ("3", anew)


def test_all_that_became_one_is_deleted_in_robaws_and_one_that_is_gone_is_no_obstacle() -> None:
    rig = person_everywhere()
    merging.merge("2", ["1"], in_robaws=Merge.InRobaws.KEEP, who="test", now=rig.clock.now())
    rig.tenant.remove("1")
    with rig.client() as client:
        personal_data.delete_in_robaws(client, personal_data.person("2"))
    assert rig.tenant.clients == {}


def test_a_step_that_a_merge_has_left_in_robaws_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    person_everywhere()
    Merge.objects.update(in_robaws=Merge.InRobaws.DELETE)
    Merge.objects.get().merged.update(step=MergedCustomer.Step.WAITING)
    call_command("erase_person", "1", "--yes")
    told = capsys.readouterr().out
    assert "client 1 in Robaws: left as it is\n" in told
    assert "client 3 in Robaws: left as it is, though a merge was to delete it\n" in told
    assert "Erased here, not in Robaws." in told


def test_one_that_was_merged_is_told_where_its_data_is(capsys: pytest.CaptureFixture[str]) -> None:
    person_everywhere()
    with pytest.raises(SystemExit) as ended:
        call_command("erase_person", "3", "--yes")
    assert ended.value.code == 3
    assert "was merged into 1, which holds its data: erase that one" in capsys.readouterr().err


def cut_off() -> Customer:
    """Its creation was sent, and what became of it is not known yet."""
    new = Customer.objects.create(name=NAME)
    CreateIntent.objects.create(customer=new, values={"name": NAME}, written_at=timezone.now())
    return new


def test_one_whose_creation_was_cut_off_is_not_said_to_be_erased_in_robaws(capsys: pytest.CaptureFixture[str]) -> None:
    new = cut_off()
    with pytest.raises(SystemExit) as ended:
        call_command("erase_person", new.robaws_client_id, "--yes", "--in-robaws")
    assert ended.value.code == 3
    told = capsys.readouterr()
    assert "is being created in Robaws: let a push finish that first" in told.err
    assert "Erased" not in told.out
    assert Customer.objects.filter(pk=new.pk).exists()


def test_erased_here_alone_it_is_said_that_a_sync_may_bring_it_back(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("erase_person", cut_off().robaws_client_id, "--yes")
    told = capsys.readouterr().out
    assert "Erased here." in told
    assert "if Robaws has made it nevertheless, a sync brings it back" in told
    assert not Customer.objects.exists()


def test_without_yes_nothing_is_erased(capsys: pytest.CaptureFixture[str]) -> None:
    person_everywhere()
    with pytest.raises(SystemExit) as ended:
        call_command("erase_person", "1")
    assert ended.value.code == 2
    assert "intakes" in capsys.readouterr().out
    assert Customer.objects.filter(robaws_client_id="1").exists()


@pytest.mark.parametrize("command", [("export_person",), ("erase_person", "--yes")])
def test_nobody_of_that_id_is_said(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(command[0], "77", *command[1:])
    assert ended.value.code == 3
    assert "nothing is kept here about 77" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a X@Y.BE b x@y.be", "a (erased) b (erased)"),
        ("nothing", "nothing"),
        ("x@y.bex@y.be", "(erased)(erased)"),
        ("", ""),
    ],
)
def test_words_are_taken_out_of_text(text: str, left: str) -> None:
    assert without(text, ["x@y.be"]) == left


def test_a_word_that_the_replacement_holds_does_not_go_round_for_ever() -> None:
    assert without("erased", ["erased"]) == "(erased)"
