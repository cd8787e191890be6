"""Languages: which language a code or a name means, as an ISO 639-1 code."""

from __future__ import annotations

import re
from functools import lru_cache

from bconnect.customers.normalise.country import fold
from bconnect.customers.normalise.text import Cleaned, no_text, tidy

_LONGEST_NAME = 100

_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id "
    "ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu "
    "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu "
    "rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
)
_CODES = frozenset(_ISO_639_1.split())
# In English, Dutch, French, German and in the language itself, with the ISO 639-2 codes; folded
_NAMES = {
    "nl": "dutch nederlands neerlandais niederlandisch flemish vlaams flamand flamisch dut nld",
    "fr": "french frans francais franzosisch fre fra",
    "en": "english engels anglais englisch eng",
    "de": "german duits allemand deutsch ger deu",
    "es": "spanish spaans espagnol spanisch espanol spa",
    "it": "italian italiaans italien italienisch italiano ita",
    "pt": "portuguese portugees portugais portugiesisch portugues por",
    "pl": "polish pools polonais polnisch polski pol",
    "ro": "romanian roemeens roumain rumanisch romana rum ron",
    "tr": "turkish turks turc turkisch turkce tur",
    "ar": "arabic arabisch arabe ara",
    "ru": "russian russisch russe rus",
    "zh": "chinese chinees chinois chinesisch chi zho",
}
_OF_NAME = {name: code for code, names in _NAMES.items() for name in names.split()}


def language(raw: object) -> Cleaned:
    """The ISO 639-1 code of a code ("NL", "nl-BE", "dut") or a name ("Frans").

    Issue: "language.unknown"; the raw text stays.
    """
    value = tidy(raw)
    if value is None:
        return no_text(raw, "language")
    return _read(value) if len(value) <= _LONGEST_NAME else Cleaned(value, "language.unknown")


@lru_cache(maxsize=256)
def _read(value: str) -> Cleaned:
    key = fold(value)
    is_code = key in _CODES and len(value) == len(key)  # "n/a" folds to "na", and is not Nauruan
    code = _OF_NAME.get(key) or (key if is_code else _of_tag(value))
    return Cleaned(code) if code else Cleaned(value, "language.unknown")


def _of_tag(value: str) -> str | None:
    """ "nl" of "nl-BE" and "nl_BE.UTF-8" (BCP 47 and POSIX)."""
    first = fold(re.split(r"[-_]", value)[0])
    is_tag = re.fullmatch(r"[A-Za-z]{2,3}[-_][A-Za-z0-9]{2,4}([-_.@][\w.-]+)?", value) is not None
    return (first if first in _CODES else _OF_NAME.get(first)) if is_tag else None
