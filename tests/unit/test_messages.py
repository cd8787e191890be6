"""The catalogues of the web UI: complete, compiled, and with the same blanks to fill in as the English text."""

import re

import pytest
from babel.messages.mofile import read_mo
from tests.messages import LANGUAGES, catalogue_file, collect, read, untranslated

BLANK = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|<code>|</code>")


def texts(of: object) -> tuple[str, ...]:
    return tuple(map(str, of)) if isinstance(of, tuple | list) else (str(of),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_ui_is_translated(language: str) -> None:
    wanted = {texts(each.id)[0] for each in collect() if each.id}
    catalogue = read(language)
    assert wanted - {texts(each.id)[0] for each in catalogue if each.id} == set(), "make messages"
    assert untranslated(catalogue) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_was_written(language: str) -> None:
    with catalogue_file(language).with_suffix(".mo").open("rb") as file:
        compiled = {texts(each.id): texts(each.string) for each in read_mo(file) if each.id}
    assert compiled == {texts(each.id): texts(each.string) for each in read(language) if each.id}, "make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_the_text_does(language: str) -> None:
    for each in read(language):
        if not each.id:
            continue
        for text, translation in zip(texts(each.id), texts(each.string), strict=True):
            assert sorted(BLANK.findall(translation)) == sorted(BLANK.findall(text)), text
