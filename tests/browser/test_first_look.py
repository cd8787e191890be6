"""What somebody sees and does in the first minutes after the demo's sync."""

import re

from tests.browser.conftest import Office

CUSTOMERS = "admin/customers/customer/"


def customer_page(office: Office, name: str) -> None:
    page = office.open(f"{CUSTOMERS}?q={name}")
    page.click(f".field-bold_name a:has-text('{name}')")
    page.wait_for_load_state("networkidle")


def test_the_dashboard_says_how_the_sync_is(office: Office) -> None:
    text = office.page.inner_text("#main")
    assert "4,017" in text
    assert "FORWARDER" in text
    assert re.search(r"in step\s+4,01\d", text)
    assert "DONE" in text


def test_every_page_comes_from_this_host_and_without_a_fault(office: Office) -> None:
    for path in ("", CUSTOMERS, CUSTOMERS + "1/change/", CUSTOMERS + "add/", "admin/intakes/intake/"):
        office.open(path)
    for path in ("admin/intakes/intake/add/", "admin/sync/syncrun/", "admin/sync/syncrun/1/change/"):
        office.open(path)
    for path in ("admin/sync/conflict/", "admin/sync/quarantinedrecord/", "admin/auth/user/1/change/"):
        office.open(path)
    assert office.faults == []


def test_a_customer_is_found_by_typing_and_filtered_by_role(office: Office) -> None:
    page = office.open(CUSTOMERS)
    page.fill("#searchbar", "222 cars")
    page.press("#searchbar", "Enter")
    page.wait_for_load_state("networkidle")
    assert "222 CARS" in page.inner_text("#result_list tbody tr:first-child")
    office.open(f"{CUSTOMERS}?role=LUXURY+CAR+DEALER")
    assert page.locator("#result_list tbody tr").count() == 6


def test_the_filters_open_from_the_keyboard(office: Office) -> None:
    page = office.open(CUSTOMERS)
    page.locator("a:has-text('Filters')").focus()
    page.keyboard.press("Enter")
    page.locator("text=By sync state").wait_for(state="visible", timeout=60_000)


def test_a_copy_button_puts_the_value_on_the_clipboard(office: Office) -> None:
    page = office.open(f"{CUSTOMERS}?q=3473")
    page.hover(".field-copyable_phone")
    page.click(".field-copyable_phone button.bc-copy")
    page.wait_for_timeout(200)
    assert page.evaluate("navigator.clipboard.readText()") == "+971559659999"


def test_an_edit_is_saved_and_shown_as_waiting_for_the_push(office: Office) -> None:
    customer_page(office, "Aeon Shipping LLC")
    office.page.fill("#id_phone", "0475 12 34 56")
    office.page.click("button[name=_continue]")
    office.page.wait_for_load_state("networkidle")
    panel = office.page.inner_text(".bc-sync")
    assert "EDITED HERE" in panel
    assert "+32475123456" in panel
    assert "only we changed it" in panel


def test_a_save_over_a_colleagues_shows_both_values(office: Office) -> None:
    customer_page(office, "222 CARS")
    slow, quick = office.page, office.page.context.new_page()
    quick.goto(slow.url)
    quick.fill("#id_city", "Dubai")
    quick.click("button[name=_continue]")
    quick.wait_for_load_state("networkidle")
    slow.fill("#id_city", "Ajman")
    slow.click("button[name=_continue]")
    slow.wait_for_load_state("networkidle")
    assert "changed to “Dubai”; you typed “Ajman”" in slow.inner_text("#content-main")
    slow.click("button[name=_continue]")
    slow.wait_for_load_state("networkidle")
    assert slow.input_value("#id_city") == "Ajman"
    assert "errors below" not in slow.inner_text("#content-main")


def test_an_intake_finds_its_customer_while_typing_and_fills_what_is_empty(office: Office) -> None:
    page = office.open("admin/intakes/intake/add/")
    page.fill("#id_contact_phone", "my own note: 03 1")
    page.click(".select2-selection")
    page.keyboard.type("222 ca")
    page.click("li.select2-results__option:has-text('222 CARS (LUXURY CAR DEALER)')")
    assert page.input_value("#id_customer_name") == "222 CARS"
    assert page.input_value("#id_contact_email") == "info@222motors.ae"
    assert page.input_value("#id_contact_phone") == "my own note: 03 1"
    page.click("button[name=_save]")
    page.wait_for_load_state("networkidle")
    assert "222 CARS" in page.inner_text("#result_list tbody tr:first-child")


def test_the_select_warns_of_a_blacklisted_customer(office: Office) -> None:
    page = office.open(f"{CUSTOMERS}?role=BLACKLISTED")
    name = page.inner_text(".field-bold_name").strip()
    office.open("admin/intakes/intake/add/")
    page.click(".select2-selection")
    page.keyboard.type(name)
    page.click("li.select2-results__option:has-text('BLACKLISTED')")
    page.locator("p.bc-warning:has-text('BLACKLISTED')").wait_for(state="visible", timeout=60_000)


def test_the_list_becomes_cards_on_a_phone_without_scrolling_sideways(office: Office) -> None:
    office.page.set_viewport_size({"width": 390, "height": 844})
    for path in ("", CUSTOMERS, CUSTOMERS + "1/change/"):
        page = office.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
