"""A tenant with customers that are one, and what a merge takes: here, in Robaws, and back again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync import merging, unmerge
from bconnect.sync.lease import Lease
from bconnect.sync.merge_steps import Around, go_on, look_again
from bconnect.sync.models import Merge
from bconnect.sync.reconcile import Policy
from tests.integration.rig import Rig, client_record

DEACTIVATE, DELETE, KEEP = Merge.InRobaws.DEACTIVATE, Merge.InRobaws.DELETE, Merge.InRobaws.KEEP


def active(number: int, **members: Any) -> dict[str, Any]:
    """Of a tenant that shows whether a client is active."""
    return client_record(number, isActive=True, **members)


def noordzee() -> Rig:
    """1, 2 and 3 are one customer, 4 is another; 2 has two intakes."""
    rig = Rig(
        [
            active(1, name="Noordzee Transport BV", tel=None),
            active(2, name="Noordzee Transport", tel="+32 3 206 45 67", website="www.noordzee.be"),
            active(3, name="Noordzee Transp.", vatNumber="BE0403019261"),
            active(4, name="Somebody else"),
        ]
    )
    rig.pull("full")
    for client_id in ("1", "2", "2", "3"):
        Intake.objects.create(robaws_client_id=client_id, customer_name="Noordzee")
    return rig


@contextmanager
def means(rig: Rig, **options: Any) -> Iterator[Around]:
    with rig.client() as client, Lease() as lease:
        yield Around(client, rig.mapping, lease, Policy(rig.policy), "me", rig.clock.now, "test", **options)


def merge_here(rig: Rig, *others: str, into: str = "1", in_robaws: Any = DEACTIVATE, **options: Any) -> Merge:
    return merging.merge(into, others, in_robaws=in_robaws, who="me", now=rig.clock.now(), **options)


def in_robaws(rig: Rig, record: Merge, **options: Any) -> Merge:
    with means(rig, **options) as around:
        return go_on(record, around)


def undo(rig: Rig, record: Merge) -> unmerge.Undone:
    with means(rig) as around:
        look_again(record, around)
        undone = unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
        assert unmerge.push_restored(undone, around) == []
    return undone


def steps(record: Merge) -> list[str]:
    return list(record.merged.order_by("robaws_client_id").values_list("step", flat=True))


def values(client_id: str, *columns: str) -> dict[str, Any]:
    return dict(Customer.objects.filter(robaws_client_id=client_id).values(*columns).get())


class Killed(BaseException):
    """The process dies."""
