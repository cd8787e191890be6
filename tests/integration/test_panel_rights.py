"""Who may do what in the web UI: every action, by every kind of person; and the door that closes to who guesses."""

import json
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from bconnect.customers.models import Customer
from bconnect.jobs.models import Errand, Pause
from bconnect.panel.rights import GROUPS
from bconnect.sync.models import Change, Conflict, QuarantinedRecord, SyncRun, Tombstone
from bconnect.webhooks.models import Delivery
from tests.integration.panel_rig import LIST, NOW, page_of
from tests.integration.people import KINDS, browser, is_refused, may
from tests.integration.rig import Rig, client_record, customer, edit_here, pulled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_count_left_over")]

Attempt = tuple[str, str, dict[str, Any]]


@pytest.fixture
def rig() -> Rig:
    return pulled(client_record(1), client_record(2), client_record(3))


def conflict(client_id: str = "1", field: str = "email") -> Conflict:
    found = customer(client_id)
    return Conflict.objects.create(
        customer=found, field=field, base=getattr(found, field), ours=getattr(found, field), theirs="x@y.be", since=NOW
    )


def attempts() -> dict[str, Attempt]:
    """Every action: the least kind of person who may do it, where, and with what."""
    one, event = conflict(), Delivery.objects.create(robaws_id="e1", status="failed", payload={"data": {}})
    held = QuarantinedRecord.objects.create(
        key="3", robaws_client_id="3", reason="odd", first_seen_at=NOW, last_seen_at=NOW
    )
    run = SyncRun.objects.latest("id")
    task = Errand.objects.create(kind="sync all", by="somebody else", asked_at=NOW)
    pk, chosen = customer("1").pk, {"index": "0", "confirmed": "1"}
    edit_here("1", city="Gent")
    edit_here("2", is_active=False)
    secret = "correct horse battery"
    return {
        "sync all": ("operator", f"{LIST}sync-all/", {"what": "sync all"}),
        "push all": ("operator", f"{LIST}push-all/", {}),
        "sync one": ("operator", page_of("1", "sync"), {}),
        "push one": ("operator", page_of("1", "push"), {}),
        "push some": ("operator", LIST, {**chosen, "action": "push_chosen", "_selected_action": pk}),
        "sync some": ("operator", LIST, {**chosen, "action": "sync_chosen", "_selected_action": pk}),
        "mark inactive": ("operator", LIST, {**chosen, "action": "mark_inactive", "_selected_action": pk}),
        "mark active": (
            "operator",
            LIST,
            {**chosen, "action": "mark_active", "_selected_action": customer("2").pk},
        ),
        "delete": (
            "administrator",
            LIST,
            {**chosen, "action": "delete_chosen", "_selected_action": pk, "where": "here"},
        ),
        "delete one": ("administrator", page_of("1", "delete"), {"confirmed": "1", "where": "everywhere"}),
        "new customer": ("operator", f"{LIST}add/", {"name": "New"}),
        "quick customer": ("operator", f"{LIST}quick/", {"name": "New"}),
        "decide": (
            "operator",
            f"/admin/sync/conflict/decide/{pk}/",
            {f"take-{one.pk}": "theirs", f"seen-{one.pk}": json.dumps([one.ours, one.theirs])},
        ),
        "decide some": (
            "operator",
            "/admin/sync/conflict/",
            {**chosen, "action": "take_theirs", "_selected_action": one.pk},
        ),
        "retry": (
            "operator",
            "/admin/sync/quarantinedrecord/",
            {**chosen, "action": "retry", "_selected_action": held.pk},
        ),
        "find duplicates": ("operator", f"{LIST}find-duplicates/", {}),
        "undo": ("administrator", f"/admin/sync/syncrun/{run.pk}/undo/", {}),
        "replay": (
            "operator",
            "/admin/webhooks/delivery/",
            {**chosen, "action": "replay", "_selected_action": event.pk},
        ),
        "stop": ("administrator", reverse("admin:jobs_errand_cancel", args=[task.pk]), {}),
        "pause": ("administrator", reverse("admin:jobs_pause"), {"reason": "stock-taking"}),
        "users": (
            "administrator",
            "/admin/auth/user/add/",
            {"username": "new", "usable_password": "true", "password1": secret, "password2": secret},
        ),
    }  # fmt: skip


