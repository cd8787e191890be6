"""Settings that stand in files of their own, and names that nothing asked for."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bconnect.config.environment import Environment

NAME = "BCONNECT_TRIED_HERE"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("from a file\n")
    return path


def test_a_file_holds_the_value(tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(secret))
    assert Environment(tmp_path).text(NAME, "default") == "from a file"


def test_a_database_address_may_stand_in_a_file(tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret.write_text("postgres://ann:hush@db.test:5432/bconnect\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(secret))
    assert Environment(tmp_path).database(NAME, "sqlite:///x")["HOST"] == "db.test"


def test_value_and_file_together_are_refused(tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(secret))
    monkeypatch.setenv(NAME, "hush")
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} and {NAME}_FILE are both set") as refused:
        Environment(tmp_path).text(NAME)
    assert "hush" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE names .*none, which can't be read"):
        Environment(tmp_path).text(NAME)


def test_a_misspelt_name_is_found(tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BCONNECT_TIRED_HERE", "1")
    monkeypatch.setenv(f"{NAME}_FILE", str(secret))
    env = Environment(tmp_path)
    env.text(NAME)
    assert "BCONNECT_TIRED_HERE" in env.unknown()
    assert f"{NAME}_FILE" not in env.unknown()
