"""Makes `countries.tsv`; to be run with `python -m` after an update of babel or pycountry.

Reading the names from babel and pycountry takes 150 ms, reading the table one. Sources: Unicode CLDR (babel),
ISO 3166-1 (pycountry), and below what people write instead.
"""

from __future__ import annotations

from collections.abc import Iterator

import pycountry
from babel import Locale

from bconnect.customers.normalise.country import TABLE, fold

_LANGUAGES = ("en", "nl", "fr", "de")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

# CLDR's English name where it is not the short one
_NAMES = {
    "CD": "DR Congo",
    "CG": "Congo",
    "CI": "Côte d'Ivoire",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macao",
    "PS": "Palestine",
}
# Two countries answer to these: the one that is meant when nothing else is said
_CONTESTED = {"saint martin": "MF", "st martin": "MF"}
_ALIASES = {
    "AE": (
        "UAE, VAE, EAU, Emirates, Emiraten, Emirats, Emirate, Arab Emirates, Émirats arabes, Dubai, Abu Dhabi, Sharjah"
    ),
    "AT": "Oostenrijk, A",
    "BA": "Bosnia, Bosnië, Bosnie, Bosnien",
    "BE": "B, BEL, Belgïe, Belgie, Vlaanderen, Flanders, Wallonie, Belgium (Belgie)",
    "BF": "Burkina",
    "BR": "Brasil",
    "CD": (
        "DRC, RDC, DR Congo, Congo DRC, Congo Kinshasa, Kongo Kinshasa, Zaire, Democratic Republic of "
        "Congo, République démocratique du Congo, Democratische Republiek Congo, Demokratische Republik "
        "Kongo"
    ),
    "CG": "Congo, Kongo, Congo Brazzaville, Kongo Brazzaville, République du Congo",
    "CH": "Suisse, Schweiz, Svizzera, Confoederatio Helvetica",
    "CI": "Ivory Coast, Ivoorkust, Elfenbeinküste, Cote Ivoire",
    "CN": "PR China, PRC, Volksrepubliek China, Volksrepublik China, Chine populaire",
    "CV": "Cape Verde",
    "CY": "Cyprus",
    "CZ": ("Czech Republic, Tsjechische Republiek, République tchèque, Tschechische Republik, Tschechei, Česko"),
    "DE": (
        "D, BRD, Federal Republic of Germany, Bondsrepubliek Duitsland, Bundesrepublik Deutschland, Allemagne, Alemania"
    ),
    "DK": "Danmark",
    "ES": "España, Espana",
    "FI": "Suomi",
    "FR": "F, République française, French Republic",
    "GB": (
        "UK, VK, Great Britain, Britain, Groot-Brittannië, Groot Brittannie, Grande-Bretagne, "
        "Großbritannien, England, Engeland, Angleterre, Scotland, Schotland, Écosse, Schottland, Wales, "
        "Pays de Galles, Northern Ireland, Noord-Ierland, Irlande du Nord, Nordirland, United Kingdom of "
        "Great Britain, United Kingdom of Great Britain and Northern Ireland"
    ),
    "GH": "Gold Coast",
    "GR": "EL, Hellas, Hellenic Republic",
    "HU": "Magyarország",
    "IE": "Eire, Republic of Ireland, Ierse Republiek",
    "IR": "Islamic Republic of Iran",
    "IT": "Italia",
    "KR": "South Korea, Korea, Republic of Korea, Zuid-Korea, Corée du Sud, Südkorea",
    "LA": "Laos",
    "LB": "Libanon, Liban, Lebanon, Lebanese Republic",
    "LU": "L, Grand Duchy of Luxembourg, Grand-Duché de Luxembourg, Groothertogdom Luxemburg, Luxemburg",
    "MA": "Maroc, Marokko, Morocco, Al Maghrib",
    "MD": "Moldova",
    "MK": "Macedonia, Macedonië, Macédoine, Mazedonien, FYROM",
    "NG": "Federal Republic of Nigeria",
    "NL": "Holland, Hollande, Nederlanden, The Netherlands, Netherland, Pays Bas, Pais Bajos",
    "NO": "Norge",
    "PL": "Polska",
    "RO": "România",
    "RU": "Russian Federation, Russische Federatie, Fédération de Russie, Russische Föderation",
    "SA": "KSA, Kingdom of Saudi Arabia, Saudi, Saoudi-Arabië, Saudi-Arabië",
    "SE": "Sverige",
    "SI": "Slovenija",
    "SK": "Slovak Republic, Slovaakse Republiek, République slovaque, Slowakische Republik, Slovensko",
    "SY": "Syria, Syrië, Syrie, Syrien",
    "SZ": "Swaziland",
    "TR": "Turkey, Turkije, Turquie, Türkei",
    "TZ": "Tanzania",
    "US": (
        "USA, U.S.A., VS, VSA, EUA, United States of America, America, Amerika, Amérique, Verenigde "
        "Staten van Amerika, États-Unis d'Amérique, Vereinigte Staaten von Amerika, EEUU"
    ),
    "VA": "Vatican, Vaticaan, Vatikan",
    "VN": "Viet Nam",
}


def table() -> str:
    """The table's text: code, English name, every known spelling in its folded form; one country a line."""
    found: dict[str, dict[str, None]] = {code: {} for code in _codes()}
    owner: dict[str, str] = dict(_CONTESTED)
    for code, written in _spellings():
        for key in (fold(written), fold(written.translate(_UMLAUTS))):
            if owner.setdefault(key, code) == code:
                found[code][key] = None
    return "".join(f"{code}\t{_name(code)}\t{'|'.join(sorted(keys))}\n" for code, keys in sorted(found.items()))


def _codes() -> list[str]:
    return [
        *(country.alpha_2 for country in pycountry.countries),
        "XK",
    ]  # Kosovo: no ISO code, but everybody's


def _spellings() -> Iterator[tuple[str, str]]:
    """Codes before aliases before names: where two countries answer to one spelling, the first one has it."""
    for code in _codes():
        yield code, code
    for code, aliases in _ALIASES.items():
        yield from ((code, alias) for alias in aliases.split(", "))
    for country in pycountry.countries:
        for attribute in ("alpha_3", "name", "common_name", "official_name"):
            if written := getattr(country, attribute, None):
                yield country.alpha_2, written
    for code in _codes():
        yield code, _name(code)
        for language in _LANGUAGES:
            yield code, Locale(language).territories.get(code, code)


def _name(code: str) -> str:
    name: str = _NAMES.get(code) or Locale("en").territories[code]
    return name.replace("’", "'")


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
