"""`make audit`: are the locked packages free of known vulnerabilities? Exit status 1 where one is not.

pip-audit asks the package index for its advisories. A mirror may have none: then the packages it could not ask for
are told, and that is no failure, since nothing is known to be wrong. With --if-reachable neither is an index that
can't be reached at all, which is told too.
"""

import json
import subprocess
import sys
from typing import Any

SHOWN = 5
IF_REACHABLE = "--if-reachable"


def main(pip_audit: str, *locks: str) -> int:
    """The path of pip-audit, and the lock files."""
    words = [pip_audit, "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    words += [word for lock in locks for word in ("--requirement", lock)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"pip-audit could not do it, nothing was looked at:\n{done.stderr[-2000:]}", file=sys.stderr)
        return 0 if IF_REACHABLE in sys.argv else 1
    return report(packages)


def report(packages: list[dict[str, Any]]) -> int:
    """Says what was found, and returns the exit status."""
    for each in packages:
        for found in each.get("vulns", []):
            mended = ", ".join(found.get("fix_versions", [])) or "no version yet"
            print(f"{each['name']} {each['version']}: {found['id']}, mended in {mended}")
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    if skipped:
        names = ", ".join(skipped[:SHOWN]) + (", …" if len(skipped) > SHOWN else "")
        print(f"{len(skipped)} of {len(packages)} packages could not be asked for at this package index: {names}")
    else:
        print(f"{len(packages)} packages were asked for.")
    return 1 if any(each.get("vulns") for each in packages) else 0


if __name__ == "__main__":
    sys.exit(main(*(word for word in sys.argv[1:] if word != IF_REACHABLE)))
