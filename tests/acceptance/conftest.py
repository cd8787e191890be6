"""Rigs for the acceptance tests: each with a tenant in another process and a database of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.databases import Database, Databases, databases_of
from tests.acceptance.remote import Remote
from tests.acceptance.rig import Rig, migrate

Begin = Callable[..., Rig]
"""`begin("--clients", "150")` starts a tenant with these options; `begin(remote=…)` takes a running one.
`database` is one that is not fresh and migrated."""


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("databases")
    with databases_of(os.environ["DATABASE_URL"], folder, partial(migrate, folder=folder)) as made:
        yield made


def beginner(databases: Databases, folder: Path, stack: ExitStack) -> Begin:
    """What `stack` closes is stopped and removed."""

    def begin(*options: str, remote: Remote | None = None, database: Database | None = None) -> Rig:
        if remote is None:
            remote = Remote(*options)
            stack.callback(remote.stop)
        database = database or databases.migrated()
        stack.callback(databases.remove, database)
        rig = Rig(remote, database, folder)
        stack.callback(rig.stop)
        return rig

    return begin


@pytest.fixture
def begin(databases: Databases, tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as stack:
        yield beginner(databases, tmp_path, stack)


@pytest.fixture(scope="module")
def begin_for_all(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begin]:
    """The same for what the tests of one module share."""
    with ExitStack() as stack:
        yield beginner(databases, tmp_path_factory.mktemp("shared"), stack)
