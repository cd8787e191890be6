"""axe finds nothing serious on our pages, in light and dark; what is the theme's own is listed."""

from typing import Any

import pytest

from tests.browser.conftest import Office

CUSTOMERS = "admin/customers/customer/"
PAGES = (
    "",
    CUSTOMERS,
    f"{CUSTOMERS}?sync=in_step&q=222",
    f"{CUSTOMERS}1/change/",
    f"{CUSTOMERS}add/",
    f"{CUSTOMERS}sync-all/",
    f"{CUSTOMERS}columns/",
    f"{CUSTOMERS}1/delete/",
    "admin/intakes/intake/",
    "admin/intakes/intake/add/",
    "admin/sync/conflict/",
    "admin/sync/conflict/decide/1/",
    "admin/sync/syncrun/1/change/",
    "admin/jobs/errand/",
    "admin/jobs/scheduledjob/",
    "admin/webhooks/delivery/",
    "admin/webhooks/webhookconfiguration/",
    "admin/auth/user/1/change/",
)
SERIOUS = {"serious", "critical"}
OF_THE_THEME = {
    # Unfold and Django's own page of a user: the help sign and the search box of "groups", and a link that only its
    # colour shows.
    "admin/auth/user/1/change/": {"aria-prohibited-attr", "link-in-text-block", "color-contrast"},
}


@pytest.fixture
def axe() -> Any:
    module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    return module.Axe()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(office: Office, axe: Any, scheme: str) -> None:
    office.page.emulate_media(color_scheme=scheme)
    found = []
    for path in PAGES:
        known = OF_THE_THEME.get(path, set())
        violations = axe.run(office.open(path)).response["violations"]
        serious = [each for each in violations if each["impact"] in SERIOUS and each["id"] not in known]
        found += [(path, each["id"], each["nodes"][0]["target"]) for each in serious]
    assert found == []


def test_the_dialog_of_a_new_customer_keeps_the_keyboard_and_passes_axe(office: Office, axe: Any) -> None:
    page = office.open("admin/intakes/intake/add/")
    page.locator("button:has-text('New customer')").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('dialog')?.id") == "new-customer"
    serious = [each["id"] for each in axe.run(page).response["violations"] if each["impact"] in SERIOUS]
    assert serious == []
    page.keyboard.press("Escape")
    assert not page.is_visible("#new-customer")


def test_a_conflict_and_an_order_can_be_made_with_the_keyboard_alone(office: Office) -> None:
    page = office.open(CUSTOMERS)
    page.locator("a:has-text('Sync all')").focus()
    page.keyboard.press("Enter")
    page.locator(".bc-ask").wait_for()
    page.locator(".bc-ask input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.is_checked(".bc-ask input[value='sync changes']")
    page.keyboard.press("Enter")
    page.locator("#errand").wait_for()


def test_no_page_scrolls_sideways_on_a_phone(office: Office) -> None:
    office.page.set_viewport_size({"width": 390, "height": 844})
    for path in PAGES:
        page = office.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
