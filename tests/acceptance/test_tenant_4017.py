"""The known tenant, whole: 4,017 messy clients. The numbers are those of the real one."""

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.rig import Rig

ROLES = {
    "POV": 1395, None: 1302, "RORO": 672, "FORWARDER": 491, "CONSIGNEE": 44, "INTERMEDIATE": 35,
    "CAR DEALER": 31, "TRANSPORT COMPANY": 9, "BROKER": 6, "LUXURY CAR DEALER": 6, "OEM": 5,
    "T-T TRANSPORT": 5, "FCL": 4, "RENTAL": 4, "SHIPPING LINE": 2, "T-T CUSTOMER": 2, "BLACKLISTED": 1,
    "T-T DEALERS": 1, "T-T MINING": 1, "T-T TANKS": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def rig(begin_for_all: Begin) -> Rig:
    rig = begin_for_all()
    result = rig.pull("--full")
    assert (result["total_fetched"], result["created"], result["errors"]) == (4017, 4017, 0)
    return rig


def test_every_client_has_its_row(rig: Rig):
    assert rig.database.ids() == set(rig.remote.ids())


def test_the_roles_are_spread_as_in_the_tenant(rig: Rig):
    assert sum(ROLES.values()) == 4017
    assert dict(rig.database.query(f"SELECT role, count(*) FROM {CUSTOMERS} GROUP BY role")) == ROLES


@pytest.mark.parametrize(
    ("client_id", "name", "role", "phone"),
    [
        ("3017", "Aeon Shipping LLC", "FORWARDER", None),
        ("3473", "222 CARS", "LUXURY CAR DEALER", "+971559659999"),
    ],
)
def test_the_two_known_clients_are_right(rig: Rig, client_id, name, role, phone):
    row = rig.database.customer(client_id, "name", "role", "phone", "mobile", "is_active")
    assert (row[:2], row[4]) == ((name, role), True)
    assert phone is None or phone in row[2:4]


def test_another_full_pull_changes_no_row_and_is_told_so(rig: Rig):
    before = rig.database.rows()
    result = rig.pull("--full")
    assert (result["total_fetched"], result["unchanged"]) == (4017, 4017)
    assert rig.database.rows() == before
