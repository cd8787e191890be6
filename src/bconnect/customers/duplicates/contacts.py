"""What two customers are reached by: e-mail, phone, web domain. What many share is worth little."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.keys import Kind, key
from bconnect.customers.duplicates.words import FREE_MAIL, SHARED_MAILBOXES
from bconnect.customers.normalise import is_mobile

Holders = Callable[[int], int]
"""For a key of an e-mail address, phone number or domain: under how many different names it stands.
For a key of a name: how many customers are called so. Either may stop counting past the largest block."""

_BY_HOLDERS: Final = (1.0, 1.0, 1.0, 0.7, 0.45)
_BY_MANY: Final = 0.15

_EMAIL, _SHARED_MAILBOX, _SHARED_ELSEWHERE = 3.5, 3.0, 0.5
_PHONE, _SECOND_PHONE, _OTHER_PHONE = 3.0, 1.5, -1.0
_DOMAIN, _OTHER_DOMAIN, _OTHER_EMAIL = 2.0, -1.5, -0.5


@dataclass(slots=True)
class Sum:
    points: float
    reasons: list[str]

    def add(self, points: float, reason: str) -> None:
        self.points += points
        self.reasons.append(reason)


@dataclass(slots=True)
class Contacts:
    """What both are reached by, as far as it is worth something. `own_email`: a mailbox that is not shared."""

    strong: int = 0
    own_email: bool = False
    phones: tuple[str, ...] = ()

    @property
    def of_one_person(self) -> bool:
        return self.own_email or any(map(is_mobile, self.phones))


def add_contacts(total: Sum, one: Features, other: Features, holders: Holders, *, is_elsewhere: bool) -> Contacts:
    """Points for what they are reached by."""
    found = Contacts()
    emails = [each for each in one.emails if each in other.emails]
    for email in emails[:1]:
        share = share_of(holders(key(Kind.EMAIL, email)))
        is_shared = _is_shared(email)
        weight = (_SHARED_ELSEWHERE if is_elsewhere else _SHARED_MAILBOX) if is_shared else _EMAIL
        total.add(weight * share, shared_by("same e-mail", share))
        found.strong += share >= 0.7
        found.own_email = share >= 0.7 and not is_shared
    phones = [each for each in one.phones if each in other.phones]
    for number, phone in enumerate(phones[:2]):
        share = share_of(holders(key(Kind.PHONE, phone)))
        weight, reason = (_SECOND_PHONE, "second phone too") if number else (_PHONE, "same phone")
        total.add(weight * share, shared_by(reason, share))
        found.strong += share >= 0.7 and not number
        found.phones += (phone,) if share >= 0.7 else ()
    if one.phones and other.phones and not phones:
        total.add(_OTHER_PHONE, "other phone")
    if not emails:
        _add_domain(total, one, other, holders)
    return found


def most_points(one: Features, other: Features) -> float:
    """The most that `add_contacts` can give these, whoever else has what they share: in a fraction of its time."""
    points = 0.0
    if one.emails and [each for each in one.emails if each in other.emails]:
        points = _EMAIL
    elif one.domain and other.domain:
        points = _DOMAIN if one.domain == other.domain else _OTHER_DOMAIN
    elif one.emails and other.emails:
        points = _OTHER_EMAIL
    if one.phones and other.phones:
        phones = len([each for each in one.phones if each in other.phones])
        points += _PHONE + _SECOND_PHONE if phones > 1 else _PHONE if phones else _OTHER_PHONE
    return points


def _is_shared(email: str) -> bool:
    mailbox, _, domain = email.partition("@")
    return domain not in FREE_MAIL and mailbox.rstrip("0123456789") in SHARED_MAILBOXES


def _add_domain(total: Sum, one: Features, other: Features, holders: Holders) -> None:
    if one.domain and one.domain == other.domain:
        share = share_of(holders(key(Kind.DOMAIN, one.domain)))
        total.add(_DOMAIN * share, shared_by("same web domain", share))
    elif one.domain and other.domain:
        total.add(_OTHER_DOMAIN, "other web domain")
    elif one.emails and other.emails:
        total.add(_OTHER_EMAIL, "other e-mail")


def share_of(names: int) -> float:
    return _BY_HOLDERS[names] if names < len(_BY_HOLDERS) else _BY_MANY


def shared_by(reason: str, share: float) -> str:
    return reason if share >= 0.7 else f"{reason} (many have it)"
