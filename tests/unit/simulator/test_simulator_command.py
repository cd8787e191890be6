"""The command line: what the options make of the stand-in, and that it starts, tells and stops."""

import argparse
import signal
import subprocess
import sys

import httpx2
import pytest
from simulated_caller import CLIENTS

from robaws.simulator import Mode
from robaws.simulator.command import run, simulated_robaws
from robaws.simulator.options import add_arguments


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(arguments)


def test_without_options_it_is_the_known_tenant_with_the_documented_limits() -> None:
    simulated = simulated_robaws(parsed())
    assert len(simulated.tenant.clients) == 4017
    headers = simulated.tenant.gate.admit(Mode.LIVE).headers
    assert (headers["X-RateLimit-Remaining"], headers["X-RateLimit-Daily-Limit"]) == ("19", "10000")
    assert simulated.tenant.patch_forms == {"merge", "json"}


def test_every_fault_has_its_option() -> None:
    faults = "--fault 500@0.02 --fault reset-after@POST:1 --latency-ms 150 --seed 7 --cap-size 50 --no-totals"
    options = f"{faults} --shift delete=0.1,create=0.05 --ids-as-numbers --login-refused --clients 5"
    snapshot = simulated_robaws(parsed(*options.split())).faults.snapshot()
    assert (snapshot["seed"], snapshot["latency_ms"]) == (7, 150)
    assert [rule["rule"] for rule in snapshot["rules"]] == [
        "500@0.02",
        "reset-after@POST,x1",
        "cap-size=50",
        "no-totals",
        "ids-as-numbers",
        "401",
        "shift-delete@0.1",
        "shift-create@0.05",
    ]


def test_limits_can_be_switched_off_or_set() -> None:
    off = simulated_robaws(parsed("--clients", "3", "--no-limits")).tenant
    assert off.gate.admit(Mode.LIVE).headers == {}
    low = simulated_robaws(parsed("--clients", "3", "--daily", "7", "--burst", "2")).tenant
    headers = low.gate.admit(Mode.LIVE).headers
    assert (headers["X-RateLimit-Remaining"], headers["X-RateLimit-Daily-Remaining"]) == ("1", "6")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--fault", "no-such"),
        ("--shift", "sideways=1"),
        ("--clients", "no-such-file.jsonl"),
        ("--patch-forms", "xml"),
    ],
)
def test_a_senseless_option_is_one_line_and_status_2(
    arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(parsed(*arguments)) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_tells_its_address_and_login_and_stops_when_told(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "robaws.simulator", "--port", "0", "--clients", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        url, key, secret = words[3], words[5], words[7]
        answer = httpx2.get(f"{url}{CLIENTS}", auth=(key, secret), trust_env=False)
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert answer.json()["totalItems"] == 20
