"""What a service is told: another release, stale settings, a failed poll."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from tenfold.errors import TenfoldError
from tenfold.polling import PollingThread

State: TypeAlias = Literal["ready", "stale", "expired"]
EventName: TypeAlias = Literal["changed", "stale", "error"]
InnerName: TypeAlias = Literal["changed", "stale", "error", "ready"]
"""`ready`: what was stale is no longer, which only a provider of feature flags has to know."""

EVENT_NAMES: tuple[EventName, ...] = get_args(EventName)
_HELD = 32
_LOG = logging.getLogger("tenfold")


@dataclass(frozen=True, slots=True)
class Status:
    """How current the answers are.

    `stale`: the store could not be read for long, or not at all since the start; `expired`: the
    release is past its expiry. Both go on answering. `age_ms` is the time since the store was last
    read, or, if it never was, since the release was issued.
    """

    state: State
    seq: int
    commit: str | None
    age_ms: float


@dataclass(frozen=True, slots=True)
class Changed:
    """Another release answers from now on, or a rollout has come to another stage or to its end.

    `stage` is that of a rollout in force, from 0, and None outside of rollouts.
    """

    seq: int
    commit: str | None
    stage: int | None


Event: TypeAlias = "Changed | Status | TenfoldError"


class _Added:
    """A callback, as often as it was added."""

    __slots__ = ("_callback",)

    def __init__(self, callback: Callable[[Event], object]) -> None:
        self._callback = callback

    def tell(self, event: Event) -> None:
        """Call it; one that fails must not end the polling.

        What asks to end the program does end whoever polls by hand, but not a thread of ours, which
        would stop without a word.
        """
        try:
            self._callback(event)
        except BaseException as error:
            is_ours = isinstance(threading.current_thread(), PollingThread)
            if not isinstance(error, Exception) and not is_ours:
                raise
            _LOG.exception("a callback for an event of the settings failed")


class Events:
    """Callbacks by event. They run in whichever thread noticed, one after another."""

    def __init__(self) -> None:
        self._callbacks: dict[InnerName, tuple[_Added, ...]]
        self._callbacks = dict.fromkeys(get_args(InnerName), ())
        self._held: dict[InnerName, deque[Event]] = {
            name: deque(maxlen=_HELD) for name in get_args(InnerName)
        }
        self.after_fork()

    def after_fork(self) -> None:
        """Make a new lock: a thread of the parent process may have held the old one."""
        self._lock = threading.Lock()

    def add(self, name: InnerName, callback: Callable[[Event], object]) -> Callable[[], None]:
        """Add a callback, which is first told what was held for it; returns what removes it."""
        if not callable(callback):
            raise TenfoldError("invalid_option", "a callback has to be a function")
        # The same function may be added twice, and is then told twice.
        added = _Added(callback)
        with self._lock:
            self._callbacks[name] = (*self._callbacks[name], added)
            held = list(self._held[name])
            self._held[name].clear()
        for event in held:
            added.tell(event)

        def remove() -> None:
            with self._lock:
                left = [one for one in self._callbacks[name] if one is not added]
                self._callbacks[name] = tuple(left)

        return remove

    def emit(self, name: InnerName, event: Event) -> None:
        """Tell all callbacks."""
        for added in self._callbacks[name]:
            added.tell(event)

    def hold(self, name: InnerName, event: Event) -> None:
        """Keep an event of the start for the first callback, which nobody had a chance to add."""
        with self._lock:
            self._held[name].append(event)
