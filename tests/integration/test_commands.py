"""What keeps a command from being done at all is one line and exit status 3."""

import pytest
from django.core.management import call_command
from django.db import connection

from bconnect.intakes.models import Intake
from bconnect.webhooks.models import WebhookConfiguration

pytestmark = pytest.mark.django_db


def refusal(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """The one line it says."""
    with pytest.raises(SystemExit) as ended:
        call_command(*command)
    assert ended.value.code == 3
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize(
    ("command", "table"),
    [
        ("pause", "jobs_pause"),
        ("resume", "jobs_pause"),
        ("create_demo_user", "auth_user"),
        ("create_demo_intakes", "intakes"),
    ],
)
def test_without_its_tables_a_command_says_to_migrate(command, table, capsys):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO put_away")
    assert "Run `bconnect migrate` first." in refusal(capsys, command)


@pytest.mark.parametrize("command", ["create_demo_user", "create_demo_intakes"])
def test_what_the_demo_made_is_not_made_twice(command, capsys):
    call_command(command)
    if command == "create_demo_intakes":
        Intake.objects.create()
    capsys.readouterr()
    assert "already" in refusal(capsys, command)


def test_a_trial_with_a_secret_that_can_not_be_read_says_what_to_do(capsys):
    WebhookConfiguration.objects.create(webhook_id="7", secret="sealed elsewhere", url="https://bconnect.test/")
    said = refusal(capsys, "test_webhook")
    assert "the secret of webhook 7 can't be read" in said
    assert "BCONNECT_OLD_SECRET_KEYS" in said
