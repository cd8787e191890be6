"""The preview of a merge on a phone: each field's values stand below each other, each with whose it is."""

from tests.browser.conftest import Office

PHONE = {"width": 390, "height": 844}


def test_everything_that_is_chosen_in_a_merge_is_on_the_screen_and_says_whose_it_is(office: Office) -> None:
    office.page.set_viewport_size(PHONE)
    page = office.open("admin/duplicates/duplicategroup/")
    address = page.locator("#result_list tbody tr th a").first.get_attribute("href")
    page = office.open(address.lstrip("/"))
    page.locator("#merge-form").wait_for()
    picks = page.locator("#merge-form .bc-merge-pick:visible")
    assert picks.count() >= 4
    for box in (each.bounding_box() for each in picks.all()):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    names = page.locator(".bc-merge thead th a").all_inner_texts()
    labels = page.eval_on_selector_all(".bc-merge tbody tr:first-child td", "cells => cells.map(c => c.dataset.label)")
    assert len(labels) == len(names)
    assert all(label.startswith(name) for name, label in zip(names, labels, strict=True))
    assert office.faults == []
