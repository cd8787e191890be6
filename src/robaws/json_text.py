"""What does JSON text say where some of its characters are none? One of them must not cost the whole text.

A name that was cut in the middle of an emoji ends with half of it, and bytes may be of another encoding than UTF-8.
orjson refuses a text with either. Here each such character becomes U+FFFD, and all else is read as ever.
"""

import json
import re

import orjson

from robaws.records import Json

_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


def parsed(body: bytes, *, nan_is_null: bool = False) -> Json:
    """Raises ValueError for what is no JSON. NaN and Infinity are none either, unless they may pass as null."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return orjson.loads(_mended(body, nan_is_null))


def _mended(body: bytes, nan_is_null: bool) -> str:
    try:
        # The standard library knows which halves belong together. How it reads numbers is another matter, and NaN:
        # so what it has read is only written down again, for orjson to read.
        read = json.loads(body.decode("utf-8-sig", "replace"), parse_constant=_null if nan_is_null else float)
        whole = json.dumps(read, ensure_ascii=False)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return _HALF_A_CHARACTER.sub("\ufffd", whole)


def _null(name: str) -> None:
    """What NaN and its like become."""
