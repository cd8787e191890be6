"""Which columns of a customer's address say one thing, so that they belong together? Pure.

Robaws holds street, number and address as one line, and country and code as one country. Somebody edits one of
these columns, and until Robaws has answered the others still say what was before.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from bconnect.customers import normalise
from bconnect.customers.fields import COUNTRY, LINE, Place, Value, clean, same
from bconnect.sync.reconcile import full_base
from bconnect.sync.shapes import lines_of

TOGETHER: Final = (*LINE, "city", "postal_code", *COUNTRY)
"""One address: all of it is of one customer, or a street of one would meet the city of another."""

NOWHERE: Final = Place(None, "")
"""None of these is read by the place it is in."""

Row = Mapping[str, Any]


def settled(row: Row, untouched: Collection[str] = ()) -> dict[str, Value]:
    """The row's address where its edits have reached the columns that say the same, as after a push.

    Nobody has edited the `untouched` columns, also where they differ from the base. The street decides over the
    address, the code over the country, where both were edited.
    """
    values = {column: row[column] for column in TOGETHER}
    base = full_base(row["base"])
    differing = {column for column in values if not same(column, values[column], base[column], NOWHERE)}
    edited, stale = differing - set(untouched), differing & set(untouched)
    if not is_one_line(row):
        edited |= _taken_back(LINE, edited, stale)
    if not is_one_country(row):
        edited |= _taken_back(COUNTRY, edited, stale)
    if edited & set(LINE) and not is_one_line(row):
        if edited & {"street", "street_number"}:
            line = normalise.join_street(row["street"], row["street_number"])
            values["address"] = lines_of(line, *_lines(row)[1:])
        else:
            values["street"], values["street_number"] = normalise.split_street(_lines(row)[0])
    if edited & set(COUNTRY) and not is_one_country(row):
        said = "country_code" if "country_code" in edited else "country"
        country = normalise.country(row[said])
        if said == "country" or not country.issue:  # of a code that nobody can read no name follows
            values |= {"country": country.name, "country_code": country.code}
    return values


def handed_over(row: Row, untouched: Collection[str] = ()) -> dict[str, Value]:
    """The row's address as another customer takes it over: settled, and with one country.

    In Robaws somebody may have changed a country's name and not its code: kept, that is theirs to mend; taken over,
    it would be sent as one of the two. The code decides, where it is one.
    """
    values = settled(row, untouched)
    if not is_one_country(values):
        by_code, by_name = (normalise.country(values[column]) for column in ("country_code", "country"))
        country = by_code if by_code.code else by_name
        values |= {"country": country.name, "country_code": country.code}
    return values


def _taken_back(group: Sequence[str], edited: Collection[str], stale: Collection[str]) -> set[str]:
    """Where the columns don't say the same any more and none shows an edit, one was edited to be as the base."""
    if not set(group) & set(stale) or set(group) & set(edited):
        return set()
    return {group[0]} if group[0] not in stale else set(group) - set(stale)


def is_one_line(row: Row) -> bool:
    """Whether the address begins with the row's street and number."""
    line = _lines(row)[0]
    street, number = (clean(column, row[column], NOWHERE).value or None for column in ("street", "street_number"))
    split = normalise.split_street(line)
    return (split.street, split.number) == (street, number) or line == normalise.join_street(street, number)


def is_one_country(row: Row) -> bool:
    code = normalise.country(row["country_code"]).code
    return code == normalise.country(row["country"]).code


def _lines(row: Row) -> list[str | None]:
    """The address' lines, of which there is always a first."""
    address = clean("address", row["address"], NOWHERE).value
    return list(address.split("\n")) if isinstance(address, str) else [None]
