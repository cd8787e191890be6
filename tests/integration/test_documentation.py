"""The documentation says what the code does: generated pages are up to date, nothing is left out, links lead on."""

import re
from pathlib import Path

import pytest
from docs.generate import UNTOLD, commands, generated, with_settings

from bconnect.operations import conditions
from bconnect.webhooks import endpoints, health

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
FOR_THE_DEMO_ALONE = {"create_demo_intakes", "create_demo_user"}
LINK = re.compile(r"\[[^\]]*\]\((?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_reference_is_what_the_code_says() -> None:
    for path, text in generated().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: make reference"


def test_every_setting_says_what_it_means() -> None:
    assert f"| {UNTOLD} |" not in read("docs/reference/settings.md")


def test_a_new_setting_an_old_one_and_a_changed_default_are_noticed() -> None:
    page = "| `KEPT` | means this | `1` |\n| `GONE` | meant that | `2` |\n"
    assert with_settings(page, {"KEPT": "3", "NEW": "4"}).splitlines() == [
        "| `KEPT` | means this | `3` |", "", "## New", "| variable | meaning | default |", "| --- | --- | --- |",
        "| `NEW` | ? | `4` |",
    ]  # fmt: skip


def test_every_command_is_told_of() -> None:
    told = read("docs/reference/commands.md")
    missing = [name for name in commands() if name not in told and name not in FOR_THE_DEMO_ALONE]
    assert missing == []


def test_every_option_says_what_it_does() -> None:
    """Those of the simulator that need no word apart."""
    others = FOR_THE_DEMO_ALONE | {"simulate_robaws"}
    own = [(name, parser) for name, parser in commands().items() if name not in others]
    assert [(name, each.dest) for name, parser in own for each in parser._actions if not each.help] == []


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    told = read("docs/how-to/operations.md")
    assert [name for name in conditions.CONDITIONS if f"| `{name}` |" not in told] == []


def test_every_reason_of_the_webhook_check_says_what_to_do() -> None:
    source = Path(health.__file__).read_text() + Path(endpoints.__file__).read_text()
    codes = set(re.findall(r'(?:complain|Mark)\(\s*"(\w+)"', source)) - {"only_in_robaws"}
    assert len(codes) > 10
    told = read("docs/how-to/operations.md")
    assert [code for code in sorted(codes) if f"| `{code}` |" not in told] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.finditer(page.read_text(encoding="utf-8")):
        if "://" in link["path"]:
            continue
        target = (page.parent / link["path"]).resolve() if link["path"] else page
        assert target.exists(), f"{page.name}: {link[0]}"
        if link["anchor"]:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
            assert link["anchor"] in anchors, f"{page.name}: {link[0]}; there are {sorted(anchors)}"


def test_the_threat_model_points_at_tests_that_are_there() -> None:
    named = re.findall(r"`(?:tests/\w+/)?(test_\w+\.py)`", read("docs/discussions/threat-model.md"))
    there = {path.name for path in ROOT.glob("tests/**/test_*.py")}
    assert named
    assert set(named) <= there
