"""Faults: when they strike, what they do, and that the same seed brings the same ones."""

from collections import Counter
from typing import Any

import orjson
import pytest
from simulated_caller import CLIENTS, Caller, MakeCaller, body, record

from robaws.simulator import Break, Faults, Limits, Response, Rule
from robaws.simulator.rules import parse_rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("500@0.02", Rule("500", probability=0.02)),
        ("reset-after@POST:1", Rule("reset-after", method="POST", times=1)),
        ("429=3@GET,/api/v2/clients/*,#5", Rule("429", 3, method="GET", path="/api/v2/clients/*", nth=5)),
        ("cap-size=50", Rule("cap-size", 50)),
        ("hang@x2,0.5", Rule("hang", times=2, probability=0.5)),
    ],
)
def test_a_rule_can_be_written_in_one_word(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule
    assert parse_rule(str(rule)) == rule


@pytest.mark.parametrize("text", ["500@often", "500@1.5", "hang=long", "500@#one", "no-such-fault", ""])
def test_a_rule_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ault"):
        Faults(text)


def statuses(caller: Caller, times: int, method: str = "GET", path: str = f"{CLIENTS}/3") -> list[int]:
    return [caller.ask(method, path, {"name": "X"}).status for _ in range(times)]


def test_the_same_seed_brings_the_same_faults(make: MakeCaller) -> None:
    def run(seed: int) -> list[int]:
        return statuses(make(faults=Faults("500@0.3", "429@0.1", seed=seed)), 60)

    assert run(7) == run(7)
    assert run(7) != run(8)


def test_a_probability_is_about_kept(make: MakeCaller) -> None:
    counted = Counter(statuses(make(faults=Faults("503@0.2", seed=1)), 1000))
    assert 150 < counted[503] < 250


def test_one_rules_luck_does_not_change_anothers(make: MakeCaller) -> None:
    alone = statuses(make(faults=Faults("500@0.3", seed=7)), 60)
    beside = statuses(make(faults=Faults("500@0.3", "409@0.3,DELETE", seed=7)), 60)
    assert alone == beside


def test_a_rule_strikes_the_nth_match_or_so_many_times(make: MakeCaller) -> None:
    assert statuses(make(faults=Faults("500@#3")), 4) == [200, 200, 500, 200]
    assert statuses(make(faults=Faults("500@x2")), 4) == [500, 500, 200, 200]


def test_a_rule_strikes_its_method_and_path_only(make: MakeCaller) -> None:
    caller = make(faults=Faults(f"500@PUT,{CLIENTS}/*"))
    assert statuses(caller, 1, "PUT") == [500]
    assert statuses(caller, 1, "GET") == [200]
    assert statuses(caller, 1, "POST", CLIENTS) == [201]


@pytest.mark.parametrize("effect", ["500", "429", "401", "html", "reset", "hang", "refused", "redirect"])
def test_a_fault_instead_of_the_answer_writes_nothing(make: MakeCaller, effect: str) -> None:
    caller = make(faults=Faults(effect))
    response = caller.ask("PUT", f"{CLIENTS}/3", {"name": "Written"})
    assert response.status >= 300
    assert caller.tenant.clients["3"] == record(3)


@pytest.mark.parametrize("effect", ["500-after", "reset-after", "hang-after", "html-after", "cut", "no-body"])
def test_a_fault_after_the_work_leaves_it_done(make: MakeCaller, effect: str) -> None:
    caller = make(faults=Faults(effect))
    caller.ask("PUT", f"{CLIENTS}/3", {"name": "Written"})
    assert caller.tenant.clients["3"]["name"] == "Written"


@pytest.mark.parametrize(
    ("effect", "breaks"),
    [
        ("refused", Break.REFUSED),
        ("reset", Break.RESET),
        ("reset-after", Break.RESET),
        ("hang", Break.HANG),
        ("cut", Break.CUT),
        ("500", None),
    ],
)
def test_a_response_says_how_it_fails_to_arrive(make: MakeCaller, effect: str, breaks: Break | None) -> None:
    caller = make(faults=Faults(effect))
    assert caller.ask("GET", CLIENTS).breaks is breaks
    assert caller.tenant.stats.broken == (breaks is not None)


def test_a_status_fault_can_tell_when_to_come_back(make: MakeCaller) -> None:
    assert make(faults=Faults("503=7")).ask("GET", CLIENTS).headers["Retry-After"] == "7"


def test_broken_json_is_no_json(make: MakeCaller) -> None:
    response = make(faults=Faults("broken-json")).ask("GET", CLIENTS)
    assert response.status == 200
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(response.body)


def test_an_html_page_is_what_a_proxy_would_show(make: MakeCaller) -> None:
    response = make(faults=Faults("html-200")).ask("GET", CLIENTS)
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("effect", "members"),
    [
        ("no-total-items", {"items", "currentPage", "size", "totalPages"}),
        ("no-total-pages", {"items", "currentPage", "size", "totalItems"}),
        ("no-totals", {"items", "currentPage", "size"}),
        ("items-only", {"items"}),
    ],
)
def test_a_page_may_lack_its_totals(make: MakeCaller, effect: str, members: set[str]) -> None:
    assert set(make(faults=Faults(effect)).page()) == members


def test_a_page_may_be_a_bare_list(make: MakeCaller) -> None:
    listed = orjson.loads(make(faults=Faults("bare-list")).ask("GET", CLIENTS).body)
    assert [item["id"] for item in listed] == [str(number) for number in range(1, 11)]


