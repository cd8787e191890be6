"""A day with everything real: processes, HTTP, the database, several hands on both sides, faults, and kill -9.

Every hand writes values that nobody else writes, and a field is written by one side only, but for `postal_code`:
so what must stand at the end is known without a model of the product.
"""

import itertools
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random

from tests.acceptance.databases import CUSTOMERS, Database
from tests.acceptance.remote import SideDoor
from tests.acceptance.rig import Rig, Running
from tests.patience import PATIENCE_S

OURS, THEIRS, BOTH = "city", "name", "postal_code"
INBOX_WORKERS, WEB_SERVERS, COMMANDS_AT_ONCE = 4, 2, 2
PULLS_AND_PUSHES = ((), (), ("--full",), ("--push", "--yes-all"), ("--push", "--yes-all"), ("--push", "--limit", "3"))
SETTINGS = {
    "BCONNECT_SECRET_KEY": "only for tests",
    "BCONNECT_ALLOWED_HOSTS": "127.0.0.1",
    "ROBAWS_REQUESTS_PER_SECOND": "95",
    "ROBAWS_BURST": "28",
}
TENANT = ("--rate", "100", "--burst", "30", "--daily", "1000000", "--webhook-repeat", "0.1", "--webhook-reorder", "0.2")
TENANT += ("--webhook-partial", "0.1", "--webhook-lose", "0.05", "--replica-lag", "0.5")
WEATHER = ("500@0.01", "reset@0.01", "reset-after@PATCH,0.03", "reset-after@POST,/api/v2/clients,0.2", "503@0.005")
PATH = "/api/webhooks/robaws/customers"

Key = tuple[str, str]
Hand = Callable[[Random], None]


