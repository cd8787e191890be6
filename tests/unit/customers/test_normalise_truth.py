"""The cleaners against what a careful human reads in 4,017 messy records: floors, not the exact rates.

A missing key in the truth means "not certain" and is passed over; null means junk, which must be flagged.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bconnect.customers.normalise import Cleaned, country, phone, phone_region, vat
from bconnect.customers.roles import role

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / "src" / "robaws" / "simulator" / "data" / "clients_4017.jsonl.gz"
TRUTH = ROOT / "tests" / "data" / "clients_4017.truth.json"

Record = dict[str, Any]


@cache
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(TRUTH.read_text(encoding="utf-8"))
    return loaded


@cache
def clients() -> list[Record]:
    with gzip.open(CLIENTS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def known(kind: str) -> Iterator[tuple[Record, Any]]:
    yield from ((client, truth()[kind][client["id"]]) for client in clients() if client["id"] in truth()[kind])


def country_of(client: Record) -> str | None:
    return country(client["address"]["country"]).code


def agrees(cleaned: Cleaned, expected: str | None) -> bool:
    return cleaned.value == expected if expected is not None else str(cleaned.issue).endswith(".invalid")


def rate(answers: list[bool]) -> float:
    assert len(answers) > 100
    return sum(answers) / len(answers)


def phones(*, guess: bool) -> Iterator[tuple[Record, bool]]:
    """With `guess`, a record without a country is read in that of its other number."""
    for client, fields in known("phones"):
        for field, expected in fields.items():
            region = country_of(client)
            if guess and region is None:
                region = phone_region(phone(client["gsm" if field == "tel" else "tel"], None, None).value)
            yield client, agrees(phone(client[field], region, "BE"), expected)


def test_phones_of_records_with_a_country_are_read_as_a_human_reads_them() -> None:
    assert rate([agreed for client, agreed in phones(guess=False) if country_of(client)]) >= 0.999


def test_phones_of_all_records_are_read_as_a_human_reads_them() -> None:
    assert rate([agreed for _, agreed in phones(guess=False)]) >= 0.993
    assert rate([agreed for _, agreed in phones(guess=True)]) >= 0.995


def test_no_junk_becomes_a_phone_number() -> None:
    junk = [
        phone(client[field], country_of(client), "BE")
        for client, fields in known("phones")
        for field, expected in fields.items()
        if expected is None
    ]
    assert len(junk) > 100
    assert {cleaned.issue for cleaned in junk} == {"phone.invalid"}


def test_all_numbers_of_a_field_are_found() -> None:
    found = [
        (numbers.value, *numbers.others) == tuple(expected)
        for client, fields in known("phones_multi")
        for field, expected in fields.items()
        for numbers in [phone(client[field], country_of(client), "BE")]
    ]
    assert rate(found) >= 0.995


def test_vat_numbers_are_read_as_a_human_reads_them() -> None:
    answers = [
        agrees(vat(client.get("vatNumber") or client.get("vatIdNumber"), country_of(client)), expected)
        for client, expected in known("vats")
    ]
    assert rate(answers) >= 0.995


def test_countries_are_read_as_a_human_reads_them() -> None:
    assert rate([country_of(client) == expected for client, expected in known("countries")]) >= 0.995


def test_roles_are_read_as_a_human_reads_them() -> None:
    answers = [
        role((client["extraFields"].get("Role") or {}).get("stringValue")).value == expected
        for client, expected in known("roles")
    ]
    assert rate(answers) >= 0.995
