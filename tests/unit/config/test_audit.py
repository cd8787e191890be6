"""What the audit of the packages says."""

import pytest
from tests.audit import report

GOOD = {"name": "good", "version": "1", "vulns": []}
BAD = {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def test_a_known_vulnerability_is_a_failure_and_says_the_cure(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([GOOD, BAD]) == 1
    assert "bad 2: PYSEC-1, mended in 3" in capsys.readouterr().out


def test_what_could_not_be_asked_for_is_said_and_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([GOOD, UNKNOWN]) == 0
    assert "1 of 2 packages could not be asked for at this package index: unknown" in capsys.readouterr().out


def test_all_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([GOOD]) == 0
    assert capsys.readouterr().out == "1 packages were asked for.\n"
