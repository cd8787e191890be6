"""Pure: was this webhook delivery signed by Robaws, and just now?

Robaws, "Webhooks": `Robaws-Signature: t=1674742714,v1=<hex>`, v1 = HMAC-SHA256(secret, "<t>.<raw body>").
"""

import enum
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Signature:
    """A header, taken apart: when it was signed (seconds since 1970) and its v1 digests in lower case."""

    timestamp: int
    digests: tuple[str, ...]


class Reason(enum.Enum):
    """Why a signature does not count. For the log: the answer must not help a forger."""

    MISSING = "missing"
    MALFORMED = "malformed"
    STALE = "stale"
    FUTURE = "future"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok`, or the reason why not."""

    ok: bool
    reason: Reason | None = None


def parse(header: str | None) -> Signature | None:
    """The parts of a header; unknown elements are skipped. None unless it has one `t` and a v1 digest."""
    timestamps: list[str] = []
    digests: list[str] = []
    for element in (header or "").split(","):
        name, _, value = (part.strip() for part in element.partition("="))
        if name == "t":
            timestamps.append(value)
        elif name == "v1" and _DIGEST.fullmatch(value):
            digests.append(value.lower())
    if len(timestamps) != 1 or not _TIMESTAMP.fullmatch(timestamps[0]) or not digests:
        return None
    return Signature(int(timestamps[0]), tuple(digests))


def sign(secret: str, body: bytes, timestamp: int) -> str:
    """The header that Robaws would send with this body."""
    return f"t={int(timestamp)},v1={_digest(secret, body, int(timestamp))}"


def verify(header: str | None, body: bytes, secrets: Iterable[str], now: float, tolerance_s: float = 300) -> Verdict:
    """Whether one of the secrets signed this raw body within the tolerance around `now` (seconds)."""
    if not header or not header.strip():
        return Verdict(ok=False, reason=Reason.MISSING)
    signature = parse(header)
    if signature is None:
        return Verdict(ok=False, reason=Reason.MALFORMED)
    if now - signature.timestamp > tolerance_s:
        return Verdict(ok=False, reason=Reason.STALE)
    if signature.timestamp - now > tolerance_s:
        return Verdict(ok=False, reason=Reason.FUTURE)
    if not _signed_by_any(signature, body, secrets):
        return Verdict(ok=False, reason=Reason.MISMATCH)
    return Verdict(ok=True)


def _signed_by_any(signature: Signature, body: bytes, secrets: Iterable[str]) -> bool:
    # Every pair is compared, so that the time taken does not tell which one came close. An empty secret is
    # one that anybody knows: it never counts.
    matched = False
    for secret in filter(None, secrets):
        expected = _digest(secret, body, signature.timestamp)
        for digest in signature.digests:
            matched |= hmac.compare_digest(expected, digest)
    return matched


def _digest(secret: str, body: bytes, timestamp: int) -> str:
    return hmac.digest(secret.encode(), b"%d." % timestamp + body, "sha256").hex()
