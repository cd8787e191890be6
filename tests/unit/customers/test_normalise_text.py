"""Free text, names, roles, languages and currencies."""

from __future__ import annotations

import pytest

from bconnect.customers.normalise import Cleaned, client_type, currency, language, name, text
from bconnect.customers.roles import role


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  Janssens   BV ", "Janssens BV"),
        ("Janssens\r\nBV", "Janssens BV"),
        ("Noe\u0308l", "Noël"),
        ("Jan\x00\x07ssens\u200b", "Janssens"),
        ("Jan\tPeeters\u00a0BV", "Jan Peeters BV"),
        ("\u202egpj.exe", "gpj.exe"),
        ("\ud83d\ude97 Cars", "🚗 Cars"),
        ("\ud800", "\ufffd"),
        ("👨‍👩‍👧 Cars", "👨‍👩‍👧 Cars"),
        ("<b>Jan</b> & Co \\ '; --", "<b>Jan</b> & Co \\ '; --"),
        (222, "222"),
        (True, "true"),
        ("", None),
        (" \u200b\t", None),
        (None, None),
    ],
)
def test_a_name_loses_only_what_nobody_sees(raw: object, expected: str | None) -> None:
    assert name(raw) == Cleaned(expected)


def test_free_text_keeps_its_lines() -> None:
    assert text(" a  b \r\n\n c\r d ") == Cleaned("a b\n\nc\nd")


def test_a_very_long_text_is_kept_whole_and_flagged() -> None:
    assert text("x" * 100_000) == Cleaned("x" * 100_000, "text.long")


def test_a_container_is_no_text() -> None:
    assert name(["Jan"]) == text({}) == Cleaned(None, "text.type")


def test_an_integer_too_large_to_print_is_no_text() -> None:
    assert name(1 << 100_000) == Cleaned(None, "text.type")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("forwarder ", "FORWARDER"),
        (" T-T  Transport", "T-T TRANSPORT"),
        ("vervoerder étranger", "VERVOERDER ÉTRANGER"),
        ("große firma", "GROSSE FIRMA"),
        ("0", "0"),
        (0, "0"),
        (False, "FALSE"),
        (["pov"], "POV"),
        (["pov", " POV "], "POV"),
        ([], None),
        ("", None),
        (None, None),
    ],
)
def test_a_role_has_one_spelling_and_is_never_dropped(raw: object, expected: str | None) -> None:
    assert role(raw) == Cleaned(expected)


def test_several_roles_are_joined_in_their_order_and_flagged() -> None:
    assert role(["roro", "Broker"]) == Cleaned("RORO, BROKER", "role.several")


@pytest.mark.parametrize("raw", [{}, {"stringValue": "POV"}, [["POV"]], [{}]])
def test_a_role_of_another_shape_is_none_and_flagged(raw: object) -> None:
    assert role(raw) == Cleaned(None, "role.type")


def test_the_client_type_is_taken_as_stated() -> None:
    assert client_type(" Company ") == Cleaned("company")
    assert client_type(None) == Cleaned(None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("nl", "nl"),
        ("NL", "nl"),
        ("nl-BE", "nl"),
        ("fr_BE.UTF-8", "fr"),
        ("Nederlands", "nl"),
        ("Français", "fr"),
        ("Englisch", "en"),
        ("deu", "de"),
        ("sw", "sw"),
    ],
)
def test_a_language_becomes_its_code(raw: str, expected: str) -> None:
    assert language(raw) == Cleaned(expected)


@pytest.mark.parametrize(
    ("raw", "expected"), [("eur", "EUR"), ("€", "EUR"), ("Euro", "EUR"), ("US$", "USD"), ("XAF", "XAF")]
)
def test_a_currency_becomes_its_code(raw: str, expected: str) -> None:
    assert currency(raw) == Cleaned(expected)


@pytest.mark.parametrize("raw", ["n/a", "xx", "Klingon"])
def test_an_unknown_language_is_kept_and_flagged(raw: str) -> None:
    assert language(raw) == Cleaned(raw, "language.unknown")


@pytest.mark.parametrize("raw", ["$", "dollar", "XXX", "-"])
def test_an_unknown_currency_is_kept_and_flagged_and_no_default_is_taken(raw: str) -> None:
    assert currency(raw) == Cleaned(raw, "currency.unknown")
