"""`bconnect sync_customers`: the sync, by hand or from a schedule."""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandParser

from bconnect.customers.models import Customer
from bconnect.sync import gateway, report
from bconnect.sync.command import DONE, SOME_FAILED, WRONG_USAGE, refuse, told_in_one_line, who
from bconnect.sync.lease import Lease
from bconnect.sync.models import SyncRun
from bconnect.sync.progress import progress_bar
from bconnect.sync.pull import Pull, PullOptions
from bconnect.sync.tally import Tally
from robaws.client import RobawsClient

if TYPE_CHECKING:
    from bconnect.sync.preview import Preview


class Command(BaseCommand):
    help = "Pull customers from Robaws (what changed, or with --full everything), or --push local edits to it."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--full", action="store_true", help="every client; also finds clients that are gone")
        which.add_argument("--client-id", type=_client_id, metavar="ID", help="one client")
        parser.add_argument("--push", action="store_true", help="send local edits to Robaws")
        parser.add_argument("--limit", type=_limit, metavar="N", help="exactly N clients")
        parser.add_argument("--dry-run", action="store_true", help="ask, compare and show; write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        parser.add_argument("--no-progress", action="store_true", help="no progress bar")
        parser.add_argument(
            "--allow-mass-deactivation",
            action="store_true",
            help="believe it when more than 5 %% of the clients are gone from Robaws",
        )
        parser.add_argument("--yes-all", action="store_true", help="push also when very many rows are pending")
        parser.add_argument("--allow-twins", action="store_true", help="create clients that look like others")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_contradictions(options)
        started = time.monotonic()
        with told_in_one_line():
            _refuse_unknown(options)
            client = gateway.open_client()
            try:
                status = self._work(options)(client, options, started)
            finally:
                client.close()
        sys.exit(status)

    def _work(self, options: dict[str, Any]) -> Callable[[RobawsClient, dict[str, Any], float], int]:
        if options["dry_run"]:
            return self._preview
        return self._push if options["push"] else self._pull

    def _push(self, client: RobawsClient, options: dict[str, Any], started: float) -> int:
        from bconnect.sync.push import Push, PushOptions

        with Lease() as lease, progress_bar("Edits", shown=self._shows_bar(options)) as progress:
            push = Push(
                client,
                gateway.tenant(),
                PushOptions.from_settings(
                    who=who(),
                    limit=options["limit"],
                    client_id=options["client_id"],
                    yes_all=options["yes_all"],
                    allow_twins=options["allow_twins"],
                    is_decided=options["allow_twins"] and options["client_id"] is not None,
                ),
                lease=lease,
                tenant_key=gateway.tenant_key(),
                executor=gateway.threads,
                progress=progress,
            )
            _, tally = push.run()
        summary = report.push_summary(tally, client.requests, time.monotonic() - started)
        return self._tell(summary, tally, options)

    def _pull(self, client: RobawsClient, options: dict[str, Any], started: float) -> int:
        with Lease() as lease, progress_bar("Customers", shown=self._shows_bar(options)) as progress:
            pull = Pull(
                client,
                gateway.tenant(),
                PullOptions.from_settings(
                    who=who(),
                    allow_mass_deactivation=options["allow_mass_deactivation"],
                ),
                lease=lease,
                executor=gateway.threads,
                progress=progress,
            )
            run, tally = _chosen(pull, options)()
        summary = report.pull_summary(_mode(run), tally, client.requests, time.monotonic() - started)
        status = self._tell(summary, tally, options)
        if run.status == SyncRun.Status.INCOMPLETE:
            self.stderr.write(f"Incomplete: {run.error}. Nothing was concluded from what is absent; run it again.")
            return SOME_FAILED
        return status

    def _tell(self, summary: dict[str, Any], tally: Tally, options: dict[str, Any]) -> int:
        if options["json"]:
            report.write_json(summary, self.stdout)
        else:
            report.write_table(summary, self.stdout)
        report.write_failures(tally.failures, self.stderr)
        return SOME_FAILED if tally.errors else DONE

    def _preview(self, client: RobawsClient, options: dict[str, Any], started: float) -> int:
        from bconnect.sync.preview import Previewer  # loaded by the runs that need it: a pull starts the sooner

        previewer = Previewer(client, gateway.tenant(), PullOptions.from_settings().policy)
        if options["push"]:
            preview = previewer.push(limit=options["limit"], client_id=options["client_id"])
        elif options["client_id"]:
            preview = previewer.one(options["client_id"])
        else:
            preview = previewer.pull(full=options["full"], limit=options["limit"])
        self._show(preview, client.requests, time.monotonic() - started, options)
        return SOME_FAILED if preview.tally.errors else DONE

    def _show(self, preview: "Preview", requests: int, duration_s: float, options: dict[str, Any]) -> None:
        from bconnect.sync import preview_report

        summary = preview_report.preview_summary(preview, requests, duration_s)
        if options["json"]:
            report.write_json(summary, self.stdout)
        else:
            self.stdout.write("Dry run: nothing is written, here or in Robaws.")
            preview_report.write_preview(preview, self.stdout)
            report.write_table(summary, self.stdout)
        report.write_failures(preview.tally.failures, self.stderr)

    def _shows_bar(self, options: dict[str, Any]) -> bool:
        return sys.stderr.isatty() and not options["no_progress"]


def _refuse_contradictions(options: dict[str, Any]) -> None:
    """What argparse's one exclusive group can't say."""
    for one, other in (("client_id", "limit"), ("push", "full"), ("push", "allow_mass_deactivation")):
        if options[one] and options[other]:
            names = (f"--{name.replace('_', '-')}" for name in (one, other))
            refuse(" and ".join(names) + " exclude each other", WRONG_USAGE)
    for name in ("yes_all", "allow_twins"):
        if options[name] and not options["push"]:
            refuse(f"--{name.replace('_', '-')} goes with --push", WRONG_USAGE)


def _refuse_unknown(options: dict[str, Any]) -> None:
    """Nothing can be sent of a customer that is not here. A pull of it is another matter: it may be news."""
    client_id = options["client_id"]
    if options["push"] and client_id and not Customer.objects.filter(robaws_client_id=client_id).exists():
        refuse(f"there is no customer {client_id} here")


def _chosen(pull: Pull, options: dict[str, Any]) -> Callable[[], tuple[SyncRun, Tally]]:
    if options["client_id"]:
        return partial(pull.one, options["client_id"])
    if options["limit"]:
        return partial(pull.limited, options["limit"], full=options["full"])
    return pull.full if options["full"] else pull.incremental


def _mode(run: SyncRun) -> str:
    if run.kind == SyncRun.Kind.LIMITED:
        return "incremental" if run.updated_from else "full"
    return str(run.kind)


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return int(text)


def _client_id(text: str) -> str:
    if not text.strip(". \t\n"):  # dots would name another address than a client's
        raise argparse.ArgumentTypeError(f"must be a Robaws client id, not {text!r}")
    return text.strip()
