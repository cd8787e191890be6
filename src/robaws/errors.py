"""What can go wrong with Robaws, and for each: does trying again help, and what is the cure?

RobawsError
├── Misconfigured            the settings make no sense
├── Unreachable              DNS, connect, TLS, proxy: the request never arrived
├── TimedOut                 sent, no answer in time: it may have been applied
├── ConnectionLost           sent, answer cut off: it may have been applied
├── BadAnswer                an answer that is not Robaws' JSON
├── QuotaSpent               the daily quota is down to the reserve
├── TooLate                  its turn came when what it rests on was old: it was not sent
└── StatusError              Robaws said no
    ├── LoginRefused         401, 403
    ├── Absent               404, 410
    ├── Refused              400, 405, 409, 412, 413, 414, 422
    ├── UnsupportedMediaType 415
    ├── TooManyRequests      429
    └── ServerFailure        5xx
"""
# ruff: noqa: N818 -- the names say what happened; that they are errors is said by the tree

import re
from collections.abc import Mapping

EXCERPT_CHARS = 200
_TAGS = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_CLIENT_PATH = re.compile(r"(?:^|/)api/v2/clients/[^/?#]+/?$")


class RobawsError(Exception):
    """Anything that kept a request from its answer; `retry_helps` says whether to try again later.

    `may_be_applied`: the write that ended so may have been carried out, by this attempt or by an earlier one.
    """

    retry_helps: bool = False
    may_be_applied: bool = False
    retry_after_s: float | None = None


class Misconfigured(RobawsError):
    """The settings make no sense; no request was sent."""


class Unreachable(RobawsError):
    """No connection: the request certainly was not applied."""

    retry_helps = True


class TimedOut(RobawsError):
    """Sent, but no answer in time: a write may have been applied, so look before repeating it."""

    retry_helps = True
    may_be_applied = True


class ConnectionLost(RobawsError):
    """Sent, but the connection broke before the whole answer came: a write may have been applied."""

    retry_helps = True
    may_be_applied = True


class BadAnswer(RobawsError):
    """An answer that is not Robaws' JSON: an HTML page, broken JSON, a redirect or an unknown shape."""

    may_be_applied = True

    def __init__(self, message: str, *, retry_helps: bool = True) -> None:
        super().__init__(message)
        self.retry_helps = retry_helps


class QuotaSpent(RobawsError):
    """The daily quota is down to the part left to others; `resets_in_s` says for how long, if known."""

    def __init__(self, *, mode: str, remaining: int | None, reserve: int, resets_in_s: float | None = None) -> None:
        self.mode = mode
        self.remaining = remaining
        self.reserve = reserve
        self.resets_in_s = resets_in_s
        left = "none" if remaining is None else str(remaining)
        until = "" if resets_in_s is None else f"; it is renewed in {resets_in_s / 60:.0f} minutes"
        super().__init__(
            f"{left} of today's {mode} requests left, {reserve} are kept for others{until}: "
            "wait until then, or lower the daily reserve"
        )


class TooLate(RobawsError):
    """Its turn came when what it rests on was old, so it was not sent: read again."""

    retry_helps = True
    retry_after_s = 0.0


class StatusError(RobawsError):
    """Robaws answered with an error status.

    `message` is Robaws' own text, `fields` its texts per field (empty where it tells none); `replica` says
    that the read went to the replica, which may lag behind.
    """

    cure = "see the message; if it stays unclear, ask Robaws support with the time of the request"

    def __init__(
        self,
        status: int,
        method: str,
        path: str,
        message: str = "",
        fields: Mapping[str, str] | None = None,
        *,
        retry_after_s: float | None = None,
        replica: bool = False,
    ) -> None:
        self.status = status
        self.method = method
        self.path = path.partition("?")[0]
        self.message = excerpt(message)
        self.fields = dict(fields or {})
        self.retry_after_s = retry_after_s
        self.replica = replica
        super().__init__(self._line())

    def _line(self) -> str:
        told = "; ".join(f"{name}: {text}" for name, text in self.fields.items())
        said = excerpt(" | ".join(part for part in (self.message, told) if part))
        return f"{self.method} {self.path} answered {self.status}{f' ({said})' if said else ''}: {self.cure}"


class LoginRefused(StatusError):
    """401 or 403."""

    cure = "check the API key and secret, and that this API user may use clients and webhooks"


class Absent(StatusError):
    """404 or 410, said by Robaws itself (see `is_absent`)."""

    cure = "Robaws knows no such record: check the id and the base URL"


class Refused(StatusError):
    """Robaws understood and declined; the same request would be declined again."""

    cure = "correct the named value and send it again"


class UnsupportedMediaType(StatusError):
    """415: this tenant takes another form of PATCH."""

    cure = "send the change in another PatchForm"


class TooManyRequests(StatusError):
    """429: not processed, so it may be repeated after the pause."""

    retry_helps = True
    cure = "lower the requests per second; another integration may share the limit"


class ServerFailure(StatusError):
    """5xx: a write may have been applied."""

    retry_helps = True
    may_be_applied = True
    cure = "Robaws has a problem of its own: try again later"


_BY_STATUS: dict[int, type[StatusError]] = {
    **dict.fromkeys((401, 403), LoginRefused),
    **dict.fromkeys((404, 410), Absent),
    **dict.fromkeys((400, 405, 409, 412, 413, 414, 422), Refused),
    415: UnsupportedMediaType,
    429: TooManyRequests,
}


def status_class(status: int) -> type[StatusError]:
    """The class for an HTTP status (400–599)."""
    return ServerFailure if status >= 500 else _BY_STATUS.get(status, StatusError)


def is_absent(error: BaseException) -> bool:
    """True only where Robaws itself said, live, that one client is gone; every doubt is False."""
    if not isinstance(error, Absent) or error.replica or error.status not in (404, 410):
        return False
    return _CLIENT_PATH.search(error.path) is not None


def excerpt(text: str) -> str:
    """One line of at most 200 characters, without tags and control characters."""
    plain = _TAGS.sub(" ", text[: EXCERPT_CHARS * 20])
    line = " ".join("".join(c if c.isprintable() else " " for c in plain).split())
    return line if len(line) <= EXCERPT_CHARS else line[: EXCERPT_CHARS - 1] + "…"
