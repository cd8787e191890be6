"""What a tenant that takes JSON Patch guards between our read and our write, also where there was nothing to test."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import orjson
import pytest

from bconnect.sync.models import Conflict, ParkedEdit
from robaws.client import PatchForm, RobawsClient
from robaws.simulator import Request, Response
from tests.integration.rig import Rig, client_record, customer, edit_here

pytestmark = pytest.mark.django_db

SECTOR = {"type": "TEXT", "group": None, "stringValue": "sector 1"}


@pytest.fixture
def rig() -> Rig:
    """Client 1 has no role, and its record no member for a website."""
    record = client_record(1, extraFields={"Sector": SECTOR})
    del record["website"]
    rig = Rig([record], patch_forms={"json"})
    rig.pull("full")
    return rig


def role_there(rig: Rig, role: str) -> None:
    rig.edit("1", extraFields={"Sector": SECTOR, "Role": {"stringValue": role}})


def refuse(rig: Rig, path: str, status: int) -> list[Any]:
    """A tenant that says no to every operation on `path`. The bodies of the PATCHes it gets."""
    handle: Callable[[Request], Response] = rig.handle
    bodies: list[Any] = []

    def handled(request: Request) -> Response:
        if request.method != "PATCH":
            return handle(request)
        bodies.append(request.json())
        if isinstance(bodies[-1], list) and any(each["path"] == path for each in bodies[-1]):
            return Response(
                status, orjson.dumps({"status": status, "message": "no"}), {"Content-Type": "application/json"}
            )
        return handle(request)

    rig.handle = handled  # type: ignore[method-assign]
    return bodies


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"role": "BROKER"}, lambda rig: role_there(rig, "RORO")),
        ({"website": "https://ours.be"}, lambda rig: rig.edit("1", website="https://theirs.be")),
    ],
    ids=["a custom field", "a member of the client"],
)
def test_what_a_colleague_gives_a_client_that_had_none_is_not_overwritten(rig, ours, theirs):
    edit_here("1", **ours)
    rig.before_patch(lambda: theirs(rig))
    rig.push()
    (column, value), conflict = *ours.items(), Conflict.objects.get(resolved_at=None)
    assert (conflict.field, conflict.ours) == (column, value)
    assert conflict.theirs in ("RORO", "https://theirs.be")


@pytest.mark.parametrize("is_shown", [True, False], ids=["an empty second line", "no second line"])
def test_a_line_that_a_colleague_adds_to_the_address_we_change_makes_a_conflict(is_shown):
    """Found as 9002933: only the line that was sent was tested, so two edits met in one address."""
    record = client_record(1)
    if not is_shown:
        del record["address"]["addressLine2"]
    rig = Rig([record], patch_forms={"json"})
    rig.pull("full")
    edit_here("1", address="Onze straat 5")
    rig.before_patch(lambda: rig.edit("1", address={**rig.remote("1")["address"], "addressLine2": "bus 3"}))
    rig.push()
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.field, conflict.ours, conflict.theirs) == ("address", "Onze straat 5", "Kerkstraat 1\nbus 3")
    assert rig.remote("1")["address"]["addressLine1"] == "Kerkstraat 1"


def test_a_country_code_that_a_colleague_changes_makes_a_conflict_with_the_country_we_send():
    record = client_record(1)
    record["address"]["countryCode"] = "BE"
    rig = Rig([record], patch_forms={"json"})
    rig.pull("full")
    edit_here("1", country="Netherlands")
    rig.before_patch(lambda: rig.edit("1", address={**rig.remote("1")["address"], "countryCode": "FR"}))
    rig.push()
    assert Conflict.objects.filter(resolved_at=None).exists()
    assert (rig.remote("1")["address"]["country"], rig.remote("1")["address"]["countryCode"]) == ("België", "FR")


def test_a_value_that_a_colleague_types_into_the_other_member_of_it_makes_a_conflict():
    """Found as 16003964: `vatNumber` was tested, `vatIdNumber` was not, though the record showed both."""
    rig = Rig([client_record(1, vatNumber=None, vatIdNumber=None)], patch_forms={"json"})
    rig.pull("full")
    edit_here("1", vat_number="BE0428759497")
    rig.before_patch(lambda: rig.edit("1", vatIdNumber="BE0403019261"))
    rig.push()
    assert (rig.remote("1")["vatNumber"], rig.remote("1")["vatIdNumber"]) == (None, "BE0403019261")
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.ours, conflict.theirs) == ("BE0428759497", "BE0403019261")


def test_the_city_that_a_colleague_changes_meanwhile_is_no_obstacle_to_a_line(rig):
    edit_here("1", address="Onze straat 5")
    rig.before_patch(lambda: rig.edit("1", address={**rig.remote("1")["address"], "city": "Gent"}))
    assert rig.push().pushed == 1
    held = rig.remote("1")["address"]
    assert (held["addressLine1"], held["city"]) == ("Onze straat 5", "Gent")


def test_another_custom_field_that_changes_meanwhile_is_no_obstacle(rig):
    edit_here("1", role="BROKER")
    rig.before_patch(lambda: rig.edit("1", extraFields={"Sector": {**SECTOR, "stringValue": "sector 2"}}))
    assert rig.push().pushed == 1
    held = rig.remote("1")["extraFields"]
    assert (held["Role"]["stringValue"], held["Sector"]["stringValue"]) == ("BROKER", "sector 2")


@pytest.mark.parametrize("status", [400, 409])
def test_a_tenant_that_compares_objects_in_its_own_way_gets_the_change_without_that_test(rig, status):
    rig.tenant.add(client_record(2, extraFields={"Sector": SECTOR}))
    rig.pull("full")
    bodies = refuse(rig, "/extraFields", status)
    edit_here("1", role="BROKER")
    edit_here("2", role="RORO")
    before = rig.tenant.stats.requests
    assert rig.push().pushed == 2
    assert rig.tenant.stats.requests - before <= 2 * 2 + 1, "found out once: one PATCH that is refused, and a look"
    assert [rig.remote(each)["extraFields"]["Role"]["stringValue"] for each in ("1", "2")] == ["BROKER", "RORO"]
    assert [any(op["path"] == "/extraFields" for op in body) for body in bodies] == [True, False, False]


def test_a_value_that_is_refused_does_not_end_the_tests_of_the_next_client(rig):
    for number in (2, 3):
        rig.tenant.add(client_record(number, extraFields={"Sector": SECTOR}))
    rig.pull("full")
    bodies = refuse(rig, "/currency", 400)
    edit_here("1", city="Gent")  # by which the form is proven
    edit_here("2", currency="USD", role="BROKER")
    edit_here("3", role="BROKER")
    rig.push()
    assert ParkedEdit.objects.get().customer == customer("2")
    assert bodies[-1][0]["path"] == "/extraFields"
    assert rig.remote("3")["extraFields"]["Role"]["stringValue"] == "BROKER"


def test_a_json_patch_that_was_made_is_not_doubted_for_its_answer():
    """The first of a tenant, of which nobody knows yet whether it takes the form."""
    rig = Rig([client_record(1), client_record(2)], patch_forms={"json", "merge"})
    rig.pull("full")
    forms, real = [], RobawsClient.patch_client

    def noted(client: RobawsClient, client_id: str, body: Any, form: PatchForm, best_before: float) -> Any:
        forms.append(form)
        return real(client, client_id, body, form, best_before)

    edit_here("1", city="Gent")
    edit_here("2", city="Gent")
    rig.faults("500-after@PATCH:1")
    with mock.patch("bconnect.sync.patching.RobawsClient.patch_client", noted):
        rig.push()
    assert [rig.remote(each)["address"]["city"] for each in ("1", "2")] == ["Gent", "Gent"]
    assert set(forms) == {PatchForm.JSON_PATCH}
