"""Currencies: which currency a code, a sign or a name means, as an ISO 4217 code."""

from __future__ import annotations

from functools import lru_cache

from bconnect.customers.normalise.country import fold
from bconnect.customers.normalise.text import Cleaned, no_text, tidy

_LONGEST_NAME = 100

_ISO_4217 = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
    "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
    "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG "
    "XOF XPF YER ZAR ZMW ZWG "
)
_CODES = frozenset(_ISO_4217.split())
# Signs and names of one currency only: "$" and "dollar" may be any of twenty
_OF_NAME = {
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "pound sterling": "GBP",
    "british pound": "GBP",
    "britse pond": "GBP",
    "us$": "USD",
    "us dollar": "USD",
    "us dollars": "USD",
    "amerikaanse dollar": "USD",
    "dollar americain": "USD",
    "swiss franc": "CHF",
    "zwitserse frank": "CHF",
    "franc suisse": "CHF",
    "schweizer franken": "CHF",
    "naira": "NGN",
    "cedi": "GHS",
}


def currency(raw: object) -> Cleaned:
    """The ISO 4217 code of a code ("eur"), a sign ("€") or a name ("Euro"); never a default.

    Issue: "currency.unknown"; the raw text stays.
    """
    value = tidy(raw)
    if value is None:
        return no_text(raw, "currency")
    return _read(value) if len(value) <= _LONGEST_NAME else Cleaned(value, "currency.unknown")


@lru_cache(maxsize=256)
def _read(value: str) -> Cleaned:
    key = value.upper()
    code = key if key in _CODES else _OF_NAME.get(value.casefold()) or _OF_NAME.get(fold(value))
    return Cleaned(code) if code else Cleaned(value, "currency.unknown")