class Day:
    """`written` holds what each side wrote last, by client and field; `happened` counts what was done."""

    def __init__(self, rig: Rig, seed: int) -> None:
        self.rig, self.seed = rig, seed
        rig.settings |= SETTINGS
        self.here: dict[Key, str] = {}
        self.there: dict[Key, str] = {}
        self.made_here: dict[str, str] = {}  # name: the city it was made with
        self.made_there: dict[str, str] = {}  # name: client id
        self.removed: set[str] = set()
        self.kills = self.commands = self.writes = 0
        self.errors: list[BaseException] = []
        self._over = threading.Event()
        self._numbers = itertools.count(1)

    def live_through(self, seconds: float) -> None:
        """Everybody at work for so long; what goes wrong in a hand is raised here."""
        self.rig.pull("--full")
        self._ids = sorted(self.rig.remote.ids(), key=int)
        with self._servers(), ExitStack() as stack:
            workers = [self._worker() for _ in range(INBOX_WORKERS)]
            self.rig.remote.behave(*WEATHER, seed=self.seed)
            database, door = Database(self.rig.database.url), SideDoor(self.rig.remote.url)
            stack.callback(database.close)
            stack.callback(door.close)
            hands: list[Hand] = [
                lambda chance: self._write_here(database, chance),
                lambda chance: self._write_there(door, chance),
                lambda chance: self._kill_a_worker(workers, chance),
                *[self._command] * COMMANDS_AT_ONCE,
            ]
            threads = [threading.Thread(target=self._keep_on, args=(n, hand)) for n, hand in enumerate(hands)]
            for thread in threads:
                thread.start()
            time.sleep(seconds)
            self._over.set()
            for thread in threads:
                thread.join()
            if self.errors:
                raise self.errors[0]
            self.rig.remote.behave()
            self._let_the_inbox_run_dry(workers)
        for _ in range(2):
            time.sleep(0.6)  # the replica catches up
            self.rig.pull("--full", "--allow-mass-deactivation")
            outcome = self.rig.run("--push", "--yes-all", "--allow-twins", "--json")
        assert (outcome.status, outcome.json["failed"]) == (0, 0), outcome

    # --- who is at work -------------------------------------------------------------------------------

    @contextmanager
    def _servers(self) -> Iterator[None]:
        """Two web servers, each registered: every event arrives twice, at the same time."""
        servers = [self.rig.command("web", "--port", "0") for _ in range(WEB_SERVERS)]
        for server in servers:
            assert server.process.stdout is not None
            url = server.process.stdout.readline().split()[2].rstrip("/") + PATH
            assert self.rig.command("register_webhook", "--url", url).end().status == 0
        yield
        for server in servers:
            server.process.terminate()
            assert server.end().status == 0

    def _worker(self) -> Running:
        return self.rig.command("worker", "--part", "inbox")

    def _keep_on(self, number: int, hand: Hand) -> None:
        chance = Random(f"{self.seed}/{number}")
        try:
            while not self._over.is_set():
                hand(chance)
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            self.errors.append(error)
            self._over.set()

    # --- hands ----------------------------------------------------------------------------------------

    def _value(self, side: str) -> str:
        self.writes = next(self._numbers)
        return f"{side} {self.writes}"

    def _write_here(self, database: Database, chance: Random) -> None:
        time.sleep(chance.uniform(0.005, 0.05))
        if chance.random() < 0.03:
            self._make_here(database, chance)
            return
        client_id, field = chance.choice(self._ids), OURS if chance.random() < 0.8 else BOTH
        value = self._value("here")
        sql = f"UPDATE {CUSTOMERS} SET {field} = %s WHERE robaws_client_id = %s"
        assert database.change(sql, value, client_id) == 1
        self.here[client_id, field] = value

    def _make_here(self, database: Database, chance: Random) -> None:
        name, city, new_id = self._value("Made here"), self._value("city"), f"NEW_{uuid.uuid4()}"
        database.change(
            f"INSERT INTO {CUSTOMERS} (robaws_client_id, name, city) VALUES (%s, %s, %s)", new_id, name, city
        )
        if chance.random() < 0.5:
            # An intake names the customer too, so that it can be seen to follow it.
            database.change("INSERT INTO intakes (robaws_client_id, customer_name) VALUES (%s, %s)", new_id, name)
        self.made_here[name] = city

    def _write_there(self, door: SideDoor, chance: Random) -> None:
        time.sleep(chance.uniform(0.005, 0.05))
        kind = chance.random()
        if kind < 0.02:
            name = self._value("Made there")
            self.made_there[name] = door.add(name=name)
        elif kind < 0.025 and self.made_there:
            name = chance.choice(sorted(self.made_there))
            client_id = self.made_there.pop(name)
            door.remove(client_id)
            self.removed.add(client_id)
        else:
            client_id, value = chance.choice(self._ids), self._value("there")
            field = THEIRS if kind < 0.8 else BOTH
            door.edit(client_id, **({"name": value} if field == THEIRS else {"address": {"postalCode": value}}))
            self.there[client_id, field] = value

    def _command(self, chance: Random) -> None:
        """A pull or a push, sometimes killed in its midst; often two of them at once, of which one has to yield."""
        running = self.rig.start(*chance.choice(PULLS_AND_PUSHES), "--json")
        self.commands += 1
        if chance.random() < 0.4:
            time.sleep(chance.uniform(0.3, 1.5))
            running.kill()
            self.kills += 1
        else:
            outcome = running.end()
            assert outcome.status in (0, 1, 3), outcome

    def _kill_a_worker(self, workers: list[Running], chance: Random) -> None:
        self._over.wait(chance.uniform(1, 3))
        place = chance.randrange(len(workers))
        workers[place].kill()
        workers[place] = self._worker()
        self.kills += 1

    # --- the evening ----------------------------------------------------------------------------------

    def _let_the_inbox_run_dry(self, workers: list[Running]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self._queued() or self._open_events():
            # As if the two minutes had passed after which the events of a killed worker are taken over.
            self.rig.database.change(
                "UPDATE robaws_webhook_logs SET next_attempt_at = received_at, claimed_until = received_at "
                "WHERE status IN ('received', 'processing') AND (next_attempt_at > %s OR claimed_until < %s)",
                _now(5), _now(100),
            )  # fmt: skip
            assert time.monotonic() < deadline, f"{self._open_events()} events are still open"
            time.sleep(0.3)
        for worker in workers:
            worker.dismiss()

    def _queued(self) -> int:
        return int(self.rig.remote.stats()["webhooks"]["queued"])

    def _open_events(self) -> int:
        sql = "SELECT count(*) FROM robaws_webhook_logs WHERE status IN ('received', 'processing')"
        return int(self.rig.database.value(sql))


def _now(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + seconds))
