"""Several reads at a time, in threads that keep no process from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


class Ahead(Generic[T]):
    """Work that is done while its caller does something else."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._result: T | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="tenfold-read", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            # The system has no thread to spare now.
            self._run()

    def is_done(self, seconds: float) -> bool:
        """Wait for so many seconds, and return whether there is a result."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> T:
        """Return the result, or raise what the work raised."""
        if self._thread.ident is not None:
            self._thread.join()
        if self._failure is not None:
            raise self._failure
        return self._result  # type: ignore[return-value]

    def _run(self) -> None:
        try:
            self._result = self._work()
        except BaseException as error:
            self._failure = error


def in_parallel(items: Iterable[T], width: int, work: Callable[[T], U]) -> list[U]:
    """Process items, a few at a time, and return the results in order.

    After a failure no further item is begun.
    """
    every = list(items)
    queue = iter(enumerate(every))
    lock = threading.Lock()
    results: dict[int, U] = {}
    failures: list[BaseException] = []

    def run() -> None:
        while not failures:
            with lock:
                found = next(queue, None)
            if found is None:
                return
            try:
                results[found[0]] = work(found[1])
            except BaseException as error:
                failures.append(error)

    helpers = _started(run, min(width, len(every)) - 1)
    run()
    for helper in helpers:
        helper.join()
    if failures:
        raise failures[0]
    return [results[index] for index in range(len(every))]


def _started(run: Callable[[], None], count: int) -> list[threading.Thread]:
    """Start helpers, as many as the system can spare."""
    helpers: list[threading.Thread] = []
    for _ in range(count):
        helper = threading.Thread(target=run, name="tenfold-read", daemon=True)
        try:
            helper.start()
        except RuntimeError:
            break
        helpers.append(helper)
    return helpers
