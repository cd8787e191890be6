"""What keeps a server or worker from being started, said in one line before anything runs."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

NOT_DONE = 3


def refuse_without_secret_key() -> None:
    """Raises CommandError where BCONNECT_SECRET_KEY is missing, which keeps logins, forms and queued calls safe."""
    try:
        _ = settings.SECRET_KEY
    except ImproperlyConfigured as error:
        raise CommandError(
            "BCONNECT_SECRET_KEY is not set: put a long random text in it, the same on all machines"
            " (python3 -c 'import secrets; print(secrets.token_urlsafe(50))').",
            returncode=NOT_DONE,
        ) from error


def refuse_unmigrated() -> None:
    """Raises CommandError where the database is away or behind."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        line = (str(error).strip().splitlines() or ["(no reason given)"])[0]
        raise CommandError(f"The database does not answer: {line}. Check DATABASE_URL.", returncode=NOT_DONE) from error
    if waiting:
        raise CommandError(
            f"The database is behind by {len(waiting)} migrations: run `bconnect migrate` first.",
            returncode=NOT_DONE,
        )
