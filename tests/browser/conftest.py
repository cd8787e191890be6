"""A browser on a demo that has just pulled its customers. Skipped where there is no Chromium or no Playwright."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.demo_run import DemoRun

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Office:
    """Somebody at a desk, logged in. `faults` are what the pages complained of or asked other hosts for."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", lambda told: told.type == "error" and self.faults.append(f"console: {told.text}"))
        page.on("request", lambda asked: self._ours(asked.url) or self.faults.append(f"elsewhere: {asked.url}"))
        page.on("response", lambda got: got.status >= 400 and self.faults.append(f"{got.status}: {got.url}"))

    def _ours(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "blob:"))

    def open(self, path: str) -> Any:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """Ended with the last of these tests: while it is open its event loop counts as running for all others."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install playwright"
    )
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: make browser")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRun]:
    run = DemoRun(tmp_path_factory.mktemp("browser"))
    try:
        run.wait_for(r"Password +(\S+)")
        yield run
    finally:
        run.end()


@pytest.fixture
def office(chromium: Any, demo: DemoRun) -> Iterator[Office]:
    context = chromium.new_context(viewport={"width": 1500, "height": 950}, locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor = Office(context.new_page(), demo.wait_for(r"Open +(\S+)"))
    page = visitor.open("")
    page.fill("#id_username", "demo")
    page.fill("#id_password", demo.wait_for(r"Password +(\S+)"))
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    yield visitor
    context.close()
