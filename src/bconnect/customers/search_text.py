"""What a customer is found by: one text a row, kept by the database, and the question "does it hold this word?".

Case and accents don't count. PostgreSQL folds them in the column (`translate`), with a trigram index where it may
have one. SQLite knows no such function: it folds case in the column and accents in the question, and looks through
a covering index, which holds this text and nothing else (100,000 customers: some 10 MB instead of 300).
"""

import re
from typing import Any

from django.db.models import Expression, Index, Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

COLUMNS = ("name", "email", "vat_number", "city", "robaws_client_id")
NUMBERS = ("phone", "mobile")
PUNCTUATION = " ./-()+"
"""What people put into phone numbers. Without it a number is found however it is written."""

ACCENTED = {
    "a": "àáâãäåāăąæ",
    "c": "çćĉċč",
    "d": "ďđð",
    "e": "èéêëēĕėęě",
    "g": "ĝğġģ",
    "h": "ĥħ",
    "i": "ìíîïĩīĭįı",
    "j": "ĵ",
    "k": "ķ",
    "l": "ĺļľł",
    "n": "ñńņň",
    "o": "òóôõöøōŏőœ",
    "r": "ŕŗř",
    "s": "śŝşšßș",
    "t": "ţťŧț",
    "u": "ùúûüũūŭůűų",
    "w": "ŵ",
    "y": "ýÿŷ",
    "z": "źżž",
}
APOSTROPHES = "'’‘´`"
"""What people and their word processors put into O'Brien. Each finds all of them."""

SEPARATORS = "\n .,;:()/&+'\"-"
"""What stands around a word."""

BEGINNING = 24
"""What PostgreSQL's index of beginnings holds of each text: enough to tell names apart, and a fifth of the whole."""
_PLAIN = {ord(accented): plain for plain, all_of_it in ACCENTED.items() for accented in all_of_it}
_FROM = "".join(chr(each) for each in _PLAIN)
_TO = "".join(_PLAIN.values())


def fold(text: str) -> str:
    """The text as the column holds it on PostgreSQL: small letters without accents."""
    return text.lower().translate(_PLAIN)


class SearchText(Expression):
    """The generated column: the columns above, one a line, then the digits of the phone numbers."""

    output_field = TextField()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SearchText)

    def __hash__(self) -> int:
        return hash(SearchText)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return "bconnect.customers.search_text.SearchText", (), {}

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        is_postgresql = connection.vendor == "postgresql"
        line = "chr(10)" if is_postgresql else "char(10)"
        parts = [f"coalesce(\"{column}\", '')" for column in COLUMNS]
        parts += [_digits(column, is_postgresql=is_postgresql) for column in NUMBERS]
        text = f"lower({f' || {line} || '.join(parts)})"
        return (f"translate({text}, '{_FROM}', '{_TO}')" if is_postgresql else text), ()


def _digits(column: str, *, is_postgresql: bool) -> str:
    text = f"coalesce(\"{column}\", '')"
    if is_postgresql:
        return f"translate({text}, '{PUNCTUATION}', '')"
    whole = _without(PUNCTUATION, text)
    # Nearly every number is "+" and digits: one look at it spares six of the seven passes.
    return f"CASE WHEN \"{column}\" GLOB '*[^+0-9]*' THEN {whole} ELSE {_without('+', text)} END"


def _without(characters: str, sql: str) -> str:
    for each in characters:
        sql = f"replace({sql}, '{each}', '')"
    return sql


@TextField.register_lookup
class Finds(Lookup):
    """`search_text__finds="muller"`: the text holds it, whatever the case and the accents of either."""

    lookup_name = "finds"
    before = "%"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, parameters = compiler.compile(self.lhs)
        spellings = _spellings(fold(str(self.rhs)))
        likes = [f"{self.before}{_escaped(each)}%" for each in spellings]
        if connection.vendor == "postgresql":
            asked = [self.on_postgresql(column, list(parameters), like) for like in likes]
            return f"({' OR '.join(sql for sql, _ in asked)})", [each for _, several in asked for each in several]
        # The slow question is asked only of rows that hold anything beyond ASCII.
        accented = f"({_beyond_ascii(column)} AND {column} GLOB %s)"
        sql = f"({column} LIKE %s ESCAPE '\\' OR {accented})"
        glob = f"{self.before.replace('%', '*')}{_glob(spellings[0])}*"
        return sql, [*parameters, likes[0], *parameters, *parameters, *parameters, glob]

    def on_postgresql(self, column: str, parameters: list[Any], like: str) -> tuple[str, list[Any]]:
        return f"{column} LIKE %s", [*parameters, like]


