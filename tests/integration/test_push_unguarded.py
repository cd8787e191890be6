"""A tenant whose form of PATCH guards nothing: only a fresh read keeps a colleague's edit from being overwritten."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest

from bconnect.sync.models import Conflict
from robaws.simulator import Request, Response
from tests.integration.push_rig import rest
from tests.integration.rig import Rig, client_record, customer, edit_here

pytestmark = pytest.mark.django_db

several = partial(ThreadPoolExecutor, 6)


class Watched(Rig):
    """Keeps what was asked of the clients, one by one."""

    def __init__(self, form: str) -> None:
        self.asked: list[str] = []
        super().__init__([client_record(n) for n in range(1, 9)], patch_forms={form})
        self.pull("full")
        edit_here("8", city="Aalst")
        self.push()  # by which the form is found out
        self.asked.clear()

    def handle(self, request: Request) -> Response:
        if request.path != "/api/v2/clients":
            self.asked.append(f"{request.method} {request.path.rpartition('/')[2]}")
        return super().handle(request)


@pytest.fixture(params=["merge", "plain"])
def rig(request: pytest.FixtureRequest) -> Rig:
    return Watched(request.param)


@pytest.mark.parametrize("fault", ["reset", "500", "503", "503=5", "429=5", "refused", "hang", "html-200"])
def test_what_a_colleague_changes_after_a_failure_is_not_overwritten_by_a_repeat(rig, fault):
    edit_here("1", email="ours@client1.be")
    rig.faults(f"{fault}@PATCH:1")
    rig.after_patch(lambda: rig.edit("1", email="theirs@client1.be"))
    tally = rig.push()
    assert rig.remote("1")["email"] == "theirs@client1.be"
    assert (tally.pushed, tally.conflicts, tally.errors) == (0, 1, 0)
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.ours, conflict.theirs) == ("ours@client1.be", "theirs@client1.be")
    assert rig.asked == ["GET 1", "PATCH 1", "GET 1"]


@pytest.mark.parametrize("fault", ["reset-after", "500-after", "hang-after", "html-after", "cut", "broken-json"])
def test_what_was_made_though_its_answer_got_lost_is_agreed_and_not_sent_again(rig, fault):
    edit_here("1", email="ours@client1.be")
    rig.faults(f"{fault}@PATCH:1")
    rig.after_patch(lambda: rig.edit("1", website="www.theirs.be"))
    tally = rig.push()
    assert (tally.pushed, tally.unchanged, tally.conflicts, tally.errors) == (1, 0, 0, 0)
    assert rig.asked == ["GET 1", "PATCH 1", "GET 1"]
    assert (customer("1").is_pending, customer("1").website) == (False, "www.theirs.be")
    assert customer("1").last_pushed_to_robaws_at is not None
    rest(rig)


@pytest.mark.parametrize("fault", ["reset", "500", "503=5", "429=5", "refused"])
def test_what_failed_is_read_again_and_then_sent(rig, fault):
    edit_here("1", email="ours@client1.be")
    edit_here("2", email="ours@client2.be")
    rig.faults(f"{fault}@PATCH:1")
    tally = rig.push()
    assert (tally.pushed, tally.errors) == (2, 0)
    assert rig.asked == ["GET 1", "PATCH 1", "GET 2", "PATCH 2", "GET 1", "PATCH 1"]
    assert [rig.remote(each)["email"] for each in "12"] == ["ours@client1.be", "ours@client2.be"]
    rest(rig)


@pytest.mark.parametrize("fault", ["503=5", "429=5"])
def test_what_robaws_asks_to_wait_for_is_waited_for(rig, fault):
    edit_here("1", email="ours@client1.be")
    rig.faults(f"{fault}@PATCH:1")
    started = rig.clock()
    rig.push()
    assert 5 <= rig.clock() - started < 7


def test_a_failure_that_stays_is_told_after_three_attempts_and_the_edit_is_kept(rig):
    edit_here("1", email="ours@client1.be")
    rig.faults("500@PATCH")
    tally = rig.push()
    assert "answered 500" in tally.failures[0].reason
    assert rig.asked == ["GET 1", "PATCH 1"] * 3
    assert customer("1").is_pending
    rig.faults()
    assert rig.push().pushed == 1
    rest(rig)


def test_a_wait_that_nobody_can_be_asked_for_is_not_slept_through(rig):
    edit_here("1", email="ours@client1.be")
    rig.faults("503=3600@PATCH")
    started = rig.clock()
    assert (rig.push().errors, rig.asked) == (1, ["GET 1", "PATCH 1"])
    assert rig.clock() - started < 5


def test_a_read_that_grew_old_before_its_turn_came_is_read_again(rig):
    """Another machine had met a 429: everybody waits, and meanwhile a colleague changes the same field."""

    def meanwhile() -> None:
        rig.limits.hold(30)
        rig.edit("1", email="theirs@client1.be")

    edit_here("1", email="ours@client1.be")
    rig.answer_once_with("GET", "/api/v2/clients/1", rig.remote("1"), meanwhile)
    tally = rig.push()
    assert rig.remote("1")["email"] == "theirs@client1.be"
    assert (tally.pushed, tally.conflicts) == (0, 1)


def test_nobody_waits_between_read_and_write_for_another_ones_slow_read(rig):
    written = Event()
    respond = rig.handle

    def handle(request: Request) -> Response:
        if (request.method, request.path) == ("GET", "/api/v2/clients/6"):
            assert written.wait(10), "five others were read, and none of them was sent"
        response = respond(request)
        if sum(each.startswith("PATCH") for each in rig.asked) == 5:
            written.set()
        return response

    for number in range(1, 7):
        edit_here(str(number), email=f"ours@client{number}.be")
    rig.handle = handle
    assert rig.push(executor=several).pushed == 6
    assert len(rig.asked) == 12, "two requests a customer"


def test_what_arrived_is_written_down_though_another_one_ends_the_run(rig):
    for number in range(1, 4):
        edit_here(str(number), email=f"ours@client{number}.be")
    respond = rig.handle

    def handle(request: Request) -> Response:
        if (request.method, request.path) == ("GET", "/api/v2/clients/3"):
            return Response(403, b"{}", {"Content-Type": "application/json"})
        return respond(request)

    rig.handle = handle
    with pytest.raises(Exception, match="403"):
        rig.push(executor=several)
    sent = {each.removeprefix("PATCH ") for each in rig.asked if each.startswith("PATCH")}
    assert {each for each in "123" if not customer(each).is_pending} == sent
