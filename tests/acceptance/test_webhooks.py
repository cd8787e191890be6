"""Webhooks end to end: the real server, the real worker, Robaws in another process, everything over HTTP."""

import json
import signal
import sqlite3
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from robaws.signature import sign
from tests.acceptance.caller import later
from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS, Database
from tests.acceptance.rig import Rig, Running
from tests.patience import PATIENCE_S

LOGS = "robaws_webhook_logs"
PATH = "/api/webhooks/robaws/customers"
SECRET = "whsec_of the tests"
SERVER = {
    "BCONNECT_SECRET_KEY": "only for tests",
    "ROBAWS_WEBHOOK_SECRET": SECRET,
    "BCONNECT_ALLOWED_HOSTS": "127.0.0.1",
}


class Live:
    """A rig with the web server on, and a worker where a test starts one."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.database = rig, rig.database
        rig.settings |= SERVER
        self.web = rig.command("web", "--port", "0")
        assert self.web.process.stdout is not None
        self.url = self.web.process.stdout.readline().split()[2].rstrip("/") + PATH

    def work(self) -> Running:
        return self.rig.command("worker", "--part", "inbox")

    def post(self, content: bytes, secret: str = SECRET) -> int:
        """The status of the answer."""
        headers = {"Robaws-Signature": sign(secret, content, int(time.time())), "Content-Type": "application/json"}
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request("POST", PATH, content, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def event(self, client_id: str, **changes: Any) -> bytes:
        """What Robaws would tell of this client, half an hour from now."""
        record = {**self.rig.remote.client(client_id), "updatedAt": later(1800), **changes}
        return json.dumps({"id": str(uuid.uuid4()), "event": "client.updated", "data": record}).encode()

    def until(self, is_so: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, self.statuses()
            time.sleep(0.02)

    def statuses(self) -> dict[str, int]:
        return dict(self.database.query(f"SELECT status, count(*) FROM {LOGS} GROUP BY status"))

    def quiet(self) -> None:
        """Until everything that came in is done with."""
        self.until(lambda: self.statuses().keys() <= {"processed", "ignored", "rejected"})

    def command(self, *words: str) -> dict[str, Any]:
        outcome = self.rig.command(*words, "--json").end()
        assert (outcome.status, outcome.stderr) == (0, ""), outcome
        return outcome.json


@pytest.fixture
def live(begin: Begin) -> Iterator[Live]:
    live = Live(begin("--clients", "60"))
    yield live
    assert live.web.signal(signal.SIGTERM).status == 0


def test_the_whole_life_of_a_webhook(live: Live):
    rig, database = live.rig, live.database
    rig.pull("--full")
    client_id = rig.remote.ids()[7]

    # Registered: the secret is shown this once, and is not what is stored.
    made = live.command("register_webhook", "--url", live.url)
    assert made["secret"] not in database.value("SELECT secret FROM webhook_configurations")
    assert rig.command("register_webhook", "--url", live.url).end().status == 3
    (listed,) = live.command("list_webhooks")["webhooks"]
    assert (listed["id"], listed["marks"]) == (made["id"], [])
    assert live.command("test_webhook")["stored"]

    # Edited in Robaws: the row changes without anybody pulling.
    worker = live.work()
    requests = rig.remote.requests()
    rig.remote.edit(client_id, name="Edited in Robaws")
    live.until(lambda: database.customer(client_id, "name") == ("Edited in Robaws",))
    new_id = rig.remote.add(name="New in Robaws")
    live.until(lambda: new_id in database.ids())
    assert rig.remote.requests() == requests

    # Edited here, by another program, and pushed.
    database.change(f"UPDATE {CUSTOMERS} SET city = %s WHERE robaws_client_id = %s", "Gent", client_id)
    assert rig.pull("--push")["pushed"] == 1
    assert rig.remote.client(client_id)["address"]["city"] == "Gent"

    # The echo arrives, and changes nothing; then it is quiet.
    live.until(lambda: rig.remote.stats()["webhooks"]["delivered"] == 3)
    live.quiet()
    assert not database.customer(client_id, "is_pending")[0]
    before, writes = database.rows(), rig.remote.stats()["writes"]
    assert rig.pull("--push")["pushed"] == 0
    assert rig.pull()["updated"] == 0
    assert (database.rows(), rig.remote.stats()["writes"]) == (before, writes)
    assert live.command("check_webhook_health")["healthy"]

    # Rotated: what comes next is signed with the new secret, and counts.
    rotated = live.command("rotate_webhook_secret", made["id"])
    rig.remote.edit(client_id, name="After the rotation")
    live.until(lambda: database.customer(client_id, "name") == ("After the rotation",))
    assert live.post(live.event(client_id), made["secret"]) == 200
    live.quiet()

    # Ended: Robaws tells no more, and what the secret signs is refused within seconds.
    assert rig.command("deactivate_webhook", rotated["id"]).end().status == 0
    assert rig.remote.stats()["webhooks"]["endpoints"] == []
    live.until(lambda: live.post(live.event(client_id), rotated["secret"]) == 401)
    sick = rig.command("check_webhook_health", ROBAWS_WEBHOOK_SECRET="").end()
    assert (sick.status, "none_registered" in sick.stdout) == (1, True)
    assert worker.signal(signal.SIGTERM).status == 0


def test_while_sqlite_is_locked_calls_are_refused_in_time_and_the_process_answers(live: Live):
    if not live.database.url.startswith("sqlite"):
        pytest.skip("PostgreSQL has many writers")
    live.rig.pull("--full")
    contents = [live.event(live.rig.remote.ids()[0]) for _ in range(16)]
    other = sqlite3.connect(live.database.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(len(contents)) as robaws:
        answers = [robaws.submit(live.post, each) for each in contents]  # each gives up after 30 s
        time.sleep(0.5)
        with urllib.request.urlopen(live.url.replace(PATH, "/healthz"), timeout=20) as answer:
            assert answer.status == 200
        assert {each.result() for each in answers} == {503}
    other.execute("ROLLBACK")
    other.close()
    assert {live.post(each) for each in contents} == {200}


def test_a_burst_is_taken_calmly_and_none_of_it_is_lost_or_doubled_by_two_workers(live: Live):
    live.rig.pull("--full")
    ids = live.rig.remote.ids()
    stamps = [later(300 + number) for number in range(600)]
    contents = [
        live.event(ids[number % 60], name=f"Name {number}", updatedAt=stamp) for number, stamp in enumerate(stamps)
    ]
    workers = [live.work(), live.work()]
    with ThreadPoolExecutor(20) as callers:
        assert set(callers.map(live.post, contents)) == {200}
    assert sum(live.statuses().values()) == 600
    live.quiet()
    assert live.statuses() == {"processed": 600}
    for worker in workers:
        worker.dismiss()
    names = {each[0] for each in live.database.query(f"SELECT name FROM {CUSTOMERS}")}
    assert names == {f"Name {number}" for number in range(540, 600)}, "the newest of each client"


def test_a_killed_worker_loses_nothing(live: Live):
    live.rig.pull("--full")
    ids = live.rig.remote.ids()
    for client_id in ids:
        live.post(live.event(client_id, name=f"New {client_id}"))
    live.rig.remote.behave(latency_ms=50)
    for client_id in ids:
        live.post(json.dumps({"id": f"p{client_id}", "event": "client.updated", "data": {"id": client_id}}).encode())
    worker = live.work()
    live.rig.wait_for(f"SELECT count(*) FROM {LOGS} WHERE status = 'processed'", lambda count: count >= 5, worker)
    worker.kill()
    assert live.statuses().get("processing", 0) > 0
    # As if the time of its claims had passed.
    live.database.change(f"UPDATE {LOGS} SET claimed_until = '2000-01-01 00:00:00' WHERE status = 'processing'")
    live.rig.remote.behave()
    live.work()
    live.quiet()
    assert live.statuses() == {"processed": 2 * len(ids)}


def test_a_worker_that_ends_while_robaws_does_not_answer_hands_its_events_back(live: Live):
    live.rig.pull("--full")
    client_id = live.rig.remote.ids()[0]
    live.rig.remote.behave(latency_ms=25_000)
    live.post(json.dumps({"id": "e1", "event": "client.updated", "data": {"id": client_id}}).encode())
    worker = live.work()
    live.until(lambda: live.statuses() == {"processing": 1})
    assert worker.signal(signal.SIGTERM).status == 0
    assert live.database.query(f"SELECT status, retry_count, outcome FROM {LOGS}") == [
        ("received", 0, "its worker ended")
    ]


def _held(database: Database) -> Any:
    """A connection that holds what a page of a running sync holds."""
    if database.is_sqlite:
        connection = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"UPDATE {CUSTOMERS} SET name = name")
        return connection
    held = psycopg.connect(database.url)
    held.execute(f"SELECT 1 FROM {CUSTOMERS} FOR UPDATE")
    held.execute("UPDATE sync_leases SET expires_at = expires_at")
    return held


def test_a_call_waits_for_no_more_than_one_page_of_a_running_sync(live: Live):
    live.rig.pull("--full")
    content = live.event(live.rig.remote.ids()[0])
    held = _held(live.database)
    statuses: list[int] = []
    caller = threading.Thread(target=lambda: statuses.append(live.post(content)))
    caller.start()
    if live.database.is_sqlite:
        time.sleep(0.7)  # longer than a page's transaction takes
        held.rollback()
    caller.join(PATIENCE_S)
    held.close()
    assert statuses == [200]


def test_a_body_that_is_too_large_gets_its_answer_from_the_real_server_too(live: Live):
    assert live.post(b'{"id": "e1", "event": "client.updated", "data": "' + b"x" * 1_200_000 + b'"}') == 413
    assert live.post(live.event(live.rig.remote.ids()[0])) == 200


def test_failed_events_are_replayed_by_a_command(live: Live):
    live.rig.pull("--full")
    client_id = live.rig.remote.ids()[0]
    live.post(json.dumps({"id": "e1", "event": "client.updated", "data": {"id": client_id}}).encode())
    live.database.change(f"UPDATE {LOGS} SET status = 'failed', next_attempt_at = NULL")
    live.rig.remote.edit(client_id, name="New")
    assert live.command("replay_webhooks", "--failed") == {"replayed": 1}
    live.work()
    live.quiet()
    assert live.database.customer(client_id, "name") == ("New",)
    assert live.rig.command("replay_webhooks").end().status == 2
    assert live.rig.command("replay_webhooks", "none-such").end().status == 3
