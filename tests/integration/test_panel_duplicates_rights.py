"""Who may see duplicates in the web UI, merge them, undo that, and delete in Robaws."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from bconnect.customers.models import Customer
from bconnect.sync.models import Merge
from tests.integration.duplicates_rig import answer, browser, preview_address, with_duplicates
from tests.integration.rig import Rig

pytestmark = pytest.mark.django_db

VIEWS = ("view_customer", "view_duplicategroup", "view_merge", "view_profile")


@pytest.fixture(autouse=True)
def tenant() -> Rig:
    return with_duplicates()


@pytest.fixture
def admin() -> Client:
    return browser(superuser=True)


@pytest.mark.parametrize("name", ["duplicates_duplicategroup", "sync_merge", "duplicates_profile"])
def test_a_list_is_for_those_who_may_view_it(name):
    address = reverse(f"admin:{name}_changelist")
    assert Client().get(address).status_code == 302
    assert browser("view_intake").get(address).status_code == 403


def test_a_viewer_sees_the_preview_and_may_not_merge():
    viewer = browser(*VIEWS)
    page = viewer.get(preview_address()).content.decode()
    assert "Noordzee Transport BV" in page
    assert 'name="merge"' not in page
    assert viewer.post(preview_address(), answer(viewer)).status_code == 403
    assert viewer.post(preview_address(), {"different": "1"}).status_code == 403
    assert Customer.objects.count() == 4


@pytest.mark.parametrize("rights", [(), ("view_merge",), VIEWS])
def test_undo_and_go_on_need_the_right_to_merge(admin, rights):
    admin.post(preview_address(), answer(admin))
    number = Merge.objects.get().pk
    for name in ("undo", "go_on"):
        address = reverse(f"admin:sync_merge_{name}", args=[number])
        assert Client().post(address).status_code == 302
        user = User.objects.create_user(f"{name}{len(rights)}", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        other = Client()
        other.force_login(user)
        assert other.post(address).status_code == 403
        assert admin.get(address).status_code == 405


def test_who_may_merge_may_do_all_of_it():
    operator = browser(*VIEWS, "merge_customers")
    assert operator.post(preview_address(), answer(operator)).status_code == 302
    number = Merge.objects.get().pk
    assert operator.post(reverse("admin:sync_merge_undo", args=[number])).status_code == 302


def test_deleting_in_robaws_takes_the_right_to_delete_there():
    operator = browser(*VIEWS, "merge_customers")
    assert 'value="delete"' not in operator.get(preview_address()).content.decode()
    assert operator.post(preview_address(), answer(operator, in_robaws="delete")).status_code == 403
    assert not Merge.objects.exists()
    User.objects.get().user_permissions.add(Permission.objects.get(codename="order_delete"))
    assert 'value="delete"' in operator.get(preview_address()).content.decode()
    assert operator.post(preview_address(), answer(operator, in_robaws="delete")).status_code == 302


def test_without_a_look_at_customers_there_is_no_preview():
    assert browser("view_merge", "merge_customers").get(preview_address()).status_code == 403
    assert Client().get(preview_address()).status_code == 302
