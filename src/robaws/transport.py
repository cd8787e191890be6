"""The one place that sends to Robaws: login, limits, retries, and one log line that gives nothing away."""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from urllib.parse import urlencode, urlsplit

import httpx2
import orjson

from robaws.answers import decode
from robaws.auth import Auth
from robaws.errors import LoginRefused, Misconfigured, RobawsError, TooLate, TooManyRequests
from robaws.limiter import Limiter, Mode
from robaws.records import Json
from robaws.retry import LONGEST_RETRY_AFTER_S, RetryPolicy, http_date
from robaws.wire import Wire, open_pool

JSON_TYPE = "application/json"
_FORM_TYPE = "application/x-www-form-urlencoded"
_READS = ("GET", "HEAD")
# Values of these say nothing about a person; of all others the log shows the name only.
_LOGGED = ("page", "size", "sort", "include", "updatedFrom")


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer. `date` is Robaws' own clock when it answered, where it told."""

    status: int
    json: Json
    headers: Mapping[str, str]

    @property
    def date(self) -> datetime | None:
        """The Date header as an aware UTC time."""
        return http_date(self.headers.get("Date"))


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    url: str
    shown: str
    body: bytes | None
    content_type: str | None
    mode: Mode
    best_before: float | None = None


class Transport:
    """Sends to one tenant of Robaws; thread-safe.

    `wire` exchanges the connections below (for tests: `httpx2.MockTransport`); `timeout_s` is the pair
    (connect, read). `requests` counts everything sent, repeats included.
    """

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        limiter: Limiter,
        *,
        wire: httpx2.BaseTransport | None = None,
        timeout_s: tuple[float, float] = (5.0, 30.0),
        max_attempts: int = 5,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
        logger: logging.Logger | None = None,
        user_agent: str = "robaws-python",
    ) -> None:
        self._base = _checked_base(base_url)
        self._auth, self._limiter = auth, limiter
        self._wire_override, self._timeout_s, self._clock = wire, timeout_s, clock
        self._policy = RetryPolicy(max_attempts)
        self._sleep, self._random = sleep, random
        self._logger = logger or logging.getLogger("robaws")
        self._headers = [
            (b"Accept", JSON_TYPE.encode()),
            (b"Accept-Encoding", b"gzip"),
            (b"User-Agent", user_agent.encode()),
        ]
        self._lock = threading.Lock()
        self._wire: Wire | None = None
        self._requests = 0

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._requests

    def soon(self, seconds: float) -> float:
        """A `best_before`: so many seconds from now, or two turns where the limits let us send more seldom."""
        return self._clock() + max(seconds, 2 * self._limiter.interval_s)

    def wait_after(self, error: RobawsError, attempt: int) -> None:
        """The pause before a repeat, for those who look first and then send anew themselves."""
        self._sleep(self._policy.pause_s(error, attempt, self._random))

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Json = None,
        body: bytes | None = None,
        content_type: str = JSON_TYPE,
        mode: Mode = Mode.LIVE,
        retry: bool | None = None,
        best_before: float | None = None,
    ) -> Reply:
        """Send until an answer or a final error; raises RobawsError.

        `path` starts with a slash; `json` (None: no body) or the ready `body` is sent as `content_type`.
        `retry` says that doing it twice is the same as doing it once (default: reads only). Without it a
        request is repeated only where it certainly was not applied. With `best_before` it is not even then: it
        rests on what was just read, and is sent once, by that time, or ends as TooLate.
        """
        call = replace(self._call(method, path, params, json, body, content_type, mode), best_before=best_before)
        repeatable = method in _READS if retry is None else retry
        may_be_applied = False
        for attempt in range(1, self._policy.max_attempts + 1):
            try:
                return self._logged_in(call)
            except RobawsError as error:
                error.may_be_applied = may_be_applied = may_be_applied or error.may_be_applied
                pause_s = self._policy.pause_s(error, attempt, self._random)
                if isinstance(error, TooManyRequests):
                    # Everybody waits, not only this request; a long ban is reported, not slept through.
                    self._limiter.penalise(min(max(pause_s, 1.0), LONGEST_RETRY_AFTER_S))
                if best_before is not None or not self._policy.repeats(error, attempt, repeatable=repeatable):
                    raise
                self._logger.info("attempt %d failed, next in %.1f s: %s", attempt, pause_s, error)
                self._sleep(pause_s)
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._wire is not None:
                self._wire.close()
                self._wire = None
        self._limiter.close()

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        json: Json,
        body: bytes | None,
        content_type: str,
        mode: Mode,
    ) -> _Call:
        if mode is Mode.REPLICA and method not in _READS:
            raise ValueError(f"{method} {path}: the replica takes reads only, use Mode.LIVE")
        content = orjson.dumps(json) if json is not None else body
        query = f"?{urlencode(params)}" if params else ""
        shown = path
        if params:
            shown += "?" + "&".join(f"{key}={value if key in _LOGGED else '…'}" for key, value in params.items())
        return _Call(
            method,
            path,
            f"{self._base}{path}{query}",
            shown,
            content,
            content_type if content is not None else None,
            mode,
        )

    def _logged_in(self, call: _Call) -> Reply:
        authorization = self._auth.authorization(self._post_form)
        try:
            return self._send(call, authorization)
        except LoginRefused as refusal:
            if refusal.status != 401 or not self._auth.renew(authorization, self._post_form):
                raise
        return self._send(call, self._auth.authorization(self._post_form))

    def _post_form(self, address: str, form: Mapping[str, str]) -> Json:
        """For a login that needs tokens: one attempt, without a login of its own."""
        url = address if "://" in address else self._base + address
        path = urlsplit(url).path
        body = urlencode(form).encode()
        return self._send(_Call("POST", path, url, path, body, _FORM_TYPE, Mode.LIVE), None).json

    def _send(self, call: _Call, authorization: str | None) -> Reply:
        headers = self._headers_of(call, authorization)
        ticket = self._limiter.acquire(call.mode)
        if call.best_before is not None and self._clock() > call.best_before:
            raise TooLate(f"{call.method} {call.path} was not sent: its turn came long after the client was read")
        with self._lock:
            self._requests += 1
            wire = self._wire = self._wire or self._open()
        started = self._clock()
        try:
            heard = partial(self._limiter.observe, call.mode, ticket)
            raw = wire.send(call.method, call.url, headers, call.body, heard=heard)
        except RobawsError as error:
            self._log(call, type(error).__name__, started)
            raise
        self._log(call, raw.status, started)
        replica = call.mode is Mode.REPLICA
        answer = decode(raw.status, raw.headers, raw.body, method=call.method, path=call.path, replica=replica)
        return Reply(raw.status, answer, raw.headers)

    def _headers_of(self, call: _Call, authorization: str | None) -> list[tuple[bytes, bytes]]:
        headers = list(self._headers)
        if authorization is not None:
            headers.append((b"Authorization", authorization.encode()))
        if call.content_type is not None:
            headers.append((b"Content-Type", call.content_type.encode()))
        if call.mode is Mode.REPLICA:
            headers.append((b"Database-Mode", b"replica"))
        return headers

    def _open(self) -> Wire:
        connect_s, read_s = self._timeout_s
        pool = self._wire_override or open_pool(self._base)
        return Wire(pool, connect_s=connect_s, read_s=read_s, clock=self._clock)

    def _log(self, call: _Call, outcome: int | str, started: float) -> None:
        if self._logger.isEnabledFor(logging.DEBUG):
            took_ms = (self._clock() - started) * 1000
            self._logger.debug("%s %s (%s): %s in %.0f ms", call.method, call.shown, call.mode.value, outcome, took_ms)


def _checked_base(base_url: str) -> str:
    parts = urlsplit(base_url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured(f"the base URL {_without_login(base_url)!r} must be http(s)://host: correct it")
    if parts.username is not None or parts.query or parts.fragment:
        raise Misconfigured("the base URL must hold no login, query or fragment: give key and secret apart")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/api/v2')}"


def _without_login(url: str) -> str:
    """A URL for a message: whatever stands before an @ may be a password."""
    return url.rpartition("@")[2][:100]
