"""What the rest of an address says once some of its columns were typed: what it will say after the push."""

from collections.abc import Collection, Mapping
from typing import Final

from bconnect.customers import normalise
from bconnect.customers.fields import COLUMNS, COUNTRY, LINE, Value
from bconnect.sync.address import settled

GROUPS: Final = (LINE, COUNTRY)


def following(stored: Mapping[str, Value], typed: Mapping[str, Value], in_robaws: Collection[str]) -> dict[str, Value]:
    """The columns that follow, also one that was typed and is overruled: the street decides over the address.

    Of a line only what Robaws shows can follow: what it has no place for it could not take.
    """
    row = {**dict.fromkeys(COLUMNS), **stored}
    values = settled({**row, **typed, "base": row})
    may = {*COUNTRY, *in_robaws, *typed}
    touched = {column for group in GROUPS if typed.keys() & set(group) for column in group}
    return {
        column: values[column]
        for column in COLUMNS
        if column in touched & may and (column not in typed or values[column] != typed[column])
    }


def one_country(typed: Mapping[str, Value]) -> dict[str, Value]:
    """What was typed, where one half of a country was emptied without it: that one follows the other."""
    halves = {column: typed[column] for column in COUNTRY if column in typed}
    told = {column: value for column, value in halves.items() if value}
    dropped = set(halves) - set(told) if told else set()
    return {column: value for column, value in typed.items() if column not in dropped}


def contradicts(typed: Mapping[str, Value]) -> bool:
    """Whether name and code were typed, of two countries."""
    codes = {normalise.country(typed[column]).code for column in COUNTRY if column in typed}
    return len(codes) > 1
