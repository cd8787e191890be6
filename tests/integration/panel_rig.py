"""The list of customers in the web UI, and its actions as a browser asks for them."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client

from tests.integration.rig import customer

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LIST = "/admin/customers/customer/"


def select(browser: Client, action: str, *client_ids: str, **more: Any) -> Any:
    chosen = [customer(each).pk for each in client_ids]
    return browser.post(LIST, {"action": action, "_selected_action": chosen, "index": "0", **more})


def confirm(browser: Client, action: str, *client_ids: str, **more: Any) -> Any:
    return select(browser, action, *client_ids, confirmed="1", **more)


def page_of(client_id: str, action: str) -> str:
    return f"{LIST}{customer(client_id).pk}/{action}/"
