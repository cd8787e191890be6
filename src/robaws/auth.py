"""Who are we to Robaws? The one place that knows keys, secrets and tokens, and shows none of them.

HTTP Basic for an integration of one's own (Robaws, "Robaws API"), OAuth2 for one from the marketplace
(Robaws, "OAuth endpoints").
"""

import base64
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from robaws.errors import BadAnswer, LoginRefused, Misconfigured, Refused
from robaws.records import Json

PostForm = Callable[[str, Mapping[str, str]], Json]  # (path or URL, form fields) -> decoded answer


class Auth(Protocol):
    """A login, as the transport uses it."""

    def authorization(self, post_form: PostForm) -> str:
        """The value of the Authorization header."""

    def renew(self, refused: str, post_form: PostForm) -> bool:
        """After a 401 for the header `refused`: whether there is another one now, worth one more try."""


class BasicAuth:
    """Key and secret of an "API only" user."""

    def __init__(self, key: str, secret: str) -> None:
        if not key or not secret or ":" in key:
            raise Misconfigured("the API key or secret is missing, or the key holds a colon: check both")
        self._header = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()

    def __repr__(self) -> str:
        return "BasicAuth(…)"

    def authorization(self, post_form: PostForm) -> str:
        """See Auth."""
        return self._header

    def renew(self, refused: str, post_form: PostForm) -> bool:
        """See Auth. A refused key stays refused."""
        return False


@dataclass(frozen=True, slots=True)
class Tokens:
    """`expires_at` in seconds since 1970."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: float


class OAuth2:
    """Access tokens, renewed only when nearly expired or refused; one thread renews, the others wait.

    `load` and `save` keep the tokens between processes: Robaws gives a new refresh token with each renewal.
    `alone` keeps two processes from renewing at once, since the first renewal may end the other's refresh token.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        token_url: str = "/oauth2/tokens",  # noqa: S107 -- an address, not a token
        *,
        load: Callable[[], Tokens | None] = lambda: None,
        save: Callable[[Tokens], None] = lambda tokens: None,
        alone: Callable[[], AbstractContextManager[object]] = nullcontext,
        clock: Callable[[], float] = time.time,
        early_s: float = 60,
    ) -> None:
        self._identity = {"client_id": client_id, "client_secret": client_secret}
        self._token_url, self._load, self._save, self._alone = token_url, load, save, alone
        self._clock, self._early_s = clock, early_s
        self._lock = threading.Lock()
        self._tokens = Tokens("", refresh_token, 0.0)

    def __repr__(self) -> str:
        return "OAuth2(…)"

    def authorization(self, post_form: PostForm) -> str:
        """See Auth."""
        with self._lock:
            self._take_over()
            if not self._is_fresh():
                with self._alone():
                    self._take_over()  # somebody else may have renewed them while we waited
                    if not self._is_fresh():
                        self._refresh(post_form)
            return self._header()

    def renew(self, refused: str, post_form: PostForm) -> bool:
        """See Auth."""
        with self._lock, self._alone():
            self._tokens = self._load() or self._tokens
            if self._header() == refused:  # else another thread or process has renewed it meanwhile
                self._refresh(post_form)
            return True

    def _take_over(self) -> None:
        if not self._is_fresh():
            self._tokens = self._load() or self._tokens

    def _is_fresh(self) -> bool:
        return bool(self._tokens.access) and self._clock() < self._tokens.expires_at - self._early_s

    def _header(self) -> str:
        return f"Bearer {self._tokens.access}"

    def _refresh(self, post_form: PostForm) -> None:
        form = {**self._identity, "grant_type": "refresh_token", "refresh_token": self._tokens.refresh}
        try:
            answer = post_form(self._token_url, form)
        except Refused as error:  # RFC 6749 5.2: a spent or revoked refresh token is answered 400
            told = f"the refresh token or its client was refused: {error.message}"
            raise LoginRefused(error.status, error.method, error.path, told) from error
        access = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(access, str) or not access:
            raise BadAnswer(f"POST {self._token_url} gave no access token: check the token address", retry_helps=False)
        lifetime_s = answer.get("expires_in")
        self._tokens = Tokens(
            access,
            str(answer.get("refresh_token") or self._tokens.refresh),
            self._clock() + (float(lifetime_s) if isinstance(lifetime_s, int | float) else 300.0),
        )
        self._save(self._tokens)
