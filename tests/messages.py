"""`make messages`: the words of the web UI, collected for the translators, and what they wrote, compiled.

With babel alone: whoever translates needs no other program. The compiled catalogues are kept, so that an
installation needs none either; a test says where they are behind.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path("src/bconnect/panel")
LANGUAGES = ("nl", "fr")
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2)}


def catalogue_file(language: str) -> Path:
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def collect() -> Catalog:
    """Every text of the modules and templates, in the order in which they stand there."""
    found = Catalog(charset="utf-8")
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]):
        text = path.read_text(encoding="utf-8")
        code = _code_of(text, path) if path.suffix == ".html" else text
        for _, message in _texts(code):
            flags = ("python-format",) if "%" in str(message) else ()
            found.add(message, locations=[(str(path.relative_to(SOURCE)), 0)], flags=flags)
    return found


def _code_of(template: str, path: Path) -> str:
    """Django's own way to make a template look like code; its indentation means nothing."""
    return "\n".join(line.strip() for line in templatize(template, origin=str(path)).splitlines())


def _texts(code: str) -> Iterator[tuple[int, str | tuple[str, str]]]:
    options = {"encoding": "utf-8"}
    for line, function, message, _ in extract_python(io.BytesIO(code.encode()), list(KEYWORDS), [], options):
        if function not in KEYWORDS:
            continue
        if isinstance(message, tuple):
            yield line, (str(message[0]), str(message[1])) if function == "ngettext" else str(message[0])
        elif message:
            yield line, str(message)


def read(language: str) -> Catalog:
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The language's catalogue with what is new in it, and without what is gone."""
    catalogue = read(language)
    made = catalogue.creation_date
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.creation_date = made  # or every look would change the file
    catalogue.obsolete.clear()
    catalogue.project, catalogue.fuzzy = "bconnect", False
    catalogue.header_comment = "# The words of bconnect's web UI. After a change: make messages"
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    texts = {
        each.id: each.string if isinstance(each.string, tuple) else (each.string,) for each in catalogue if each.id
    }
    return [str(text) for text, translations in texts.items() if not all(translations)]


def main() -> None:
    for language in LANGUAGES:
        path, catalogue = catalogue_file(language), updated(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=116, omit_header=False, include_lineno=False, sort_output=True)
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        print(f"{path}: {len(catalogue)} texts, {len(untranslated(catalogue))} without a translation")


if __name__ == "__main__":
    main()
