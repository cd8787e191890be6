"""What came from outside is shown as text on every page, whatever it holds. The browser's side: tests/browser."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from tests.security.hostile import RAW, VALUE, plant
from tests.security.surface import address, routes

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    cache.clear()
    client = Client()
    client.force_login(User.objects.create_superuser(f"admin{'x' * 10}"))
    plant()
    return client


def pages() -> list[str]:
    """Every address that a GET may open, with the ids of rows that are there."""
    found = {address(route, ["1", "1"]) for route in routes() if "<" not in route and "logout" not in route}
    for model in apps.get_models():
        if not admin.site.is_registered(model):
            continue
        kind = f"{model._meta.app_label}_{model._meta.model_name}"
        for row in model._default_manager.all()[:3]:
            for page in ("change", "history", "delete"):
                try:
                    found.add(reverse(f"admin:{kind}_{page}", args=[row.pk]))
                except NoReverseMatch:
                    continue
    return sorted(found)


def test_no_page_holds_a_value_that_is_not_escaped(browser: Client) -> None:
    shown = 0
    for path in [*pages(), f"/admin/customers/customer/?q={VALUE[:20]}", "/admin/customers/customer/select/?term=img"]:
        answer = browser.get(path)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue  # JSON and plain text are no markup, and "nosniff" keeps them from being taken for it
        text = answer.content.decode()
        shown += "window.pwned" in text
        for raw in RAW:
            assert raw not in text, f"{path} holds {raw!r}: …{text[text.find(raw) - 200 : text.find(raw) + 100]}"
    assert shown >= 10, "the values have to be shown before this can show anything"


def test_a_form_that_is_refused_repeats_what_was_typed_as_text(browser: Client) -> None:

    path = reverse("admin:customers_customer_change", args=[Customer.objects.get(robaws_client_id="77").pk])
    answer = browser.post(path, {"name": "", "email": VALUE, "country_code": VALUE, "website": VALUE})
    assert answer.status_code == 200
    assert "window.pwned" in answer.content.decode()
    assert not [raw for raw in RAW if raw in answer.content.decode()]


def test_messages_after_an_action_are_text(browser: Client) -> None:

    intake: Any = Intake.objects.get()
    path = reverse("admin:intakes_intake_delete", args=[intake.pk])
    text = browser.post(path, {"post": "yes"}, follow=True).content.decode()
    assert "window.pwned" in text, "the message names what was deleted"
    assert not [raw for raw in RAW if raw in text]
