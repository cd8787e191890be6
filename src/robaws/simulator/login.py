"""Who may come in: HTTP Basic, or a bearer token from the token endpoint.

Sources: Robaws, "Robaws API" and "OAuth endpoints".
"""

import base64
import binascii
import hmac
import secrets
import threading
from urllib.parse import parse_qsl

import orjson

from robaws.simulator.messages import JsonObject, Problem, Request, Response, json_response
from robaws.simulator.tenant import Tenant

TOKEN_PATH = "/oauth2/tokens"  # noqa: S105 - a path
TOKEN_LIFE_S = 3600


class Login:
    """Knows the tenant's key and secret and the access tokens that are still good. Thread-safe."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._lock = threading.Lock()
        self._good_until: dict[str, float] = {}
        self._refresh_tokens = {tenant.refresh_token}

    def check(self, request: Request) -> None:
        """Raises: Problem 401 unless the request carries a good login."""
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        known = {"basic": self._is_basic, "bearer": self._is_bearer}.get(scheme.lower())
        if known is None or not known(credentials.strip()):
            raise Problem(401, "Full authentication is required", WWW_Authenticate='Basic realm="Robaws"')

    def exchange(self, request: Request) -> Response:
        """New tokens for a refresh token, which stays good; refusals as RFC 6749, section 5.2 has them."""
        if request.method != "POST":
            raise Problem(405, "Method not allowed", Allow="POST")
        form = _form(request)
        if not self._is_client(request, form):
            return json_response(401, {"error": "invalid_client"})
        if form.get("grant_type") != "refresh_token":
            return json_response(400, {"error": "unsupported_grant_type"})
        if form.get("refresh_token") not in self._refresh_tokens:
            return json_response(400, {"error": "invalid_grant"})
        return json_response(200, self._issue())

    def _issue(self) -> JsonObject:
        token, refresh_token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        now = self._tenant.clock()
        with self._lock:
            self._refresh_tokens.add(refresh_token)
            self._good_until = {t: until for t, until in self._good_until.items() if until > now}
            self._good_until[token] = now + TOKEN_LIFE_S
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE_S,
            "refresh_token": refresh_token,
            "scope": "clients",
        }

    def _is_basic(self, credentials: str) -> bool:
        try:
            text = base64.b64decode(credentials, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return _same(text, f"{self._tenant.key}:{self._tenant.secret}")

    def _is_bearer(self, token: str) -> bool:
        with self._lock:
            return self._good_until.get(token, 0) > self._tenant.clock()

    def _is_client(self, request: Request, form: dict[str, str]) -> bool:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            return self._is_basic(credentials.strip())
        right_id = _same(form.get("client_id"), self._tenant.key)
        return right_id and _same(form.get("client_secret"), self._tenant.secret)


def _form(request: Request) -> dict[str, str]:
    if request.content_type != "application/json":
        return dict(parse_qsl(request.body.decode("latin-1")))
    try:
        sent = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return {}
    return {name: str(value) for name, value in sent.items()} if isinstance(sent, dict) else {}


def _same(given: str | None, wanted: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), wanted.encode())
