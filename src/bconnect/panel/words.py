"""Words that stand in the tables and modules below the UI, which know no language, for the translators to find."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

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
    _("the client is gone from Robaws"),
    _("a run was undone"),
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
NUMBERS = re.compile(r"\d+")


def said(word: object) -> str:
    """The word in the reader's language, where there is one for it. Numbers in it stay: # stands for each."""
    text = str(word)
    if not text:
        return ""
    numbers = iter(NUMBERS.findall(text))
    pattern = NUMBERS.sub("#", text)
    translated = gettext(pattern)
    return text if translated == pattern else re.sub("#", lambda _blank: next(numbers), translated)


def several(phrases: Iterable[object], between: str = "; ") -> str:
    return between.join(map(said, phrases))


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
