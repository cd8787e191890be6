"""A viewer and an operator at their desks: they see what they may do, and read who may do the rest."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.demo_run import DemoRun
from tests.browser.conftest import Office
from tests.browser.test_journeys import CUSTOMERS, Backstage

PASSWORD = "a-desk-of-ones-own"
MADE = """
from django.contrib.auth.models import Group, User
for name in ("Viewer", "Operator"):
    user, _ = User.objects.get_or_create(username=name.lower(), is_staff=True)
    user.set_password("{password}")
    user.save()
    user.groups.add(Group.objects.get(name=name))
"""
LISTS = (CUSTOMERS, "admin/webhooks/delivery/", "admin/webhooks/webhookconfiguration/", "admin/jobs/scheduledjob/")


@pytest.fixture(params=["viewer", "operator"])
def desk(request: pytest.FixtureRequest, chromium: Any, demo: DemoRun) -> Iterator[tuple[str, Office]]:
    Backstage(demo.folder).shell(MADE.format(password=PASSWORD))
    context = chromium.new_context(viewport={"width": 1500, "height": 950}, locale="en-GB")
    visitor = Office(context.new_page(), demo.wait_for(r"Open +(\S+)"))
    page = visitor.open("")
    page.fill("#id_username", request.param)
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    yield request.param, visitor
    context.close()


def named(page: Any) -> set[str]:
    """The words of every link and button that is to be seen."""
    said = page.eval_on_selector_all("a, button", "all => all.filter(e => e.offsetParent).map(e => e.innerText)")
    return {" ".join(each.split()) for each in said}


def test_each_sees_the_buttons_that_work_for_them_and_no_others(desk: tuple[str, Office]) -> None:
    who, office = desk
    seen: set[str] = set()
    for path in LISTS:
        seen |= {word for each in named(office.open(path)) for word in OFFERED if each.endswith(word)}
    assert seen == (OPERATORS if who == "operator" else set())
    assert "Only an administrator can hold writing" in office.page.inner_text("#content-main")
    assert office.faults == []


OPERATORS = {"Sync all", "Push all", "Find duplicates", "Apply all failed again"}
OFFERED = OPERATORS | {"Register", "Compare with Robaws", "Hold writing to Robaws"}


def test_a_conflict_is_shown_to_all_and_decided_by_operators(desk: tuple[str, Office], demo: DemoRun) -> None:
    who, office = desk
    others = Backstage(demo.folder)
    others.clash("6", f"{who}@here.be", f"{who}@there.be")
    key = others.shell("print(Customer.objects.get(robaws_client_id='6').pk)").strip()
    page = office.open(f"{CUSTOMERS}{key}/change/")
    page.click("a:has-text('Decide the conflict')" if who == "operator" else "a:has-text('Look at the conflict')")
    page.wait_for_load_state("networkidle")
    assert f"{who}@there.be" in page.inner_text(".bc-three")
    assert page.locator("button:has-text('Decide')").count() == (1 if who == "operator" else 0)
    assert office.faults == []
