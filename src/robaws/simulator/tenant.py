"""One Robaws tenant: its clients, and what a person does to them in Robaws' own web application."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from robaws.simulator.client_record import blank, with_all_members
from robaws.simulator.deliveries import Delivery, Habits
from robaws.simulator.extra_fields import Definitions
from robaws.simulator.limits import Gate, Limits
from robaws.simulator.messages import JsonObject, Mode
from robaws.simulator.patch import json_equal, merge_patch
from robaws.simulator.query import Selection
from robaws.simulator.replica import Replica
from robaws.simulator.roster import Clients, Entry, Roster
from robaws.simulator.stamps import epoch_ms, stamp
from robaws.simulator.stats import Stats
from robaws.simulator.webhooks import Webhooks

ROLE_GUID = "C965754A-0E2B-4C1D-9E53-6B1D2F7A8C04"
DOCUMENTED_FORMS = frozenset({"merge", "json"})
PATCH_FORMS = DOCUMENTED_FORMS | {"plain"}


class Tenant:
    """Thread-safe: every access to clients takes `lock`.

    `limits=None` lets everything pass. `replica_lag_s` is how far the replica is behind. `patch_forms` are
    the bodies that PATCH takes: "merge", "json", "plain". `refuse_unknown_fields` turns a write of an unknown
    extra field from ignored into a 400. `key`/`secret` are the Basic login and the OAuth2 client at once.

    Raises: ValueError for a patch form or a client's id that makes no sense.
    """

    def __init__(
        self,
        clients: Iterable[JsonObject],
        *,
        clock: Callable[[], float] = time.time,
        seed: int = 0,
        limits: Limits | None = None,
        replica_lag_s: float = 0.0,
        patch_forms: Iterable[str] = DOCUMENTED_FORMS,
        refuse_unknown_fields: bool = False,
        role_field: str = "Role",
        role_guid: str = ROLE_GUID,
        habits: Habits | None = None,
        key: str = "key",
        secret: str = "secret",  # noqa: S107 - the stand-in's own login
        refresh_token: str = "refresh",  # noqa: S107 - the stand-in's own login
    ) -> None:
        self.clock, self.seed = clock, seed
        self.key, self.secret, self.refresh_token = key, secret, refresh_token
        self.patch_forms, self.refuse_unknown_fields = _checked_forms(patch_forms), refuse_unknown_fields
        self.lock = threading.RLock()
        self.definitions = Definitions({role_field: role_guid})
        self.gate, self.stats = Gate(limits, clock), Stats()
        self.webhooks = Webhooks(clock, seed, self.definitions)
        self.webhooks.habits = habits or Habits()
        self._live = Roster(self._entry(record) for record in clients)
        self._replica = Replica(self._live, replica_lag_s, clock)
        self._selections = {Mode.LIVE: Selection(self._live), Mode.REPLICA: Selection(self._replica.roster)}
        self._last_number = self._live.highest
        self.clients = Clients(self._live)

    def edit(self, client_id: str, changes: JsonObject) -> JsonObject:
        """What a person changes, as a merge patch; not validated, so that odd records can be made.

        Raises: KeyError when there is no such client.
        """
        with self.lock:
            old = self.clients[client_id]
            new: JsonObject = merge_patch(old, changes)
            new["id"] = old["id"]
            self._complete_fields(new.get("extraFields"))
            return self.put(old, with_all_members(old, new))

    def add(self, record: JsonObject) -> str:
        """A new client; without an id it gets the next one. Returns the id. Raises: ValueError for a bad id."""
        with self.lock:
            new_id = str(record.get("id") or self.next_id())
            if new_id in self.clients:
                raise ValueError(f"There is a client with id {new_id} already")
            new = {**blank(new_id, self._now()), **record, "id": new_id}
            if isinstance(new["extraFields"], dict):
                new["extraFields"] = dict(new["extraFields"])  # the caller's own stays as it is
            self._complete_fields(new["extraFields"])
            self._store(self._entry(new))
            self.webhooks.emit("client.created", new)
            return new_id

    def remove(self, client_id: str) -> None:
        """No webhook tells of it: there is no `client.deleted`. Raises: KeyError for an unknown client."""
        with self.lock:
            number = int(self.clients[client_id]["id"])
            self._live.drop(number)
            self._replica.follow(number, None)

    def put(self, old: JsonObject, new: JsonObject) -> JsonObject:
        """Stores `new` in place of `old`. Only a real change moves updatedAt and is told of."""
        with self.lock:
            if json_equal(new, old):
                return old
            changed_ms = max(int(self.clock() * 1000), (epoch_ms(old.get("updatedAt")) or 0) + 1)
            changed = {**new, "updatedAt": stamp(changed_ms)}
            self._store(self._entry(changed))
            self.webhooks.emit("client.updated", changed)
            return changed

    def next_id(self) -> str:
        """One more than the highest id there ever was."""
        return str(self._last_number + 1)

    def selection(self, mode: Mode) -> Selection:
        """The database of a mode as it is now; hold `lock` while reading it."""
        if mode is Mode.REPLICA:
            self._replica.catch_up()
        return self._selections[mode]

    def deliveries(self) -> list[Delivery]:
        """The queued webhook calls in the order of sending, taken off the queue: the caller plays them."""
        return self.webhooks.take_all()

    def _entry(self, record: JsonObject) -> Entry:
        self.definitions.learn(record.get("extraFields"))
        return Entry(record)

    def _complete_fields(self, fields: Any) -> None:
        """Type and group for the fields that came without; odd ones stay as they are."""
        for name, value in fields.items() if isinstance(fields, dict) else ():
            definition = self.definitions.get(name)
            if definition and isinstance(value, dict):
                fields[name] = {"type": definition.type, "group": definition.group, **value}

    def _now(self) -> str:
        return stamp(int(self.clock() * 1000))

    def _store(self, entry: Entry) -> None:
        self._last_number = max(self._last_number, entry.number)
        self._live.put(entry)
        self._replica.follow(entry.number, entry)


def _checked_forms(forms: Iterable[str]) -> frozenset[str]:
    if unknown := sorted(frozenset(forms) - PATCH_FORMS):
        raise ValueError(f"Unknown patch form {unknown[0]!r}; known are {', '.join(sorted(PATCH_FORMS))}")
    return frozenset(forms)
