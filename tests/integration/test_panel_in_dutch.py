"""No page says in English what has Dutch words: neither what the sync wrote down nor what records are called."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bconnect.jobs.models import Errand
from bconnect.sync.models import Merge, QuarantinedRecord, SyncRun
from bconnect.webhooks.models import Delivery
from tests.integration.duplicates_rig import answer, browser, preview_address, with_duplicates
from tests.messages import read

pytestmark = pytest.mark.django_db
BLANK = re.compile(r"\\\{\w+\\\}|%\\\(\w+\\\)[sd]|%[sd]|\\#")
DUTCH = {"accept-language": "nl"}
FEWEST_WORDS = 2
"""Single words are often those of both languages."""


class Texts(HTMLParser):
    """What a reader sees of a page, and what its window is called."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unseen += tag in ("script", "style", "code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style", "code", "pre")

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.found.append(" ".join(data.split()))


def english() -> re.Pattern[str]:
    """Every text of several words that has another in Dutch, whatever stands in its blanks."""
    told = []
    for each in read("nl"):
        text = each.id if isinstance(each.id, str) else ""
        if len(re.findall(r"[a-z]{2,}", text)) >= FEWEST_WORDS and each.string != text:
            told.append(BLANK.sub(".+", re.escape(text)))
    return re.compile("|".join(told))


def pages(admin: Client) -> Iterator[tuple[str, str]]:
    merge, run = Merge.objects.get(), SyncRun.objects.latest("pk")
    records = {
        "sync_merge": merge.pk,
        "sync_syncrun": run.pk,
        "jobs_errand": Errand.objects.get().pk,
        "sync_quarantinedrecord": QuarantinedRecord.objects.get().pk,
        "webhooks_delivery": Delivery.objects.get().pk,
    }
    addresses = [preview_address("1,4"), preview_address("2,4"), reverse("admin:index")]
    for name, key in records.items():
        addresses += [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_change", args=[key])]
    for address in addresses:
        yield address, admin.get(address, headers=DUTCH).content.decode()


@pytest.fixture
def admin() -> Client:
    """Each record that a page is about is there, with words of the sync's own."""
    with_duplicates()
    admin = browser(superuser=True)
    admin.post(preview_address(), answer(admin, into="1", merged=["2"]), headers=DUTCH)
    now = timezone.now()
    Errand.objects.create(kind="sync all", by="an", asked_at=now, detail="another run holds the lock (x)")
    QuarantinedRecord.objects.create(
        key="201", robaws_client_id="201", reason="its name is empty", first_seen_at=now, last_seen_at=now
    )
    Delivery.objects.create(event_type="client.updated", robaws_id="e1", outcome="to be tried again", received_at=now)
    return admin


def test_no_page_says_in_english_what_has_dutch_words(admin: Client) -> None:
    known = english()
    found = {(address, text) for address, page in pages(admin) for text in Texts(page).found if known.search(text)}
    assert found == set()


def test_the_preview_says_in_dutch_how_sure_it_is_and_why(admin: Client) -> None:
    page = admin.get(preview_address("1,3"), headers=DUTCH).content.decode()
    assert "zelfde e-mail" in page
    assert "same e-mail" not in page
