"""Where clients come from: a file of JSON lines, or the 4,017 that are shipped with the package."""

import gzip
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import orjson

from robaws.simulator.messages import JsonObject


def load_clients(path: str | Path) -> Iterator[JsonObject]:
    """The records of a `.jsonl` or `.jsonl.gz` file, one after the other.

    Raises: ValueError naming the line that is no JSON object; OSError when there is no such file.
    """
    path = Path(path)
    with path.open("rb") as stored:
        lines: Iterable[bytes] = gzip.GzipFile(fileobj=stored) if path.suffix == ".gz" else stored
        yield from _records(lines, path.name)


def bundled_clients() -> Iterator[JsonObject]:
    """4,017 invented records with the habits and the mess of a real tenant, in the order of their ids."""
    source = files("robaws.simulator").joinpath("data/clients_4017.jsonl.gz")
    with source.open("rb") as packed, gzip.open(packed) as lines:
        yield from _records(lines, source.name)


def _records(lines: Iterable[bytes], name: str) -> Iterator[JsonObject]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise ValueError(f"{name}, line {number} is not valid JSON: {error}") from error
            if not isinstance(record, dict):
                raise ValueError(f"{name}, line {number} is not a JSON object")
            yield record
