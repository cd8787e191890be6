"""A tenant to send to, and the rest that both sides come to."""

from tests.integration.rig import Rig, client_record, snapshot


def five() -> Rig:
    """A tenant of five clients, all of them pulled."""
    rig = Rig([client_record(n) for n in range(1, 6)])
    rig.pull("full")
    return rig


def rest(rig: Rig) -> None:
    """One more pull and push settle what is left to settle; after that nothing moves on either side."""
    rig.pull("full")
    rig.push()
    before, clients, writes = snapshot(), dict(rig.tenant.clients), rig.writes()
    rig.pull("full")
    tally = rig.push()
    assert snapshot() == before
    assert dict(rig.tenant.clients) == clients
    assert rig.writes() == writes
    assert (tally.pushed, rig.requests) == (0, 0)
