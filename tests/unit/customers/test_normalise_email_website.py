"""Which addresses stand in an e-mail or a website field."""

from __future__ import annotations

import pytest

from bconnect.customers.normalise import Cleaned, email, website


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("jan@x.be", "jan@x.be"),
        (" Jan.Peeters+rob@X.BE ", "jan.peeters+rob@x.be"),
        ("mailto:jan@x.be?subject=hallo", "jan@x.be"),
        ("E-mail: jan@x.be", "jan@x.be"),
        ('"Peeters, Jan" <jan@x.be>', "jan@x.be"),
        ("jan@x.be.", "jan@x.be"),
        ("jan@x.be;", "jan@x.be"),
        ("jan @ x.be", "jan@x.be"),
        ("jan.o'brien@x.be", "jan.o'brien@x.be"),
        ("Müller@Exämple.de", "müller@exämple.de"),
        ("jan@server.local", "jan@server.local"),
    ],
)
def test_one_address_loses_what_surrounds_it_and_its_capitals(raw: str, expected: str) -> None:
    assert email(raw) == Cleaned(expected)


@pytest.mark.parametrize("separator", ["; ", ";", ", ", " ", " / ", "/", "\n", " of ", " | "])
def test_of_several_addresses_the_first_is_the_value_and_the_rest_are_kept(separator: str) -> None:
    assert email(f"jan@x.be{separator}Els@y.be") == Cleaned("jan@x.be", None, ("els@y.be",))


def test_of_several_addresses_the_first_valid_one_is_the_value() -> None:
    assert email("jan@x; els@y.be") == Cleaned("els@y.be")


@pytest.mark.parametrize(
    "raw", ["geen email", "-", "jan@x", "jan@@x.be", "jan..p@x.be", "@x.be", "www.x.be", "jan@-x.be"]
)
def test_what_is_no_address_is_kept_as_written_and_flagged(raw: str) -> None:
    assert email(raw) == Cleaned(raw, "email.invalid")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("www.x.be", "www.x.be"),
        (" x.be ", "x.be"),
        ("HTTP://WWW.X.be/Pad?Q=1", "http://www.x.be/Pad?Q=1"),
        ("https://x.be/", "https://x.be/"),
        ("<www.x.be>", "www.x.be"),
        ("x.be:8080/a", "x.be:8080/a"),
        ("https://müller.de", "https://müller.de"),
    ],
)
def test_a_web_address_stays_as_written_but_for_its_surroundings(raw: str, expected: str) -> None:
    assert website(raw) == Cleaned(expected)


def test_a_second_web_address_is_kept() -> None:
    assert website("www.x.be ; y.be") == Cleaned("www.x.be", None, ("y.be",))


@pytest.mark.parametrize(
    "raw", ["-", "geen", "www,x.be", "http://x", "jan@x.be", "x punt be", "www.x.be (nieuw)", "1.2.3.4"]
)
def test_what_is_no_web_address_is_kept_as_written_and_flagged(raw: str) -> None:
    assert website(raw) == Cleaned(raw, "website.invalid")
