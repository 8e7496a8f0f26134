"""What was used lately, within a bound, for several threads at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Two generations, each of at most half of the bound.

    Using an entry moves it to the young generation; when that is full, the old one is dropped and
    the young one becomes the old one. Using one that is already young costs nothing.
    """

    def __init__(self, bound: int, weigh: Callable[[V], int]) -> None:
        self._half = bound / 2
        self._weigh = weigh
        self._weight = 0
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self.after_fork()

    def after_fork(self) -> None:
        """Make a new lock: a thread of the parent process may have held the old one."""
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return an entry, and count it as used."""
        found = self._young.get(key)
        if found is not None:
            return found
        with self._lock:
            found = self._old.pop(key, None)
            if found is not None:
                self._add(key, found)
        return found

    def set(self, key: K, value: V) -> None:
        """Add an entry. The last one added is always there, whatever its weight."""
        with self._lock:
            young = self._young.pop(key, None)
            if young is not None:
                self._weight -= self._weigh(young)
            self._old.pop(key, None)
            self._add(key, value)

    def entries(self) -> list[tuple[K, V]]:
        """Return all entries, those to be dropped first at the front."""
        with self._lock:
            return [*self._old.items(), *self._young.items()]

    def _add(self, key: K, value: V) -> None:
        weight = self._weigh(value)
        if self._young and self._weight + weight > self._half:
            self._old, self._young, self._weight = self._young, {}, 0
        self._young[key] = value
        self._weight += weight
