"""The command line of the benchmark: which parts are measured, and with how much."""

import pytest
from benchmarks.cases import LARGE, MILLION, SMALL
from benchmarks.options import PARTS, duplicate_sizes, parse, search_sizes


def test_without_options_every_part_is_measured() -> None:
    assert parse([]).cases == PARTS == ("pull", "push", "webhooks", "search", "duplicates")


def test_single_parts_are_named_with_commas_and_keep_their_order() -> None:
    assert parse(["--cases", "search,pull"]).cases == ("pull", "search")


def test_an_unknown_part_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(["--cases", "pull,serch"])
    assert "there is no 'serch'; there are pull, push, webhooks, search, duplicates" in capsys.readouterr().err


@pytest.mark.parametrize(
    "senseless", [["--small", "--million"], ["--small", "--scale"], ["--million", "--cases", "search"]]
)
def test_options_that_contradict_each_other_are_refused(senseless: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(senseless)


@pytest.mark.parametrize(
    ("options", "searched", "duplicates"),
    [
        ([], (SMALL,), (SMALL, LARGE)),
        (["--small"], (SMALL,), (SMALL,)),
        (["--scale"], (SMALL, LARGE), (SMALL, LARGE, MILLION)),
        (["--million"], (SMALL,), (SMALL, LARGE)),
    ],
)
def test_what_takes_long_is_measured_only_when_asked_for(
    options: list[str], searched: tuple[int, ...], duplicates: tuple[int, ...]
) -> None:
    assert search_sizes(parse(options)) == searched
    assert duplicate_sizes(parse(options)) == duplicates
