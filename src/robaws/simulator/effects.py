"""What a fault does to an answer as a whole: instead of it, or to it once the work is done."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from robaws.simulator.messages import Break, Problem, Response

_HTML = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>502</h1></body></html>"
_HTML_HEADERS = {"Content-Type": "text/html; charset=utf-8"}

_FAILURES = {
    "400": "Invalid request",
    "401": "Full authentication is required",
    "403": "Access is denied",
    "404": "Not found",
    "409": "The client was changed by somebody else",
    "415": "Content type is not supported",
    "429": "Too many requests",
    "500": "Unexpected error",
    "502": "Bad gateway",
    "503": "Down for maintenance",
    "504": "Gateway time-out",
}


def _failure(status: str) -> Callable[[str, float | None], Response]:
    def answer(path: str, value: float | None) -> Response:
        problem = Problem(int(status), _FAILURES[status])
        if value is not None:
            problem.headers["Retry-After"] = f"{value:g}"
        return problem.response(path)

    return answer


# Instead of the answer: nothing was done. The value of a status effect is its Retry-After in seconds.
INSTEAD: Mapping[str, Callable[[str, float | None], Response]] = {
    **{status: _failure(status) for status in _FAILURES},
    "html": lambda path, value: Response(502, _HTML, _HTML_HEADERS),
    "html-200": lambda path, value: Response(200, _HTML, _HTML_HEADERS),
    "redirect": lambda path, value: Response(302, b"", {"Location": "/login"}),
    "refused": lambda path, value: Response(503, breaks=Break.REFUSED),
    "reset": lambda path, value: Response(503, breaks=Break.RESET),
    "hang": lambda path, value: Response(503, breaks=Break.HANG),
}

# To the answer: the work, a write too, was done.
AFTERWARDS: Mapping[str, Callable[[Response], Response]] = {
    "500-after": lambda response: Problem(500, "Unexpected error").response(""),
    "html-after": lambda response: Response(502, _HTML, _HTML_HEADERS),
    "reset-after": lambda response: replace(response, breaks=Break.RESET),
    "hang-after": lambda response: replace(response, breaks=Break.HANG),
    "cut": lambda response: replace(response, breaks=Break.CUT),
    "broken-json": lambda response: replace(response, body=response.body[: len(response.body) * 2 // 3]),
    "no-body": lambda response: Response(204, b"", {}),
}
