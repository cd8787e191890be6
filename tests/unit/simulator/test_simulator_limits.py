"""Login, the rate limits, the modes and the replica's lag, with a clock that is moved by hand."""

import pytest
from simulated_caller import CLIENTS, Caller, MakeCaller, body, record

from robaws.simulator import Limits, Mode, Request

REPLICA = {"database-mode": "replica"}


def asked(caller: Caller, times: int, headers: dict[str, str] | None = None) -> list[int]:
    return [caller.ask("GET", CLIENTS, headers=headers).status for _ in range(times)]


@pytest.mark.parametrize("login", ["key:wrong", "wrong:secret", ":", "key"])
def test_a_wrong_login_is_401(caller: Caller, login: str) -> None:
    response = caller.ask("GET", CLIENTS, login=login)
    assert response.status == 401
    assert "WWW-Authenticate" in response.headers


@pytest.mark.parametrize("header", [{}, {"authorization": "Basic %%%"}, {"authorization": "Digest x"}])
def test_no_login_is_401(caller: Caller, header: dict[str, str]) -> None:
    assert caller.simulated.handle(Request("GET", CLIENTS, header)).status == 401


def token(caller: Caller, form: bytes) -> tuple[int, dict[str, object]]:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    response = caller.simulated.handle(Request("POST", "/oauth2/tokens", headers, form))
    return response.status, body(response)


def test_a_refresh_token_buys_an_access_token_for_an_hour(caller: Caller) -> None:
    form = b"grant_type=refresh_token&refresh_token=refresh&client_id=key&client_secret=secret"
    status, tokens = token(caller, form)
    assert (status, tokens["expires_in"]) == (200, 3600)
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert caller.ask("GET", CLIENTS, headers=bearer).status == 200
    caller.clock.advance(3600)
    assert caller.ask("GET", CLIENTS, headers=bearer).status == 401
    again = f"grant_type=refresh_token&refresh_token={tokens['refresh_token']}&client_id=key&client_secret=secret"
    assert token(caller, again.encode())[0] == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        (
            b"grant_type=refresh_token&refresh_token=no&client_id=key&client_secret=secret",
            400,
            "invalid_grant",
        ),
        (
            b"grant_type=refresh_token&refresh_token=refresh&client_id=key&client_secret=no",
            401,
            "invalid_client",
        ),
        (b"grant_type=password&client_id=key&client_secret=secret", 400, "unsupported_grant_type"),
    ],
)
def test_a_token_request_is_refused_as_rfc_6749_says(caller: Caller, form: bytes, status: int, error: str) -> None:
    assert token(caller, form) == (status, {"error": error})


def test_the_bucket_holds_twenty_and_fills_at_fifteen_a_second(make: MakeCaller) -> None:
    caller = make(limits=Limits())
    assert asked(caller, 21) == [200] * 20 + [429]
    caller.clock.advance(1)
    assert asked(caller, 16) == [200] * 15 + [429]
    caller.clock.advance(60)
    assert asked(caller, 21) == [200] * 20 + [429]


def test_one_token_comes_back_after_a_fifteenth_of_a_second(make: MakeCaller) -> None:
    caller = make(limits=Limits(burst=1))
    statuses = []
    for _ in range(30):
        statuses += asked(caller, 1)
        caller.clock.advance(1 / 15)
    assert statuses == [200] * 30


def test_answers_say_what_is_left(make: MakeCaller) -> None:
    caller = make(limits=Limits(per_day=100))
    caller.clock.now = 86_400 * 20_000 + 86_000.0
    headers = caller.ask("GET", CLIENTS).headers
    assert {name: headers[name] for name in headers if name.startswith("X-RateLimit")} == {
        "X-RateLimit-Remaining": "19",
        "X-RateLimit-Daily-Limit": "100",
        "X-RateLimit-Daily-Remaining": "99",
        "X-RateLimit-Daily-Reset": "400",
    }


def test_the_daily_quota_is_per_mode_and_comes_back_the_next_day(make: MakeCaller) -> None:
    caller = make(limits=Limits(per_day=3))
    assert asked(caller, 4) == [200, 200, 200, 429]
    assert asked(caller, 4, REPLICA) == [200, 200, 200, 429]
    caller.clock.advance(86_400)
    assert asked(caller, 4) == [200, 200, 200, 429]