ACTIONS = (
    "sync all", "push all", "find duplicates", "sync one", "push one", "push some", "sync some", "mark inactive",
    "mark active", "delete", "delete one", "new customer", "quick customer", "decide", "decide some", "retry",
    "undo", "replay", "stop", "pause", "users",
)  # fmt: skip


def everything() -> list[Any]:
    """What an action could change: equal twice means that nothing happened."""
    counts = [model._default_manager.count() for model in (Errand, Change, Customer, Tombstone, User, LogEntry, Pause)]
    open_ones = Conflict.objects.filter(resolved_at=None).count()
    stopped = Errand.objects.exclude(cancelled_by="").count()
    return [
        *counts,
        open_ones,
        stopped,
        Delivery.objects.filter(status="failed").count(),
        Customer.objects.filter(is_active=True).count(),
    ]


def test_every_action_is_in_the_table(rig: Rig) -> None:
    assert set(attempts()) == set(ACTIONS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_done_by_those_who_may_and_refused_to_all_others(rig: Rig, name: str, kind: str) -> None:
    least, address, posted = attempts()[name]
    person = browser(kind)
    before = everything()
    response = person.post(address, posted)
    if may(kind, least):
        assert response.status_code in (201, 302)
        assert not is_refused(response)
        assert everything() != before
    else:
        # A list that does not offer the action shows itself again and does nothing.
        assert is_refused(response) or "action" in posted
        assert everything() == before


@pytest.mark.parametrize("name", ACTIONS)
def test_a_link_to_an_action_changes_nothing(rig: Rig, name: str) -> None:
    _, address, posted = attempts()[name]
    person = browser("superuser")
    before = everything()
    person.get(address, posted)
    assert everything() == before


def test_an_action_without_the_token_of_this_site_is_refused(rig: Rig) -> None:
    person = Client(enforce_csrf_checks=True)
    person.force_login(User.objects.create_superuser("boss"))
    assert person.post(f"{LIST}sync-all/", {"what": "sync all"}).status_code == 403
    assert not Errand.objects.exists()


def test_the_groups_grow_from_viewer_to_administrator() -> None:
    rights = [set(GROUPS[name]) for name in ("Viewer", "Operator", "Administrator")]
    assert rights[0] < rights[1] < rights[2]
    for name, wanted in GROUPS.items():
        group = Group.objects.get(name=name)
        held = {f"{each.content_type.app_label}.{each.codename}" for each in group.permissions.all()}
        assert held == {f"{right.model.partition('.')[0]}.{right.codename}" for right in wanted}


def test_an_administrator_can_not_make_themselves_a_superuser(rig: Rig) -> None:
    boss = browser("administrator")
    me = User.objects.get(username="administrator")
    address = reverse("admin:auth_user_change", args=[me.pk])
    assert boss.get(address).status_code == 200
    boss.post(address, {"username": "administrator", "is_staff": "on", "is_active": "on", "is_superuser": "on"})
    me.refresh_from_db()
    assert me.is_superuser is False
    root = User.objects.create_superuser("root")
    assert boss.post(reverse("admin:auth_user_change", args=[root.pk]), {"username": "mine"}).status_code == 403
    assert boss.post(reverse("admin:auth_user_password_change", args=[root.pk]), {}).status_code == 403


def test_guessing_passwords_closes_the_door_for_that_name_alone() -> None:
    User.objects.create_superuser("boss", password="a good one")
    User.objects.create_superuser("other", password="a good one")
    login = reverse("admin:login")
    for _ in range(10):
        Client().post(login, {"username": "boss", "password": "a guess"})
    locked = Client().post(login, {"username": "boss", "password": "a good one"})
    assert locked.status_code == 429
    assert b"closed for 15 minutes" in locked.content
    entered = Client().post(login, {"username": "other", "password": "a good one"})
    assert (entered.status_code, entered["Location"]) == (302, reverse("admin:index"))
