"""Match keys: two customers are compared only if they have one in common.

A key is a number of 63 bits: a hash, and on top the bit that tells keys of names.
"""

from collections.abc import Iterator
from hashlib import blake2b

from bconnect.customers.duplicates.features import Features

LARGEST_BLOCK = 50
"""A key that more customers have tells nothing; all pairs of them would be far too many."""


class Kind:
    """What a key is of. Plain text: these are joined a dozen times for each customer."""

    VAT = "v"
    EMAIL = "e"
    PHONE = "p"
    DOMAIN = "d"
    NAME = "n"
    BEGINNINGS = "b"
    DOOR = "s"


_NAME_BIT = 1 << 62


def key(kind: str, value: str) -> int:
    number = int.from_bytes(blake2b((kind + value).encode(), digest_size=8).digest(), "big") >> 2
    return number | _NAME_BIT if kind == Kind.NAME else number


def is_of_name(key: int) -> bool:
    return key >= _NAME_BIT


def keys(of: Features) -> list[int]:
    """All keys of a customer, each once."""
    return list({key(kind, value) for kind, value in _values(of)})


def _values(of: Features) -> Iterator[tuple[str, str]]:
    if of.vat:
        yield Kind.VAT, of.vat
    for email in of.emails:
        yield Kind.EMAIL, email
    for phone in of.phones:
        yield Kind.PHONE, phone
    if of.domain:
        yield Kind.DOMAIN, of.domain
    if of.name is None:
        return
    yield Kind.NAME, of.name.key
    place = of.postal_code or of.city
    if not place:
        return
    # Names that are spelled differently: the beginnings of two words, in one place; or one door.
    beginnings = sorted({word[:3] for word in sorted(of.name.words, key=len)[-2:]})
    yield Kind.BEGINNINGS, f"{beginnings[0]}|{beginnings[-1]}|{place}"
    if of.street and of.number:
        yield Kind.DOOR, f"{of.street[:2]}|{of.number}|{place}"  # the rest is where the typing errors are
