"""Columns that say one thing are decided on as one: a line's street, number and address; a country's name and code.

Decided apart, our new number would meet their new street, in an address that nobody wrote. Pure.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from bconnect.customers import normalise
from bconnect.customers.fields import AS_ONE, COUNTRY, LINE, Value
from bconnect.sync.merge import Decision, Verdict
from bconnect.sync.shapes import street_of
from robaws.records import ABSENT, Absent

STREET = LINE[1:]

Values = Mapping[str, Value]
Group = dict[str, Decision]


def together(columns: Collection[str]) -> set[str]:
    """These columns, with all that say one thing with one of them."""
    return {*columns, *(each for group in AS_ONE if {*group} & {*columns} for each in group)}


def under_policy(decisions: list[Decision], winner_of: Callable[[str], str]) -> list[Decision]:
    """A conflict is about all that says one thing, and so is its end by the policy. `winner_of` is as `Policy.of`."""
    found = {each.field: each for each in decisions}
    won: dict[str, Decision] = {}
    line, country = ({column: found[column] for column in group} for group in (LINE, COUNTRY))
    winner = winner_of("address") if line["address"].verdict is Verdict.CONFLICT else ""
    if winner == "robaws":
        won |= _by_robaws(line)
    elif winner == "bconnect":
        won |= _by_us(line)
    country |= _half_each(country, winner_of)
    disputed = {winner_of(each.field) for each in country.values() if each.verdict is Verdict.CONFLICT}
    won |= _by_robaws(country) if disputed == {"robaws"} else country
    return [won.get(each.field, each) for each in decisions]


def _half_each(country: Group, winner_of: Callable[[str], str]) -> Group:
    """One side changed the name and the other the code, to different countries: nobody may overwrite both halves.

    The edit here is in conflict, and the half of Robaws waits with it, unless ours wins anyway. A record without a
    country tells nothing new.
    """
    edited = next((each for each in country.values() if each.verdict is Verdict.KEEP), None)
    changed = next((each for each in country.values() if each.verdict is Verdict.TAKE), None)
    if edited is None or changed is None or edited.remote is ABSENT or winner_of(edited.field) == "bconnect":
        return {}
    if _code(changed.remote) in (_code(edited.local), _code(edited.base)):
        return {}  # the other half of ours, or of what was agreed on, has arrived
    held = (
        changed if winner_of(edited.field) == "robaws" else replace(changed, verdict=Verdict.UNCHANGED, remote=ABSENT)
    )
    return {edited.field: replace(edited, verdict=Verdict.CONFLICT), changed.field: held}


def _code(country: Value | Absent) -> str | None:
    return None if isinstance(country, Absent) else normalise.country(country).code


def _by_robaws(group: Group) -> Group:
    edited = (each for each in group.values() if each.verdict in (Verdict.KEEP, Verdict.CONFLICT))
    return {each.field: replace(each, verdict=Verdict.TAKE) for each in edited if each.remote is not ABSENT}


def _by_us(line: Group) -> Group:
    """Of street and number, what nobody here has edited says the address that somebody has."""
    ours = street_of(line["address"].local)
    is_one = normalise.join_street(line["street"].local, line["street_number"].local) == normalise.join_street(*ours)
    said = {} if is_one else dict(zip(STREET, ours, strict=True))
    return {
        each.field: replace(each, verdict=Verdict.KEEP, local=said.get(each.field, each.local))
        for each in line.values()
        if each.verdict in (Verdict.TAKE, Verdict.UNCHANGED) and each.remote is not ABSENT
    }


def street_decided(address: Value, ours: Value, row: Values, theirs: Values) -> dict[str, Value]:
    """Street and number of the address that a person has decided on, where it is not Robaws': that says `theirs`.

    `ours` was the address here. What says neither side's was typed since, and stays.
    """
    before, now = _split(ours), theirs if address == theirs.get("address") else _split(address)
    return {
        column: now[column]
        for column in STREET
        if column in now and row[column] in (before[column], theirs.get(column, before[column]))
    }


def country_decided(column: str, value: Value, theirs: Values) -> dict[str, Value]:
    """Name and code of the country that a person has decided on: Robaws' as they stand there, or one of our own."""
    if value == theirs.get(column):
        return {each: theirs[each] for each in COUNTRY if each in theirs}
    country = normalise.country(value)
    if column == "country_code" and country.issue:
        return {column: value}  # of a code that nobody can read no name follows
    return {"country": country.name, "country_code": country.code, column: value}


def _split(address: Value) -> dict[str, Value]:
    return dict(zip(STREET, street_of(address), strict=True))
