"""The demo, as somebody who has just cloned the project runs it."""

import re
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from bconnect import demo
from tests.acceptance.demo_run import DemoRun

ELSEWHERE = {
    "DATABASE_URL": "sqlite:///production.sqlite3",
    "ROBAWS_BASE_URL": "http://127.0.0.1:9",
    "ROBAWS_API_KEY": "the key of a real tenant",
    "BCONNECT_ALLOWED_HOSTS": "example.org",
}
"""Settings of a real installation, which the demo must not touch."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    (folder / ".env").write_text("ROBAWS_BASE_URL=http://127.0.0.1:9\nROBAWS_API_SECRET=real\nBCONNECT_DEBUG=1\n")
    (folder / "bconnect.sqlite3").write_text("what the firm works with")
    return folder


@pytest.fixture(scope="module")
def serving(folder: Path) -> Iterator[DemoRun]:
    run = DemoRun(folder, **ELSEWHERE)
    try:
        run.wait_for(r"Password +(\S+)")
        yield run
    finally:
        run.end()


def answers(address: str) -> bool:
    place = urlsplit(address)
    with socket.socket() as probe:
        return probe.connect_ex((str(place.hostname), int(place.port or 0))) == 0


def test_it_shows_a_full_sync_of_every_client(serving: DemoRun) -> None:
    assert "$ bconnect sync_customers --full" in serving.text
    assert re.search(r"Fetched\W+4,017", serving.text)
    assert re.search(r"Created\W+4,017", serving.text)
    assert re.search(r"Errors\W+0", serving.text)


def test_it_touches_nothing_but_its_own_folder(serving: DemoRun, folder: Path) -> None:
    assert sorted(each.name for each in folder.iterdir()) == [".demo", ".env", "bconnect.sqlite3"]
    assert (folder / "bconnect.sqlite3").read_text() == "what the firm works with"


def test_its_login_opens_the_web_ui_which_shows_the_customers(serving: DemoRun) -> None:
    address, password = serving.wait_for(r"Open +(\S+)"), serving.wait_for(r"Password +(\S+)")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    login = f"{address}admin/login/?next=/admin/customers/customer/%3Fq=222%20CARS"
    form = browser.open(login).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token
    typed = {"csrfmiddlewaretoken": token[1], "username": "demo", "password": password}
    page = browser.open(login, urlencode(typed).encode()).read().decode()
    assert "222 CARS" in page
    assert "LUXURY CAR DEALER" in page


def test_its_static_files_are_served_without_a_further_step(serving: DemoRun) -> None:
    with urllib.request.urlopen(serving.wait_for(r"Open +(\S+)") + "static/panel/panel.css") as answer:
        assert b".bc-badge" in answer.read()


def test_a_second_one_in_the_same_folder_is_refused_in_one_line(serving: DemoRun, folder: Path) -> None:
    second = DemoRun(folder)
    assert second.status() == 3
    assert len(second.text.strip().splitlines()) == 1
    assert "another demo runs" in second.text


def test_ctrl_c_ends_it_and_everything_it_started(serving: DemoRun) -> None:
    # Stands last: the tests above share the demo that ends here.
    addresses = [serving.wait_for(r"Open +(\S+)"), serving.wait_for(r"simulator at (\S+)")]
    assert all(map(answers, addresses))
    assert serving.end(signal.SIGINT) == 0
    assert not any(map(answers, addresses))


def test_without_serving_it_ends_after_the_table_with_status_0(folder: Path) -> None:
    run = DemoRun(folder, SERVE="0")
    assert run.status() == 0
    assert re.search(r"Fetched\W+4,017", run.text)
    assert "Password" not in run.text
    assert not answers(run.wait_for(r"simulator at (\S+)"))


def test_stopped_early_it_says_so_and_leaves_nothing_running(folder: Path) -> None:
    run = DemoRun(folder)
    simulator = run.wait_for(r"simulator at (\S+)")
    assert run.end() == 130
    assert "stopped" in run.text
    assert not answers(simulator)


def test_a_failing_step_ends_it_with_the_steps_own_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".demo").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(demo.DemoError, match="`bconnect sync_customers --limit none` ended with status 2") as caught:
        demo._step("sync_customers", "--limit", "none")
    assert caught.value.status == 2


def test_a_folder_that_cant_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".demo").write_text("a file")
    run = DemoRun(tmp_path)
    assert run.status() == 3
    assert len(run.text.strip().splitlines()) == 1
