"""How a log line looks: for people or as JSON, with run, job and event ids, without personal data.

Identifiers of clients stay: without them a line helps nobody. E-mail addresses, phone and VAT numbers go.
"""

import logging
import re
from datetime import UTC, datetime

from bconnect.jobs import log_context

EXTRAS = ("run", "job", "event", "client")
"""What a call may hand over with `extra=`; besides what is bound in the process."""

_PERSONAL = (  # compiled at the first line that is logged, and kept by `re`
    (r"[\w.+-]+@([\w-]+\.)+[\w-]{2,}", "[e-mail]"),
    (r"\b[A-Z]{2} ?\d[\d. ]{6,12}\d\b", "[VAT number]"),
    (r"(?<![\w./:-])(?:\+|00)\d[\d ()/.-]{6,}\d\b", "[phone]"),
    (r"(?<![\w./:-])0\d{1,3}(?:[ /.]\d{2,3}){2,4}\b", "[phone]"),
)


def masked(text: str) -> str:
    """The text with what identifies a person or a firm taken out."""
    for pattern, word in _PERSONAL:
        text = re.sub(pattern, word, text)
    return text


class LineFormatter(logging.Formatter):
    """One line for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        ids = "".join(f" [{name} {value}]" for name, value in _ids(record).items())
        return masked(super().format(record)) + ids


class JsonFormatter(logging.Formatter):
    """One JSON object: time (UTC), level, logger, message, the ids there are, and an error's traceback."""

    def format(self, record: logging.LogRecord) -> str:
        import orjson  # a command that logs nothing does not pay for it

        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
            **_ids(record),
        }
        if record.exc_info:
            line["traceback"] = masked(self.formatException(record.exc_info))
        return orjson.dumps(line).decode()


def _ids(record: logging.LogRecord) -> dict[str, str]:
    told = {name: str(value) for name in EXTRAS if (value := getattr(record, name, None)) is not None}
    return {**log_context.current(), **told}
