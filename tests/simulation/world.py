"""Both sides, the weather between them, and what may happen in the middle of a process: edits, and sudden death."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any

from django.db import connection

from bconnect.customers.models import Customer
from bconnect.sync.absence import TooManyMissingError
from bconnect.sync.forget import ChangedMeanwhileError, StillInUseError
from bconnect.sync.lease import Lease, LeaseLostError
from bconnect.sync.mapping import Tenant as Mapping
from bconnect.sync.merge_plan import CannotMergeError
from bconnect.sync.pending import TooManyEditsError
from bconnect.sync.unmerge import CannotUndoError
from robaws.auth import BasicAuth
from robaws.client import RobawsClient
from robaws.errors import RobawsError
from robaws.limiter import Limiter, MemoryStore
from robaws.records import shows_extra_fields
from robaws.simulator import Request, Response, Tenant, in_process_transport
from robaws.simulator.api import SimulatedRobaws
from robaws.simulator.faults import Faults
from robaws.simulator.tenant import ROLE_GUID
from robaws.transport import Transport
from tests.integration.rig import Clock
from tests.simulation import sent
from tests.simulation.accounts import Accounts
from tests.simulation.clients import drawn_client
from tests.simulation.faults import NAMELESS
from tests.simulation.ledger import Violation
from tests.simulation.mail import Mail
from tests.simulation.merged import Merged
from tests.simulation.quota import Quota
from tests.simulation.setup import BREAKS, WORKER, Case, Move
from tests.simulation.watch import Crash, PlantedError, Watch, forget_the_dead

UNSUPPORTED = 415
WRITES = re.compile(r'(UPDATE|INSERT INTO|DELETE FROM) "?robaws_customers_cache"?')
EXPECTED = (RobawsError, TooManyMissingError, TooManyEditsError, ChangedMeanwhileError, StillInUseError)
EXPECTED += (CannotMergeError, CannotUndoError, LeaseLostError)


class World:
    """Everything that exists, besides the table. `happened` counts what was played."""

    def __init__(self, case: Case, play_slip: Callable[["World", Move], None]) -> None:
        setup, self.case_seed = case.setup, case.seed
        self.setup, self.happened, self._play_slip = setup, Counter[str](), play_slip
        self.clock = Clock()
        self.mapping = Mapping("Role", ROLE_GUID if setup.by_guid else "", "BE")
        chance = Random(f"{case.seed}/clients")
        records = [drawn_client(n, setup, chance) for n in range(1, setup.clients + 1)]
        lag_s, forms = setup.lag_s, setup.forms
        self.tenant = Tenant(records, clock=self.clock, seed=case.seed, replica_lag_s=lag_s, patch_forms=forms)
        self.robaws = SimulatedRobaws(self.tenant)
        self.is_partial = setup.is_partial
        self.mail = Mail(self.tenant, setup, self.clock.now)
        self.calm()
        self.accounts = Accounts(setup, self.mapping)
        self.merged = Merged(self.accounts)
        for record in records:
            self.accounts.wrote_there(record["id"], self.tenant.clients[record["id"]])
        self.removed: dict[str, dict[str, Any]] = {}
        self.put_back: set[str] = set()  # client ids
        self.made_here: dict[int, str] = {}  # row: token
        self.intakes: dict[int, int] = {}  # intake: row
        self.made_by_post: dict[str, list[str]] = {}  # token: client ids
        self.tokens = 0
        self.holds_lease = self.is_overtaken = self.is_resting = False
        self.wrote_late = ""
        self.sent_to: set[str] = set()  # clients
        self.being_sent = ""  # a client
        self.hid_clients = self.hid_fields = False
        self._limits, self.quota = MemoryStore(self.clock), Quota(self.tenant, self.clock)
        self._watch: Watch | None = None

    # --- weather --------------------------------------------------------------------------------------

    def weather(self, *rules: str, seed: int) -> None:
        self.hid_clients |= any(rule.startswith(NAMELESS) for rule in rules)
        self.hid_fields |= any(rule.startswith("no-extra-fields") for rule in rules)
        self.robaws.faults = Faults(*self._always(), *rules, seed=seed)

    def calm(self) -> None:
        self.robaws.faults = Faults(*self._always())

    def renew_quota(self) -> None:
        self.quota.renew()
        self._limits = MemoryStore(self.clock)

    def _always(self) -> list[str]:
        capped = [] if self.setup.page_cap is None else [f"cap-size={self.setup.page_cap}"]
        return capped + (["no-extra-fields@GET,/api/v2/clients/*,0.5"] if self.is_partial else [])

    # --- processes ------------------------------------------------------------------------------------

    def process(self, move: Move, work: Callable[[RobawsClient], None]) -> None:
        """One process: it ends, or fails in a way that is foreseen, or dies."""
        try:
            with self._watched(move):
                work(self.client())
        except Crash:
            self.happened["crash"] += 1
            forget_the_dead()
        if connection.in_atomic_block or not connection.get_autocommit():
            raise Violation(f"{move}: it ended within a transaction")
        if self.wrote_late:
            raise Violation(f"{move}: it had lost its lease, and wrote: {self.wrote_late}")
        self.accounts.look_here(str(move))

    def run(self, move: Move, work: Callable[[RobawsClient, Lease], None]) -> None:
        """A process that holds the lease, as a command does it."""

        def leased(client: RobawsClient) -> None:
            lease = Lease(clock=self.clock)
            lease.acquire()
            self.holds_lease, self.is_overtaken = True, False
            try:
                with self.foreseen():
                    work(client, lease)
            except Crash:
                raise
            except BaseException:
                lease.release()
                raise
            self.holds_lease = False
            lease.release()

        with self.planted():
            try:
                self.process(move, leased)
            finally:
                self.holds_lease = self.is_overtaken = False

    @contextmanager
    def foreseen(self) -> Iterator[None]:
        """What a command tells in one line."""
        try:
            yield
        except EXPECTED as error:
            self.happened[f"run ended by {type(error).__name__}"] += 1

    @contextmanager
    def planted(self) -> Iterator[None]:
        """What was planted may come out; nothing else may."""
        try:
            yield
        except (PlantedError, KeyboardInterrupt) as error:
            self.happened[f"run ended by {type(error).__name__}"] += 1
            if connection.in_atomic_block:
                raise Violation(f"{error!r} left a transaction open") from error
            forget_the_dead()  # its process ends by it
            self.accounts.look_here("after what was planted")

    def client(self) -> RobawsClient:
        limiter = Limiter(self._limits, 15, 20, sleep=self.clock.pass_, clock=self.clock)
        return RobawsClient(
            Transport(
                "http://robaws.test",
                BasicAuth("key", "secret"),
                limiter,
                wire=in_process_transport(self, sleep=self.clock.pass_),
                sleep=self.clock.pass_,
                random=lambda: 0.5,
                clock=self.clock,
                max_attempts=3,
            )
        )

    # --- the middle of a process ----------------------------------------------------------------------

    @contextmanager
    def _watched(self, move: Move) -> Iterator[None]:
        self._watch = Watch(move)
        try:
            with connection.execute_wrapper(self._statement):
                yield
        finally:
            self._watch = None

    def _statement(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if self._watch is not None:
            self._operation(is_statement=True)
            if not connection.in_atomic_block:
                self._moment()
        if self._watch is not None and WRITES.match(sql):
            self._write_of_rows(self._watch, str(sql))
        return execute(sql, params, many, context)

    def _wrote_late(self, statement: str) -> None:
        self.wrote_late = self.wrote_late or statement

    def _operation(self, *, is_statement: bool) -> None:
        watch = self._watch
        if watch is None:
            return
        watch.operations += 1
        at = watch.move.crash_at
        if at is None or at < 0 or watch.is_over or watch.operations < at:
            return
        if watch.move.crash != BREAKS or is_statement:
            watch.end()

    def _write_of_rows(self, watch: Watch, statement: str) -> None:
        watch.row_writes += 1
        if watch.move.crash_at == -watch.row_writes and not watch.is_over:
            watch.end()
        if self.is_overtaken and watch.move.kind != WORKER:
            connection.on_commit(partial(self._wrote_late, statement[:60]))

    def _moment(self) -> None:
        """No lock is held: another process may do what it likes."""
        if self._watch is not None:
            self._watch.moments += 1
            self._slip_in([each for each in self._watch.slips if 0 < each[0] <= self._watch.moments])

    def _slip_in(self, due: list[tuple[int, Move]]) -> None:
        for each in due:
            if self._watch is None:
                return
            self._watch.slips.remove(each)
            slip = each[1]
            with self.unwatched() as running:
                self.accounts.look_here(f"{running}, before {slip}")
                self._play_slip(self, slip)
                self.happened["during a run"] += 1

    @contextmanager
    def unwatched(self) -> Iterator[Move | None]:
        watch, self._watch = self._watch, None
        try:
            yield watch.move if watch else None
        finally:
            self._watch = watch

    def handle(self, request: Request) -> Response:
        """Robaws, with an eye on everything that is sent to it."""
        if connection.in_atomic_block:
            raise Violation(f"{self._watch}: {request.method} is sent while a transaction is open")
        knew = self.quota.sets_out(request)
        client_id = request.path.rpartition("/")[2]
        was_merged = self.merged.is_aside(client_id)
        self._operation(is_statement=False)
        self._moment()
        if request.method != "GET" and self._watch is not None:
            self._watch.write_requests += 1
            self.being_sent = client_id
            self._slip_in([each for each in self._watch.slips if each[0] == -self._watch.write_requests])
        known = set(self.tenant.clients)
        before = dict(self.tenant.clients[client_id]) if client_id in known else None
        if request.method == "DELETE" and before is not None:
            with self.unwatched() as running:
                sent.deleted(self, client_id, str(running), was_merged=was_merged)
        with self._shown_whole_at_first(request):
            response = self.robaws.handle(request)
        self.quota.check(request, knew=knew)
        with self.unwatched() as running:
            if request.method == "PATCH" and before is not None and response.status != UNSUPPORTED:
                sent.patched(self, client_id, before, request, str(running))
            for new in set(self.tenant.clients) - known:
                sent.posted(self, new, str(running))
        self._operation(is_statement=False)
        self.quota.heard(request, response)
        return response

    @contextmanager
    def _shown_whole_at_first(self, request: Request) -> Iterator[None]:
        """A client with a role, of which no custom fields are known yet, is not shown without them: nobody could tell
        that from a client that has no role. Nor could anybody where a role may come between reading and writing."""
        weather, client_id = self.robaws.faults, request.path.rpartition("/")[2]
        may_get_one = self._watch is not None and bool(self._watch.move.slips)
        with self.unwatched():
            known = Customer.objects.filter(robaws_client_id=client_id).values_list("metadata", flat=True).first()
        if request.method == "GET" and client_id.isdecimal() and not shows_extra_fields(known):
            fields = self.tenant.clients[client_id]["extraFields"] if client_id in self.tenant.clients else None
            if may_get_one or fields is None or "Role" in fields:
                self.robaws.faults = Faults()
        try:
            yield
        finally:
            self.robaws.faults = weather
