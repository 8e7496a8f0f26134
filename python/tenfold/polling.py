"""When the store is polled, and the thread that does it."""

from __future__ import annotations

import logging
import random
import threading
import time
import weakref
from collections.abc import Callable
from typing import Protocol

_LOG = logging.getLogger("tenfold")
_MAX_BACK_OFF_MS = 60_000
_LEAST_WATCH = 0.02
_MOST_WATCH = 1.0
_MAX_WAIT = 3_600.0
_SLICE = 0.05


def delay_after(failures: int, every_ms: float, rand: Callable[[], float] = random.random) -> float:
    """Return the milliseconds until the next poll.

    Many services that were started together must not poll together, least of all a store in
    trouble: after a failure each waits for a random part of the second half of a growing delay, at
    most a minute, or `every_ms` if that is longer.
    """
    if failures == 0:
        return every_ms * (0.9 + rand() * 0.2)
    backed_off = min(every_ms * 2.0 ** min(failures, 16), max(every_ms, _MAX_BACK_OFF_MS))
    return backed_off * (0.5 + rand() * 0.5)


class Polled(Protocol):
    """What is polled: the settings."""

    def poll_in_background(self) -> float:
        """Poll once, and return the milliseconds until the next poll."""
        ...

    def look_at_clock(self) -> None:
        """Tell what the time alone has changed."""
        ...


class PollingThread(threading.Thread):
    """A thread of the settings' own, which nobody waits for."""

    def __init__(self, name: str, target: Callable[[], None]) -> None:
        super().__init__(name=name, target=target, daemon=True)


class Watcher:
    """A daemon thread that polls, and looks at the clock meanwhile.

    Each poll has a thread of its own, since one that hangs must not delay what the clock says. The
    settings are held weakly: those that nobody uses any more are not polled for ever.
    """

    def __init__(self, polled: Polled, first: float, stale_after_ms: float) -> None:
        self._polled = weakref.ref(polled)
        self._next = first
        self._watch = min(max(stale_after_ms / 1000, _LEAST_WATCH), _MOST_WATCH)
        self._end = threading.Event()
        # Set when a poll has ended, and with it the moment of the next one is known.
        self._news = threading.Event()
        self._poll: threading.Thread | None = None
        self._is_polling = False
        self._thread = PollingThread("tenfold-watch", self._run)
        self._thread.start()

    def stop(self, timeout: float, interrupt: Callable[[], None]) -> None:
        """End both threads, and wait for them unless one of them asks.

        A poll that is not waiting now may begin to: it is interrupted until it has ended.
        """
        self._end.set()
        self._news.set()
        end = time.monotonic() + timeout
        _await(self._thread, end, interrupt)
        # The first one may have started it just now.
        if self._poll is not None:
            _await(self._poll, end, interrupt)

    def _run(self) -> None:
        while not self._end.is_set():
            left = self._next - time.monotonic()
            wait = self._watch if self._is_polling else min(self._watch, left)
            self._news.wait(min(max(wait, 0), _MAX_WAIT))
            self._news.clear()
            if self._end.is_set():
                return
            polled = self._polled()
            if polled is None:
                return
            try:
                polled.look_at_clock()
            except BaseException:  # whatever it is, without this thread nobody would poll
                _LOG.exception("a look at the settings' clock failed")
            if time.monotonic() >= self._next and not self._is_polling:
                self._is_polling = True
                self._poll = PollingThread("tenfold-poll", self._look)
                try:
                    self._poll.start()
                except RuntimeError:
                    # The system has no thread to spare now.
                    self._is_polling = False
                    self._next = time.monotonic() + _MOST_WATCH
            del polled

    def _look(self) -> None:
        polled = self._polled()
        delay_ms: float = _MAX_BACK_OFF_MS
        try:
            if polled is not None and not self._end.is_set():
                delay_ms = polled.poll_in_background()
        except BaseException:  # a service's own function may try to end the program
            _LOG.exception("a poll of the settings failed")
        finally:
            self._next = time.monotonic() + delay_ms / 1000
            self._is_polling = False
            self._news.set()


def _await(thread: threading.Thread, end: float, interrupt: Callable[[], None]) -> None:
    while thread.is_alive() and thread is not threading.current_thread():
        interrupt()
        thread.join(_SLICE)
        if time.monotonic() >= end:
            return
