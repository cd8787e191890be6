"""What could not be read in a field, in words. The codes are those of the normalisers."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "country.type": _("This is no country."),
    "country.unknown": _("No country of this name is known."),
    "country_code.unknown": _("No country has this code: write one such as BE."),
    "currency.unknown": _("No currency of this name is known: write a code such as EUR."),
    "email.invalid": _("This is no e-mail address: it needs the form name@firm.be."),
    "flag.invalid": _("This is neither yes nor no."),
    "language.unknown": _("No language of this name is known: write a code such as nl, fr or en."),
    "phone.ambiguous": _("One number could be read here, another could not."),
    "phone.extension": _("The extension is not part of the number that is stored."),
    "phone.invalid": _("This is no phone number that can be dialled: check the country and the digits."),
    "postal_code.invalid": _("This country has no such postal code."),
    "role.several": _("Several roles stand in one field."),
    "role.type": _("This is no role."),
    "text.cut": _("The text was too long and is cut here."),
    "vat.invalid": _("This is no valid VAT number: a digit or the country does not fit."),
    "vat.unchecked": _("No rule is known that could check this VAT number."),
    "website.invalid": _("This is no web address."),
}
BLOCKING = frozenset(
    {
        "country.unknown",
        "country_code.unknown",
        "currency.unknown",
        "email.invalid",
        "language.unknown",
        "phone.ambiguous",
        "phone.extension",
        "phone.invalid",
        "vat.invalid",
        "website.invalid",
    }
)
"""What nobody may type anew. A value that is there already stays."""


def in_words(code: str) -> str:
    return str(WORDS.get(code, _("The value could not be read (%(code)s).") % {"code": code}))
