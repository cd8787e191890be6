"""How much of a request has come? gunicorn's own parser says where it ends."""

from typing import Any

from gunicorn.http.body import ChunkedReader, LengthReader  # type: ignore[import-untyped]
from gunicorn.http.errors import ChunkMissingTerminator, NoMoreData, ParseException  # type: ignore[import-untyped]
from gunicorn.http.message import Request  # type: ignore[import-untyped]
from gunicorn.http.unreader import IterUnreader  # type: ignore[import-untyped]

LARGEST_HEAD_BYTES = 64 * 1024
LARGEST_BYTES = 4 * 1024 * 1024
"""More than Django takes for a form, and four times what a webhook may have."""

MOST_LOOKS = 200
"""How often the end of a body in chunks is looked for: each time it is read from its beginning."""


class TooLargeError(Exception):
    """It would not be taken anyway."""


class Arriving:
    """One request on its way in. `ends_at` is when it has to be here. `waits`: for a word before it sends its body."""

    def __init__(self, cfg: Any, peer: Any, ends_at: float) -> None:
        self._cfg, self._peer, self.ends_at = cfg, peer, ends_at
        self.received = bytearray()
        self.waits = False
        self._end: int | None = None
        self._is_chunked = False
        self._looks = 0

    def add(self, piece: bytes) -> None:
        self.received += piece

    def is_whole(self) -> bool:
        """Raises TooLargeError. What can't be parsed counts as whole: the server says what is wrong with it."""
        if self._end is None and not self._is_chunked:
            self._read_head()
        if len(self.received) > LARGEST_BYTES:
            raise TooLargeError
        if self._is_chunked:
            return self.received.endswith(b"\r\n\r\n") and self._ends_in_chunks()
        return self._end is not None and len(self.received) >= self._end

    def _read_head(self) -> None:
        length = self.received.find(b"\r\n\r\n") + 4
        if length < 4 or length > LARGEST_HEAD_BYTES:
            if len(self.received) > LARGEST_HEAD_BYTES:
                raise TooLargeError
            return
        self._end = length
        try:
            request = self._parsed(bytes(self.received[:length]))
        except (ParseException, NoMoreData):
            return
        reader, told = request.body.reader, {name: value.lower() for name, value in request.headers}
        self.waits = told.get("EXPECT") == "100-continue" and request.version >= (1, 1)
        if isinstance(reader, ChunkedReader):
            self._end, self._is_chunked = None, True
        elif isinstance(reader, LengthReader):
            self._end += reader.length
            if self._end > LARGEST_BYTES:
                raise TooLargeError

    def _ends_in_chunks(self) -> bool:
        self._looks += 1
        if self._looks > MOST_LOOKS:
            raise TooLargeError
        try:
            self._parsed(bytes(self.received)).body.read()
        except (NoMoreData, ChunkMissingTerminator):
            return False
        except ParseException:
            return True
        return True

    def _parsed(self, received: bytes) -> Any:
        return Request(self._cfg, IterUnreader([received]), self._peer)