@TextField.register_lookup
class Begins(Finds):
    """`search_text__begins="mul"`: so does the name."""

    lookup_name = "begins"
    before = ""

    def on_postgresql(self, column: str, parameters: list[Any], like: str) -> tuple[str, list[Any]]:
        """The beginning is asked of its own index; what is longer than that, of what the index found."""
        begins = f"left({column}, {BEGINNING}) LIKE %s"
        if len(like) <= BEGINNING:
            return begins, [*parameters, like]
        cut = like[:BEGINNING].rstrip("\\")  # never a half of an escape
        return f"({column} LIKE %s AND {begins})", [*parameters, like, *parameters, f"{cut}%"]


@TextField.register_lookup
class HasWord(Finds):
    """`search_text__has_word="bv"`: it stands alone, behind anything. Groups of three letters are known of it, too."""

    lookup_name = "has_word"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, own = compiler.compile(self.lhs)
        word = _spellings(fold(str(self.rhs)))[0]
        if connection.vendor == "postgresql":
            sql, parameters = super().as_sql(compiler, connection)
            alone = f"[{SEPARATORS}]{re.escape(word)}[{SEPARATORS}]"
            return f"({sql} AND {column} ~ %s)", [*parameters, *own, alone]
        # A pattern that begins with a letter is looked for many times faster: few rows are left for the next one.
        plain = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in word)
        sql = f"({column} GLOB %s AND {column} GLOB %s OR {_beyond_ascii(column)} AND {column} GLOB %s)"
        ends, alone, accented = (
            f"*{plain}[{SEPARATORS}]*",
            f"*[{SEPARATORS}]{plain}[{SEPARATORS}]*",
            f"*[{SEPARATORS}]{_glob(word)}[{SEPARATORS}]*",
        )
        return sql, [*own, ends, *own, alone, *own, *own, *own, accented]


def _spellings(word: str) -> list[str]:
    """With each of the apostrophes, the plain one first."""
    plain = word.translate(dict.fromkeys(map(ord, APOSTROPHES), APOSTROPHES[0]))
    return [plain.replace(APOSTROPHES[0], each) for each in APOSTROPHES] if APOSTROPHES[0] in plain else [plain]


def _beyond_ascii(column: str) -> str:
    return f"length({column}) < length(CAST({column} AS BLOB))"


def _glob(word: str) -> str:
    return "".join(map(_any_accent, word))


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _any_accent(letter: str) -> str:
    """For GLOB: the letter with every accent, small or capital (SQLite's lower() knows ASCII alone)."""
    if letter in APOSTROPHES:
        return f"[{APOSTROPHES}]"
    accented = ACCENTED.get(letter, "")
    both = letter + accented + accented.upper()
    if not accented and letter.upper() != letter and not letter.isascii():
        both = letter + letter.upper()
    return f"[{both}]" if len(both) > 1 or letter in "*?[" else letter


class SearchIndex(Index):
    """Trigrams on PostgreSQL where the extension is there, else what helps with beginnings; covering on SQLite."""

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        table = schema_editor.quote_name(model._meta.db_table)
        name = schema_editor.quote_name(self.name)
        if schema_editor.connection.vendor != "postgresql":
            # All of it is looked through anyway; by id, new rows come last, which costs a pull the least.
            return f"CREATE INDEX {name} ON {table} (id, search_text)"
        if has_trigrams(schema_editor.connection):
            return f"CREATE INDEX {name} ON {table} USING gin (search_text gin_trgm_ops)"
        # Only the beginning: PostgreSQL can't index texts of more than 2,704 bytes.
        return f"CREATE INDEX {name} ON {table} (left(search_text, {BEGINNING}) text_pattern_ops)"


def has_trigrams(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None
