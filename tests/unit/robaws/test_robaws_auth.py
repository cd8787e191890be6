"""Logins."""

from collections.abc import Mapping
from threading import Lock, Thread
from typing import Any

import httpx2
import pytest
from robaws_fake_clock import FakeClock
from robaws_wires import Script, ok, transport_over

from robaws.auth import BasicAuth, OAuth2, Tokens
from robaws.errors import BadAnswer, LoginRefused, Misconfigured

LIST = "/api/v2/clients"


class TokenServer:
    """Gives access-1, access-2, … with refresh-1, refresh-2, …; only the latest pair counts."""

    def __init__(self) -> None:
        self.given = 0
        self.forms: list[dict[str, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/oauth2/tokens":
            assert "Authorization" not in request.headers
            self.forms.append(dict(httpx2.QueryParams(request.content.decode())))
            if self.forms[-1]["refresh_token"] != f"refresh-{self.given}":
                return httpx2.Response(400, json={"error": "invalid_grant"})
            self.given += 1
            return ok(
                {
                    "access_token": f"access-{self.given}",
                    "refresh_token": f"refresh-{self.given}",
                    "expires_in": 3600,
                }
            )
        if request.headers["Authorization"] != f"Bearer access-{self.given}":
            return httpx2.Response(401, json={"message": "expired"})
        return ok({"items": []})


def oauth(clock: FakeClock, **options: Any) -> OAuth2:
    return OAuth2("app", "topsecret", "refresh-0", clock=clock, **options)


def test_tokens_are_fetched_as_documented_and_used_until_nearly_expired() -> None:
    clock, server = FakeClock(), TokenServer()
    transport = transport_over(server, clock, auth=oauth(clock))
    for _ in range(5):
        transport.request("GET", LIST)
    assert server.forms == [
        {
            "client_id": "app",
            "client_secret": "topsecret",
            "grant_type": "refresh_token",
            "refresh_token": "refresh-0",
        }
    ]
    clock.now += 3_550
    transport.request("GET", LIST)
    assert [form["refresh_token"] for form in server.forms] == ["refresh-0", "refresh-1"]


def test_a_token_refused_early_is_renewed_once() -> None:
    clock, server = FakeClock(), TokenServer()
    revoked = Tokens("old", "refresh-0", clock() + 9_999)
    store = [revoked]
    auth = oauth(clock, load=lambda: store[-1], save=store.append)
    transport_over(server, clock, auth=auth).request("GET", LIST)
    assert [tokens.access for tokens in store] == ["old", "access-1"]


def test_a_login_refused_after_renewal_is_reported() -> None:
    clock = FakeClock()

    def handler(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/oauth2/tokens":
            return ok({"access_token": "a", "expires_in": 3600})
        return httpx2.Response(401, json={})

    transport = transport_over(handler, clock, auth=oauth(clock))
    with pytest.raises(LoginRefused):
        transport.request("GET", LIST)
    assert transport.requests == 4


def test_what_another_process_renewed_is_taken_over() -> None:
    clock, server = FakeClock(), TokenServer()
    server.given = 7
    auth = oauth(clock, load=lambda: Tokens("access-7", "refresh-7", clock() + 3_600))
    transport_over(server, clock, auth=auth).request("GET", LIST)
    assert server.forms == []


def test_two_processes_with_one_spent_token_renew_once_and_both_go_on() -> None:
    clock, server, store, gate = FakeClock(), TokenServer(), list[Tokens](), Lock()

    def process() -> None:
        auth = oauth(clock, load=lambda: store[-1] if store else None, save=store.append, alone=lambda: gate)
        transport_over(server, clock, auth=auth).request("GET", LIST)

    threads = [Thread(target=process) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [form["refresh_token"] for form in server.forms] == ["refresh-0"]
    assert [tokens.refresh for tokens in store] == ["refresh-1"]


def test_many_threads_renew_once() -> None:
    clock, server = FakeClock(), TokenServer()
    transport = transport_over(server, clock, auth=oauth(clock))
    threads = [Thread(target=transport.request, args=("GET", LIST)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.forms) == 1


def test_a_revoked_refresh_token_is_a_refused_login() -> None:
    clock, server = FakeClock(), TokenServer()
    server.given = 3
    with pytest.raises(LoginRefused):
        transport_over(server, clock, auth=oauth(clock)).request("GET", LIST)


def test_an_answer_without_a_token_is_a_bad_answer() -> None:
    clock = FakeClock()
    with pytest.raises(BadAnswer, match="no access token"):
        transport_over(Script(ok({"hello": 1})), clock, auth=oauth(clock)).request("GET", LIST)


def test_nothing_secret_is_in_a_repr() -> None:
    shown = repr([BasicAuth("key", "topsecret"), oauth(FakeClock()), Tokens("access-1", "refresh-1", 0), vars(Tokens)])
    for secret in ("key'", "topsecret", "access-1", "refresh-1"):
        assert secret not in shown


@pytest.mark.parametrize(("key", "secret"), [("", "s"), ("k", ""), ("k:x", "s")])
def test_a_missing_or_impossible_key_is_refused(key: str, secret: str) -> None:
    with pytest.raises(Misconfigured, match="check both"):
        BasicAuth(key, secret)


def test_basic_login_needs_no_request() -> None:
    def post_form(address: str, form: Mapping[str, str]) -> None:
        raise AssertionError(address)

    auth = BasicAuth("key", "secret")
    assert auth.authorization(post_form) == "Basic a2V5OnNlY3JldA=="
    assert not auth.renew("x", post_form)
