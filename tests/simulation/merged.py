"""The ledger's side of merges: lines that rest while their row is merged into another one, and what must hold."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bconnect.customers.fields import FLAGS, Value
from bconnect.customers.models import NEW_ID_PREFIX, Customer
from bconnect.sync.merge_plan import Plan, is_blank
from bconnect.sync.models import Merge, MergedCustomer
from tests.simulation import wire
from tests.simulation.accounts import Accounts
from tests.simulation.ledger import HERE, THERE, Line, Version, Violation

ADDRESS = ("street", "street_number", "address", "city", "postal_code", "country", "country_code")
DEACTIVATION = {"isActive": False}
DELETED, DEACTIVATED = MergedCustomer.Step.DELETED, MergedCustomer.Step.DEACTIVATED


@dataclass(slots=True)
class Aside:
    """A row that was merged: its lines and its client as they were, and what `into` took over with it, by column.

    `asked` is what Robaws was asked to do with the client, and did, whatever the product knows of the answer.
    """

    client_id: str | None
    here: dict[str, list[Version]]
    common: dict[str, list[Version]]
    into: int
    taken_over: dict[str, frozenset[int]]
    asked: str = ""


class Merged:
    """The rows that are merged into others just now."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._aside: dict[int, Aside] = {}
        self._known: dict[int, dict[str, int]] = {}  # merge: how many versions of each column the survivor had by then
        self._seen: dict[int, dict[str, frozenset[int]]] = {}  # merge: on what they rested before it
        accounts.gave_way = self.heir

    def __contains__(self, pk: int) -> bool:
        return pk in self._aside

    def holder(self, pk: int) -> int:
        """The row that holds what was this one's."""
        while pk in self._aside:
            pk = self._aside[pk].into
        return pk

    def note(self, record: Merge, plan: Plan, taken: Mapping[str, str]) -> None:
        """A person has merged these, having seen all their values here."""
        accounts, pk = self._accounts, record.survivor_id
        others = list(record.merged.values_list("customer_number", flat=True))
        lines = {column: accounts.line(pk, None, column).here for column in accounts.columns}
        self._seen[record.pk] = {column: here[-1].seen for column, here in lines.items() if here}
        for choice in plan.choices:
            if choice.column in record.fields and choice.column in accounts.columns:
                before = accounts.line(pk, None, choice.column).here[-1].value
                if choice.column not in taken and not is_blank(choice.column, before) and choice.column not in ADDRESS:
                    raise Violation(f"merge {record.pk} replaces {choice.column} {before!r}, which nobody asked for")
                accounts.wrote_here(pk, {choice.column: choice.value})
        self._known[record.pk] = {c: len(accounts.line(pk, None, c).here) for c in accounts.columns}
        taken_over = {c: accounts.line(pk, None, c).here[-1].seen for c in record.fields if c in accounts.columns}
        for other in others:
            client_id, here, common = accounts.set_aside(other)
            if client_id == accounts.client_of.get(pk):
                client_id = None  # its creation was cut off, and the survivor is the copy that was pulled
            self._aside[other] = Aside(client_id, here, common, pk, taken_over)

    def undone(self, record: Merge, others: Sequence[MergedCustomer], clients: Collection[str]) -> None:
        """A person has taken it back: what was taken over goes, where nobody changed it, and the rows are back."""
        accounts, pk = self._accounts, record.survivor_id
        now = Customer.objects.values(*accounts.columns).get(pk=pk)
        after = {c: v for c, v in (record.survivor_before | record.fields).items() if c in accounts.columns}
        last_of = {column: accounts.line(pk, None, column).here[-1:] for column in after}
        changed = {c for c, last in last_of.items() if last and not accounts.same(c, last[0].value, after[c])}
        whole = self._address_may_stay(record, changed)
        for column in record.fields:
            if column in accounts.columns:
                last, before = last_of[column][0].value, record.survivor_before[column]
                stays = {True} if column in changed else whole if column in ADDRESS else {False}
                if self._is_written_there(record, column, last):
                    stays = stays | {True}
                expected = [last if each else before for each in stays]
                if not any(accounts.same(column, now[column], each) for each in expected):
                    raise Violation(
                        f"merge {record.pk} is undone, and {column} is {now[column]!r}, not {expected[0]!r} again"
                    )
                accounts.wrote_here(pk, {column: now[column]})
        for merged in others:
            self._back(merged, clients)

    def _address_may_stay(self, record: Merge, changed: set[str]) -> set[bool]:
        """An address goes back as a whole or not at all: half of it would be of nobody. What only Robaws has changed,
        beside what was taken over, is no reason to keep it; where both sides did so alike, nobody can tell."""
        accounts, pk = self._accounts, record.survivor_id
        may = must = False
        for column in changed & {*ADDRESS}:
            line = accounts.line(pk, accounts.client_of.get(pk), column)
            since = line.here[self._known[record.pk][column] :]
            is_taken_over = column in record.fields
            is_by_us = is_taken_over or any(each.written for each in since)
            is_by_robaws = not is_taken_over and any(each.written for each in line.there[-1:])
            may, must = may or is_by_us, must or (is_by_us and not is_by_robaws)
        return {True} if must else {True, False} if may else {False}

    def _is_written_there(self, record: Merge, column: str, value: Value) -> bool:
        """Whether a colleague has written the very same, which nobody here knew of at the merge."""
        accounts, pk = self._accounts, record.survivor_id
        line = accounts.line(pk, accounts.client_of.get(pk), column)
        known = self._seen[record.pk].get(column, frozenset())
        alike = (each for each in line.there if each.written and accounts.same(column, each.value, value))
        return any(not each.seen <= known for each in alike)

    def _back(self, merged: MergedCustomer, clients: Collection[str]) -> None:
        accounts, pk = self._accounts, merged.customer_number
        aside = self._aside.pop(pk)
        if merged.step == DELETED or (aside.asked == DELETED and aside.client_id not in clients):
            # Somebody wants all of it in Robaws anew.
            if not Customer.objects.filter(pk=pk, robaws_client_id__startswith=NEW_ID_PREFIX).exists():
                raise Violation(f"{merged} is back, and not as one that Robaws has to be told of")
            anew = {column: _anew(column, old) for column, old in aside.here.items()}
            accounts.bring_back(pk, None, anew, None)
            return
        accounts.bring_back(pk, aside.client_id, aside.here, aside.common)
        for column in accounts.columns:
            # An edit that was on its way when the row was merged may have arrived since.
            accounts.ledger.meet(accounts.line(pk, aside.client_id, column), column)
        if "is_active" in accounts.columns and DEACTIVATED in (merged.step, aside.asked):
            self._active_again(accounts.line(pk, aside.client_id, "is_active"), is_sure=merged.step == DEACTIVATED)

    def _active_again(self, line: Line, *, is_sure: bool) -> None:
        """Somebody wants it active, though both sides had come to agree that it is not."""
        inactive = next((each for each in reversed(line.there) if each.value is False), None)
        if inactive is not None and (is_sure or line.there[-1].value is False):
            line.common[:] = [inactive]
            self._accounts.ledger.insist(line, "is_active", inactive.seen)

    def shown(self, pk: int) -> None:
        """A person has looked at what stands in Robaws, and goes on anyway."""
        aside = self._aside[pk]
        for column in self._accounts.columns:
            line = self._line(aside, column)
            if line.here and line.there:
                line.here.append(Version(line.here[-1].value, line.here[-1].seen | line.there[-1].seen))

    def heir(self, pk: int, heir: int) -> None:
        """The row gave way to the one that its client is of."""
        for aside in self._aside.values():
            if aside.into == pk:
                aside.into = heir

    def is_aside(self, client_id: str) -> bool:
        return self._of(client_id) is not None

    def _of(self, client_id: str) -> int | None:
        return next((pk for pk, aside in self._aside.items() if aside.client_id == client_id), None)

    def check_step(
        self,
        client_id: str,
        where: str,
        sent: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        *,
        is_too_late: bool = False,
    ) -> bool:
        """A client is deactivated (and is so `after`) or deleted because it was merged. False where it was not.

        `is_too_late`: it was merged in the very moment in which somebody deleted it, which nobody could see any more.
        """
        pk = self._of(client_id)
        if pk is None:
            return False
        aside, ledger = self._aside[pk], self._accounts.ledger
        if sent is not None and dict(sent) != DEACTIVATION:
            self._check_on_its_way(aside, dict(sent), f"{where}: client {client_id}")
            return False
        if not is_too_late:
            self._check_survivor(aside, client_id, where)
        if sent is None:
            aside.asked = DELETED
        elif after is not None and after.get("isActive") is False:  # some tenants' clients have no such member
            aside.asked = DEACTIVATED
        for column in self._accounts.columns:
            line = self._line(aside, column)
            ledger.meet(line, column)
            # What a policy had overruled before the merge is no news: the next push would have replaced it.
            is_news = ledger.is_waiting(line, column, THERE) and not ledger.is_overruled(line, column)
            if column not in FLAGS and is_news:
                raise Violation(f"{where}: client {client_id} goes with a {column} that nobody here has seen")
        return True

    def _check_on_its_way(self, aside: Aside, sent: dict[str, Any], where: str) -> None:
        """An edit that a push had read before the merge."""
        for path, value in sent.items():
            columns = wire.COLUMNS_OF.get(path, ())
            if not any(version.written for column in columns for version in aside.here[column]):
                raise Violation(f"{where} is merged, and a PATCH sets {path} to {value!r}")

    def _check_survivor(self, aside: Aside, client_id: str, where: str) -> None:
        """Robaws was seen to hold what the survivor took over, or somebody here has given that up since."""
        survivor = self._accounts.client_of.get(aside.into)
        if survivor is None:
            return  # it was deleted here since, or merged on
        for column, writes in aside.taken_over.items():
            line = self._accounts.line(aside.into, survivor, column)
            has_arrived = any(writes <= version.seen for version in line.there)
            if not has_arrived and self._accounts.ledger.is_waiting(line, column, HERE):
                raise Violation(f"{where}: client {client_id} goes before its {column} has reached client {survivor}")

    def _line(self, aside: Aside, column: str) -> Line:
        there = self._accounts.line(None, aside.client_id, column).there
        return Line(aside.here[column], there, aside.common[column])


def _anew(column: str, old: list[Version]) -> list[Version]:
    """A flag that Robaws does not know of a new client is ours alone, until somebody sets it there."""
    if not old:
        return old
    rests_on = frozenset[int]() if column in FLAGS else old[-1].seen
    return [*old, Version(old[-1].value, rests_on, written=True)]
