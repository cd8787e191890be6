"""Where a request ends, however its bytes come."""

import pytest
from gunicorn.config import Config

from bconnect.panel.arriving import LARGEST_BYTES, LARGEST_HEAD_BYTES, Arriving, TooLargeError

HEAD = b"POST /x HTTP/1.1\r\nHost: localhost\r\n"
WHOLE = {
    "no body": b"GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a length": HEAD + b"content-length: 5\r\n\r\nabcde",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\n\r\n\r\n0\r\n\r\n",
    "chunks with a trailer": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n",
}


def arriving(*pieces: bytes) -> Arriving:
    request = Arriving(Config(), ("127.0.0.1", 1), ends_at=0)
    for piece in pieces:
        request.add(piece)
    return request


@pytest.mark.parametrize("whole", WHOLE.values(), ids=WHOLE.keys())
def test_a_request_is_whole_with_its_last_byte_and_not_before(whole: bytes) -> None:
    request = arriving()
    for number in range(len(whole)):
        assert not request.is_whole(), whole[:number]
        request.add(whole[number : number + 1])
    assert request.is_whole()


@pytest.mark.parametrize("garbage", [b"\r\n\r\n", b"HELLO\r\n\r\n", HEAD + b"Content-Length: x\r\n\r\n"])
def test_what_can_not_be_parsed_is_left_to_the_server(garbage: bytes) -> None:
    assert arriving(garbage).is_whole()


@pytest.mark.parametrize(
    "pieces",
    [
        (b"x" * (LARGEST_HEAD_BYTES + 1),),
        (HEAD + b"Content-Length: %d\r\n\r\n" % LARGEST_BYTES,),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n", b"x" * LARGEST_BYTES),
    ],
    ids=["head", "declared", "chunks"],
)
def test_what_is_too_large_is_not_waited_for(pieces: tuple[bytes, ...]) -> None:
    with pytest.raises(TooLargeError):
        arriving(*pieces).is_whole()


def test_the_end_of_chunks_is_not_looked_for_for_ever() -> None:
    request = arriving(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n")
    with pytest.raises(TooLargeError):
        look_at_each_piece(request, 1000)


def look_at_each_piece(request: Arriving, times: int) -> None:
    for _ in range(times):
        request.add(b"\r\n\r\n")
        request.is_whole()
