"""One consistent copy of the database, made while everything goes on."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection

FOR_THE_OWNER = 0o600


class BackupError(Exception):
    """No backup was made; the message says why."""


def backup(target: Path) -> int:
    """Write it to `target`, which must not exist yet. Returns its size in bytes. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} is there already: name another file")
    part = target.with_name(f"{target.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FOR_THE_OWNER))
        _copy_sqlite(part) if connection.vendor == "sqlite" else _dump_postgresql(part)
        part.replace(target)
    except OSError as error:
        raise BackupError(f"{target} can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _copy_sqlite(part: Path) -> None:
    """SQLite's own online backup: writers go on, and the copy is of one moment. It is read back before it counts."""
    connection.ensure_connection()
    with closing(sqlite3.connect(part)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        raise BackupError(f"the copy is damaged, and so may the database be: {verdict}")


def _dump_postgresql(part: Path) -> None:
    """pg_dump's custom format, for pg_restore. The password goes through the environment, where no list shows it."""
    at = connection.settings_dict
    told = {"PGHOST": at["HOST"], "PGPORT": at["PORT"], "PGUSER": at["USER"], "PGPASSWORD": at["PASSWORD"]}
    environment = {**os.environ, **{name: str(value) for name, value in told.items() if value}}
    words = ["pg_dump", "--format=custom", "--no-owner", f"--file={part}", f"--dbname={at['NAME']}"]
    try:
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupError("pg_dump is not installed (Debian, Ubuntu: apt install postgresql-client)") from error
    if done.returncode:
        line = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise BackupError(line)
