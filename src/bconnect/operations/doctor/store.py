"""The database: does it answer, is it up to date, may we write, is there room?"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from bconnect.customers.models import Customer
from bconnect.operations.doctor.finding import Finding, fail, ok, warn

ABOUT = "database"
ROOM_BYTES = 1 << 30
OLDEST_POSTGRESQL = 140000


def look() -> Iterator[Finding]:
    """The first finding is a `fail` where there is no use in asking the database anything else."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        name = _name()
    except DatabaseError as error:
        line = (str(error).strip().splitlines() or ["(no reason given)"])[0]
        yield fail(ABOUT, f"does not answer: {line}", "check DATABASE_URL, and that the server runs")
        return
    if waiting:
        yield fail(ABOUT, f"{name}; {len(waiting)} migrations are missing", "bconnect migrate")
        return
    if not _takes_writes():
        yield fail(ABOUT, f"{name}; it takes no writes", "give this user the right to write, or see what locks it")
        return
    yield ok(ABOUT, f"{name}, up to date, {Customer.objects.count():,} customers")
    yield from _room()


def _name() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}"
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def _takes_writes() -> bool:
    """Tried, and taken back."""
    try:
        with transaction.atomic():
            Customer.objects.create(name="bconnect doctor")
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def _room() -> Iterator[Finding]:
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or not path.is_file():
        return
    free = shutil.disk_usage(path.parent).free
    if free < ROOM_BYTES:
        yield warn(ABOUT, f"only {free >> 20} MB are free on the disk of {path.name}", "make room there")
