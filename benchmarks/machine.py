"""On what the figures were taken: processor, cores, Python, SQLite, and how busy it was."""

import os
import platform
import re
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path


def facts() -> Iterator[str]:
    """One fact a line; the load is that of the minute before, so call it before the first case."""
    yield f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    yield f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    own_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"memory peaks below {own_mib:.0f} MiB cannot be told: a command starts out with the harness's own"
    yield f"load average before the first run: {os.getloadavg()[0]:.2f}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE) if cpuinfo.exists() else None
    return found[1] if found else platform.processor() or "processor unknown"
