"""On a phone: nothing is wider than the screen, and a table's row is a card that says what each value is."""

from typing import Any

from tests.acceptance.demo_run import DemoRun
from tests.browser.conftest import Office
from tests.browser.test_journeys import Backstage

PHONE = {"width": 390, "height": 844}
CUSTOMERS = "admin/customers/customer/"
PATHS = (
    "",
    CUSTOMERS,
    f"{CUSTOMERS}add/",
    f"{CUSTOMERS}sync-all/",
    "admin/duplicates/duplicategroup/",
    "admin/duplicates/profile/",
    "admin/intakes/intake/",
    "admin/intakes/intake/add/",
    "admin/jobs/scheduledjob/",
    "admin/jobs/errand/",
    "admin/sync/conflict/",
    "admin/sync/merge/",
    "admin/sync/quarantinedrecord/",
    "admin/sync/syncrun/",
    "admin/sync/syncrun/1/change/",
    "admin/webhooks/delivery/",
    "admin/webhooks/webhookconfiguration/",
)


def width(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_no_page_is_wider_than_a_phone(office: Office) -> None:
    office.page.set_viewport_size(PHONE)
    assert {path: width(office.open(path)) for path in PATHS} == dict.fromkeys(PATHS, PHONE["width"])
    assert office.faults == []


def test_a_customer_is_a_card_as_wide_as_the_screen(office: Office) -> None:
    office.page.set_viewport_size(PHONE)
    cell = office.open(CUSTOMERS).locator("#result_list tbody tr td").nth(2)
    assert cell.bounding_box()["width"] > 340


def test_what_differs_from_robaws_is_a_card_with_a_name_beside_each_value(office: Office, demo: DemoRun) -> None:
    others = Backstage(demo.folder)
    others.shell("Customer.objects.filter(robaws_client_id='2').update(city='A city of a rather long name, with more')")
    key = others.shell("print(Customer.objects.get(robaws_client_id='2').pk)").strip()
    office.page.set_viewport_size(PHONE)
    page = office.open(f"{CUSTOMERS}{key}/change/")
    assert width(page) == PHONE["width"]
    cell = page.locator(".bc-sync .bc-table tbody tr").first.locator("td").first
    assert cell.get_attribute("data-label") == "Here"
    assert cell.bounding_box()["width"] > 250
