"""The clients the stand-in serves: the bundled 4,017, or any number of variations of them with new ids.

A copy differs in the places a program might remember an answer for (phones, VAT number, e-mail, street
number), so that no cache makes the large case look cheaper than a tenant of that size would be.
"""

import gzip
import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BUNDLED = Path(__file__).parent.parent / "src/robaws/simulator/data/clients_4017.jsonl.gz"

_LAST_TWO_DIGITS = re.compile(r"\d\d(?=\D*$)")
_BELGIAN_VAT = re.compile(r"[01]\d{9}")


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a `.jsonl` or `.jsonl.gz` file, in the order of the file."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        return [json.loads(line) for line in lines]


def clients(path: Path, count: int | None = None) -> Iterator[dict[str, Any]]:
    """`count` records by ascending id: the file's own, then copies of them with ids beyond its last."""
    originals = sorted(read(path), key=lambda record: int(record["id"]))
    yield from itertools.islice(originals, count)
    if count is None:
        return
    first_new_id = int(originals[-1]["id"]) + 1
    for offset in range(count - len(originals)):
        copy, index = divmod(offset, len(originals))
        yield variation(originals[index], str(first_new_id + offset), copy + 1)


def variation(record: dict[str, Any], client_id: str, copy: int) -> dict[str, Any]:
    """Another client like this one: its own id, name, phones, VAT number, e-mail and street number."""
    changed = {name: _CHANGES[name](text, copy) for name, text in record.items() if name in _CHANGES and text}
    address = record["address"]
    line = {"addressLine1": _shifted(address["addressLine1"], copy)} if address.get("addressLine1") else {}
    return record | changed | {"id": client_id, "logicId": f"K{client_id}", "address": address | line}


def _shifted(text: str, by: int) -> str:
    return _LAST_TWO_DIGITS.sub(lambda found: f"{(int(found[0]) + by) % 100:02}", text)


def _changed_vat(text: str, copy: int) -> str:
    """Another valid number where the digits are a Belgian one, in the same spelling; anything else stays."""
    digits = "".join(filter(str.isdigit, text))
    if not _BELGIAN_VAT.fullmatch(digits) or 97 - int(digits[:8]) % 97 != int(digits[8:]):
        return text
    base = digits[0] + f"{(int(digits[1:8]) + copy * 7919) % 10_000_000:07}"
    new_digits = iter(f"{base}{97 - int(base) % 97:02}")
    return "".join(next(new_digits) if char.isdigit() else char for char in text)


_CHANGES: dict[str, Callable[[str, int], str]] = {
    "name": lambda text, copy: f"{text} {copy}",
    "email": lambda text, copy: text.replace("@", f"{copy}@"),
    "tel": _shifted,
    "gsm": _shifted,
    "vatNumber": _changed_vat,
    "vatIdNumber": _changed_vat,
}
