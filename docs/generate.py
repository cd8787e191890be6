"""`make reference`: what the reference says about the code, taken from the code.

- options.md: every command with its options, from their own parsers;
- metrics.md: every metric, from what `/metrics` gives;
- settings.md: names and defaults from what the settings ask the environment for. The meanings and the order are
  written by hand, and stay; a new setting gets a row with a question mark, which the test refuses.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

REFERENCE = Path(__file__).parent / "reference"
HEADING = "<!-- Made by `make reference` from the code: don't edit. -->\n"
UNTOLD = "?"
LONGEST_DEFAULT = 60
"""A longer one is described in words."""

_ROW = re.compile(r"^\| `(?P<name>[A-Z_]+)` \| (?P<meaning>.*) \| (?P<default>[^|]*) \|$")
# Of every Django command; they are in Django's documentation.
_DJANGO_S = {
    "help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks",
}  # fmt: skip


def generated() -> dict[Path, str]:
    """Each file with what should be in it. Needs Django set up, and a migrated database."""
    settings = REFERENCE / "settings.md"
    return {
        REFERENCE / "options.md": "".join(_options()),
        REFERENCE / "metrics.md": "".join(_metrics()),
        settings: with_settings(settings.read_text(encoding="utf-8"), asked()),
    }


# --- commands -------------------------------------------------------------------------------------------------


def commands() -> dict[str, argparse.ArgumentParser]:
    """bconnect's own commands with their parsers."""
    from django.core.management import get_commands, load_command_class

    own = {name: app for name, app in get_commands().items() if str(app).startswith("bconnect.")}
    return {name: load_command_class(app, name).create_parser("bconnect", name) for name, app in sorted(own.items())}


def _options() -> Iterator[str]:
    yield f"# All options\n\n{HEADING}\n"
    yield "What the commands do is told in [Commands](commands.md). `bconnect COMMAND --help` shows the same.\n"
    for name, parser in commands().items():
        yield f"\n## `bconnect {name}`\n{parser.description}\n"
        rows = [_option(action) for action in parser._actions if action.dest not in _DJANGO_S]
        if rows:
            yield "\n| option | what it does |\n| --- | --- |\n" + "".join(rows)


def _option(action: argparse.Action) -> str:
    value = ""
    if action.choices is not None:
        value = "\\|".join(map(str, action.choices))
    elif action.nargs != 0:
        value = str(action.metavar or action.dest.upper())
    words = f"{action.option_strings[-1]} {value}".strip() if action.option_strings else value
    about = (action.help or "").replace("%%", "%").replace("|", "\\|")
    return f"| `{words}`{', needed' if action.required and action.option_strings else ''} | {about} |\n"


# --- metrics --------------------------------------------------------------------------------------------------


def _metrics() -> Iterator[str]:
    from datetime import UTC, datetime

    from bconnect.operations.metrics import collected

    yield f"# Metrics\n\n{HEADING}\n"
    yield "`/metrics` gives these to Prometheus; [who may read it](settings.md#alerts-metrics-logs) is a setting.\n"
    yield "All are gauges, and are read from the database when asked for.\n\n"
    yield "| metric | labels | what it says |\n| --- | --- | --- |\n"
    for family in collected(datetime.now(UTC)):
        labels = ", ".join(f"`{label}`" for label in family._labelnames)
        yield f"| `{family.name}` | {labels} | {family.documentation} |\n"


# --- settings -------------------------------------------------------------------------------------------------


def asked() -> dict[str, str]:
    """Every setting with its default as text."""
    from bconnect.config import settings

    return dict(settings.env.asked)


def with_settings(text: str, settings: dict[str, str]) -> str:
    """The page with the right defaults, without settings that are no more, and with a row for each new one."""
    lines, told = [], set()
    for line in text.splitlines():
        row = _ROW.match(line)
        if row is None:
            lines.append(line)
        elif row["name"] in settings:
            told.add(row["name"])
            default = _default(settings[row["name"]], row["default"])
            lines.append(f"| `{row['name']}` | {row['meaning']} | {default} |")
    new = [name for name in settings if name not in told]
    if new:
        lines += ["", "## New", "| variable | meaning | default |", "| --- | --- | --- |"]
        lines += [f"| `{name}` | {UNTOLD} | {_default(settings[name], '–')} |" for name in new]
    return "\n".join(lines) + "\n"


def _default(value: str, said: str) -> str:
    if 0 < len(value) <= LONGEST_DEFAULT:
        return f"`{value}`"
    return "–" if said.startswith("`") else said


def main() -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    for path, text in generated().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"{path.name} is new")
    return 0


if __name__ == "__main__":
    sys.exit(main())
