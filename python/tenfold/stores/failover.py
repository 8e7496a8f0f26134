"""Several stores that hold the same releases: the later head that verifies wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tenfold.errors import TenfoldError, as_damage
from tenfold.format.references import Ref
from tenfold.stores.parallel import in_parallel
from tenfold.stores.reader import StoreReader
from tenfold.trust.heads import (
    LocalTrust,
    RootTrust,
    Verified,
    follows,
    is_later_word,
    verified_head,
)


@dataclass(frozen=True, slots=True)
class _Found:
    store: StoreReader
    data: bytes
    verified: Verified


class FailoverStore(StoreReader):
    """Asks all of its stores for a head, and for an object the one where the last head was, first.

    A store that is down, behind or lies costs a warning, as long as another one answers.
    """

    def __init__(self, stores: Sequence[StoreReader], trust: RootTrust | LocalTrust) -> None:
        self.url = ", ".join(store.url for store in stores)
        self._stores = tuple(stores)
        self._order = tuple(stores)
        self._trust = trust
        self._known: dict[StoreReader, _Found] = {}
        self._problems: tuple[TenfoldError, ...] = ()

    def head(self) -> bytes:
        """Return the latest head that verifies."""
        results = in_parallel(self._stores, len(self._stores), self._ask)
        best: _Found | None = None
        problems: list[TenfoldError] = []
        for result in results:
            if isinstance(result, TenfoldError):
                problems.append(result)
                continue
            try:
                if best is None or _is_after(result, best):
                    best = result
            except TenfoldError as error:
                problems.append(error)
        if best is None:
            raise problems[0]
        self._problems = tuple(problems)
        first = best.store
        self._order = (first, *(store for store in self._stores if store is not first))
        return best.data

    def read(self, ref: Ref) -> bytes:
        """Return an object from the first store that has it."""
        return self._first(lambda store: store.read(ref))

    def peek(self, ref: Ref) -> bytes:
        """Do the same for an object that nothing trusted refers to yet."""
        return self._first(lambda store: store.peek(ref))

    def interrupt(self) -> None:
        """Abort pending requests of all stores."""
        for store in self._stores:
            store.interrupt()

    def rest(self) -> None:
        """Let go of what is of use only while a release is loaded."""
        for store in self._stores:
            store.rest()

    def after_fork(self) -> None:
        """Forget what the parent process opened."""
        for store in self._stores:
            store.after_fork()

    def take_problems(self) -> tuple[TenfoldError, ...]:
        """Return what was wrong with some of the stores at the last poll, once."""
        problems, self._problems = self._problems, ()
        return problems

    def _ask(self, store: StoreReader) -> _Found | TenfoldError:
        try:
            data = store.head()
            known = self._known.get(store)
            if known is not None and known.data == data:
                return known
            found = _Found(store, data, verified_head(data, store, self._trust))
        except TenfoldError as error:
            return error
        except Exception as error:  # what no store has named
            return as_damage(error, f"the store {store.url}")
        self._known[store] = found
        return found

    def _first(self, ask: Callable[[StoreReader], bytes]) -> bytes:
        failure: TenfoldError | None = None
        for store in self._order:
            try:
                return ask(store)
            except TenfoldError as error:  # noqa: PERF203 -- the next store may have it
                failure = failure or error
        raise failure or TenfoldError("store_unreadable", "there is no store")


def _is_after(found: _Found, present: _Found) -> bool:
    """Whether a head is the later one of two; raises where they contradict each other."""
    one, other = present.verified, found.verified
    if other.epoch != one.epoch:
        return other.epoch > one.epoch
    if other.release.seq != one.release.seq:
        return other.release.seq > one.release.seq
    if follows(other, one):
        return True
    return is_later_word(other, one) and not is_later_word(one, other)
