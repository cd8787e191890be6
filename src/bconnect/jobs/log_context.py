"""What is this process at? Run, job and event ids that go into every log line of the process.

Not a context variable: the threads of one run belong to it, and a process works on one run at a time.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_bound: dict[str, str] = {}


@contextmanager
def bound(**ids: object) -> Iterator[None]:
    """Within the block every log line carries these."""
    before = dict(_bound)
    bind(**ids)
    try:
        yield
    finally:
        _bound.clear()
        _bound.update(before)


def bind(**ids: object) -> None:
    """From now on, until `unbind` or the end of the block it happens in."""
    _bound.update({name: str(value) for name, value in ids.items()})


def unbind(name: str) -> None:
    _bound.pop(name, None)


def current() -> Mapping[str, str]:
    return _bound
