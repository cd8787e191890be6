"""Where does something stand about a person? Each app names its own rows, so that all can be shown and erased.

The apps that hold such rows register them; customers knows none of them. What hangs on the customer's row by a
foreign key needs no `erase`: it goes with the row.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

ERASED = "(erased)"
SHORTEST_WORD = 5
"""Shorter values are found in words that have nothing to do with the person."""

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Person:
    """`client_ids` are all that lead to the customer or did, of those that were merged into it too; `customers` are
    the primary keys of their rows, of which some may be here no more.

    `contacts` are values that belong to this customer alone or nearly so (e-mail, phone, VAT number); `names` may
    be those of others too.
    """

    client_ids: tuple[str, ...]
    customers: tuple[int, ...] = ()
    contacts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What to take out of free text, the longest first."""
        return tuple(sorted({*self.contacts, *self.names}, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Trace:
    """One kind of rows. `find` gives those about a person; `erase` gets the same rows (None: they go by themselves)."""

    name: str
    find: Callable[[Person], Rows]
    erase: Callable[[Rows, Person], object] | None = None


_TRACES: dict[str, Trace] = {}


def register(*traces: Trace) -> None:
    """From now on these rows are shown and erased with the rest. Call it in the app's `ready()`."""
    _TRACES.update({each.name: each for each in traces})


def registered() -> Iterator[Trace]:
    yield from _TRACES.values()


def mentioning(column: str, words: Iterable[str]) -> Q:
    """Rows whose text or JSON holds one of these words; none where there is no word."""
    condition = Q(pk__in=[])
    for word in words:
        condition |= Q(**{f"{column}__icontains": word})
        in_json = json.dumps(word)[1:-1]  # as SQLite keeps it: é is \u00e9 there
        if in_json != word:
            condition |= Q(**{f"{column}__icontains": in_json})
    return condition


def free_text(name: str, model: type[Model], *columns: str) -> Trace:
    """Columns with text for people, such as an error, or with JSON that holds some: the person's values are taken
    out."""

    def find(person: Person) -> Rows:
        condition = Q(pk__in=[])
        for column in columns:
            condition |= mentioning(column, person.words)
        return model._default_manager.filter(condition)

    def erase(rows: Rows, person: Person) -> None:
        for row in rows:
            for column in columns:
                setattr(row, column, scrubbed(getattr(row, column), person.words))
            row.save(update_fields=columns)

    return Trace(name, find, erase)


def scrubbed(value: Any, words: Iterable[str]) -> Any:
    """Text, or every text in a JSON value, with these words taken out."""
    if isinstance(value, str):
        return without(value, words)
    if isinstance(value, list):
        return [scrubbed(each, words) for each in value]
    if isinstance(value, dict):
        return {key: scrubbed(each, words) for key, each in value.items()}
    return value


def without(text: str, words: Iterable[str]) -> str:
    """The text with these words taken out, whatever their case; where they overlap, the first one of them."""
    pattern = "|".join(map(re.escape, words))
    return re.sub(pattern, ERASED, text, flags=re.IGNORECASE) if pattern else text
