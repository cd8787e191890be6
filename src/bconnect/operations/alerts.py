"""What is out of order, and who was told? One notice for each change of state, and one when it is over."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from bconnect.operations.channels import CHANNEL_ERRORS, Channel, Notice
from bconnect.operations.models import AlertState

logger = logging.getLogger(__name__)


def tell(found: Mapping[str, str], channels: Sequence[Channel], now: datetime) -> int:
    """Bring the states in step with what was found, and tell what is new. Returns how many notices went out.

    `found` has for each kind of alert the reason, or "" where all is well. A notice that could not be sent is
    tried again at the next look.
    """
    for name, reason in found.items():
        _settle(name, reason, now)
    return sum(_tell(state, channel) for state in AlertState.objects.all() for channel in channels)


def _settle(name: str, reason: str, now: datetime) -> None:
    with transaction.atomic():
        AlertState.objects.bulk_create([AlertState(name=name, since=now)], ignore_conflicts=True)
        state = AlertState.objects.select_for_update().get(name=name)
        if state.is_on != bool(reason):
            state.is_on, state.since = bool(reason), now
        state.detail = reason or state.detail
        state.save()


def _tell(state: AlertState, channel: Channel) -> bool:
    if bool(state.told.get(channel.name)) == state.is_on:
        return False
    try:
        channel.send(Notice(state.name, state.detail, is_over=not state.is_on))
    except CHANNEL_ERRORS as error:
        logger.warning("the alert %r could not be sent by %s: %s", state.name, channel.name, type(error).__name__)
        return False
    state.told = {**state.told, channel.name: state.is_on}
    state.save(update_fields=["told"])
    return True
