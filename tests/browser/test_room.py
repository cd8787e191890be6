"""There is room for what stands on a page: in longer languages, and for names nobody expected."""

from typing import Any

import pytest

from tests.acceptance.demo_run import DemoRun
from tests.browser.conftest import Office
from tests.browser.test_journeys import Backstage

CUSTOMERS = "admin/customers/customer/"
TOO_WIDE = """[...document.querySelectorAll(".bc-card")]
    .filter((card) => card.scrollWidth > card.clientWidth).map((card) => card.innerText.slice(0, 40))"""


def is_in_sight(page: Any, what: str) -> bool:
    box = page.locator(what).first.bounding_box()
    return bool(box["x"] + box["width"] <= page.viewport_size["width"])


@pytest.mark.parametrize("width", [1280, 1400, 1440])
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_no_column_of_the_dashboard_is_cut_off(office: Office, demo: DemoRun, language: str, width: int) -> None:
    Backstage(demo.folder).shell(
        "from bconnect.sync.models import SyncRun; from django.utils import timezone;"
        "SyncRun.objects.create(kind='push', status='interrupted', started_at=timezone.now(),"
        " finished_at=timezone.now() + timezone.timedelta(seconds=725), fetched=4017, updated=4017, errors=123)"
    )
    office.page.set_viewport_size({"width": width, "height": 900})
    office.page.set_extra_http_headers({"Accept-Language": language})
    assert office.open("admin/").evaluate(TOO_WIDE) == []


def test_one_customer_with_long_values_hides_nothing_of_the_others(office: Office, demo: DemoRun) -> None:
    others = Backstage(demo.folder)
    keys = []
    for values in ("name='Wort' * 60, client_type='x' * 300", "name='many words ' * 40"):
        # Other tests make new ones, of which Robaws has no value to take.
        chosen = "Customer.objects.known_to_robaws().filter(gone_at=None).order_by('-pk')"
        others.shell(f"Customer.objects.filter(pk={chosen}[{len(keys)}].pk).update({values})")
        keys.append(others.shell(f"print({chosen}[{len(keys)}].pk)").strip())
    page = office.open(f"{CUSTOMERS}?q=wortwort")
    assert page.locator("#result_list tbody tr th").first.bounding_box()["width"] < 400
    for key in keys:
        page = office.open(f"{CUSTOMERS}{key}/change/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1500
        assert is_in_sight(page, ".bc-sync .bc-table [data-take]")
        assert page.evaluate(TOO_WIDE) == []
