"""One run at a time, over all processes and machines; a process that died loses its lease.

The lease is a row. Its holder renews it inside each of its own transactions, which is also the fence: a
process that lost its lease (it was asleep for longer than the term) finds out before it writes anything.
On the same machine a dead holder is seen at once; on another one, when the term is over.
"""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from bconnect.sync.models import Lease as LeaseRow

TERM_S = 300.0


class LeaseHeldError(Exception):
    """Another run holds the lease."""


class LeaseLostError(Exception):
    """This run was silent for so long that another one took over; it must not write any more."""


class Lease:
    """The right to run `name`. Use as a context manager."""

    def __init__(self, name: str = "sync", *, clock: Callable[[], float] = time.time) -> None:
        self.name = name
        self.holder = _this_process()
        self._clock = clock

    def __enter__(self) -> "Lease":
        self.acquire()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()

    def acquire(self) -> None:
        """Raises LeaseHeldError while another living process holds it."""
        LeaseRow.objects.bulk_create([LeaseRow(name=self.name)], ignore_conflicts=True)
        with transaction.atomic():
            row = LeaseRow.objects.select_for_update().get(name=self.name)
            if row.holder and row.expires_at > self._clock() and not _is_dead(row.holder):
                raise LeaseHeldError(f"another run holds the lock ({_described(row.holder)}); let it finish first")
            row.holder, row.expires_at = self.holder, self._clock() + TERM_S
            row.save()

    def renew(self) -> None:
        """Raises LeaseLostError when it is no longer ours. Call it first in every transaction that writes."""
        mine = LeaseRow.objects.filter(name=self.name, holder=self.holder)
        if mine.update(expires_at=self._clock() + TERM_S) != 1:
            raise LeaseLostError("this run was silent for too long and another one took over; it stops here")

    def release(self) -> None:
        LeaseRow.objects.filter(name=self.name, holder=self.holder).update(holder="", expires_at=0)


def _this_process() -> str:
    return "|".join((_machine(), str(os.getpid()), _started(os.getpid()), os.urandom(4).hex()))


def _machine() -> str:
    """The host, its boot and its process namespace: only there does a process id mean anything."""
    boot = _content("/proc/sys/kernel/random/boot_id")
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{boot}/{namespace}"


def _started(pid: int) -> str:
    """When the process began (in clock ticks), so that a re-used process id is not taken for it."""
    fields = _content(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""


def _content(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _is_dead(holder: str) -> bool:
    machine, pid, started, _ = holder.split("|")
    if machine != _machine():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(int(pid)) != started


def _described(holder: str) -> str:
    machine, pid, *_ = holder.split("|")
    return f"process {pid} on {machine.split('/')[0]}"
