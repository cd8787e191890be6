"""After a new BCONNECT_SECRET_KEY: all that is kept encrypted, under the new key, so that the old one can go."""

from django.db import transaction

from bconnect.sync import cipher
from bconnect.sync.models import LoginTokens
from bconnect.webhooks.models import WebhookConfiguration


def reseal() -> int:
    """Returns how many secrets were encrypted anew. Raises UnreadableSecretError, and then nothing was changed."""
    with transaction.atomic():
        webhooks = list(WebhookConfiguration.objects.select_for_update())
        for each in webhooks:
            each.secret, each.previous_secret = _anew(each.secret), _anew(each.previous_secret)
        WebhookConfiguration.objects.bulk_update(webhooks, ["secret", "previous_secret"])
        logins = list(LoginTokens.objects.select_for_update().exclude(sealed=""))
        for login in logins:
            login.sealed = _anew(login.sealed)
        LoginTokens.objects.bulk_update(logins, ["sealed"])
    return sum(bool(each.secret) + bool(each.previous_secret) for each in webhooks) + len(logins)


def _anew(stored: str) -> str:
    return cipher.encrypt(cipher.decrypt(stored)) if stored else ""