def test_others_use_up_the_quota_too(make: MakeCaller) -> None:
    caller = make(limits=Limits(per_day=10))
    caller.tenant.gate.spend(Mode.LIVE, 9)
    assert asked(caller, 2) == [200, 429]


def test_a_refused_request_costs_nothing_and_is_counted(make: MakeCaller) -> None:
    caller = make(limits=Limits(burst=1, per_day=10))
    statuses = asked(caller, 3)
    assert statuses == [200, 429, 429]
    caller.clock.advance(1)
    assert caller.ask("GET", CLIENTS).headers["X-RateLimit-Daily-Remaining"] == "8"
    assert (caller.tenant.stats.requests, caller.tenant.stats.too_many) == (4, 2)


@pytest.mark.parametrize("tells", [True, False])
def test_a_429_tells_when_to_come_back_if_the_tenant_does(make: MakeCaller, tells: bool) -> None:
    caller = make(limits=Limits(burst=1, retry_after=tells))
    asked(caller, 1)
    assert caller.ask("GET", CLIENTS).headers.get("Retry-After") == ("1" if tells else None)


def test_without_limits_everything_passes_and_no_header_speaks_of_them(caller: Caller) -> None:
    assert set(asked(caller, 50)) == {200}
    assert not [name for name in caller.ask("GET", CLIENTS).headers if name.startswith("X-RateLimit")]


def test_a_wrong_login_takes_no_token(make: MakeCaller) -> None:
    caller = make(limits=Limits(burst=1))
    assert caller.ask("GET", CLIENTS, login="key:wrong").status == 401
    assert asked(caller, 1) == [200]


def test_the_replica_shows_the_state_of_some_seconds_ago(make: MakeCaller) -> None:
    caller = make(replica_lag_s=30)
    caller.tenant.edit("1", {"name": "New name"})
    caller.tenant.remove("2")
    added = caller.tenant.add({"name": "Added"})
    caller.clock.advance(29)

    def replica(path: str) -> tuple[int, object]:
        response = caller.ask("GET", path, headers=REPLICA)
        return response.status, body(response).get("name")

    assert (replica(f"{CLIENTS}/1"), replica(f"{CLIENTS}/2"), replica(f"{CLIENTS}/{added}")[0]) == (
        (200, "Client 1"),
        (200, "Client 2"),
        404,
    )
    assert caller.page(size="1")["totalItems"] == 10
    assert caller.ids(**{"database-mode": "replica", "size": "3"}) == ["1", "2", "3"]
    caller.clock.advance(1)
    assert (replica(f"{CLIENTS}/1"), replica(f"{CLIENTS}/2")[0], replica(f"{CLIENTS}/{added}")) == (
        (200, "New name"),
        404,
        (200, "Added"),
    )


def test_live_reads_never_lag(make: MakeCaller) -> None:
    caller = make(replica_lag_s=30)
    caller.tenant.edit("1", {"name": "New name"})
    assert body(caller.ask("GET", f"{CLIENTS}/1"))["name"] == "New name"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_replica_can_only_be_read(caller: Caller, method: str) -> None:
    path = CLIENTS if method == "POST" else f"{CLIENTS}/3"
    assert caller.ask(method, path, {"name": "X"}, headers=REPLICA).status == 400
    assert caller.tenant.clients["3"] == record(3)


def test_an_unknown_mode_is_refused(caller: Caller) -> None:
    assert caller.ask("GET", CLIENTS, headers={"database-mode": "yesterday"}).status == 400


def test_the_date_is_that_of_the_tenants_clock(caller: Caller) -> None:
    assert caller.ask("GET", CLIENTS).headers["Date"] == "Thu, 09 Oct 2025 08:53:20 GMT"


def test_the_counters_tell_operations_and_modes_apart(caller: Caller) -> None:
    asked(caller, 2, REPLICA)
    caller.patch(3, {"name": "X"})
    caller.ask("DELETE", f"{CLIENTS}/4")
    stats = caller.tenant.stats
    assert dict(stats.operations) == {
        "GET /api/v2/clients": 2,
        "PATCH /api/v2/clients/{id}": 1,
        "DELETE /api/v2/clients/{id}": 1,
    }
    assert (stats.writes, stats.modes["replica"], stats.modes["live"]) == (2, 2, 2)
