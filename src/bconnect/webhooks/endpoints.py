"""The registrations: made, removed and renewed in Robaws and here, and compared with each other."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bconnect.jobs.pause import refuse_while_paused
from bconnect.sync import cipher
from bconnect.webhooks.envelope import CLIENT_EVENTS
from bconnect.webhooks.models import PROVIDER, WebhookConfiguration
from robaws.client import RobawsClient
from robaws.errors import Absent as AbsentError
from robaws.errors import BadAnswer, RobawsError
from robaws.records import Record, client_id

OLD_SECRET_FOR = timedelta(hours=24)
"""How long a rotated secret still counts: Robaws repeats calls that it signed before."""


class DuplicateError(Exception):
    """The address is registered already: every event would arrive twice."""


class UnknownWebhookError(LookupError):
    """There is no such registration."""


class StillCountsError(Exception):
    """A further rotation would end the secret before the present one, which still counts."""


class LeftOverError(Exception):
    """The new registration works, but the old one could not be removed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is odd about a registration. `code` is for programs."""

    code: str
    text: str


ONLY_THEIRS = Mark("only_in_robaws", "only in Robaws: of another program, or left over")
DOUBLED = Mark("endpoint_doubled", "doubled: every event arrives more than once")
MISSING = Mark("endpoint_missing", "missing in Robaws: no event arrives")
STILL_THERE = Mark("endpoint_left_over", "still in Robaws though deactivated here")
SUSPENDED = Mark("endpoint_suspended", "suspended by Robaws: remove it and register it anew")
OTHER_EVENTS = Mark("endpoint_differs", "other events in Robaws")


@dataclass(frozen=True, slots=True)
class Listed:
    """One registration, with what is odd about it. `is_active` is None where we have none of that id."""

    webhook_id: str
    url: str
    events: tuple[str, ...]
    is_active: bool | None
    in_robaws: bool
    registered_at: datetime | None = None
    marks: list[Mark] = field(default_factory=list)


def register(
    client: RobawsClient, url: str, events: Sequence[str], *, now: datetime, force: bool = False
) -> tuple[WebhookConfiguration, str]:
    """Register an address. Returns the configuration and its secret, which Robaws never shows again.

    Raises PausedError, DuplicateError (unless `force`), RobawsError, ImproperlyConfigured without BCONNECT_SECRET_KEY.
    """
    refuse_while_paused()
    cipher.encrypt("")  # a secret that could not be kept would be lost
    if not force:
        _refuse_duplicate(client, url)
    webhook_id, secret = _create(client, url, events)
    made = WebhookConfiguration.objects.create(
        webhook_id=webhook_id, secret=cipher.encrypt(secret), url=url, events=list(events), registered_at=now
    )
    return made, secret


def deactivate(client: RobawsClient, webhook_id: str, *, now: datetime, force: bool = False) -> None:
    """Remove a registration in Robaws, then let its secret no longer count.

    Raises PausedError, UnknownWebhookError for one that is not ours (unless `force`, which removes it in Robaws all
    the same), RobawsError.
    """
    refuse_while_paused()
    ours = _ours().filter(webhook_id=webhook_id)
    if not ours.exists() and not force:
        raise UnknownWebhookError(f"no webhook {webhook_id} was registered here; `bconnect list_webhooks` shows them")
    _remove(client, webhook_id)
    ours.update(is_active=False, deactivated_at=now, previous_secret="", previous_expires_at=None)


def rotate(
    client: RobawsClient, webhook_id: str, *, now: datetime, force: bool = False
) -> tuple[WebhookConfiguration, str]:
    """Give a webhook a new secret; the old one counts for another day.

    Robaws makes secrets only for new registrations, so the webhook gets a new id too. At no moment is there
    none: events that arrive over both are stored once.
    Raises PausedError, UnknownWebhookError, StillCountsError (unless `force`), LeftOverError, RobawsError.
    """
    refuse_while_paused()
    webhook = _ours().filter(webhook_id=webhook_id, is_active=True).first()
    if webhook is None:
        raise UnknownWebhookError(f"there is no active webhook {webhook_id}; `bconnect list_webhooks` shows them")
    if not force:
        _keep_previous(webhook, now)
    new_id, secret = _create(client, webhook.url, webhook.events)
    webhook.previous_secret, webhook.previous_expires_at = webhook.secret, now + OLD_SECRET_FOR
    webhook.webhook_id, webhook.secret, webhook.rotated_at = new_id, cipher.encrypt(secret), now
    webhook.save()
    try:
        _remove(client, webhook_id)
    except RobawsError as error:
        raise LeftOverError(
            f"webhook {new_id} has the new secret, but the old one could not be removed ({error}): "
            f"remove it with `bconnect deactivate_webhook {webhook_id} --force`"
        ) from error
    return webhook, secret


def compared(theirs: Sequence[Record]) -> list[Listed]:
    """Our registrations and those that Robaws holds, differences marked."""
    in_robaws = {webhook_id: each for each in theirs if (webhook_id := client_id(each))}
    listed = [_listed(ours, in_robaws.pop(ours.webhook_id, None)) for ours in _ours()]
    listed += [_only_theirs(webhook_id, each) for webhook_id, each in in_robaws.items()]
    our_urls = {_plain(each.url) for each in listed if each.is_active is not None}
    for each in listed:
        alike = [other for other in listed if other.in_robaws and _plain(other.url) == _plain(each.url)]
        if each.in_robaws and len(alike) > 1 and _plain(each.url) in our_urls:
            each.marks.append(DOUBLED)
    return listed


def same_address(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _ours() -> Any:
    return WebhookConfiguration.objects.filter(provider=PROVIDER)


def _refuse_duplicate(client: RobawsClient, url: str) -> None:
    theirs = client.list_webhook_endpoints()
    for each in compared(theirs):
        if same_address(each.url, url) and (each.is_active or each.in_robaws):
            force = " --force" if each.is_active is None else ""  # it was not registered here
            raise DuplicateError(
                f"webhook {each.webhook_id} is registered for {url} already, and every event would arrive twice: "
                f"remove it with `bconnect deactivate_webhook {each.webhook_id}{force}`, or add --force here"
            )


def _keep_previous(webhook: WebhookConfiguration, now: datetime) -> None:
    until = webhook.previous_expires_at
    if until is not None and until > now:
        raise StillCountsError(
            f"the secret that webhook {webhook.webhook_id} had before counts until {until:%Y-%m-%d %H:%M} UTC: wait "
            f"until then, or end it at once with `bconnect rotate_webhook_secret {webhook.webhook_id} --force`"
        )


def _create(client: RobawsClient, url: str, events: Sequence[str]) -> tuple[str, str]:
    answer = client.create_webhook_endpoint(url, list(events) or list(CLIENT_EVENTS))
    webhook_id, secret = client_id(answer), answer.get("secret")
    if webhook_id is None or not isinstance(secret, str) or not secret:
        if webhook_id is not None:
            _remove(client, webhook_id)  # without its secret it can't be used
        raise BadAnswer("Robaws registered the webhook but told no id or no secret: ask Robaws support")
    return webhook_id, secret


def _remove(client: RobawsClient, webhook_id: str) -> None:
    with suppress(AbsentError):  # gone already, which is what was wanted
        client.delete_webhook_endpoint(webhook_id)


def _listed(ours: WebhookConfiguration, theirs: Record | None) -> Listed:
    marks: list[Mark] = []
    if theirs is None and ours.is_active:
        marks.append(MISSING)
    if theirs is not None:
        if not ours.is_active:
            marks.append(STILL_THERE)
        if not same_address(ours.url, str(theirs.get("url"))):
            marks.append(Mark("endpoint_differs", f"another address in Robaws: {theirs.get('url')}"))
        if set(theirs.get("events") or ()) != set(ours.events):
            marks.append(OTHER_EVENTS)
        marks += _suspended(theirs)
    return Listed(
        ours.webhook_id, ours.url, tuple(ours.events), ours.is_active, theirs is not None, ours.registered_at, marks
    )


def _only_theirs(webhook_id: str, theirs: Record) -> Listed:
    events = theirs.get("events")
    told = tuple(map(str, events)) if isinstance(events, list) else ()
    marks = [ONLY_THEIRS, *_suspended(theirs)]
    return Listed(webhook_id, str(theirs.get("url")), told, None, in_robaws=True, marks=marks)


def _suspended(theirs: Record) -> list[Mark]:
    return [SUSPENDED] if "SUSPEND" in str(theirs.get("status")).upper() else []


def _plain(url: str) -> str:
    return url.strip().rstrip("/").casefold()
