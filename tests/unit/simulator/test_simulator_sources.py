"""Where clients come from: the bundled file, other files, the generator."""

import gzip
from collections import Counter
from pathlib import Path

import orjson
import pytest

from robaws.simulator import Tenant, bundled_clients, generate_clients, load_clients
from robaws.simulator.mess import ROLES


def test_the_bundled_tenant_is_the_one_that_is_known() -> None:
    tenant = Tenant(bundled_clients())
    assert len(tenant.clients) == 4017
    assert tenant.clients["3017"]["name"] == "Aeon Shipping LLC"
    assert tenant.clients["3473"]["extraFields"]["Role"]["stringValue"] == "LUXURY CAR DEALER"


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_of_json_lines_is_read(tmp_path: Path, packed: bool) -> None:
    raw = b'{"id":"1"}\n\n{"id":"2"}\n'
    path = tmp_path / ("clients.jsonl.gz" if packed else "clients.jsonl")
    path.write_bytes(gzip.compress(raw) if packed else raw)
    assert list(load_clients(path)) == [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize("line", [b"{", b"[]", b"7"])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "clients.jsonl"
    path.write_bytes(b'{"id":"1"}\n' + line)
    with pytest.raises(ValueError, match=r"clients\.jsonl, line 2"):
        list(load_clients(path))


def test_an_id_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="decimal number"):
        Tenant([{"id": "NEW_1"}])


def test_the_same_seed_invents_the_same_clients() -> None:
    assert list(generate_clients(300, 7)) == list(generate_clients(300, 7))
    assert list(generate_clients(300, 7)) != list(generate_clients(300, 8))


def test_a_longer_stream_begins_like_a_shorter_one() -> None:
    assert list(generate_clients(5000, 7))[:4000] == list(generate_clients(6000, 7))[:4000]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 100, 4017, 5000])
def test_as_many_clients_are_invented_as_were_asked_for(n: int) -> None:
    ids = [int(record["id"]) for record in generate_clients(n)]
    assert len(ids) == n
    assert ids == sorted(set(ids))
    assert {3017, 3473} <= set(ids) or n < 2


def test_invented_roles_are_spread_as_in_the_known_tenant() -> None:
    fields = (record["extraFields"].get("Role") for record in generate_clients(4000, 1))
    roles = Counter((field or {}).get("stringValue") or None for field in fields)
    tidy = Counter[str | None]()
    for role, count in roles.items():
        tidy[role.strip().upper() if role else None] += count
    assert set(tidy) <= set(ROLES)
    for role in ("POV", None, "RORO", "FORWARDER"):
        assert abs(tidy[role] - ROLES[role] * 4000 / 4017) < 150, role


def test_invented_clients_hold_duplicates_and_namesakes() -> None:
    records = list(generate_clients(3000, 1))
    vats = Counter(record.get("vatNumber") for record in records if len(record.get("vatNumber") or "") > 8)
    names = Counter(record["name"] for record in records)
    assert sum(count > 1 for count in vats.values()) > 10
    assert names["Unknown"] > 3


def test_invented_clients_have_the_shape_of_the_bundled_ones() -> None:
    shape = set().union(*bundled_clients())
    for record in generate_clients(500, 3):
        assert set(record) <= shape
        assert orjson.loads(orjson.dumps(record)) == record
