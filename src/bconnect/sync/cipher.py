"""Secrets at rest: encrypted with a key made from BCONNECT_SECRET_KEY, readable with the old ones too."""

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_PURPOSE = b"bconnect webhook secrets"  # and tokens; it stays as it is, or nothing stored could be read any more


class UnreadableSecretError(ValueError):
    """It was encrypted under a key that is in neither BCONNECT_SECRET_KEY nor BCONNECT_OLD_SECRET_KEYS."""


def encrypt(secret: str) -> str:
    """Raises ImproperlyConfigured without BCONNECT_SECRET_KEY."""
    return _fernet(_keys()).encrypt(secret.encode()).decode()


def decrypt(stored: str) -> str:
    """Raises UnreadableSecretError, and ImproperlyConfigured without BCONNECT_SECRET_KEY."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet(_keys()).decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError(UnreadableSecretError.__doc__) from error


def _keys() -> tuple[str, ...]:
    try:
        return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    except ImproperlyConfigured as error:
        raise ImproperlyConfigured(
            "BCONNECT_SECRET_KEY is not set: put a long random text in it, under which secrets and tokens are kept"
            " (python3 -c 'import secrets; print(secrets.token_urlsafe(50))')."
        ) from error


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> "MultiFernet":
    # Loaded here: the library takes a twentieth of a second, which a process without webhooks need not spend.
    from cryptography.fernet import Fernet, MultiFernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = [HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode()) for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in derived])
