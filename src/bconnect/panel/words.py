"""Words that stand in the tables and modules below the UI, which know no language, for the translators to find."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from bconnect.customers.fields import BY_COLUMN
from bconnect.panel.page_sentences import ON_PAGES
from bconnect.panel.sentences import SENTENCES

FIELDS = (
    _("Name"),
    _("Role"),
    _("E-mail"),
    _("Phone"),
    _("Mobile"),
    _("Address"),
    _("Street"),
    _("Number"),
    _("City"),
    _("Postal code"),
    _("Country"),
    _("Country code"),
    _("VAT number"),
    _("Website"),
    _("Language"),
    _("Currency"),
    _("Type"),
    _("Active"),
)
SOURCES = (
    _("taken from Robaws"),
    _("edited here, sent to Robaws"),
    _("a conflict was resolved"),
    _("it follows the rest of its address"),
    _("the client is gone from Robaws"),
    _("a run or a merge was undone"),
    _("taken over in a merge"),
    _("edited here"),
)
STATES = (
    _("done"),
    _("failed"),
    _("running"),
    _("partial"),
    _("incomplete"),
    _("interrupted"),
    _("waits for a worker"),
    _("at work"),
    _("stopped by a person"),
    _("stopped before it began"),
    _("stopped; what was done so far stays"),
    _("# failed"),
    _("# deleted"),
    _("guarded"),
    _("later"),
    _("cancelled"),
    _("Full"),
    _("Incremental"),
    _("Limited"),
    _("Client"),
    _("Push"),
    _("done, some records failed"),
    _("could not show that it saw everything"),
    _("stopped, can go on"),
    _("steps in Robaws are left"),
    _("waits for somebody"),
    _("undone"),
    _("deactivate the others"),
    _("delete the others"),
    _("leave the others as they are"),
    _("nothing to do in Robaws"),
    _("waiting"),
    _("deactivated"),
    _("deleted"),
    _("was gone from Robaws already"),
    _("stays active: it can't be deactivated"),
    _("received"),
    _("processing"),
    _("processed"),
    _("ignored"),
    _("rejected"),
    _("given up after all attempts"),
    _("of a type that concerns nothing here"),
    _("taken in"),
    _("nothing new"),
    _("to be tried alone"),
    _("to be tried again"),
    _("erased"),
    _("refused"),
    _("record without id"),
    _("refused at the door"),
    _("schedule"),
    _("live"),
    _("replica"),
    _("# wait for somebody"),
    _("# are late"),
    _("none"),
)
NOTED = (
    _("ours"),
    _("theirs"),
    _("value"),
    _("all"),
    _("# customers"),
    _("sync changes"),
    _("sync all"),
    _("sync some"),
    _("delete in Robaws"),
    _("find duplicates"),
    _("undo a run"),
    _("register webhook"),
    _("rotate webhook"),
    _("deactivate webhook"),
    _("compare webhooks"),
)
JOBS = (
    _("incremental"),
    _("full"),
    _("push"),
    _("merges"),
    _("duplicates"),
    _("webhook health"),
    _("retention"),
    _("alerts"),
    _("every # min"),
    _("mon #:#"),
    _("tue #:#"),
    _("wed #:#"),
    _("thu #:#"),
    _("fri #:#"),
    _("sat #:#"),
    _("sun #:#"),
)
QUALITY = (
    _("no real name"),
    _("neither e-mail nor phone"),
    _("no e-mail"),
    _("e-mail can't be read"),
    _("no phone"),
    _("phone can't be dialled"),
    _("a firm without VAT number"),
    _("VAT number is not valid"),
    _("no street"),
    _("no city"),
    _("no postal code"),
    _("postal code does not fit the country"),
    _("no country"),
    _("no role"),
    _("no language"),
)
LIKENESS = (
    _("same VAT number"),
    _("different VAT numbers"),
    _("same name"),
    _("name # % alike"),
    _("other name (# % alike)"),
    _("same e-mail"),
    _("same e-mail (many have it)"),
    _("other e-mail"),
    _("same phone"),
    _("same phone (many have it)"),
    _("second phone too"),
    _("second phone too (many have it)"),
    _("other phone"),
    _("same web domain"),
    _("same web domain (many have it)"),
    _("other web domain"),
    _("same address"),
    _("same postal code"),
    _("same city"),
    _("same city, other street"),
    _("other place"),
    _("other country"),
    _("near certain"),
    _("likely"),
    _("possible"),
)
INTAKES = (
    _("Pending"),
    _("In Progress"),
    _("Completed"),
    _("Cancelled"),
    _("Low"),
    _("Normal"),
    _("High"),
    _("Urgent"),
)
NUMBERS = re.compile(r"\d+")
BLANK = re.compile(r"\{(\w+)\}")
THEIRS = "their_"
SEPARATORS = ("; ", ": ")
LONGEST, CUTS = 1000, 10
"""Longer texts are shown as they are: nobody here writes such sentences. Nor such of more pieces: each is looked up."""


def said(text: object) -> str:
    """The text in the reader's language, as far as it is made of words and sentences of the tables here.

    Robaws' own words, names and values in it stay what they are. A cure for a terminal becomes one for a browser.
    """
    text = str(text)
    if not text or len(text) > LONGEST:
        return text
    return _columns(text) or _word(text) or _sentence(text) or _pieces(text) or text


def several(phrases: Iterable[object], between: str = "; ") -> str:
    return between.join(map(said, phrases))


def _columns(text: str) -> str:
    """Names of synced columns, as texts for logs hold them. Empty where one of them is none."""
    names = text.split(", ")
    if not all(name in BY_COLUMN for name in names):
        return ""
    labels = [gettext(BY_COLUMN[name].label) for name in names]
    return ", ".join(each if each[:2].isupper() else each[:1].lower() + each[1:] for each in labels)


def _word(text: str) -> str:
    """A fixed text. Numbers in it stay: # stands for each. Empty where there is no translation."""
    numbers = iter(NUMBERS.findall(text))
    pattern = NUMBERS.sub("#", text)
    translated = gettext(pattern) if pattern else pattern
    if translated != pattern:
        return re.sub("#", lambda _blank: next(numbers), translated)
    small = text[:1].lower() + text[1:]  # Django begins the names of choices with a capital
    return "" if small == text else _capital(_word(small))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    """What stands in a sentence's blanks may be such a text itself. Empty where none of them fits."""
    for sentence in _specific_first():
        found = _pattern(sentence).fullmatch(text)
        if found:
            return _filled(gettext(ON_PAGES.get(sentence, sentence)), found.groupdict())
    return ""


def _filled(sentence: str, values: Mapping[str, str]) -> str:
    return BLANK.sub(
        lambda blank: values[blank[1]] if blank[1].startswith(THEIRS) else said(values[blank[1]]), sentence
    )


def _pieces(text: str) -> str:
    """Several texts in a row, or one behind its subject: "full: …; push: …". Empty where none of them is known."""
    for separator in SEPARATORS:
        for cut in islice(re.finditer(separator, text), CUTS):
            head, tail = text[: cut.start()], text[cut.end() :]
            if known := _columns(head) or _word(head) or _sentence(head):
                return known + separator + said(tail)
            if known := _word(tail) or _sentence(tail):
                return head + separator + known
    return ""


@cache
def _specific_first() -> tuple[str, ...]:
    return tuple(sorted(SENTENCES, key=lambda each: len(BLANK.sub("", each)), reverse=True))


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """`{name}` takes anything, also nothing."""
    parts = BLANK.split(sentence)
    return re.compile(
        "".join(f"(?P<{part}>.*?)" if nth % 2 else re.escape(part) for nth, part in enumerate(parts)), re.DOTALL
    )
