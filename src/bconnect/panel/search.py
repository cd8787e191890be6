"""Finding a customer by what somebody has at hand: part of a name, a phone number, a VAT number, an id."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from bconnect.customers.models import Customer
from bconnect.customers.normalise.numbering import calling_code
from bconnect.sync.models import Redirect

COLUMNS = ("search_text",)
FEWEST_DIGITS = 4
"""Fewer digits stand in half of all phone numbers. Those are looked for at the beginning of a number only."""

SHORT = 3
"""PostgreSQL's index knows groups of three letters. Shorter words are looked for as whole words only."""

MOST = 500
"""Who finds more has to say more: sorting all of them would take too long."""

_PHONE = re.compile(r"[\d\s()+./-]+")
_VAT = re.compile(r"(?:[A-Z]{2,3})?\d[\dA-Z]{5,}")


@dataclass(frozen=True, slots=True)
class Found:
    """`by_id`: the one whose client id the term is, or was before a merge. `is_cut`: there are more."""

    customers: QuerySet[Customer]
    term: str
    by_id: list[int]
    is_cut: bool = False

    def best_first(self) -> QuerySet[Any]:
        """Whom the id means, then names that begin with the term, then all others, each by name."""
        whens = [When(pk__in=self.by_id, then=Value(0)), When(search_text__begins=self.term, then=Value(1))]
        rank = Case(*whens, default=Value(2), output_field=IntegerField())
        return self.customers.annotate(rank=rank).order_by("rank", "name", "id")


def matching(customers: QuerySet[Customer], term: str, most: int | None = MOST) -> Found:
    """Those where every word stands somewhere, or whose id, phone or VAT number the term is a spelling of."""
    term = term.strip()
    by_id = _by_id(customers, term)
    found = customers.filter(_words(term) | _as_phone(term) | _as_vat(term) | (Q(pk__in=by_id) if by_id else Q()))
    if most is None:
        return Found(found, term, by_id)
    # Asked once, of the index alone; counting, sorting and reading only look at what was found.
    first = _keys(found, most + 1)
    is_cut = len(first) > most
    if is_cut:
        begin = _keys(customers.filter(search_text__begins=term), most)
        first = list(dict.fromkeys([*by_id, *begin, *first]))[:most]
    return Found(customers.filter(pk__in=first), term, by_id, is_cut)


def _keys(customers: QuerySet[Customer], most: int) -> list[int]:
    return list(customers.order_by().values_list("pk", flat=True)[:most])


def _by_id(customers: QuerySet[Customer], term: str) -> list[int]:
    """Asked apart from the words: the index that those are looked for in does not know the column."""
    merged_into = Redirect.objects.filter(robaws_client_id=term).values_list("customer_id", flat=True).first()
    return _keys(customers.filter(Q(robaws_client_id=term) | Q(pk=merged_into or 0)), 2)


def _words(term: str) -> Q:
    words = term.split()
    if all(len(word) < SHORT for word in words):
        alone = Q()
        for word in words:
            alone &= Q(search_text__has_word=word)
        return Q(search_text__begins=term) | alone
    found = Q()
    for word in words:
        found &= Q(search_text__finds=word)
    return found


def _as_phone(term: str) -> Q:
    """Numbers are stored as +32475…: "0475 12", "00 32 475" and "+32 (0)475" all are the digits after the zeros."""
    if not _PHONE.fullmatch(term):
        return Q()
    written = re.sub(r"\D", "", term.replace("(0)", ""))
    digits = written.lstrip("0")
    if len(digits) >= FEWEST_DIGITS:
        return Q(search_text__finds=digits)
    if digits and (term.startswith("+") or written.startswith("0")):
        is_abroad = term.startswith("+") or written.startswith("00")
        code = "" if is_abroad else calling_code(settings.BCONNECT_DEFAULT_COUNTRY)
        return Q(search_text__finds=f"\n{code}{digits}")
    return Q()


def _as_vat(term: str) -> Q:
    """VAT numbers are stored without punctuation."""
    compact = re.sub(r"[^A-Z0-9]", "", term.upper())
    return Q(search_text__finds=compact) if _VAT.fullmatch(compact) else Q()
