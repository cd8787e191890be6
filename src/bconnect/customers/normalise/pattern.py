"""Regular expressions that are compiled at their first use.

Compiling them all takes 10 ms at import; a sync in which nothing changed needs none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache


def pattern(source: str, flags: re.RegexFlag = re.NOFLAG) -> Callable[[], re.Pattern[str]]:
    """A function that gives the compiled expression."""
    return cache(lambda: re.compile(source, flags))
