"""The endpoint: what is accepted, what is refused, and what either costs. On both databases."""

import gzip
import time
from io import BytesIO
from typing import Any

import orjson
import pytest
from django.db import DatabaseError, InterfaceError, connection
from django.test import Client, RequestFactory
from django.utils import timezone

from bconnect.sync import cipher
from bconnect.webhooks import views
from bconnect.webhooks.models import Delivery, Status, WebhookConfiguration
from robaws.signature import sign
from tests.integration.rig import client_record
from tests.integration.webhooks_rig import URL, events, statuses

pytestmark = pytest.mark.django_db

SECRET = "whsec_known"


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.ROBAWS_WEBHOOK_SECRET = SECRET
    settings.ALLOWED_HOSTS = ["testserver"]
    views.keyring.forget()
    views.refusals.forget()


def body(event_id: str = "e1", event: str = "client.updated", **members: Any) -> bytes:
    return orjson.dumps({"id": event_id, "event": event, "data": client_record(1), **members})


def post(content: bytes, *, secret: str = SECRET, at: float = 0, header: str | None = None, **more: Any) -> Any:
    """`at`: seconds from now; `header` instead of a true signature."""
    header = sign(secret, content, int(time.time() + at)) if header is None else header
    headers = {"Robaws-Signature": header} if header else {}
    sender = Client(enforce_csrf_checks=True)
    return sender.post(URL, content, content_type="application/json", headers=headers, **more)


def configured(secret: str, **values: Any) -> WebhookConfiguration:
    values = {"webhook_id": secret, "url": "https://b.test", "secret": cipher.encrypt(secret), **values}
    return WebhookConfiguration.objects.create(**values)


def refused() -> list[tuple[str, int]]:
    rows = Delivery.objects.filter(status=Status.REJECTED).order_by("id")
    return list(rows.values_list("error_message", "occurrences"))


def test_a_signed_event_is_stored_and_answered():
    answer = post(body())
    assert (answer.status_code, answer.json()) == (200, {"status": "accepted"})
    (stored,) = events()
    assert (stored.robaws_id, stored.event_type, stored.robaws_client_id) == ("e1", "client.updated", "1")
    assert (stored.status, stored.payload) == ("received", orjson.loads(body()))


def test_it_costs_one_statement(django_assert_num_queries: Any):
    post(body("e0"))  # the secrets are looked up now
    with django_assert_num_queries(1):
        post(body("e1"))


def test_a_repeat_is_answered_alike_and_stored_once():
    assert [post(body()).json() for _ in range(3)] == [{"status": "accepted"}] * 3
    assert len(events()) == 1


def test_an_unknown_event_type_is_accepted_and_ignored():
    assert post(body(event="article.updated")).status_code == 200
    assert statuses() == ["ignored"]


def test_it_needs_no_session_and_sets_no_cookie():
    assert not post(body()).cookies


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"header": ""}, "without a signature"),
        ({"header": "nonsense"}, "with a signature header of another form"),
        ({"header": "t=1"}, "with a signature header of another form"),
        ({"header": "v1=" + "0" * 64}, "with a signature header of another form"),
        ({"header": "t=x,v1=" + "0" * 64}, "with a signature header of another form"),
        ({"secret": "whsec_wrong"}, "not signed by an active secret"),
        ({"at": -301}, "signed more than 5 minutes ago: a repeat by a third party, or a clock that is wrong"),
        ({"at": 310}, "signed more than 5 minutes in the future: is this machine's clock right?"),
    ],
)
def test_a_call_not_signed_by_robaws_just_now_gets_401_and_stores_none_of_itself(more, reason):
    answer = post(body(), **more)
    assert (answer.status_code, answer.json()) == (401, {"error": "not signed"})
    assert refused() == [(reason, 1)]
    (row,) = events()
    assert (row.payload, row.robaws_id, row.robaws_client_id, row.event_type) == (None, None, None, "")


def test_a_signature_of_another_body_does_not_count():
    header = sign(SECRET, body("e1"), int(time.time()))
    assert post(body("e2"), header=header).status_code == 401


