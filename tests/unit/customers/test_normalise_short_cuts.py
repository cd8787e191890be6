"""The short cuts for plain values say what the careful ways say, whatever they are given."""

import sys
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from bconnect.customers.normalise.address import careful_split, plain_split
from bconnect.customers.normalise.phone import read_field, read_one_number
from bconnect.customers.normalise.text import tidy, tidy_lines

WORDS = st.sampled_from(
    ["Kerkstraat", "Lange", "rue", "Rue", "de", "la", "van", "Foch", "High", "Street", "Dock", "Road", "P.O.", "Box",
     "bus", "nr", "No", "bis", "A", "b", "Zone", "unit", "Bâtiment", "l'Église", "Saint-Roch", "1e", "40-45", ",", "’t"]
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(0, 99_999).map(str),
    st.from_regex(r"[0-9]{1,4} ?[A-Za-z]?(/[0-9]{1,5})?( ?bis)?", fullmatch=True),
)
LINES = st.lists(st.one_of(WORDS, NUMBERS), min_size=1, max_size=6).map(" ".join) | st.text(max_size=30)
DIGITS = st.sampled_from(
    ["03", "0475", "12", "206", "45", "67", "68", "+32", "0032", "(0)", "3", "31", "2064567", "00"]
)
PUNCTUATION = st.sampled_from(["", " ", " ", "/", "-", ".", " / ", " - ", "(", ")", "\n", "–"])
LABELS = st.sampled_from(["", "", "tel: ", "Tel. ", "GSM ", "mob: ", "tel:", "fax: ", "ext "])
FIELDS = st.tuples(LABELS, st.lists(st.tuples(PUNCTUATION, DIGITS), min_size=1, max_size=9)).map(
    lambda field: field[0] + "".join(mark + digits for mark, digits in field[1])
)
COUNTRIES = st.sampled_from([None, "BE", "NL", "FR", "IT", "US", "CM", "AE"])


@given(LINES)
@example("Kerkstraat nr 5")
@example("12 a Street")
@example("Boulevard 40/45")
def test_a_plain_address_line_is_split_as_a_careful_look_would(line: str):
    value = tidy(line)
    split = plain_split(value) if value else None
    assert split is None or split == careful_split(value)


@given(FIELDS, COUNTRIES, COUNTRIES)
@example("03 206 45 67/68", "BE", None)
@example("032064567 - 032064568", "BE", None)
@example("03 206 45 67/ 68", "BE", None)
@example("03/ 206 45 67", "BE", None)
@example("tel: 03/ 206 45 67", "BE", None)
def test_a_plain_phone_is_read_as_a_careful_look_would(field: str, country: str | None, default: str | None):
    value = tidy_lines(field)
    found = read_one_number(value, country, default) if value else None
    assert found is None or found == read_field(value, country, default)


def test_the_usual_values_are_plain():
    for line in ("Lange Nieuwstraat 12A", "12 Rue Foch", "Maasboulevard 396/1"):
        assert plain_split(line) is not None
    for field in (
        "+32 475 61 15 27",
        "0475/61.15.27",
        "03-206 45 67",
        "+32 (0)3 206 45 67",
        "tel: 03-206 45 67",
        "0475/ 61 15 27",
    ):
        assert read_one_number(field, "BE", None) is not None


def test_a_printable_text_needs_only_its_blanks_and_its_unicode_form_tidied():
    for char in filter(str.isprintable, map(chr, range(sys.maxunicode + 1))):
        composed = unicodedata.normalize("NFC", char)
        assert composed.isprintable(), hex(ord(char))
        assert composed.isspace() is (char == " "), hex(ord(char))
