"""`make screenshots`: the pictures in docs/screenshots, from a demo. Needs Chromium, like the browser tests."""

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.acceptance.demo_run import DemoRun
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.test_journeys import Backstage

FOLDER = Path("docs/screenshots")
DESKTOP, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 780}
CUSTOMERS = "admin/customers/customer/"
SHOTS = (
    ("dashboard", "", "light", DESKTOP),
    ("dashboard-dark", "", "dark", DESKTOP),
    ("customers", CUSTOMERS, "light", DESKTOP),
    ("customers-phone", CUSTOMERS, "light", PHONE),
    ("customer", f"{CUSTOMERS}{{conflict}}/change/", "light", DESKTOP),
    ("conflict", "admin/sync/conflict/decide/{conflict}/", "light", DESKTOP),
    ("push", f"{CUSTOMERS}{{edited}}/push/", "light", DESKTOP),
    ("intake", "admin/intakes/intake/add/", "light", DESKTOP),
    ("schedule", "admin/jobs/scheduledjob/", "light", DESKTOP),
)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        demo = DemoRun(Path(folder))
        try:
            demo.wait_for(r"Password +(\S+)")
            keys = prepare(Backstage(Path(folder)))
            browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
            for name, path, scheme, size in SHOTS:
                shoot(browser, demo, name, path.format(**keys), scheme, size)
            browser.close()
        finally:
            demo.end()


def prepare(others: Backstage) -> dict[str, str]:
    """A conflict and an edit to show; returns the rows' keys."""
    others.clash("3473", "sales@222motors.ae", "office@222motors.ae")
    others.shell("Customer.objects.filter(robaws_client_id='3473').update(phone='+971501234567')")
    others.shell("Customer.objects.filter(robaws_client_id='3017').update(city='Jebel Ali', website='https://aeon.ae')")
    key = "print(Customer.objects.get(robaws_client_id='{}').pk)"
    return {"conflict": others.shell(key.format(3473)).strip(), "edited": others.shell(key.format(3017)).strip()}


def shoot(browser: Any, demo: DemoRun, name: str, path: str, scheme: str, size: dict[str, int]) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB")
    page, address = context.new_page(), demo.wait_for(r"Open +(\S+)")
    page.goto(address)
    page.fill("#id_username", "demo")
    page.fill("#id_password", demo.wait_for(r"Password +(\S+)"))
    page.click("button[type=submit]")
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()
    print(f"{FOLDER / name}.png")


if __name__ == "__main__":
    main()
