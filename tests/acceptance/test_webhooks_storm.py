"""`bconnect serve` as one firm runs it, and everything that may go wrong on the way to it, over HTTP."""

import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from robaws.simulator.tenant import ROLE_GUID
from tests.acceptance.caller import NO_ANSWER, PATH, Caller, event, later, signature
from tests.acceptance.conftest import Begin
from tests.acceptance.rig import Rig, Running
from tests.patience import PATIENCE_S

LOGS = "robaws_webhook_logs"
SECRET = "whsec_of the storm"
QUIET = {
    f"BCONNECT_SCHEDULE_{name}": "off" for name in ("INCREMENTAL", "FULL", "PUSH", "HEALTH", "RETENTION", "ALERTS")
}
SERVED = {"BCONNECT_SECRET_KEY": "only for tests", "ROBAWS_WEBHOOK_SECRET": SECRET, **QUIET}


class Firm:
    """A firm that runs `bconnect serve` beside its database and its Robaws."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.database, self.remote = rig, rig.database, rig.remote
        rig.settings |= SERVED
        self.serve()

    def serve(self) -> None:
        self.serving = self.rig.command("serve", "--port", "0")
        self.address = told_address(self.serving)
        self.caller = Caller(self.address, SECRET)

    def post(self, body: bytes, **headers: str) -> int:
        return self.caller.post(body, **headers)

    def until(self, is_so: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert self.serving.is_running(), self.serving.end()
            assert time.monotonic() < deadline, self.statuses()
            time.sleep(0.05)

    def statuses(self) -> dict[str, int]:
        return dict(self.database.query(f"SELECT status, count(*) FROM {LOGS} GROUP BY status"))

    def stored(self) -> set[str]:
        return {row[0] for row in self.database.query(f"SELECT robaws_id FROM {LOGS} WHERE robaws_id IS NOT NULL")}

    def quiet(self) -> None:
        """Until Robaws has told all it has to tell, and all of it is done with."""
        self.until(lambda: self.remote.stats()["webhooks"]["queued"] == 0)
        self.until(lambda: self.statuses().keys() <= {"processed", "ignored", "rejected"})

    def rest(self) -> None:
        """Both sides hold the same, without a pull having helped; and a pull finds nothing to do."""
        theirs = {client_id: self.remote.client(client_id)["name"] for client_id in self.remote.ids()}
        assert dict(self.database.query("SELECT robaws_client_id, name FROM robaws_customers_cache")) == theirs
        told = self.rig.pull("--full")
        assert (told["updated"], told["created"], told["conflicts"]) == (0, 0, 0)

    def end(self) -> str:
        self.caller.close()
        outcome = self.serving.signal(signal.SIGTERM)
        assert outcome.status == 0, outcome
        return outcome.stderr


def told_address(serving: Running) -> str:
    assert serving.process.stdout is not None
    found = re.search(r"http://[\d.:]+", serving.process.stdout.readline())
    assert found is not None
    return found[0]


@pytest.fixture
def start(begin: Begin) -> Iterator[Callable[..., Firm]]:
    firms: list[Firm] = []

    def started(*options: str) -> Firm:
        firms.append(Firm(begin(*options)))
        firms[0].rig.pull("--full")
        return firms[0]

    yield started
    for firm in firms:
        firm.caller.close()


def test_what_robaws_loses_doubles_shuffles_and_cuts_arrives_all_the_same(start: Callable[..., Firm]):
    mischief = ("--webhook-repeat", "0.3", "--webhook-reorder", "0.5", "--webhook-partial", "0.2", "--webhook-guids")
    firm = start("--clients", "40", *mischief)
    assert firm.rig.command("register_webhook", "--url", firm.address + PATH).end().status == 0
    dice, ids = random.Random(4), firm.remote.ids()
    for number in range(120):
        role = {"extraFields": {"Role": {"type": "SELECT", "stringValue": f"ROLE {number}"}}}
        firm.remote.edit(dice.choice(ids), **dice.choice(({"name": f"Name {number}"}, role)))
    added = [firm.remote.add(name=f"Added {number}") for number in range(5)]
    firm.quiet()
    assert firm.database.ids() == {*ids, *added}
    roles = dict(firm.database.query("SELECT robaws_client_id, role FROM robaws_customers_cache"))
    for client_id in ids:
        held = (firm.remote.client(client_id).get("extraFields") or {}).get("Role", {}).get("stringValue")
        assert roles[client_id] == held
    firm.rest()
    firm.end()


def test_whatever_is_sent_to_the_address_gets_its_status_and_only_events_are_kept(start: Callable[..., Firm]):
    firm = start("--clients", "3")
    first, second, third = firm.remote.ids()
    client = {**firm.remote.client(first), "name": "Fresh", "updatedAt": later(1800)}
    good = event(client, "good")
    now = time.time()
    assert {firm.post(good) for _ in range(3)} == {200}
    assert firm.post(event({**client, "name": "Stale", "updatedAt": "2001-01-01T00:00:00.000Z"}, "stale")) == 200
    assert firm.post(event({"id": second, "name": "Cut"}, "cut")) == 200
    by_guid = {ROLE_GUID: {"stringValue": "BY GUID"}}
    third_now = firm.remote.client(third)
    assert firm.post(event({**third_now, "extraFields": by_guid, "updatedAt": later(1800)}, "guid")) == 200
    assert firm.post(event({"id": "9"}, "unknown", kind="article.updated")) == 200
    assert firm.post(good, path=PATH + "/") == 200

    assert firm.post(good, Robaws_Signature="") == 401
    assert firm.post(good, Robaws_Signature="t=1,v1=abc") == 401
    assert firm.post(good, Robaws_Signature=signature("another secret", good)) == 401
    assert firm.post(good, Robaws_Signature=signature(SECRET, good, now - 400)) == 401
    assert firm.post(good, Robaws_Signature=signature(SECRET, good, now + 400)) == 401
    assert firm.post(good, Robaws_Signature=signature(SECRET, good + b" ")) == 401
    assert firm.post(b"not JSON") == 400
    assert firm.post(b"[1, 2]") == 400
    assert firm.post(b'{"id": "deep", "event": "client.updated", "data": ' + b"[" * 500 + b"]" * 500 + b"}") == 400
    assert firm.post(b"x" * 5_000_000, Robaws_Signature="t=1,v1=" + "0" * 64) in {413, NO_ANSWER}
    assert firm.post(b"x" * 5_000_000) in {413, NO_ANSWER}
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        assert firm.caller.ask(method, PATH) == 405

    once = event(firm.remote.client(first), "in chunks")
    head = f"POST {PATH} HTTP/1.1\r\nHost: crm.firm.example\r\nRobaws-Signature: {signature(SECRET, once)}\r\n"
    chunked = head.encode() + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(once), once)
    assert firm.caller.raw(chunked) == 200
    assert firm.caller.raw(head.encode() + b"Content-Length: -5\r\n\r\n" + once) == 400
    assert firm.caller.raw(head.encode() + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + once) == 400
    assert firm.post(good) == 200

    firm.quiet()
    assert firm.stored() == {"good", "stale", "cut", "guid", "unknown", "in chunks"}
    assert firm.database.customer(first, "name") == ("Fresh",)
    assert firm.database.customer(second, "name") == (firm.remote.client(second)["name"],)
    assert firm.database.value(f"SELECT count(*) FROM {LOGS} WHERE status = 'rejected' AND payload IS NOT NULL") == 0
    said = firm.end()
    assert "Fresh" not in said
    assert SECRET not in said


def test_events_during_a_full_run_are_accepted_at_once_and_not_undone_by_it(start: Callable[..., Firm]):
    firm = start("--clients", "1500", "--replica-lag", "3600")
    ids = firm.remote.ids()
    firm.database.change("UPDATE robaws_customers_cache SET fingerprint = ''")  # the run has to write every row
    firm.remote.behave(latency_ms=150)
    full = firm.rig.start("--full", "--json", ROBAWS_REQUESTS_PER_SECOND="8", ROBAWS_BURST="2")
    firm.rig.wait_for("SELECT count(*) FROM sync_runs WHERE status = 'running'", bool, full)
    statuses = []
    for number in range(300):
        client = {**firm.remote.client(ids[number]), "name": f"Told {number}", "updatedAt": later(1800)}
        statuses.append(firm.post(event(client)))
    assert full.is_running() or full.process.returncode == 0
    assert set(statuses) == {200}
    firm.until(lambda: firm.statuses() == {"processed": 300})
    assert full.end().status == 0
    told = dict(firm.database.query("SELECT robaws_client_id, name FROM robaws_customers_cache"))
    assert [told[ids[number]] for number in range(300)] == [f"Told {number}" for number in range(300)]
    firm.end()


def test_every_call_that_was_accepted_is_stored_though_server_worker_and_database_fail(start: Callable[..., Firm]):
    firm = start("--clients", "20")
    ids, accepted, answered = firm.remote.ids(), set[str](), set[int]()
    stop, number = threading.Event(), iter(range(1_000_000))

    def call() -> None:
        while not stop.is_set():
            event_id = f"e{next(number)}"
            client = {"id": random.choice(ids), "name": "Any", "updatedAt": later(1800)}
            caller = Caller(firm.address, SECRET)
            status = caller.post(event(client, event_id))
            caller.close()
            answered.add(status)
            if status == 200:
                accepted.add(event_id)

    with ThreadPoolExecutor(4) as callers:
        calls = [callers.submit(call) for _ in range(4)]
        time.sleep(0.5)
        firm.database.change(f"ALTER TABLE {LOGS} RENAME TO away")
        time.sleep(0.5)
        firm.database.change(f"ALTER TABLE away RENAME TO {LOGS}")
        time.sleep(0.5)
        firm.serving.kill()  # and with it, on Linux, all that it had started
        time.sleep(0.5)
        firm.serve()
        time.sleep(1)
        stop.set()
        assert [each.result() for each in calls] == [None] * 4
    assert answered == {200, 503, NO_ANSWER}
    assert accepted
    assert accepted <= firm.stored()
    # What the killed worker held is taken over; here as if its time had passed.
    firm.database.change(f"UPDATE {LOGS} SET claimed_until = '2000-01-01 00:00:00' WHERE status = 'processing'")
    firm.quiet()
    assert firm.statuses() == {"processed": len(firm.stored())}
    firm.end()
