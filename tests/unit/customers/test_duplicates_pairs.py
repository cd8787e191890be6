"""Two customers that a careful person calls the same, or not: one pair for each trap and each way to write a thing."""

import json
from pathlib import Path
from typing import Any

import pytest

from bconnect.customers.duplicates.evidence import Tier, compare
from bconnect.customers.duplicates.features import features
from bconnect.customers.duplicates.keys import keys

PAIRS = json.loads((Path(__file__).parents[2] / "data/duplicate_pairs.json").read_text())


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{each['are']}: {each['why']}" for each in PAIRS])
def test_pairs_are_judged_as_a_careful_person_does(pair: dict[str, Any]) -> None:
    one, other = features(1, pair["one"]), features(2, pair["other"])
    names = pair.get("names", 1)  # under how many different names each value stands
    forth, back = compare(one, other, lambda key: names), compare(other, one, lambda key: names)
    assert forth.score == back.score
    assert (forth.score >= Tier.LIKELY) == (pair["are"] == "same"), "; ".join(forth.reasons)


@pytest.mark.parametrize("pair", [each for each in PAIRS if each["are"] == "same"], ids=lambda each: str(each["why"]))
def test_what_is_the_same_has_a_match_key_in_common(pair: dict[str, Any]) -> None:
    assert set(keys(features(1, pair["one"]))) & set(keys(features(2, pair["other"])))
