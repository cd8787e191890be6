"""The clients the stand-in serves: the bundled 4,017, or any number of variations of them with new ids.

A copy differs in the places a program might remember an answer for (phones, VAT number, e-mail, street
number), so that no cache makes the large case look cheaper than a tenant of that size would be.
"""

import gzip
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


class Clients:
    """`count` clients by ascending id: the file's own, then copies of them with ids beyond its last.

    Only the file's own are kept. A copy is made whenever it is asked for, so that a million take no more room.
    """

    def __init__(self, path: Path, count: int | None = None) -> None:
        self._originals = sorted(read(path), key=lambda record: int(record["id"]))[:count]
        self._places = {int(record["id"]): place for place, record in enumerate(self._originals)}
        self._first_new = int(self._originals[-1]["id"]) + 1
        self._copies = max(0, (count or 0) - len(self._originals))

    def __len__(self) -> int:
        return len(self._originals) + self._copies

    def __iter__(self) -> Iterator[int]:
        """The ids, as numbers."""
        yield from self._places
        yield from range(self._first_new, self._first_new + self._copies)

    def original(self, number: int) -> dict[str, Any]:
        """The file's record that the client is, or is a copy of; KeyError where there is no such client."""
        return self._originals[self._place(number)[1]]

    def record(self, number: int) -> dict[str, Any]:
        """The client itself; KeyError where there is none."""
        copy, place = self._place(number)
        original = self._originals[place]
        return variation(original, str(number), copy) if copy else original

    def _place(self, number: int) -> tuple[int, int]:
        """Which copy (0: the original) of which of the file's records."""
        if number in self._places:
            return 0, self._places[number]
        if not 0 <= number - self._first_new < self._copies:
            raise KeyError(number)
        copy, place = divmod(number - self._first_new, len(self._originals))
        return copy + 1, place


def clients(path: Path, count: int | None = None) -> Iterator[dict[str, Any]]:
    """All of `Clients`, by ascending id."""
    made = Clients(path, count)
    return map(made.record, made)


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
