"""The tenants in which the faults that random histories found are shown, and what several of them do."""

from bconnect.customers.models import Customer
from bconnect.sync.models import Change
from bconnect.sync.undo import Undone, undo
from tests.integration.merging_rig import active
from tests.integration.rig import Rig, client_record

ROLE = {"type": "SELECT", "group": None, "stringValue": "FORWARDER"}
NO_ADDRESS = {"addressLine1": None, "addressLine2": None, "postalCode": None, "city": None, "country": None}


def rig_with(**members) -> Rig:
    rig = Rig([client_record(1, **members)], patch_forms={"json", "merge"})
    rig.pull("full")
    return rig


def three(**options) -> Rig:
    rig = Rig([active(1), active(2), active(3)], patch_forms={"json", "merge"}, **options)
    rig.pull("full")
    return rig


def one_without_an_address() -> Rig:
    """Client 2 has none."""
    rig = Rig([active(1), active(2, address=dict(NO_ADDRESS)), active(3)], patch_forms={"json", "merge"})
    rig.pull("full")
    return rig


def created_with_a_lost_answer(rig: Rig) -> tuple[Customer, str]:
    """A new customer, and the id of the client it became, which a pull has brought in as another row."""
    known = set(rig.tenant.clients)
    new = Customer.objects.create(name="Nieuw NV", email="a@nieuw.be")
    rig.faults("reset-after@POST,x1", *[f"500@GET,#{number}" for number in range(2, 9)])
    rig.push(allow_twins=True)
    rig.faults()
    rig.clock.pass_(60)
    rig.pull()
    return new, (set(rig.tenant.clients) - known).pop()


def undo_last_run(rig: Rig) -> Undone:
    run = Change.objects.exclude(run=None).latest("id").run
    return undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())
