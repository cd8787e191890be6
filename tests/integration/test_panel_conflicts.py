"""The page on which conflicts are decided, where two people have it open."""

from typing import Any

import pytest
from django.test import Client

from bconnect.sync.models import Conflict
from tests.integration.people import browser
from tests.integration.rig import Rig, client_record, customer, edit_here, pulled

pytestmark = pytest.mark.django_db


def page() -> str:
    return f"/admin/sync/conflict/decide/{customer('1').pk}/"


@pytest.fixture
def rig() -> Rig:
    """City and e-mail are in conflict."""
    rig = pulled(client_record(1, email="a@x.be", city="Antwerpen"))
    edit_here("1", email="ours@x.be", city="Gent")
    rig.edit("1", email="theirs@x.be", address={"city": "Aalst"})
    rig.pull()
    return rig


def answers(person: Client, take: str, *fields: str) -> dict[str, Any]:
    """What the page, as this person has it open, posts for this choice."""
    lines = person.get(page()).context["lines"]
    chosen = {each.name("take"): take for each in lines if not fields or each.conflict.field in fields}
    return {each.name("seen"): each.seen for each in lines} | chosen


def told(response: Any) -> list[str]:
    return [str(each) for each in response.context["messages"]]


def test_what_somebody_else_decided_meanwhile_is_said_with_who_and_how(rig: Rig) -> None:
    otto, olga = browser("operator"), browser("administrator")
    open_page = answers(otto, "ours")
    olga.post(page(), answers(olga, "theirs"))
    shown = told(otto.post(page(), open_page))
    assert sorted(shown) == [
        "City was decided meanwhile by administrator: “Aalst” (Robaws' value).",
        "E-mail was decided meanwhile by administrator: “theirs@x.be” (Robaws' value).",
    ]
    assert (customer("1").email, customer("1").city) == ("theirs@x.be", "Aalst")


def test_what_can_still_be_decided_is_decided(rig: Rig) -> None:
    otto, olga = browser("operator"), browser("administrator")
    open_page = answers(otto, "ours")
    olga.post(page(), answers(olga, "theirs", "city"))
    shown = told(otto.post(page(), open_page, follow=True))
    assert shown[0] == "City was decided meanwhile by administrator: “Aalst” (Robaws' value)."
    assert shown[1].startswith("1 conflict is decided.")
    assert (customer("1").email, customer("1").city) == ("ours@x.be", "Aalst")
    assert not Conflict.objects.filter(resolved_at=None).exists()


def test_what_both_sides_agree_on_by_now_was_decided_by_nobody(rig: Rig) -> None:
    otto = browser("operator")
    open_page = answers(otto, "ours", "city")
    rig.edit("1", address={"city": "Gent"})
    rig.pull()
    assert told(otto.post(page(), open_page)) == ["City is no conflict any more."]


def test_who_chooses_nothing_is_asked_to(rig: Rig) -> None:
    assert told(browser("operator").post(page(), {})) == ["Choose a value for at least one field."]


def test_a_country_that_is_none_is_no_third_value(rig: Rig) -> None:
    edit_here("1", country="France", country_code="FR")
    rig.edit("1", address={"country": "Nederland"})
    rig.pull()
    otto = browser("operator")
    line = next(each for each in otto.get(page()).context["lines"] if each.conflict.field == "country_code")
    answer = {line.name("seen"): line.seen, line.name("take"): "value", line.name("value"): "ZZ"}
    assert "No country has this code" in otto.post(page(), answer).content.decode()
    assert customer("1").country_code == "FR"
