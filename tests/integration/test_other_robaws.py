"""A day with a Robaws that answers otherwise: whatever its habits, no edit is lost and both sides end up alike."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from bconnect.customers.models import Customer, new_client_id
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import Conflict, CreateIntent, ParkedEdit
from bconnect.sync.pull import Pull, PullOptions
from bconnect.sync.push import Push, PushOptions
from bconnect.sync.tally import Tally
from robaws.auth import BasicAuth
from robaws.client import RobawsClient
from robaws.limiter import Limiter, MemoryStore
from robaws.transport import Transport
from tests.integration.other_robaws import ROLE_GUID, Habits, OtherRobaws
from tests.integration.rig import Clock, customer, edit_here, snapshot

pytestmark = pytest.mark.django_db

ADDRESS = {"addressLine1": "Kerkstraat 1", "postalCode": "2000", "city": "Antwerpen", "country": "BE"}


class Rig:
    """One such tenant with four clients, all of them pulled."""

    def __init__(self, habits: Habits) -> None:
        self.clock = Clock()
        self.robaws = OtherRobaws(habits, self.clock.now)
        self.tenant = Tenant("Role", ROLE_GUID if habits.keyed_by_guid else "", "BE")
        for number in range(1, 5):
            fields = {name: {"type": "SELECT", "stringValue": value} for name, value in EXTRA.items()}
            self.robaws.add(
                name=f"Client {number}", email=f"info@client{number}.be", address=ADDRESS, extraFields=fields
            )
        self.robaws.add(name="Bare client")
        self.clock.pass_(3600)
        self.pull("full")

    def client(self) -> RobawsClient:
        limiter = Limiter(MemoryStore(self.clock), 1e6, 1000, sleep=self.clock.pass_, clock=self.clock)
        return RobawsClient(
            Transport(
                "http://robaws.test", BasicAuth("key", "secret"), limiter,
                wire=httpx2.MockTransport(self.robaws.handle), sleep=self.clock.pass_, clock=self.clock,
            )
        )  # fmt: skip

    def pull(self, kind: str = "incremental") -> Tally:
        self.clock.pass_(61)
        with self.client() as client, Lease() as lease:
            pull = Pull(client, self.tenant, PullOptions(who="test"), lease=lease, now=self.clock.now)
            tally: Tally = getattr(pull, kind)()[1]
            return tally

    def push(self, **options: Any) -> Tally:
        self.clock.pass_(61)
        with self.client() as client, Lease() as lease:
            push = Push(
                client,
                self.tenant,
                PushOptions(who="test", **options),
                lease=lease,
                tenant_key="test",
                now=self.clock.now,
            )
            return push.run()[1]

    def edit(self, client_id: str, **changes: Any) -> None:
        self.clock.pass_(1.5)
        self.robaws.edit(client_id, changes)

    def role(self, client_id: str) -> Any:
        return (self.robaws.clients[client_id]["extraFields"].get("Role") or {}).get("stringValue")


EXTRA = {"Role": "POV", "Sector": "fruit"}

HABITS = {
    "the usual": Habits(),
    "ids are numbers": Habits(number_ids=True),
    "fields keyed by GUID": Habits(keyed_by_guid=True),
    "fields keyed by GUID, merge patch only": Habits(keyed_by_guid=True, takes=("merge",)),
    "fields in a list of custom_fields": Habits(custom_fields="list", takes=("merge",)),
    "updatedAt in seconds": Habits(stamps="seconds"),
    "updatedAt in microseconds": Habits(stamps="microseconds"),
    "updatedAt with an offset": Habits(stamps="offset"),
    "updatedAt with an offset without a colon": Habits(stamps="colonless offset"),
    "updatedAt without a zone": Habits(stamps="no zone"),
    "nulls are left out": Habits(nulls_left_out=True),
    "nulls are left out, merge patch only": Habits(nulls_left_out=True, takes=("merge",)),
    "only JSON Patch": Habits(takes=("json",)),
    "only merge patch": Habits(takes=("merge",)),
    "only plain JSON, which replaces objects": Habits(takes=("plain",), plain_replaces=True),
    "only plain JSON, which merges": Habits(takes=("plain",)),
    "other forms are a bad request": Habits(takes=("merge",), other_forms=400),
    "other forms are a failure": Habits(takes=("merge",), other_forms=500),
    "other forms are answered OK and ignored": Habits(takes=("merge",), other_forms=200),
    "a failed test is 412": Habits(test_failed=412),
    "a failed test is 400": Habits(test_failed=400),
    "a failed test is 422": Habits(test_failed=422),
    "PATCH answers 204": Habits(patch_answer="204"),
    "PATCH answers 200 without a body": Habits(patch_answer="200 empty", takes=("merge",)),
    "PATCH answers without updatedAt": Habits(patch_answer="no stamp"),
    "PATCH answers with the id alone": Habits(patch_answer="id"),
    "PATCH answers without custom fields": Habits(patch_answer="no custom fields"),
    "a PATCH does not move updatedAt": Habits(no_stamp_moved=True),
    "POST answers with the id alone": Habits(post_answer="id"),
    "POST answers with the id alone, a number": Habits(post_answer="id", number_ids=True),
    "POST answers with a Location alone": Habits(post_answer="location"),
    "POST answers 204 with a Location": Habits(post_answer="location 204"),
    "POST answers with nothing": Habits(post_answer="empty"),
    "POST answers with the record in a wrapper": Habits(post_answer="wrapped"),
    "pages without totals": Habits(envelope="items"),
    "pages as bare lists": Habits(envelope="list"),
    "totals as text": Habits(envelope="text totals"),
}


@pytest.fixture(params=HABITS.values(), ids=HABITS.keys())
def rig(request: pytest.FixtureRequest) -> Rig:
    return Rig(request.param)


def test_a_day_of_edits_on_both_sides_ends_with_both_alike(rig: Rig):
    edit_here("1", city="Gent", email=None, role="BROKER", phone="03 206 45 67")
    edit_here("2", street="Meir", street_number="7", name="Renamed here")
    edit_here("5", city="Gent", role="RORO")
    rig.edit("1", website="www.client1.be")
    rig.edit("2", email="other@client2.be", address={"city": "Brugge"})
    rig.edit("3", name="Renamed there", extraFields={"Role": {"type": "SELECT", "stringValue": "RORO"}})
    assert (rig.pull().errors, rig.push().errors) == (0, 0)
    one, two, five = (rig.robaws.clients[each] for each in "125")
    assert (one["email"], one["website"], one["tel"]) == (None, "www.client1.be", "+3232064567")
    assert one["address"] == ADDRESS | {"city": "Gent"} | _more(one)
    assert [rig.role(each) for each in "1235"] == ["BROKER", "POV", "RORO", "RORO"]
    assert (two["name"], two["email"], two["address"]["city"]) == ("Renamed here", "other@client2.be", "Brugge")
    assert (two["address"]["addressLine1"], five["address"]["city"]) == ("Meir 7", "Gent")
    assert [one["extraFields"]["Sector"]["stringValue"], five["extraFields"].get("Sector")] == ["fruit", None]
    assert (customer("3").name, customer("3").role) == ("Renamed there", "RORO")
    assert (customer("2").email, customer("2").city) == ("other@client2.be", "Brugge")
    rests(rig)


def test_a_role_that_was_cleared_here_is_cleared_there_and_stays_so(rig: Rig):
    edit_here("1", role=None)
    assert rig.push().pushed == 1
    rig.pull("full")
    assert (rig.role("1"), customer("1").role) == (None, None)
    rests(rig)


def test_a_clash_is_kept_with_both_values_until_somebody_decides(rig: Rig):
    edit_here("1", city="Gent", role="BROKER")
    role = {"Role": {"type": "SELECT", "stringValue": "RORO"}}
    rig.edit("1", address={"city": "Brugge"}, extraFields=role)
    tally = rig.push()
    assert (tally.pushed, tally.conflicts, tally.errors) == (0, 1, 0)
    assert {(each.field, each.ours, each.theirs) for each in Conflict.objects.all()} == {
        ("city", "Gent", "Brugge"),
        ("role", "BROKER", "RORO"),
    }
    assert (rig.robaws.clients["1"]["address"]["city"], rig.role("1")) == ("Brugge", "RORO")
    assert (customer("1").city, customer("1").role) == ("Gent", "BROKER")


def test_a_change_there_between_our_read_and_our_write_is_seen_where_the_tenant_takes_json_patch(rig: Rig):
    if "json" not in rig.robaws.habits.takes:
        pytest.skip("nothing guards a field between read and write there")
    edit_here("1", city="Gent", role="BROKER")
    once(rig, "PATCH", lambda: rig.edit("1", address={"city": "Brugge"}, extraFields={"Role": {"stringValue": "RORO"}}))
    rig.push()
    rig.pull("full")
    rig.push()
    assert {each.field for each in Conflict.objects.filter(resolved_at=None)} == {"city", "role"}
    assert (rig.robaws.clients["1"]["address"]["city"], rig.role("1")) == ("Brugge", "RORO")


def test_a_customer_made_here_becomes_one_client_there(rig: Rig):
    before = set(rig.robaws.clients)
    Customer.objects.create(
        robaws_client_id=new_client_id(), name="Made here", email="new@new.be", city="Gent", role="BROKER"
    )
    rig.push()
    rig.push()
    (new_id,) = set(rig.robaws.clients) - before
    made = rig.robaws.clients[new_id]
    assert (made["name"], made["address"]["city"], rig.role(new_id)) == ("Made here", "Gent", "BROKER")
    assert (customer(new_id).name, customer(new_id).is_pending) == ("Made here", False)
    assert Customer.objects.count() == 6
    assert not CreateIntent.objects.exists()
    rests(rig)


def test_a_customer_whose_creation_got_no_answer_becomes_one_client_there(rig: Rig):
    before = set(rig.robaws.clients)
    Customer.objects.create(robaws_client_id=new_client_id(), name="Made here", role="BROKER")
    lose_answer(rig, "POST")
    rig.push()
    rig.push()
    assert len(set(rig.robaws.clients) - before) == 1
    assert Customer.objects.filter(name="Made here").get().robaws_client_id in rig.robaws.clients
    rests(rig)


def test_an_edit_whose_answer_got_lost_is_neither_lost_nor_doubled(rig: Rig):
    edit_here("1", city="Gent", role="BROKER")
    lose_answer(rig, "PATCH")
    rig.push()
    rig.push()
    assert (rig.robaws.clients["1"]["address"]["city"], rig.role("1")) == ("Gent", "BROKER")
    assert not customer("1").is_pending
    rests(rig)


@pytest.mark.parametrize("status", [400, 409, 412, 422])
def test_a_test_that_fails_for_the_other_half_of_an_address_line_is_no_refusal(status: int):
    rig = Rig(Habits(test_failed=status))
    edit_here("2", city="Gent")
    rig.push()
    edit_here("1", street="Meir")
    once(rig, "PATCH", lambda: rig.edit("1", address={"addressLine1": "Kerkstraat 99"}))
    rig.push()
    assert rig.robaws.clients["1"]["address"]["addressLine1"] == "Meir 99"
    assert not ParkedEdit.objects.exists()


@pytest.mark.parametrize("takes", [("json",), ("merge",), ("plain",)])
@pytest.mark.parametrize("answer", ["record", "204", "id"])
def test_a_field_that_robaws_ignores_is_told_and_the_others_arrive(takes: tuple[str, ...], answer: str):
    rig = Rig(replace(Habits(), ignores=("website",), takes=takes, patch_answer=answer))
    edit_here("1", website="www.client1.be", city="Gent")
    tally = rig.push()
    if answer != "id":
        assert "did not take website" in tally.failures[0].reason
        assert ParkedEdit.objects.get().edits == {"website": "www.client1.be"}
    assert rig.robaws.clients["1"]["address"]["city"] == "Gent"
    rig.pull("full")
    assert customer("1").website == "www.client1.be", "our edit stays ours"
    writes = len(rig.robaws.writes)
    rig.push()
    assert len(rig.robaws.writes) == writes, "it is not sent again and again"


def test_a_tenant_put_back_from_a_backup_is_believed():
    rig = Rig(Habits())
    old = {key: dict(value) for key, value in rig.robaws.clients.items()}
    rig.edit("1", name="Renamed there")
    rig.pull("full")
    rig.robaws.clients = old
    rig.clock.pass_(7200)
    rig.pull("full")
    assert customer("1").name == "Client 1"
    rests(rig)


# --- helpers ------------------------------------------------------------------------------------------


def _more(record: dict[str, Any]) -> dict[str, Any]:
    return {key: record["address"][key] for key in ("addressLine2",) if key in record["address"]}


def once(rig: Rig, method: str, action: Callable[[], None]) -> None:
    """Just before the next such request arrives."""

    def before(request: httpx2.Request) -> None:
        if request.method == method:
            rig.robaws.instead = lambda request: None
            action()

    rig.robaws.instead = before


def lose_answer(rig: Rig, method: str) -> None:
    """The next such request is carried out, and its answer never arrives; nor does any read for a while."""

    def lost(request: httpx2.Request) -> httpx2.Response | None:
        if request.method == method:
            rig.robaws.instead = lambda request: None
            rig.robaws.handle(request)
            raise httpx2.ReadTimeout("no answer", request=request)
        return None

    rig.robaws.instead = lost


def rests(rig: Rig) -> None:
    """Both sides at rest: nothing differs, and nothing moves any more."""
    rig.pull("full")
    rig.push()
    rows, clients, writes = snapshot(), rig.robaws.clients.copy(), len(rig.robaws.writes)
    rig.pull("full")
    tally = rig.push()
    assert (tally.pushed, tally.errors, len(rig.robaws.writes)) == (0, 0, writes)
    assert snapshot() == rows
    assert rig.robaws.clients == clients
    assert not Customer.objects.pending().exists()
