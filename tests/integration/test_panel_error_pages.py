"""Where a page can't be shown: the UI's own look and language, what happened, and a way on."""

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from bconnect.customers.models import Customer
from tests.integration.people import browser

pytestmark = pytest.mark.django_db
DASHBOARD = 'href="/admin/"'


def test_a_page_that_is_not_there_says_so_and_leads_on() -> None:
    response = browser("viewer").get("/admin/nonsense/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "There is nothing here" in page
    assert "nav-sidebar" in page
    assert "data-back" in page
    assert DASHBOARD in page


def test_a_stranger_gets_no_menu_with_it() -> None:
    response = Client().get("/nonsense")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
    assert "nav-sidebar" not in response.content.decode()


def test_what_an_account_may_not_do_is_said_with_who_can_help() -> None:
    response = browser("nobody").get(reverse("admin:customers_customer_changelist"))
    assert response.status_code == 403
    assert "An administrator can give it the right." in response.content.decode()
    assert DASHBOARD in response.content.decode()


def test_a_form_of_an_older_login_says_what_happened_and_that_going_back_keeps_what_was_typed() -> None:
    user = User.objects.create_superuser("an")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    response = strict.post(reverse("admin:customers_customer_add"), {"name": "Typed"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "the login in this browser changed" in page
    assert "what you typed is still there" in page
    assert "data-back" in page
    assert not any(word in page for word in ("CSRF", "DEBUG", "cookie"))
    assert not Customer.objects.exists()


def test_a_fault_of_ours_is_said_without_the_database_and_the_theme(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        page = render_to_string("500.html")
    assert "Something went wrong here" in page
    assert DASHBOARD in page


def test_whoever_has_no_rights_yet_is_told_who_gives_them() -> None:
    page = browser("nobody").get(reverse("admin:index")).content.decode()
    assert "An administrator has to put nobody into one of the groups" in page
    assert "no-rights" not in browser("viewer").get(reverse("admin:index")).content.decode()


def test_the_way_out_of_a_search_is_not_called_as_the_way_to_all_on_one_page() -> None:
    for number in range(60):
        Customer.objects.create(robaws_client_id=str(number), name=f"Alike {number}")
    page = browser("viewer").get(reverse("admin:customers_customer_changelist"), {"q": "alike"}).content.decode()
    assert "Clear search and filters" in page
    assert page.count("Show all") == 1
