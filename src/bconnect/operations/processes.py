"""Which processes do a machine's work, and what each of them runs."""

import logging
import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from multiprocessing.synchronize import Event
from types import FrameType

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from bconnect.jobs.slices import stopping
from bconnect.jobs.tick import begin_ticking, last_tick
from bconnect.operations.orphans import forks_end_with_their_parent
from bconnect.operations.supervisor import Command
from bconnect.webhooks.claims import hand_back_ours
from bconnect.webhooks.inbox import run_inbox

logger = logging.getLogger(__name__)

DONE, DIED = 0, 1
LOOK_EVERY_S = 0.3
CHECK_TICK_EVERY_S = 30.0
SILENT_FOR = timedelta(minutes=5)
ENDS_WITHIN_S = 7.0
"""How long a part may take to end when it is asked to: less than the supervisor waits."""


def command(name: str, *words: str) -> Command:
    """One of bconnect's own commands, in a process of its own."""
    return Command(name, (sys.executable, "-m", "bconnect.cli", *words))


def worker_commands() -> list[Command]:
    return [command(f"worker ({part})", "worker", "--part", part) for part in PARTS]


def run_jobs() -> int:
    """The engine's cluster with the schedule. Returns 0 when asked to end, 1 where it has to be started anew."""
    # Loaded here: the engine reads its settings and sets up its log when it is imported.
    from django_q.cluster import Cluster

    asked = _Asked()
    forks_end_with_their_parent()
    begin_ticking(timezone.now())
    event = multiprocessing.get_context("fork").Event()
    stopping.share(event)
    connections.close_all()  # a connection does not survive being shared by a fork
    cluster = Cluster()
    asked.listen()  # instead of the cluster's own handlers, which would wait inside the signal
    try:
        cluster.start()
    except RuntimeError as error:
        logger.warning("the job engine did not start: %s", error)
        return DIED
    if not asked.wait_while(Watch(cluster.sentinel.is_alive).is_well):
        cluster.sentinel.kill()  # and the kernel all that it started: one that hangs can't be asked to end
        return DIED
    # Not in the main thread: where a process was killed holding the lock of an event, setting it never returns.
    threading.Thread(target=_set, args=(event, cluster.stop_event), daemon=True).start()
    cluster.sentinel.join(ENDS_WITHIN_S)  # the cluster's own stop has no limit
    if cluster.sentinel.is_alive():
        logger.warning("the job engine did not end in %g s and is killed", ENDS_WITHIN_S)
        cluster.sentinel.kill()
    return DONE


def _set(*events: Event) -> None:
    for event in events:
        event.set()


def apply_inbox() -> int:
    """Applies stored webhook events as they come."""
    stop, asked = threading.Event(), _Asked()
    asked.listen()
    # Not in the main thread: a signal that is handled inside the event's own lock would wait for ever.
    thread = threading.Thread(target=run_inbox, args=(stop,), name="inbox", daemon=True)
    thread.start()
    is_well = asked.wait_while(thread.is_alive)
    stop.set()
    thread.join(ENDS_WITHIN_S)
    if thread.is_alive():  # it waits for Robaws, say
        with suppress(DatabaseError):
            hand_back_ours(timezone.now())
    return DONE if is_well else DIED


PARTS: dict[str, Callable[[], int]] = {"jobs": run_jobs, "inbox": apply_inbox}


class _Asked:
    """Whether SIGTERM or SIGINT came. A plain flag: a handler must not touch a lock."""

    def __init__(self) -> None:
        self._is_asked = False

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def wait_while(self, is_well: Callable[[], bool]) -> bool:
        """Until asked (True) or no longer well (False)."""
        while not self._is_asked:
            if not is_well():
                return False
            time.sleep(LOOK_EVERY_S)
        return True

    def _note(self, signum: int, frame: FrameType | None) -> None:
        self._is_asked = True


class Watch:
    """A cluster may hang with all its processes alive (one was killed holding a lock): then nothing ticks."""

    def __init__(self, is_alive: Callable[[], bool], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_alive, self._clock = is_alive, clock
        self._look_at = clock() + SILENT_FOR.total_seconds()

    def is_well(self) -> bool:
        if not self._is_alive():
            logger.warning("the job engine died")
            return False
        if self._clock() < self._look_at:
            return True
        self._look_at = self._clock() + CHECK_TICK_EVERY_S
        return self._ticks()

    def _ticks(self) -> bool:
        close_old_connections()
        try:
            ticked_at = last_tick()
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", error)
            return True  # which a new engine would not change
        if ticked_at is None or timezone.now() - ticked_at <= SILENT_FOR:
            return True
        logger.warning("the job engine has done nothing since %s", ticked_at)
        return False
