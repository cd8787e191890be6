"""Events that somebody else wrote, who knows the secret: what they claim does not stay."""

import pytest

from tests.integration.rig import customer
from tests.integration.webhooks_rig import WebhookRig, pulled

pytestmark = pytest.mark.django_db


def forged(rig: WebhookRig) -> None:
    """What somebody tells who knows the secret."""
    record = dict(rig.tenant.clients["1"]) | {"email": "forged@evil.test", "updatedAt": "2099-01-01T00:00:00.000Z"}
    rig.tell("forged", record)
    rig.apply()
    assert customer("1").email == "forged@evil.test"


def test_an_event_from_the_future_is_corrected_by_the_next_full_pull():
    rig = pulled()
    email = customer("1").email
    forged(rig)
    rig.pull("full")
    assert customer("1").email == email
    rig.edit("1", name="New name")
    rig.deliver()
    rig.apply()
    assert (customer("1").name, rig.reads) == ("New name", [])


def test_an_event_from_the_future_is_corrected_by_the_next_event():
    rig = pulled()
    email = customer("1").email
    forged(rig)
    rig.edit("1", name="New name")
    rig.deliver()
    rig.apply()
    assert (customer("1").name, customer("1").email, rig.reads) == ("New name", email, ["1"])
    rig.edit("1", name="Newer name")
    rig.deliver()
    rig.apply()
    assert (customer("1").name, rig.reads) == ("Newer name", ["1"])
