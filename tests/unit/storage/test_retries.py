"""A retry policy keeps to its deadline, and draws pauses at random below a bound that doubles."""

from __future__ import annotations

from dataclasses import replace

from lookalike.storage.retries import RetryPolicy


class Clock:
    """Time that passes only in pauses and in attempts."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def policy(self, **limits: float) -> RetryPolicy:
        """A retry policy that goes by this clock."""
        return replace(RetryPolicy(**limits), sleep=self.sleep, monotonic=lambda: self.now)  # type: ignore[arg-type]

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def test_should_begin_no_attempt_after_the_deadline_and_let_none_outlast_it() -> None:
    clock = Clock()
    retries = clock.policy(timeout=3, deadline=8, first_pause=0.5, longest_pause=1)

    for timeout in retries.attempts():
        assert 0 < timeout <= 3
        assert clock.now + timeout <= 8.000_001
        clock.now += timeout

    assert clock.now <= 8.000_001


def test_should_wait_longer_from_attempt_to_attempt_up_to_a_limit() -> None:
    """Full jitter: anything from nothing to the longest, which doubles."""
    clock = Clock()
    longest = clock.policy(deadline=10_000, first_pause=1, longest_pause=4).attempts()

    for _ in range(200):
        next(longest)

    for pause, limit in zip(clock.pauses, [1, 2, *[4] * 197], strict=True):
        assert 0 <= pause <= limit
    assert max(clock.pauses) > 3
    assert min(clock.pauses[2:]) < 1


def test_should_attempt_at_least_once() -> None:
    policy = Clock().policy(timeout=5, deadline=0.0001, first_pause=1)

    assert len(list(policy.attempts())) >= 1
