"""Mutants of what becomes of webhook calls."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from bconnect.sync import apply
from bconnect.sync.incoming import Origin
from bconnect.webhooks import applying, claims, judge, store
from bconnect.webhooks.judge import Answer, Judgement
from bconnect.webhooks.models import Status
from tests.simulation.mutants.registry import Replacement, mutant


@mutant("a webhook call is answered 200 without being stored")
def _not_stored() -> list[Replacement]:
    true_accept = store.accept

    def accept(envelope: Any, now: Any) -> None:
        if not envelope.id.startswith(("0", "1", "2", "3")):
            true_accept(envelope, now)

    return [(store, "accept", accept)]


@mutant("an older event overwrites newer knowledge")
def _stale_event() -> list[Replacement]:
    def judged(payloads: Any, known: Any, tenant: Any) -> Judgement:
        found = true_judge(payloads, known, tenant)
        if found.answer is not Answer.STALE:
            return found
        return Judgement(Answer.TAKE, judge.overlaid(known.record, judge.by_name(payloads[-1], known.record, tenant)))

    true_judge = judge.judge
    return [
        (applying, "judge", judged),
        (apply.Prepared, "is_overtaken", lambda self, row: False),
    ]


@mutant("the last event to come counts, not the newest")
def _last_come() -> list[Replacement]:
    def newest(payloads: Sequence[Any]) -> tuple[Any, str | None]:
        return payloads[-1], None

    return [(judge, "_newest", newest)]


@mutant("a payload with gaps stands for the whole client")
def _gaps() -> list[Replacement]:
    def judged(payloads: Any, known: Any, tenant: Any) -> Judgement:
        found = true_judge(payloads, known, tenant)
        if found.answer is not Answer.ASK or known is None or known.is_gone:
            return found
        return Judgement(Answer.TAKE, judge.by_name(payloads[-1], known.record, tenant))

    true_judge = judge.judge
    return [(applying, "judge", judged)]


@mutant("what a payload leaves out is taken to be as it was")
def _never_asked() -> list[Replacement]:
    return [(judge, "open_question", lambda payload, known, tenant: None)]


@mutant("an event that failed counts as processed")
def _failed_is_done() -> list[Replacement]:
    def fail(self: Any, events: Any, error: str, now: Any) -> tuple[int, int]:
        return self.end(list(events), Status.PROCESSED, "taken in", now), 0

    return [(claims.Batch, "fail", fail)]


@mutant("an event is done before it is applied")
def _done_first() -> list[Replacement]:
    true_run = applying._Work.run

    def run(self: Any) -> None:
        for event in self._batch.events:
            claims.Delivery.objects.filter(pk=event.pk).update(status=Status.PROCESSED)
        true_run(self)

    return [(applying._Work, "run", run)]


@mutant("what a dead worker had claimed stays claimed")
def _claimed_for_ever() -> list[Replacement]:
    return [(claims, "_abandoned", lambda now: Q(pk__in=[]))]


@mutant("an event makes the row be as Robaws says")
def _event_overrules() -> list[Replacement]:
    def merge_(self: Any, row: Any, prepared: Any, origin: Any, *rest: Any) -> None:
        taken = {**row, **(row["base"] or {})} if origin is Origin.EVENT else row
        true_merge(self, taken, prepared, origin, *rest)

    true_merge = apply.Applier._merge
    return [(apply.Applier, "_merge", merge_)]


@mutant("a client that was deleted here is brought back by an event")
def _brought_back() -> list[Replacement]:
    def none(client_ids: Any) -> set[str]:
        return set()

    return [(applying.tombstones, "among", none)]
