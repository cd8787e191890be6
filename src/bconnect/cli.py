"""The console script: Django's `manage.py` under another name, with settings checked before anything runs."""

import gc
import os
import sys

# Commands that only move data between Robaws and the table. They load neither the web UI nor Django's
# admin, which would double their start-up time.
CORE_COMMANDS = frozenset(
    {
        "sync_customers",
        "list_conflicts",
        "resolve_conflict",
        "pause",
        "resume",
        "undo_run",
        "delete_customer",
        "simulate_robaws",
        "register_webhook",
        "list_webhooks",
        "deactivate_webhook",
        "rotate_webhook_secret",
        "test_webhook",
        "check_webhook_health",
        "replay_webhooks",
    }
)

WRONG_USAGE, NOT_DONE = 2, 3


def main(argv: list[str] | None = None) -> None:
    """Run one command. Exits 3 with one line when a setting is missing or senseless."""
    argv = list(sys.argv if argv is None else argv)
    core = len(argv) > 1 and argv[1] in CORE_COMMANDS
    if core:
        gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"bconnect.config.{'core' if core else 'settings'}")

    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import ManagementUtility, get_commands
    from django.core.management.base import BaseCommand

    class Dispatcher(ManagementUtility):
        """Django's own, but for its status where there is no such command."""

        def fetch_command(self, subcommand: str) -> BaseCommand:
            if subcommand not in get_commands():
                sys.exit(_refuse(f"there is no command {subcommand!r}; `bconnect help` lists them", WRONG_USAGE))
            command = super().fetch_command(subcommand)
            if core:
                _collect_rarely()
                # Whoever fetches gets a turn soon while records are cleaned: more comes, and is stored, at once.
                sys.setswitchinterval(0.001)
            return command

    try:
        # Asked for here, because Django's own dispatcher hides this error behind "Unknown command".
        _ = settings.INSTALLED_APPS
        Dispatcher(argv).execute()
    except ImproperlyConfigured as error:
        sys.exit(_refuse(str(error)))
    except KeyboardInterrupt:
        sys.exit(_refuse("stopped"))
    finally:
        if core:
            gc.freeze()  # what is left ends with the process: Python need not look through it once more


def _collect_rarely() -> None:
    """Look for garbage cycles among what comes from here on, and seldom.

    What was imported stays for good: to look through it at the start and at the end took 30 ms. A core command parses
    and drops thousands of records and makes no cycles; rare looks are worth a tenth of its CPU time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    gc.enable()


def _refuse(reason: str, status: int = NOT_DONE) -> int:
    sys.stderr.write(f"bconnect: {reason}\n")
    return status


if __name__ == "__main__":
    main()
