"""No value from outside runs as a script: not as markup, and not inside the expressions the theme evaluates."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BCONNECT = Path(sys.executable).parent / "bconnect"
ROOT = Path(__file__).parents[2]
PASSWORD = "only for this test"
PLANT = f"""
import django, json
django.setup()
from django.contrib.auth.models import User
from tests.security.hostile import plant
from tests.security.test_hostile_values import pages
User.objects.create_superuser("admin", password={PASSWORD!r})
plant()
print(json.dumps(pages()))
"""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a web UI over hostile data, and its pages."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "bconnect.config.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'hostile.sqlite3'}",
        "BCONNECT_SECRET_KEY": "only-for-the-browser-tests-0123456789-0123456789",
    }
    run: dict[str, Any] = {"env": environment, "cwd": tmp_path, "text": True}
    subprocess.run([BCONNECT, "migrate", "-v0"], check=True, timeout=120, **run)
    planted = subprocess.run([sys.executable, "-c", PLANT], check=True, timeout=60, stdout=subprocess.PIPE, **run)
    server = subprocess.Popen([BCONNECT, "web", "--port", "0", "--workers", "1"], stdout=subprocess.PIPE, **run)
    assert server.stdout is not None
    yield server.stdout.readline().split()[2], json.loads(planted.stdout)
    server.terminate()
    server.wait(20)
    server.stdout.close()


def test_nothing_planted_runs_on_any_page(chromium: Any, web: tuple[str, list[str]]) -> None:
    address, paths = web
    context = chromium.new_context(viewport={"width": 1500, "height": 950})
    page, ran = context.new_page(), list[str]()
    page.on("dialog", lambda dialog: (ran.append(page.url), dialog.dismiss()))
    page.on("console", lambda told: "Content Security Policy" in told.text and ran.append(f"{page.url}: {told.text}"))
    page.goto(f"{address}admin/login/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    for path in paths:
        page.goto(address.rstrip("/") + path)  # until loaded: a planted image has failed, and Alpine has begun, by then
        if page.evaluate("window.pwned"):
            ran.append(path)
    page.goto(f"{address}admin/intakes/intake/add/")
    page.click(".select2-selection")
    page.wait_for_selector("li.select2-results__option:has-text('window.pwned')")
    page.click("li.select2-results__option:has-text('window.pwned')")
    if page.evaluate("window.pwned"):
        ran.append("the customer select")
    context.close()
    assert ran == []
    assert len(paths) > 20
