"""How do we log in to Robaws: with a key and secret, or with OAuth2 tokens? From the settings."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bconnect.sync import cipher
from bconnect.sync.tokens import TokenStore
from robaws.auth import Auth, BasicAuth, OAuth2

BASIC = ("ROBAWS_API_KEY", "ROBAWS_API_SECRET")
OAUTH = ("ROBAWS_OAUTH_CLIENT_ID", "ROBAWS_OAUTH_CLIENT_SECRET", "ROBAWS_OAUTH_REFRESH_TOKEN")


def login(tenant: str) -> Auth:
    """Raises ImproperlyConfigured, naming what is missing or one too many."""
    if not any(getattr(settings, name) for name in OAUTH):
        _refuse_missing(BASIC, "put the API user's key and secret in the environment")
        return BasicAuth(settings.ROBAWS_API_KEY, settings.ROBAWS_API_SECRET)
    _refuse_missing(OAUTH, "logging in with OAuth2 needs all three of client id, client secret and refresh token")
    if settings.ROBAWS_API_KEY:
        raise ImproperlyConfigured("ROBAWS_API_KEY and ROBAWS_OAUTH_CLIENT_ID are both set: keep one way to log in.")
    cipher.encrypt("")  # tokens that could not be kept would be lost, and with them the way in
    store = TokenStore(tenant, settings.ROBAWS_OAUTH_REFRESH_TOKEN)
    return OAuth2(
        settings.ROBAWS_OAUTH_CLIENT_ID,
        settings.ROBAWS_OAUTH_CLIENT_SECRET,
        settings.ROBAWS_OAUTH_REFRESH_TOKEN,
        load=store.load,
        save=store.save,
        alone=store.alone,
    )


def _refuse_missing(names: tuple[str, ...], cure: str) -> None:
    for name in names:
        if not getattr(settings, name):
            raise ImproperlyConfigured(f"{name} is not set: {cure}.")
