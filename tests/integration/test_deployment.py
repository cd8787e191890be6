"""The files of a deployment name what is there: commands, paths, settings. Nothing is built or started here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands
from docs.generate import asked

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
DEPLOYMENT = [ROOT / "Dockerfile", ROOT / "compose.yaml", *UNITS]
NOT_OURS = {"POSTGRES_PASSWORD", "PUBLIC_HOST", "FORWARDED_ALLOW_IPS"}


def text(path: Path) -> str:
    """Without its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def test_every_command_that_is_started_exists() -> None:
    started = set(re.findall(r"/bconnect (\w+)", "\n".join(map(text, UNITS))))
    started |= set(re.findall(r"command: \[(\w+)", text(ROOT / "compose.yaml")))
    started |= set(re.findall(r'CMD \["(\w+)", "--', text(ROOT / "Dockerfile")))
    assert started == {"migrate", "serve", "web", "worker", "backup"}
    assert started <= set(get_commands())


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", text(ROOT / "Dockerfile"), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert names == {"requirements.lock", "pyproject.toml", "README.md", "LICENSE", "src"}
    assert all((ROOT / name).exists() for name in names)
    let_through = {line[1:] for line in text(ROOT / ".dockerignore").splitlines() if line.startswith("!")}
    assert names <= let_through


def test_the_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    dockerfile = text(ROOT / "Dockerfile")
    assert re.search(r"^USER 10001$", dockerfile, re.MULTILINE)
    assert not re.search(r"SECRET|PASSWORD|TOKEN", dockerfile)


@pytest.mark.parametrize("path", DEPLOYMENT, ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path: Path) -> None:
    named = set(re.findall(r"\b((?:ROBAWS|BCONNECT)_[A-Z_]+|DATABASE_URL)\b", text(path)))
    assert named <= asked().keys() | NOT_OURS


def test_the_how_to_pages_name_settings_that_are_there() -> None:
    for page in ROOT.glob("docs/how-to/*.md"):
        named = set(re.findall(r"\b((?:ROBAWS|BCONNECT)_[A-Z_]+)\b", page.read_text(encoding="utf-8")))
        known = {*asked(), *(f"{name}_FILE" for name in asked())}
        assert named <= known, f"{page.name}: {sorted(named - known)}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """With the program's path made one that is there: systemd looks for it."""
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/bconnect/.venv/bin/bconnect", "/bin/true"))
    words = ["systemd-analyze", "verify", "--man=no", *(str(path) for path in sorted(tmp_path.iterdir()))]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    ours = [line for line in done.stderr.splitlines() if "bconnect" in line]
    assert (done.returncode, ours) == (0, []), done.stderr