@pytest.mark.parametrize("at", [-290, 290])
def test_a_clock_that_is_a_little_off_does_no_harm(at):
    assert post(body(), at=at).status_code == 200


def test_a_header_with_unknown_elements_and_a_second_digest_counts():
    true = sign(SECRET, body(), int(time.time()))
    assert post(body(), header=f"v0=x,{true},v1={'0' * 64}").status_code == 200


def test_without_any_secret_nothing_is_accepted(settings):
    settings.ROBAWS_WEBHOOK_SECRET = ""
    views.keyring.forget()
    assert post(body(), secret="").status_code == 401


@pytest.mark.parametrize("content", [b"", b"oops", b"[]", b"{}", b'{"id": "e1"}', b'{"event": "client.updated"}'])
def test_what_is_signed_but_no_event_gets_400(content):
    answer = post(content)
    assert (answer.status_code, answer.json()) == (400, {"error": "malformed"})
    assert statuses() == ["rejected"]


def test_a_body_over_1_mib_gets_413_whether_signed_or_not():
    large = body(padding="x" * 5_000_000)
    assert post(large).status_code == 413
    assert post(large, header="").status_code == 413
    assert refused() == [("larger than 1 MiB", 2)]


def test_a_body_of_1_mib_is_accepted():
    fitting = body(padding="x" * (1024 * 1024 - len(body(padding=""))))
    assert len(fitting) == 1024 * 1024
    assert post(fitting).status_code == 200


@pytest.mark.parametrize(("length", "status"), [(900_000, 200), (1_100_000, 413)])
def test_a_body_sent_in_chunks_is_read_up_to_the_limit(length, status):
    content = body(padding="x" * length)
    request = RequestFactory().post(URL, b"", content_type="application/json")
    request.META |= {
        "HTTP_ROBAWS_SIGNATURE": sign(SECRET, content, int(time.time())),
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_LENGTH": "",
        "wsgi.input": BytesIO(content),
        "wsgi.input_terminated": True,
    }
    assert views.customers(request).status_code == status


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options", "trace"])
def test_another_method_gets_405(method):
    answer = getattr(Client(), method)(URL)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert not events()