def test_pages_may_be_capped(make: MakeCaller) -> None:
    page = make([record(n) for n in range(1, 81)], faults=Faults("cap-size=50")).page(size="100")
    assert (page["size"], len(page["items"]), page["totalPages"]) == (50, 50, 2)


def item(caller: Caller) -> Any:
    return caller.page(size="1")["items"][0]


def test_records_may_have_other_forms(make: MakeCaller) -> None:
    assert item(make(faults=Faults("ids-as-numbers")))["id"] == 1
    assert item(make(faults=Faults("address-text")))["address"] == "Kaai 1, 2000 Antwerpen, BE"
    street = item(make(faults=Faults("address-street")))["address"]
    assert (street["street"], street["streetNumber"], street["countryCode"]) == ("Kaai", "1", "BE")
    assert item(make(faults=Faults("custom-fields")))["custom_fields"] == [{"name": "Role", "value": "POV"}]
    assert "extraFields" not in item(make(faults=Faults("no-extra-fields")))


@pytest.mark.parametrize(("others", "shown"), [(["custom-fields"], {"custom_fields"}), (["no-extra-fields"], set())])
def test_custom_fields_that_are_not_shown_are_not_said_to_be_none(
    make: MakeCaller, others: list[str], shown: set[str]
) -> None:
    record = item(make(faults=Faults(*others, "custom-fields")))
    assert record.keys() & {"custom_fields", "extraFields"} == shown


def test_extra_fields_may_be_keyed_by_guid(make: MakeCaller) -> None:
    guid = "0A1B2C3D-0000-4000-8000-000000000000"
    caller = make(faults=Faults("guid-keys"), role_guid=guid)
    assert item(caller)["extraFields"] == {guid: {"stringValue": "POV"}}
    single = body(caller.ask("GET", f"{CLIENTS}/3", query={"include": "extraFields"}))
    assert single["extraFields"] == {guid: {"stringValue": "POV"}}


@pytest.mark.parametrize(
    ("effect", "is_odd"),
    [
        ("odd-null", lambda item: item is None),
        ("odd-text", lambda item: isinstance(item, str)),
        ("odd-list", lambda item: isinstance(item, list)),
        ("odd-no-id", lambda item: "id" not in item),
        ("odd-role-list", lambda item: item["extraFields"]["Role"] == ["POV", "RORO"]),
        ("odd-name-number", lambda item: item["name"] == 4711),
    ],
)
def test_one_record_of_a_page_may_be_odd(make: MakeCaller, effect: str, is_odd: Any) -> None:
    items = make(faults=Faults(effect)).page()["items"]
    assert len(items) == 10
    assert sum(bool(is_odd(one)) for one in items) == 1


def test_a_share_of_the_clients_may_be_odd_and_always_the_same_ones(make: MakeCaller) -> None:
    caller = make([record(n) for n in range(1, 101)], faults=Faults("odd-name-number=0.1", seed=3))
    first = [one["id"] for one in caller.page(size="100")["items"] if one["name"] == 4711]
    again = [one["id"] for one in caller.page(size="100", sort="id:desc")["items"] if one["name"] == 4711]
    assert 2 <= len(first) <= 20
    assert set(again) == set(first)
    assert body(caller.ask("GET", f"{CLIENTS}/{first[0]}"))["name"] == 4711


def test_the_list_shifts_between_list_requests_only(make: MakeCaller) -> None:
    caller = make(faults=Faults("shift-delete", "shift-create@#2"))
    caller.ask("GET", f"{CLIENTS}/3")
    assert len(caller.tenant.clients) == 10
    assert caller.page()["totalItems"] == 9
    assert caller.page()["totalItems"] == 9
    assert "11" in caller.tenant.clients


def test_a_shift_renames_as_a_person_would(make: MakeCaller) -> None:
    caller = make(faults=Faults("shift-update=3", seed=5))
    caller.page()
    renamed = [r for r in caller.tenant.clients.values() if r["updatedAt"].startswith("2025-10")]
    assert 1 <= len(renamed) <= 3


def test_latency_is_told_and_not_slept(make: MakeCaller) -> None:
    assert make(faults=Faults(latency_ms=150)).ask("GET", CLIENTS).delay_s == 0.15
    delays = [make(faults=Faults(latency_ms=100, jitter_ms=50, seed=1)).ask("GET", CLIENTS).delay_s]
    assert delays[0] != 0.1
    assert 0.1 <= delays[0] <= 0.15
    assert make(faults=Faults("delay=2@#1", latency_ms=100)).ask("GET", CLIENTS).delay_s == 2.1


def test_a_request_over_the_limit_uses_no_fault_up(make: MakeCaller) -> None:
    caller = make(faults=Faults("500@#2"), limits=Limits(burst=1, per_second=1))
    assert statuses(caller, 2) == [200, 429]
    caller.clock.advance(1)
    assert statuses(caller, 1) == [500]


def test_faults_tell_how_often_they_struck(make: MakeCaller) -> None:
    caller = make(faults=Faults("500@#1", "503@#2"))
    statuses(caller, 2)
    assert caller.simulated.faults.snapshot()["rules"] == [
        {"rule": "500@#1", "struck": 1},
        {"rule": "503@#2", "struck": 1},
    ]


def test_without_faults_an_answer_is_untouched(make: MakeCaller) -> None:
    quiet: Response = make().ask("GET", CLIENTS)
    assert (quiet.breaks, quiet.delay_s) == (None, 0.0)
