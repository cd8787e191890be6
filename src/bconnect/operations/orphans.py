"""No process outlives the one that started it: on Linux the kernel itself sees to that.

Elsewhere a parent that is killed outright leaves its children to be ended by hand.
"""

import ctypes
import os
import signal
import sys
from functools import partial

_PR_SET_PDEATHSIG = 1


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel for this signal when the parent dies (prctl(2)). It outlasts exec, but no fork."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number))


def forks_end_with_their_parent() -> None:
    """From now on every process forked from this one, and from those, is killed with its parent."""
    os.register_at_fork(after_in_child=partial(end_with_parent, signal.SIGKILL))
