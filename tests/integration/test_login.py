"""Logging in with OAuth2: the tokens are kept, encrypted, and renewed by one process at a time."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from bconnect.sync import cipher, tokens
from bconnect.sync.login import login
from bconnect.sync.models import LoginTokens
from bconnect.sync.tokens import TokenStore
from bconnect.webhooks.models import WebhookConfiguration
from bconnect.webhooks.reseal import reseal
from robaws.auth import BasicAuth, OAuth2, Tokens

pytestmark = pytest.mark.django_db(transaction=True)

PAIR = Tokens("access-planted", "refresh-planted", 1_800_000_000.0)
MakeStore = Callable[..., TokenStore]


@pytest.fixture
def process() -> Iterator[MakeStore]:
    """The store as another process would open it."""
    opened: list[TokenStore] = []

    def open_store(tenant: str = "tenant", given: str = "first", **options: Any) -> TokenStore:
        opened.append(TokenStore(tenant, given, **options))
        return opened[-1]

    yield open_store
    for each in opened:
        each.close()


@pytest.fixture
def oauth(settings: Any) -> None:
    settings.ROBAWS_API_KEY = settings.ROBAWS_API_SECRET = ""
    settings.ROBAWS_OAUTH_CLIENT_ID, settings.ROBAWS_OAUTH_CLIENT_SECRET = "app", "app-secret"
    settings.ROBAWS_OAUTH_REFRESH_TOKEN = "first"


def test_what_was_saved_is_loaded_by_the_next_process_and_unreadable_in_the_table(process: MakeStore) -> None:
    assert process().load() is None
    process().save(PAIR)
    assert process().load() == PAIR
    stored = LoginTokens.objects.get(tenant="tenant")
    assert "planted" not in repr(vars(stored))
    assert "first" not in repr(vars(stored))


def test_a_new_refresh_token_in_the_settings_takes_the_place_of_the_stored_one(process: MakeStore) -> None:
    process().save(PAIR)
    assert process(given="second").load() is None
    assert process("other tenant").load() is None


def test_tokens_under_a_lost_key_do_not_count_and_say_so(
    process: MakeStore, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    process().save(PAIR)
    settings.SECRET_KEY = "another"
    assert process().load() is None
    assert "does not count" in caplog.text


def test_the_second_waits_until_the_first_has_renewed(process: MakeStore) -> None:
    first, told = process(), list[str]()
    waiting = threading.Event()
    second = process(sleep=lambda seconds: waiting.set())

    def take_turn() -> None:
        with second.alone():
            told.append("second")
        second.close()

    with first.alone():
        thread = threading.Thread(target=take_turn)
        thread.start()
        assert waiting.wait(60)
        told.append("first")
    thread.join(60)
    assert told == ["first", "second"]


def test_one_that_died_while_renewing_holds_up_the_others_for_a_minute_at_most(process: MakeStore) -> None:
    dead, waits = process(), list[float]()
    assert dead._take("dead")
    assert not process()._take("another")
    LoginTokens.objects.update(held_until=1)  # a minute later
    with process(sleep=waits.append).alone():
        assert waits == []
    assert tokens.HELD_FOR_S <= 60


def test_key_and_secret_log_in_unless_oauth_is_set(oauth: None, settings: Any) -> None:
    assert isinstance(login("tenant"), OAuth2)
    settings.ROBAWS_OAUTH_CLIENT_ID = settings.ROBAWS_OAUTH_CLIENT_SECRET = settings.ROBAWS_OAUTH_REFRESH_TOKEN = ""
    settings.ROBAWS_API_KEY, settings.ROBAWS_API_SECRET = "key", "secret"
    assert isinstance(login("tenant"), BasicAuth)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"ROBAWS_OAUTH_REFRESH_TOKEN": ""}, "ROBAWS_OAUTH_REFRESH_TOKEN is not set"),
        ({"ROBAWS_OAUTH_CLIENT_ID": ""}, "ROBAWS_OAUTH_CLIENT_ID is not set"),
        ({"ROBAWS_API_KEY": "key"}, "keep one way to log in"),
        ({"SECRET_KEY": ""}, "BCONNECT_SECRET_KEY is not set"),
    ],
)
def test_half_a_login_is_refused_by_name(oauth: None, settings: Any, changed: dict[str, str], named: str) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=named) as refused:
        login("tenant")
    assert "app-secret" not in str(refused.value)


def test_after_a_new_key_everything_is_encrypted_with_it_and_the_old_one_can_go(
    process: MakeStore, settings: Any
) -> None:
    process().save(PAIR)
    webhook = WebhookConfiguration.objects.create(
        webhook_id="w", url="https://b.test", secret=cipher.encrypt("whsec"), previous_secret=cipher.encrypt("before")
    )
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the new key"
    assert reseal() == 3
    settings.SECRET_KEY_FALLBACKS = []
    webhook.refresh_from_db()
    assert (cipher.decrypt(webhook.secret), cipher.decrypt(webhook.previous_secret)) == ("whsec", "before")
    assert process().load() == PAIR


def test_what_can_t_be_read_keeps_the_rest_as_it_is(settings: Any) -> None:
    readable = cipher.encrypt("whsec")
    WebhookConfiguration.objects.create(webhook_id="1", url="https://b.test", secret=readable)
    WebhookConfiguration.objects.create(webhook_id="2", url="https://b.test", secret="gAAAA of another key")
    with pytest.raises(cipher.UnreadableSecretError):
        reseal()
    assert WebhookConfiguration.objects.get(webhook_id="1").secret == readable
