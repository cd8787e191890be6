"""Finding a customer by what somebody has at hand: part of a name, a phone number, a VAT number, an id."""

import re

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from bconnect.customers.models import Customer

COLUMNS = ("search_text",)
FEWEST_DIGITS = 4
"""Fewer digits stand in half of all phone numbers."""

SHORT = 3
"""PostgreSQL's index knows groups of three letters. Shorter words are looked for at the beginning only."""

MOST = 500
"""Who finds more has to say more: the best of them could not be put first in time."""

_PHONE = re.compile(r"[\d\s()+./-]+")
_VAT = re.compile(r"(?:[A-Z]{2,3})?\d[\dA-Z]{5,}")


def matching(customers: QuerySet[Customer], term: str, most: int | None = MOST) -> QuerySet[Customer]:
    """Those where every word stands somewhere, or whose phone or VAT number the term is a spelling of."""
    found = customers.filter(_words(term) | _as_phone(term) | _as_vat(term))
    if most is None:
        return found
    # Asked once, of the index alone; counting, sorting and reading only look at what was found.
    return customers.filter(pk__in=list(found.order_by().values_list("pk", flat=True)[:most]))


def best_first(customers: QuerySet[Customer], term: str) -> QuerySet[Customer]:
    """Names that begin with the term before all others, then by name."""
    begins = When(search_text__begins=term.strip(), then=Value(0))
    return customers.annotate(rank=Case(begins, default=Value(1), output_field=IntegerField())).order_by(
        "rank", "name", "id"
    )


def _words(term: str) -> Q:
    words = term.split()
    if all(len(word) < SHORT for word in words):
        return Q(search_text__begins=term.strip()) | Q(robaws_client_id=term.strip())
    found = Q()
    for word in words:
        found &= Q(search_text__finds=word)
    return found


def _as_phone(term: str) -> Q:
    """Numbers are stored as +32475…: "0475 12", "00 32 475" and "+32 (0)475" all are the digits after the zeros."""
    if not _PHONE.fullmatch(term):
        return Q()
    digits = re.sub(r"\D", "", term.replace("(0)", "")).lstrip("0")
    return Q(search_text__finds=digits) if len(digits) >= FEWEST_DIGITS else Q()


def _as_vat(term: str) -> Q:
    """VAT numbers are stored without punctuation."""
    compact = re.sub(r"[^A-Z0-9]", "", term.upper())
    return Q(search_text__finds=compact) if _VAT.fullmatch(compact) else Q()
