"""`bconnect simulate_robaws`: the bundled stand-in for Robaws, to try things out."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from robaws.simulator.__main__ import add_arguments, run


class Command(BaseCommand):
    help = "Serve a stand-in for Robaws on this machine."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; it needs no database

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run(argparse.Namespace(**options))
