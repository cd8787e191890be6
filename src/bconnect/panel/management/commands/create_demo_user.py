"""`bconnect create_demo_user`: the first login of a database that has none, for the demo."""

import json
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandParser

from bconnect.sync.command import refuse, told_in_one_line

PASSWORD_BYTES = 9
"""72 bits, which nobody guesses, in 12 characters, which anybody can type."""


class Command(BaseCommand):
    help = "Create an administrator with a random password, in a database without any user."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="demo")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        with told_in_one_line():
            _create(options["username"], password)
        login = {"username": options["username"], "password": password}
        line = json.dumps(login) if options["json"] else f"Log in as {login['username']}, password {password}"
        self.stdout.write(line)


def _create(username: str, password: str) -> None:
    users = get_user_model()._default_manager
    if users.exists():
        refuse(
            "This database has users already: `bconnect createsuperuser` makes another administrator,"
            " `bconnect changepassword` gives a new password."
        )
    users.create_superuser(username, password=password)
