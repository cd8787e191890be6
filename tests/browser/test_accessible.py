"""axe finds nothing serious on our pages, in light and dark; what is the theme's own is listed."""

import re
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


# --- by ear and by keyboard -----------------------------------------------------------------------------


def test_the_login_and_an_open_filter_panel_pass_axe_whole(office: Office, axe: Any) -> None:
    page = office.open(CUSTOMERS)
    page.click("a:has-text('Filters')")
    page.locator("#changelist-filter").wait_for()
    assert [(each["id"], each["nodes"][0]["target"]) for each in axe.run(page).response["violations"]] == []
    office.page.context.clear_cookies()
    page = office.open("admin/login/")
    found = {each["id"] for each in axe.run(page).response["violations"]}
    assert not found & {"landmark-one-main", "region", "aria-command-name"}


def test_the_menu_of_a_row_works_with_the_keyboard(office: Office) -> None:
    page = office.open(CUSTOMERS)
    menu = page.locator("[x-ref^=rowDropdown]").nth(1)
    name = page.locator("#result_list tbody tr").nth(1).locator("th").inner_text()
    assert menu.get_attribute("aria-label") == f"More actions: {name}"

    def focused() -> str:
        return str(page.evaluate("document.activeElement.querySelector('.grow')?.textContent.trim() ?? ''"))

    menu.focus()
    assert menu.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('[role=menuitem]')")
    assert menu.get_attribute("aria-expanded") == "true"
    first = focused()
    page.keyboard.press("ArrowDown")
    assert focused() not in ("", first)
    page.keyboard.press("Home")
    assert focused() == first
    page.keyboard.press("Escape")
    assert menu.get_attribute("aria-expanded") == "false"
    assert menu.evaluate("trigger => trigger === document.activeElement")


def test_no_icon_is_read_out_and_every_control_has_a_name(office: Office) -> None:
    page = office.open(CUSTOMERS)
    read_out = """[...document.querySelectorAll(".material-symbols-outlined:not([aria-hidden=true])")]
        .filter((icon) => !icon.closest("[aria-label]") && !icon.closest("[aria-hidden=true]"))
        .map((icon) => icon.textContent.trim())"""
    assert page.evaluate(read_out) == []
    assert page.get_by_role("link", name=re.compile(r"^Customers\s+4,0")).count() == 1
    assert page.get_by_role("link", name="Add customer").count() == 1
    assert page.get_by_role("button", name="Show or hide the menu").count() == 1


def test_the_first_key_offers_to_skip_the_menu(office: Office) -> None:
    page = office.open(CUSTOMERS)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#content') !== null")


def test_what_has_the_focus_is_not_below_the_bar_at_the_foot(office: Office) -> None:
    office.page.set_viewport_size({"width": 1280, "height": 720})
    page = office.open(f"{CUSTOMERS}1/change/")
    foot = page.locator("#submit-row").bounding_box()["y"]
    page.locator("#id_name").focus()
    below = """() => { const it = document.activeElement, box = it.getBoundingClientRect();
        return it.closest("#submit-row") || !it.closest("#content") ? ["", 0] : [it.outerHTML, box.bottom]; }"""
    for _ in range(25):
        page.keyboard.press("Tab")
        element, bottom = page.evaluate(below)
        assert bottom <= foot, element
