"""All pages of the client list over one kept connection, in order, with nothing but the standard library."""

import base64
import json
import os
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlsplit

SIZE = 100  # Robaws' maximum


def pages() -> Iterator[list[dict[str, Any]]]:
    """The records of each page, until totalItems of them came; raises on any answer but 200."""
    connection = HTTPConnection(urlsplit(os.environ["BENCH_URL"]).netloc)
    login = base64.b64encode(f"{os.environ['BENCH_KEY']}:{os.environ['BENCH_SECRET']}".encode()).decode()
    fetched = 0
    for page in count():
        path = f"/api/v2/clients?page={page}&size={SIZE}&sort=id:asc&include=extraFields"
        connection.request("GET", path, headers={"Authorization": f"Basic {login}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path} answered {answer.status}: {body[:200]!r}")
        read = json.loads(body)
        yield read["items"]
        fetched += len(read["items"])
        if not read["items"] or fetched >= read["totalItems"]:
            return