@pytest.mark.parametrize("error", [DatabaseError, InterfaceError])
def test_a_database_that_does_not_answer_is_503_and_never_accepted(monkeypatch: pytest.MonkeyPatch, error: type):
    def refuse(self: Any, sql: Any, *args: Any) -> None:
        raise error("secret detail")

    post(body("e0"))
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)
    answer = post(body("e1"))
    assert (answer.status_code, answer.json()) == (503, {"error": "try again later"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could drop a connection")
def test_a_connection_that_died_since_the_last_call_costs_no_call():
    post(body("e0"))
    cut_off = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(cut_off, [cursor.connection.info.backend_pid])
    other.close()
    assert post(body("e1")).status_code == 200
    assert len(events()) == 2


# --- what a stranger, or a bug over there, may send ------------------------------------------------------

ODD = (
    b'{"id":"e1","event":"client.updated","data":{"id":"1","name":"A\\u0000B"}}',
    b'{"id":"e1","event":"client.updated","data":{"id":"1","name":"A\\ud83d"}}',
    b'{"id":"e1","event":"client.updated","data":{"id":"1","a\\u0000":"x","\\ud83d":1}}',
    b'{"id":"e1","event":"client.updated","data":{"id":"1","name":"\\ud83d","n":123456789012345678901234567890}}',
    b'{"id":"e1","event":"client.updated","data":{"id":"1","n":123456789012345678901234567890,"m":-1e308}}',
    b'{"id":"e1","event":"client.updated","data":{"id":"1","n":NaN,"m":Infinity}}',
    b'{"id":"e1","event":"client.updated","data":{"id":"1","name":"A"},"data":{"id":"2","name":"B"}}',
    b'{"id":17,"event":"client.updated","data":{"id":1}}',
    b'{"id":"e1","event":"client.updated"}',
    b'{"id":"e1","event":"client.updated","data":' + b"[" * 200 + b"]" * 200 + b"}",
    b'\xef\xbb\xbf{"id":"e1","event":"client.updated","data":{"id":"1"}}',
)


@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_an_odd_body_that_is_an_event_is_stored(content: bytes):
    assert post(content).status_code == 200
    (stored,) = events()
    assert stored.payload["event"] == "client.updated"


MALFORMED = (
    b'{"id":"' + b"x" * 10_000 + b'","event":"client.updated","data":{"id":"1"}}',
    b'{"id":"e1","event":"' + b"x" * 10_000 + b'","data":{"id":"1"}}',
    b'{"id":"e\\u0000","event":"client.updated","data":{"id":"1"}}',
    b'{"id":"\\ud83d","event":"client.updated","data":{"id":"1"}}',
    b'{"id":["e1"],"event":"client.updated","data":{"id":"1"}}',
    b'{"id":1.5,"event":"client.updated","data":{"id":"1"}}',
    *(
        b'{"id":"e1","event":"client.updated","data":' + b"[" * depth + b"]" * depth + b"}"
        for depth in (300, 900, 1100, 5000, 100_000)
    ),
    gzip.compress(body()),
    body().decode().encode("utf-16-le")[:-1],
)


@pytest.mark.parametrize("content", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_signed_but_can_be_no_event_is_400_and_never_a_5xx(content: bytes):
    assert post(content).status_code == 400
    assert statuses() == ["rejected"]


@pytest.mark.parametrize("at", ["-1", "0", "00000000001", "9" * 12, "9" * 5000, "1e9", "١٢٣", " ", "nan"])
def test_an_absurd_time_is_401(at: str):
    assert post(body(), header=f"t={at},v1={'0' * 64}").status_code == 401


def test_a_header_sent_twice_is_401_even_where_one_of_them_is_right():
    true = sign(SECRET, body(), int(time.time()))
    assert post(body(), header=f"{true},{true}").status_code == 401


def test_the_host_name_does_not_matter_since_the_signature_does():
    assert post(body(), HTTP_HOST="crm.firm.example").status_code == 200


def test_a_slash_at_the_end_of_the_address_makes_no_difference():
    header = sign(SECRET, body(), int(time.time()))
    answer = Client().post(URL + "/", body(), content_type="application/json", headers={"Robaws-Signature": header})
    assert answer.status_code == 200


# --- secrets -----------------------------------------------------------------------------------------


def test_every_active_secret_counts_and_no_other():
    configured("whsec_a")
    configured("whsec_b", is_active=False)
    views.keyring.forget()
    answers = [post(body(f"e{n}"), secret=f"whsec_{n}").status_code for n in "ab"]
    assert answers == [200, 401]
    assert post(body()).status_code == 200


def test_a_rotated_secret_counts_until_it_expires():
    soon, past = timezone.now() + timezone.timedelta(hours=1), timezone.now() - timezone.timedelta(seconds=1)
    configured("whsec_new", previous_secret=cipher.encrypt("whsec_old"), previous_expires_at=soon)
    configured("whsec_newer", previous_secret=cipher.encrypt("whsec_expired"), previous_expires_at=past)
    views.keyring.forget()
    used = ("new", "old", "newer", "expired")
    assert [post(body(n), secret=f"whsec_{n}").status_code for n in used] == [200, 200, 200, 401]


def test_a_secret_registered_a_moment_ago_counts_without_waiting():
    post(body("e0"))
    time.sleep(1.0)
    configured("whsec_fresh")
    assert post(body("e1"), secret="whsec_fresh").status_code == 200


def test_secrets_are_not_stored_as_they_are():
    assert "whsec" not in configured("whsec_a").secret


def test_a_secret_kept_under_an_old_key_still_counts(settings: Any):
    configured("whsec_a")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    views.keyring.forget()
    assert post(body(), secret="whsec_a").status_code == 200


def test_a_secret_that_can_not_be_read_keeps_no_other_from_counting(settings: Any):
    configured("whsec_a")
    settings.SECRET_KEY = "another key"
    views.keyring.forget()
    assert post(body(), secret="whsec_a").status_code == 401
    assert post(body()).status_code == 200
