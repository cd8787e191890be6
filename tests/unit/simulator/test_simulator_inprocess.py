"""The in-process transport: what a client of httpx2 sees of answers and of faults."""

from collections.abc import Callable

import httpx2
import pytest
from simulated_caller import CLIENTS, MakeCaller

from robaws.simulator import Faults, in_process_transport


@pytest.fixture
def client(make: MakeCaller) -> Callable[..., httpx2.Client]:
    def made(faults: Faults | None = None) -> httpx2.Client:
        wire = in_process_transport(make(faults=faults).simulated, sleep=slept.append)
        return httpx2.Client(transport=wire, base_url="https://robaws.test", auth=("key", "secret"))

    slept: list[float] = []
    made.slept = slept  # type: ignore[attr-defined]
    return made


def test_an_answer_arrives_whole(client: Callable[..., httpx2.Client]) -> None:
    answer = client().get(CLIENTS, params={"include": "extraFields", "extraFields[Role]": "POV", "size": 3})
    assert answer.status_code == 200
    assert answer.headers["date"]
    assert [item["id"] for item in answer.json()["items"]] == ["1", "2", "3"]


def test_a_body_is_sent(client: Callable[..., httpx2.Client]) -> None:
    answer = client().post(CLIENTS, json={"name": "Noël & Zn"})
    assert (answer.status_code, answer.json()["name"]) == (201, "Noël & Zn")


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        ("refused", httpx2.ConnectError),
        ("reset", httpx2.ReadError),
        ("reset-after", httpx2.ReadError),
        ("hang", httpx2.ReadTimeout),
        ("hang-after", httpx2.ReadTimeout),
        ("cut", httpx2.RemoteProtocolError),
    ],
)
def test_a_broken_answer_is_the_error_of_the_http_library(
    client: Callable[..., httpx2.Client], effect: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        client(Faults(effect)).get(CLIENTS)


def test_latency_is_played_by_the_transport(client: Callable[..., httpx2.Client]) -> None:
    client(Faults(latency_ms=150)).get(CLIENTS)
    assert client.slept == [0.15]  # type: ignore[attr-defined]
