"""What a service's own functions return. Each is called in a thread, since any of them may hang."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from tenfold.stores.connection import Deadline
from tenfold.stores.parallel import Ahead

T = TypeVar("T")

_SLICE = 0.05
"""How many seconds pass until whoever waits finds that nobody wants the answer any more."""

_MOST_HANGING = 4
"""One that hangs may be the last to: the next poll asks anew, but not for ever."""


class OfService(Generic[T]):
    """What one function returned for this poll: all requests of the poll share one call."""

    def __init__(self, name: str, ask: Callable[[], T]) -> None:
        self._name = name
        self._ask = ask
        self.after_fork()

    def after_fork(self) -> None:
        """Forget the calls of the parent process, whose threads are not here."""
        self._lock = threading.Lock()
        self._call: Ahead[T] | None = None
        self._hanging: set[Ahead[T]] = set()

    def begin_poll(self) -> None:
        """Have the function called anew, unless too many calls of it hang."""
        with self._lock:
            calls = self._hanging if self._call is None else {*self._hanging, self._call}
            self._hanging = {call for call in calls if not call.is_done(0)}
            if len(self._hanging) < _MOST_HANGING:
                self._call = None

    def called(self, deadline: Deadline) -> Ahead[T]:
        """Return a call that has succeeded; after a failure the next request makes another one.

        Raises `OSError` where it takes too long, and whatever the function raises.
        """
        with self._lock:
            call = self._call
            if call is None:
                call = self._call = Ahead(self._ask)
        try:
            while not call.is_done(min(_SLICE, deadline.left())):
                continue
        except TimeoutError:
            limit = f"{deadline.milliseconds:.0f} ms"
            message = f"the function `{self._name}` returned nothing within {limit}"
            raise TimeoutError(message) from None
        try:
            call.result()
        except BaseException:
            self.forget(call)
            raise
        return call

    def forget(self, call: Ahead[T]) -> None:
        """Have the function called again, unless it was since this call."""
        with self._lock:
            if self._call is call:
                self._call = None
