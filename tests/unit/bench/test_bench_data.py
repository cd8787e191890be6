"""The clients of the benchmark: as many as asked for, and copies that no cache could mistake."""

import json
from pathlib import Path

import pytest
from benchmarks.data import Clients, clients, variation
from stdnum.be import vat

RECORD = {
    "id": "7",
    "logicId": "K7",
    "name": "Autohandel Dubois BV",
    "email": "info@dubois.be",
    "tel": "0473/ 52 52 30",
    "gsm": None,
    "vatNumber": "BE 0403.019.261",
    "address": {"addressLine1": "Rue de la Station 227", "city": "Charleroi"},
    "updatedAt": "2025-07-03T10:59:24.384Z",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clients.jsonl"
    path.write_text("".join(json.dumps(RECORD | {"id": text}) + "\n" for text in ("7", "12", "9")))
    return path


def test_without_a_count_the_file_is_given_by_ascending_id(file: Path) -> None:
    assert [record["id"] for record in clients(file)] == ["7", "9", "12"]


def test_a_small_count_gives_the_first_of_the_file(file: Path) -> None:
    assert [record["id"] for record in clients(file, 2)] == ["7", "9"]


def test_a_large_count_goes_on_with_new_ids_beyond_the_last(file: Path) -> None:
    assert [record["id"] for record in clients(file, 8)] == ["7", "9", "12", "13", "14", "15", "16", "17"]


def test_copies_of_one_client_share_no_name_phone_email_vat_number_or_street_line() -> None:
    copies = [RECORD, *(variation(RECORD, str(number), number) for number in (1, 2, 3))]
    for name in ("name", "tel", "email", "vatNumber"):
        assert len({copy[name] for copy in copies}) == len(copies)
    assert len({copy["address"]["addressLine1"] for copy in copies}) == len(copies)


def test_a_varied_belgian_vat_number_is_still_valid_and_spelt_alike() -> None:
    for copy in range(1, 200):
        number = variation(RECORD, "8", copy)["vatNumber"]
        assert vat.is_valid(number)
        assert number[:4] == "BE 0"
        assert number[7] == number[11] == "."


def test_a_vat_number_that_is_not_belgian_stays_as_it_is() -> None:
    assert variation(RECORD | {"vatNumber": "DE127683872"}, "8", 1)["vatNumber"] == "DE127683872"


def test_an_empty_field_stays_empty_and_an_absent_one_absent() -> None:
    poor = {name: value for name, value in RECORD.items() if name != "vatNumber"}
    copy = variation(poor | {"address": {"addressLine1": None}}, "8", 1)
    assert copy["gsm"] is None
    assert copy["address"]["addressLine1"] is None
    assert "vatNumber" not in copy


def test_the_original_is_not_touched_by_its_variation() -> None:
    before = json.dumps(RECORD)
    variation(RECORD, "8", 1)
    assert json.dumps(RECORD) == before


def test_each_client_can_be_made_alone_and_as_often_as_one_likes(file: Path) -> None:
    made = Clients(file, 8)
    assert len(made) == 8
    assert [made.record(number) for number in made] == list(clients(file, 8))
    assert made.record(14) == made.record(14) == variation(made.original(14), "14", 1)


@pytest.mark.parametrize("number", [0, 8, 18])
def test_a_client_that_is_not_among_them_is_not_made_up(file: Path, number: int) -> None:
    with pytest.raises(KeyError):
        Clients(file, 8).record(number)
