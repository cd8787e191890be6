"""What the pages say where the words stand in tables, in the theme, or nowhere yet: in the reader's language."""

from datetime import UTC, datetime

import pytest

from bconnect.customers.duplicates.models import DuplicateGroup, DuplicateMember, Profile
from bconnect.customers.models import Customer
from bconnect.panel import words
from bconnect.sync.models import Change, SyncRun
from tests.integration.people import browser, is_refused
from tests.integration.rig import Rig, client_record, customer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def made() -> Customer:
    Rig([client_record(1)]).pull("full")
    return customer("1")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", ("Volledig", "gestart door", "geen e-mail", "zelfde naam; naam 94 % gelijk", "Typ om te zoeken")),
        ("fr", ("Complète", "lancée par", "e-mail", "même nom; nom semblable à 94 %", "Tapez pour chercher")),
    ],
)
def test_what_stands_in_tables_and_in_the_theme_is_said_in_the_readers_language(
    made: Customer, language: str, said: tuple[str, ...]
) -> None:
    Profile.objects.create(customer_id=made.pk, quality=50, problems="email.missing", seen="", keys="")
    run = SyncRun.objects.create(kind="full", started_by="schedule", started_at=NOW, status="done")
    DuplicateGroup.objects.all().delete()
    group = DuplicateGroup.objects.create(
        name="x", score=95, size=2, reasons=["same name", "name 94 % alike"], found_at=NOW
    )
    DuplicateMember.objects.create(group=group, customer_id=made.pk)
    paths = ("sync/syncrun/", f"sync/syncrun/{run.pk}/change/", "duplicates/profile/", "duplicates/duplicategroup/")
    person = browser("administrator")
    shown = "".join(
        person.get(f"/admin/{path}", headers={"accept-language": language}).content.decode() for path in paths
    )
    for phrase in said:
        assert phrase.lower() in shown.lower(), phrase


def test_the_history_of_a_customer_is_that_of_all_its_fields(made: Customer) -> None:
    Change.objects.create(customer=made, field="city", old="Gent", new="Luik", source="robaws", at=NOW)
    page = browser("viewer").get(f"/admin/customers/customer/{made.pk}/history/", follow=True).content.decode()
    assert "Luik" in page
    assert is_refused(browser("nobody").get(f"/admin/customers/customer/{made.pk}/history/"))


def test_an_empty_list_says_what_brings_something() -> None:
    page = browser("viewer").get("/admin/webhooks/delivery/").content.decode()
    assert "once a webhook is registered" in page
    assert "Nothing matches" in browser("viewer").get("/admin/webhooks/delivery/?q=zzz").content.decode()


def test_a_phrase_keeps_its_numbers_and_one_without_a_translation_is_left_alone() -> None:
    assert words.said("name 94 % alike") == "name 94 % alike"
    assert words.said("client 3017 # nobody knows 5") == "client 3017 # nobody knows 5"
    assert words.several(["same name", "no role"]) == "same name; no role"
