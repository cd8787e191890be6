"""Whatever is sent to whichever address, by a stranger or by an administrator: never a crash, never a 500."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bconnect.intakes.models import Intake
from bconnect.sync.models import Conflict
from tests.integration.rig import Rig, client_record, customer
from tests.security.surface import FIELDS, NASTY, PARAMETERS, address, odd_form, odd_text, routes

pytestmark = pytest.mark.django_db

EXAMPLES = 150
OPEN_TO_ALL = {"/healthz", "/readyz", "/metrics", "/api/webhooks/robaws/customers", "/", "/admin/login/"}

fuzzed = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
request = {
    "values": st.lists(st.one_of(st.just("1"), st.just("2"), odd_text), max_size=3),
    "query": st.one_of(
        st.tuples(st.sampled_from(PARAMETERS), st.sampled_from(NASTY)).map(lambda pair: dict([pair])),
        odd_form(PARAMETERS),
    ),
    "form": odd_form(FIELDS),
    "method": st.sampled_from(["get", "get", "post", "post", "head", "options", "put", "delete", "patch"]),
}


@pytest.fixture
def data() -> None:
    """Something to find, to change and to break."""
    Rig([client_record(number) for number in range(1, 4)]).pull("full")
    Intake.objects.create(robaws_client_id="1", customer_name="Client 1")
    Conflict.objects.create(
        customer=customer("1"), field="email", ours="a@b.be", theirs="c@d.be", since="2026-03-02T08:00Z"
    )


def send(browser: Client, method: str, path: str, query: dict[str, Any], form: dict[str, Any]) -> Any:
    kwargs: dict[str, Any] = {"query_params": query}
    if method in {"post", "put", "patch"}:
        kwargs["data"] = form
    if method in {"put", "patch"}:
        kwargs |= {"data": repr(form), "content_type": "application/json"}
    with transaction.atomic():
        answer = getattr(browser, method)(path, **kwargs)
        transaction.set_rollback(True)  # the next one finds the same data
    return answer


def test_the_table_of_addresses_is_the_product_s() -> None:
    found = routes()
    assert len(found) > 40
    assert {"/api/webhooks/robaws/customers", "/admin/customers/customer/<path:object_id>/change/"} <= set(found)


@pytest.mark.usefixtures("data")
def test_a_stranger_never_gets_an_error_of_ours_nor_a_page_that_is_not_for_strangers() -> None:
    @fuzzed
    @given(route=st.sampled_from(routes()), **request)
    def try_it(route: str, values: list[str], query: Any, form: Any, method: str) -> None:
        answer = send(Client(raise_request_exception=False), method, address(route, values), query, form)
        assert answer.status_code < 500, (method, route, values, query, form)
        if answer.status_code == 200 and method in {"get", "post"} and answer.request["PATH_INFO"] not in OPEN_TO_ALL:
            assert b"Client 1" not in answer.content, (method, route)

    try_it()


@pytest.mark.usefixtures("data")
def test_an_administrator_never_gets_an_error_of_ours() -> None:
    somebody = User.objects.create_superuser("admin")

    @fuzzed
    @given(route=st.sampled_from([each for each in routes() if "logout" not in each]), **request)
    def try_it(route: str, values: list[str], query: Any, form: Any, method: str) -> None:
        browser = Client(raise_request_exception=False)
        browser.force_login(somebody)
        answer = send(browser, method, address(route, values), query, form)
        assert answer.status_code < 500, (method, route, values, query, form)

    try_it()


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("value", ["[", "{{7*7}}", "\x00", "(?P<x", "'"])
@pytest.mark.parametrize("name", ["pk__regex", "name__iregex", "name__contains", "q", "role__in", "created_at__gte"])
def test_a_look_up_that_the_database_refuses_is_the_sender_s_fault(client: Client, name: str, value: str) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    client.raise_request_exception = False
    for path in [each for each in routes() if "<" not in each and each.startswith(("/admin/customers", "/admin/sync"))]:
        assert send(client, "get", path, {name: value}, {}).status_code < 500, path


@pytest.mark.usefixtures("data")
def test_every_page_with_a_query_of_its_own_opens_for_an_administrator(client: Client) -> None:
    """The plain walk beside the fuzzing: each address once, with ids that exist."""
    client.force_login(User.objects.create_superuser("admin"))
    client.raise_request_exception = False
    for route in routes():
        pk = str(customer("1").pk) if "customer" in route else "1"
        answer = client.get(address(route, [pk, pk, pk]))
        assert answer.status_code < 500, route


@pytest.mark.usefixtures("data")
def test_what_django_s_admin_trips_over_is_the_sender_s_fault(client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    client.raise_request_exception = False
    assert client.get("/admin/customers/customer/export.csv?nonsense=1").status_code == 400
    assert client.get(f"/admin/customers/customer/{customer('1').pk}/change/?_to_field=").status_code == 400
