"""Lists of clients: paging, sorting, filters, what is included."""

import pytest
from simulated_caller import CLIENTS, Caller, MakeCaller, body, record


def test_pages_count_from_nought_and_hold_ten_by_default(make: MakeCaller) -> None:
    caller = make([record(number) for number in range(1, 26)])
    page = caller.page()
    assert [item["id"] for item in page["items"]] == [str(number) for number in range(1, 11)]
    assert {name: page[name] for name in page if name != "items"} == {
        "totalItems": 25,
        "currentPage": 0,
        "size": 10,
        "totalPages": 3,
    }


def test_the_pages_together_are_the_whole_list_once(make: MakeCaller) -> None:
    caller = make([record(number) for number in range(1, 26)])
    pages = [caller.ids(page=str(page), size="10") for page in range(4)]
    assert [client_id for page in pages for client_id in page] == [str(number) for number in range(1, 26)]
    assert pages[3] == []


def test_a_size_over_a_hundred_is_cut_to_a_hundred(make: MakeCaller) -> None:
    page = make([record(number) for number in range(1, 151)]).page(size="1000")
    assert (page["size"], len(page["items"]), page["totalPages"]) == (100, 100, 2)


@pytest.mark.parametrize("query", [{"page": "-1"}, {"page": "x"}, {"size": "0"}, {"size": ""}])
def test_a_senseless_page_or_size_is_refused(caller: Caller, query: dict[str, str]) -> None:
    response = caller.ask("GET", CLIENTS, query=query)
    assert response.status == 400
    assert next(iter(query)) in body(response)["message"]


def test_ids_are_sorted_as_numbers_in_both_directions(make: MakeCaller) -> None:
    caller = make([record(number) for number in (10, 9, 2, 100)])
    assert caller.ids(sort="id:asc") == ["2", "9", "10", "100"]
    assert caller.ids(sort="id:desc") == ["100", "10", "9", "2"]


def test_several_sort_keys_count_in_the_order_given(make: MakeCaller) -> None:
    caller = make([record(1, name="B"), record(2, name="a"), record(3, name="b"), record(4, name=None)])
    assert caller.ids(sort="name:asc,id:desc") == ["2", "3", "1", "4"]


@pytest.mark.parametrize("sort", ["colour:asc", "address:asc", "id:up"])
def test_an_unknown_sort_is_refused(caller: Caller, sort: str) -> None:
    assert caller.ask("GET", CLIENTS, query={"sort": sort}).status == 400


def test_updated_from_takes_in_its_own_moment(caller: Caller) -> None:
    assert caller.ids(updatedFrom="2025-01-01T00:00:08.000Z") == ["8", "9", "10"]


def test_updated_from_takes_a_time_in_any_offset(caller: Caller) -> None:
    assert caller.ids(updatedFrom="2025-01-01T01:00:09+01:00") == ["9", "10"]


def test_an_updated_from_that_is_no_time_is_refused(caller: Caller) -> None:
    assert caller.ask("GET", CLIENTS, query={"updatedFrom": "yesterday"}).status == 400


def test_a_list_follows_a_change(caller: Caller) -> None:
    assert caller.ids(updatedFrom="2025-06-01T00:00:00.000Z") == []
    caller.tenant.edit("4", {"name": "Moved"})
    assert caller.ids(updatedFrom="2025-06-01T00:00:00.000Z") == ["4"]


def test_members_and_extra_fields_filter_exactly(make: MakeCaller) -> None:
    role = {"Role": {"type": "SELECT", "group": None, "stringValue": "FORWARDER"}}
    caller = make([record(1), record(2, extraFields=role), record(3, name="Client 3 bis"), record(4)])
    assert caller.ids(**{"extraFields[Role]": "FORWARDER"}) == ["2"]
    assert caller.ids(name="Client 4") == ["4"]
    assert caller.ids(name="Client") == []


def test_a_filter_that_does_not_exist_is_refused(caller: Caller) -> None:
    assert caller.ask("GET", CLIENTS, query={"colour": "red"}).status == 400


def test_associations_are_left_out_unless_included(caller: Caller) -> None:
    plain = body(caller.ask("GET", CLIENTS))["items"][0]
    assert "extraFields" not in plain
    assert "contacts" not in plain
    whole = body(caller.ask("GET", CLIENTS, query={"include": "extraFields,contacts"}))["items"][0]
    assert whole["extraFields"]["Role"]["stringValue"] == "POV"
    assert whole["contacts"] == []


def test_a_single_client_includes_as_a_list_does(caller: Caller) -> None:
    assert "extraFields" not in body(caller.ask("GET", f"{CLIENTS}/3"))
    whole = body(caller.ask("GET", f"{CLIENTS}/3", query={"include": "extraFields"}))
    assert whole == record(3)
