"""From the list of duplicates to one customer, and the way back, with the mouse."""

import re

from tests.browser.conftest import Office

DUPLICATES = "admin/duplicates/duplicategroup/"


def click(office: Office, what: str) -> None:
    office.page.click(what)
    office.page.wait_for_load_state("networkidle")


def test_a_group_is_merged_and_its_undo_asked_for(office: Office) -> None:
    page = office.open(DUPLICATES)
    assert "same VAT number" in page.inner_text("#result_list")
    office.open(f"{DUPLICATES}?q=condor")
    click(office, "#result_list tbody tr th a")
    text = page.inner_text("#merge-form")
    assert "Condor Freight BVBA" in text
    assert "stays (suggested)" in text
    page.check("input[name=into] >> nth=1")
    page.check("input[name=take-name] >> nth=0")
    kept = page.inner_text("label:has(input[name=take-name]:checked)").strip()
    click(office, "button[name=merge]")
    assert "They are one customer here now" in page.inner_text("body")
    assert "not confirmed yet" in page.inner_text("#merge-steps").lower()  # badges are shown in capitals
    office.open("admin/customers/customer/?q=condor+freight")
    assert page.inner_text("#result_list").count("sales@condorfreight.be") == 1
    assert kept in page.inner_text("#result_list")
    office.open("admin/sync/merge/")
    click(office, "#result_list tbody tr th a")
    click(office, "text=Undo this merge")
    assert "undo is on its way" in page.inner_text("#main")
    assert office.faults == []


def test_two_that_are_not_the_same_are_not_shown_again(office: Office) -> None:
    page = office.open(f"{DUPLICATES}?q=garage+moreau")
    click(office, "#result_list tbody tr th a")
    click(office, "button[name=different]")
    office.open(f"{DUPLICATES}?q=garage+moreau")
    assert page.locator("#result_list tbody tr").count() == 0
    assert office.faults == []


def test_the_worklist_and_the_dashboard_show_the_quality(office: Office) -> None:
    page = office.open("admin/")
    assert re.search(r"\d+\.\d / 100", page.inner_text("#main"))
    click(office, "text=Worklist")
    assert "neither e-mail nor phone" in page.inner_text("#result_list")
    assert office.faults == []
