"""Rows put aside in a nameless file, until they are written to the database: of a million customers they would fill
half the memory."""

import marshal
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any

Row = tuple[Any, ...]
_IN_MEMORY_BYTES = 4 << 20


class Aside:
    """`with` it, `put` lists of rows of numbers and texts, and iterate over all of them."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - closed by __exit__
        self._lists = 0

    def __enter__(self) -> "Aside":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def put(self, rows: list[Row]) -> None:
        self._file.write(marshal.dumps(rows))
        self._lists += 1

    def __iter__(self) -> Iterator[Row]:
        self._file.seek(0)
        for _ in range(self._lists):
            yield from marshal.load(self._file)  # noqa: S302 - written by this very process
