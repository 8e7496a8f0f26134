"""Moments by two clocks: the caller's, which a person may set, and one that only runs on."""

from __future__ import annotations

import time
from dataclasses import dataclass

_SET_BACK_MS = 5_000
"""A clock that is so far behind what has passed was set back."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, in milliseconds of both clocks."""

    clock: float
    tick: float

    def age(self, now: float) -> float:
        """Return how long ago it was, given what the caller's clock says now.

        A clock that was set back makes nothing younger; one that differs by its own pace is right.
        """
        by_clock = now - self.clock
        by_tick = _tick() - self.tick
        return by_tick if by_tick - by_clock > _SET_BACK_MS else max(0.0, by_clock)


def moment_at(clock: float) -> Moment:
    """Return the present moment, at which the caller's clock says `clock`."""
    return Moment(clock, _tick())


def _tick() -> float:
    return time.monotonic() * 1000
