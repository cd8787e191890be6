"""Log lines: JSON for machines, ids in both forms, and nothing personal."""

import json
import logging

import pytest

from bconnect.config.logs import JsonFormatter, LineFormatter, masked
from bconnect.jobs import log_context


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("bconnect.sync", logging.WARNING, __file__, 1, message, args, None)
    made.__dict__.update(extra)
    return made


def test_a_json_line_holds_what_was_said_and_the_ids():
    with log_context.bound(job="full", run=7):
        line = json.loads(JsonFormatter().format(record("page %d failed", 3, event="e-1")))
    assert (line["message"], line["level"], line["logger"]) == ("page 3 failed", "warning", "bconnect.sync")
    assert (line["job"], line["run"], line["event"]) == ("full", "7", "e-1")


def test_a_line_for_people_names_the_ids_too():
    with log_context.bound(run=7):
        assert LineFormatter().format(record("done")).endswith("bconnect.sync: done [run 7]")


def test_ids_end_with_their_block():
    with log_context.bound(run=7):
        pass
    assert "run" not in json.loads(JsonFormatter().format(record("done")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail to jan.peeters+x@kbc-group.be failed", "mail to [e-mail] failed"),
        ("tel +32 3 206 45 67 is odd", "tel [phone] is odd"),
        ("tel 0032475/12.34.56.", "tel [phone]."),
        ("gsm 0475 12 34 56", "gsm [phone]"),
        ("VAT BE0403.019.261 is used twice", "VAT [VAT number] is used twice"),
        ("VAT BE 0403019261", "VAT [VAT number]"),
    ],
)
def test_personal_data_are_masked(text: str, expected: str):
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "client 20645: 404",
        "run 12 took 50.25 s, 4017 clients",
        "at 2026-03-29 03:00:00+0200 the quota was 9500",
        "event 0b1f2c3d-0475-4123-8456-0123456789ab",
        "http://127.0.0.1:8000/api/v2/clients?page=40&size=100",
    ],
)
def test_what_helps_to_find_the_place_is_kept(text: str):
    assert masked(text) == text


def test_an_error_is_told_with_its_traceback_masked():
    made = record("failed")
    error = ValueError("no reply from info@firm.be")
    made.exc_info = (ValueError, error, None)
    line = json.loads(JsonFormatter().format(made))
    assert "ValueError: no reply from [e-mail]" in line["traceback"]
