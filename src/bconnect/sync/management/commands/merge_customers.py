"""`bconnect merge_customers --into ID OTHER…`: several customers become one, here and in Robaws."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bconnect.customers import references
from bconnect.customers.fields import BY_COLUMN
from bconnect.jobs.pause import refuse_while_paused
from bconnect.sync import merging
from bconnect.sync.command import SOME_FAILED, refuse, told_in_one_line, who
from bconnect.sync.merge_job import around
from bconnect.sync.merge_plan import CannotMergeError, Plan
from bconnect.sync.merge_steps import go_on
from bconnect.sync.models import Merge, MergedCustomer


class Command(BaseCommand):
    help = "Merge customers into one: fields, intakes and history move, the other ids lead to it from then on."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--into", required=True, metavar="ID", help="the customer that stays")
        parser.add_argument("others", nargs="+", metavar="OTHER", help="those that are merged into it")
        parser.add_argument(
            "--take", action="append", default=[], metavar="FIELD=ID", help="whose value a field gets; may be repeated"
        )
        parser.add_argument(
            "--in-robaws",
            choices=Merge.InRobaws.values,
            help="what becomes of the others there, once the survivor is confirmed (default: deactivate, "
            "where Robaws has such a flag)",
        )
        parser.add_argument(
            "--anyway", action="store_true", help="also those held by an earlier try because Robaws changed them"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would be kept, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        into, others = options["into"], [each for each in options["others"] if each != options["into"]]
        with told_in_one_line():
            try:
                record = merging.standing(into, others)
                if record is None:
                    plan = merging.preview(into, others, _taken(options["take"]))
                    self._show(plan)
                    self._warn(plan, options["in_robaws"])
                if options["dry_run"]:
                    if record is not None:
                        self._tell_steps(record)
                    return
                refuse_while_paused()
                with around(who(), anyway=options["anyway"]) as means:
                    if record is None:
                        record = merging.merge(
                            into,
                            others,
                            taken=_taken(options["take"]),
                            in_robaws=Merge.InRobaws(options["in_robaws"] or Merge.InRobaws.DEACTIVATE),
                            who=who(),
                            now=timezone.now(),
                            token=plan.token,
                        )
                        self.stdout.write(f"Merged here. Taken back by: bconnect undo_merge {others[0]}")
                    elif options["in_robaws"]:
                        merging.choose(record, Merge.InRobaws(options["in_robaws"]))
                    record = go_on(record, means)
            except CannotMergeError as error:
                refuse(str(error))
        self._tell(record, is_chosen=options["in_robaws"] is not None)

    def _show(self, plan: Plan) -> None:
        for choice in plan.choices:
            if choice.differs:
                told = ", ".join(f"{client_id}: {value!r}" for client_id, value in choice.values.items())
                self.stdout.write(f"{BY_COLUMN[choice.column].label}: {choice.value!r}   ({told})")
        for client_id in plan.other_ids:
            self.stdout.write(f"client {client_id}: {references.count(client_id)} intakes move to {plan.survivor_id}")
        best = merging.suggested([plan.survivor_id, *plan.other_ids])
        if best != plan.survivor_id:
            self.stdout.write(f"Client {best} would be the better survivor: --into {best}")

    def _warn(self, plan: Plan, in_robaws: str | None) -> None:
        """Said before anything happens: what can't be done in Robaws."""
        if plan.stay_active and in_robaws in (None, Merge.InRobaws.DEACTIVATE):
            self.stdout.write(
                f"client {', '.join(plan.stay_active)} can't be deactivated in Robaws: its record there does not say "
                "whether it is active. It stays there as it is, and away from here; --in-robaws delete deletes it."
            )

    def _tell(self, record: Merge, *, is_chosen: bool) -> None:
        left = self._tell_steps(record)
        if record.state != Merge.State.DONE:
            self.stderr.write(record.error or "Steps in Robaws are left; the worker goes on, or this command again.")
            raise SystemExit(SOME_FAILED)
        self.stdout.write("Done.")
        if left and is_chosen:
            raise SystemExit(SOME_FAILED)

    def _tell_steps(self, record: Merge) -> bool:
        """Each step and where it stands. Returns whether one could not be deactivated."""
        if record.error:
            self.stdout.write(f"client {record.survivor_client_id} in Robaws: {record.error}")
        for merged in record.merged.all():
            error = f" ({merged.error})" if merged.error else ""
            self.stdout.write(f"client {merged.robaws_client_id} in Robaws: {merged.get_step_display()}{error}")
        return record.merged.filter(step=MergedCustomer.Step.LEFT).exists()


def _taken(words: list[str]) -> dict[str, str]:
    taken = {}
    for word in words:
        column, equals, client_id = word.partition("=")
        if not equals:
            raise CommandError(f"--take {word}: write FIELD=ID, as in --take email=17", returncode=2)
        taken[column] = client_id
    return taken
