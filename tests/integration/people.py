"""People of every kind at the web UI, as the migrations' groups make them."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from bconnect.jobs import errand_work
from bconnect.jobs.models import Errand
from bconnect.panel.rights import GROUPS, grant
from tests.integration.rig import customer

KINDS = ("anonymous", "nobody", "viewer", "operator", "administrator")
"""Each may do what the ones before it may."""


def browser(kind: str) -> Client:
    """Logged in as one of that kind; `superuser` may everything."""
    client = Client()
    if kind == "anonymous":
        return client
    if kind == "superuser":
        client.force_login(User.objects.create_superuser("superuser"))
        return client
    user, _ = User.objects.get_or_create(username=kind, is_staff=True)
    if kind != "nobody":
        name = kind.capitalize()
        if not Group.objects.filter(name=name).exists():  # a test with transactions emptied the tables
            grant(apps, name, GROUPS[name])
        user.groups.add(Group.objects.get(name=name))
    client.force_login(user)
    return client


def change_page(client_id: str) -> str:
    return reverse("admin:customers_customer_change", args=[customer(client_id).pk])


def may(kind: str, least: str) -> bool:
    """Whether this kind is at least that one."""
    return KINDS.index(kind) >= KINDS.index(least)


def is_refused(response: Any) -> bool:
    """403, or the way to the login."""
    return response.status_code == 403 or (response.status_code == 302 and "/login/" in response["Location"])


def worker() -> list[str]:
    """Does every task that waits, as the engine would; returns how each ended."""
    waiting = list(Errand.objects.filter(state="waiting").values_list("pk", flat=True))
    return [errand_work.work(pk) for pk in waiting]
