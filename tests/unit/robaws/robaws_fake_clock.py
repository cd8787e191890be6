"""A clock that only sleeping moves."""


class FakeClock:
    """Hand `clock` in as clock and `clock.sleep` as sleep; `slept` lists the pauses."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Pass the time."""
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds
