"""A migrated database for each test, on SQLite or PostgreSQL, and plain SQL to look into it.

Migrated once a session; each test gets a copy. Nothing here goes through the product's own models: another
program that reads and writes the table sees it like this.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

CUSTOMERS = "robaws_customers_cache"
LIMITS = "robaws_request_limits"
OWN_COLUMNS = {"id", "created_at", "updated_at", "last_synced_at"}

Migrate = Callable[[str], object]
"""Runs `bconnect migrate` on the database of a URL."""


class Connection(Protocol):
    """What sqlite3 and psycopg have in common."""

    def execute(self, sql: Any, parameters: Any = ..., /) -> Any: ...

    def close(self) -> None: ...


class Database:
    """One database, seen through one connection in autocommit. Parameters are written `%s`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite:")
        self.password = None if self.is_sqlite else urlsplit(url).password
        self._connection: Connection | None = None

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._execute(sql, parameters).fetchall()]

    def value(self, sql: str, *parameters: Any) -> Any:
        return self.query(sql, *parameters)[0][0]

    def change(self, sql: str, *parameters: Any) -> int:
        """How many rows were changed."""
        return int(self._execute(sql, parameters).rowcount)

    def customers(self) -> int:
        return int(self.value(f"SELECT count(*) FROM {CUSTOMERS}"))

    def customer(self, client_id: str, *columns: str) -> tuple[Any, ...]:
        sql = f"SELECT {', '.join(columns)} FROM {CUSTOMERS} WHERE robaws_client_id = %s"
        return self.query(sql, client_id)[0]

    def ids(self) -> set[str]:
        return {row[0] for row in self.query(f"SELECT robaws_client_id FROM {CUSTOMERS}")}

    def rows(self, table: str = CUSTOMERS) -> list[str]:
        """Every row, whole; on PostgreSQL with its version too, so that a rewrite with equal values shows."""
        columns = "*" if self.is_sqlite else "xmin::text, t::text"
        return sorted(repr(row) for row in self.query(f"SELECT {columns} FROM {table} t"))

    def snapshot(self) -> dict[str, list[str]]:
        """All tables but the request limits, which every request moves."""
        return {table: self.rows(table) for table in self.tables() if table != LIMITS}

    def content(self) -> list[str]:
        """The customers without what depends on when and where they were written."""
        kept = [name for name in self._columns(CUSTOMERS) if name not in OWN_COLUMNS]
        return sorted(repr(row) for row in self.query(f"SELECT {', '.join(kept)} FROM {CUSTOMERS}"))

    def tables(self) -> list[str]:
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        if self.is_sqlite:
            sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
        return sorted(row[0] for row in self.query(sql))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _columns(self, table: str) -> list[str]:
        if self.is_sqlite:
            return [row[1] for row in self.query(f"PRAGMA table_xinfo({table})")]
        sql = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        return sorted(row[0] for row in self.query(sql, table))

    def _execute(self, sql: str, parameters: tuple[Any, ...]) -> Any:
        self._connection = self._connection or self._connect()
        return self._connection.execute(sql.replace("%s", "?") if self.is_sqlite else sql, parameters)

    def _connect(self) -> Connection:
        if self.is_sqlite:
            path = self.url.removeprefix("sqlite:///")
            return sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        import psycopg  # absent where only SQLite is used

        return psycopg.connect(self.url, autocommit=True)


class Databases(Protocol):
    """Makes databases, and removes them when their test is over."""

    def empty(self) -> Database:
        """Without any table."""

    def migrated(self) -> Database:
        """With every table, without a row."""

    def remove(self, database: Database) -> None: ...


class SqliteFiles:
    """Files in one folder; each migrated one is a copy of the first."""

    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self._folder, self._numbers = folder, count()
        self._template = folder / "template.sqlite3"
        migrate(f"sqlite:///{self._template}")

    def empty(self) -> Database:
        return Database(f"sqlite:///{self._folder / f'{next(self._numbers)}.sqlite3'}")

    def migrated(self) -> Database:
        database = self.empty()
        shutil.copy(self._template, database.url.removeprefix("sqlite:///"))
        return database

    def remove(self, database: Database) -> None:
        database.close()
        Path(database.url.removeprefix("sqlite:///")).unlink(missing_ok=True)


class PostgresqlServer:
    """Databases on one server, named after this process; each migrated one is made from a template.

    All are dropped together at the end: every drop makes the server write out all that it holds. And none
    waits for the disk at a commit, since nobody pulls the plug here.
    """

    def __init__(self, url: str) -> None:
        self._url, self._numbers = url, count()
        self._admin, self._made = Database(url), list[str]()

    def prepare(self, migrate: Migrate) -> None:
        """Make the template."""
        self._template = self.empty()
        migrate(self._template.url)

    def empty(self, template: str = "template1") -> Database:
        name = f"bconnect_acceptance_{os.getpid()}_{next(self._numbers)}"
        self._admin.change(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._made.append(name)
        self._admin.change(f"ALTER DATABASE {name} SET synchronous_commit = off")
        return Database(urlunsplit(urlsplit(self._url)._replace(path=f"/{name}")))

    def migrated(self) -> Database:
        return self.empty(_name(self._template))

    def remove(self, database: Database) -> None:
        database.close()

    def close(self) -> None:
        for name in self._made:
            self._admin.change(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._admin.close()


def _name(database: Database) -> str:
    return urlsplit(database.url).path.lstrip("/")


@contextmanager
def databases_of(url: str, folder: Path, migrate: Migrate) -> Iterator[Databases]:
    """Of the kind that `url` names: files in `folder`, or databases beside the one of the URL."""
    if url.startswith("sqlite:"):
        yield SqliteFiles(folder, migrate)
        return
    server = PostgresqlServer(url)
    try:
        server.prepare(migrate)
        yield server
    finally:
        server.close()
