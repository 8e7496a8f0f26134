"""Accounts that are read on demand, the most recently used of which stay in memory."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from weakref import WeakSet, WeakValueDictionary

from tenfold.content.loaded import Accounts, Line, LoadedGlobals, decode
from tenfold.content.recent import Recent
from tenfold.errors import TenfoldError, as_damage
from tenfold.format.ladder import is_id
from tenfold.format.leaf import HEADER_BYTES, find_rest, provenance_of, read_rest, text_refs_in
from tenfold.format.references import Ref, length_of
from tenfold.format.root_object import ContentRoot
from tenfold.format.tree import Below, find_written, hash_of, read_region, references_in
from tenfold.stores.parallel import in_parallel
from tenfold.stores.reader import StoreReader
from tenfold.wording import quote

DEFAULT_BYTES = 8 * 1024 * 1024
"""What accounts in memory and their answers may take, half each, estimated on the high side."""

_ACCOUNT_BYTES = 768
"""What an account takes besides its content, for its id and its entry."""
_STRANGER_BYTES = 256
_NODE_BYTES = 4 * 1024 * 1024
"""Twice the nodes of a million accounts: if they do not fit, each new account would read one."""
_LEAF_BYTES = 1024 * 1024
_TEXT_BYTES = 1024 * 1024
_READERS = 4


class HeldLine(Line):
    """A line with its texts; one object for all accounts in memory with the same content."""

    __slots__ = ("__weakref__", "shared", "texts", "weight")

    def __init__(self, rest: bytes, texts: Mapping[Ref, str], shared: Mapping[Ref, str]) -> None:
        super().__init__(rest, lambda ref: shared[ref] if ref in shared else texts[ref])
        self.texts = texts
        self.shared = shared
        # A character may take more than a byte in memory.
        own = sum(2 * length_of(ref) for ref in texts)
        self.weight = _ACCOUNT_BYTES + len(rest) + own


class _Held:
    """An account that was looked up: its content, if it exists, and the path to it, leaf last."""

    __slots__ = ("line", "path")

    def __init__(self, line: HeldLine | None, path: tuple[Ref, ...]) -> None:
        self.line = line
        self.path = path


class Shelf:
    """Objects that were read lately. They are content-addressed, so that releases share them."""

    def __init__(self) -> None:
        self.nodes: Recent[Ref, bytes] = Recent(_NODE_BYTES, len)
        self.leaves: Recent[Ref, bytes] = Recent(_LEAF_BYTES, len)
        self.texts: Recent[Ref, str] = Recent(_TEXT_BYTES, len)

    def after_fork(self) -> None:
        """Make new locks."""
        for kept in (self.nodes, self.leaves, self.texts):
            kept.after_fork()


class LazyAccounts(Accounts):
    """The accounts of one release that were asked for."""

    is_lazy = True

    def __init__(
        self,
        store: StoreReader,
        root: ContentRoot,
        loaded: LoadedGlobals,
        max_bytes: int,
        before: Accounts | None,
    ) -> None:
        self.count = root.count
        self.answer_bytes = max_bytes // 2
        self.shelf: Shelf = before.shelf if isinstance(before, LazyAccounts) else Shelf()
        self._store = store
        self._root = root
        self._shared = loaded.texts
        self._held: Recent[str, _Held] = Recent(max_bytes // 2, _weight_of)
        self._lines: WeakValueDictionary[bytes, HeldLine] = WeakValueDictionary()
        self._pending: dict[str, Future[bool]] = {}
        self._lock = threading.Lock()
        _READ_ON_DEMAND.add(self)

    def after_fork(self) -> None:
        """Make new locks, and forget what threads of the parent process were reading."""
        self._lock = threading.Lock()
        self._pending = {}
        self._held.after_fork()
        self.shelf.after_fork()

    def find(self, account: str) -> Line | None:
        """Return an account's line, which counts as a use of it."""
        held = self._held.get(account)
        if held is not None:
            return held.line
        if not is_id(account):
            return None
        name = quote(account)
        message = f"the account {name} is not in memory: call settings.account({name}) first"
        raise TenfoldError("account_not_loaded", message)

    def touch(self, account: str) -> None:
        """Count as a use of an account."""
        self._held.get(account)

    def need(self, account: str) -> bool:
        """Read an account that is not in memory. Threads that ask at once share one answer."""
        # An invalid id is in no release, so that nothing is remembered for it.
        if not is_id(account):
            return False
        held = self._held.get(account)
        if held is not None:
            return held.line is not None
        mine: Future[bool] = Future()
        with self._lock:
            pending = self._pending.setdefault(account, mine)
        if pending is not mine:
            return pending.result()
        try:
            # Others may have dropped it from what is held before this thread looks there.
            held = self._read({account: None})[account]
            mine.set_result(held.line is not None)
        except Exception as error:
            mine.set_exception(error)
            raise
        except BaseException:
            # What ends this thread is not meant for those that wait for it.
            message = f"cannot read {self._store.url}: the thread that did was ended"
            mine.set_exception(TenfoldError("store_unreadable", message))
            raise
        finally:
            with self._lock:
                self._pending.pop(account, None)
        return mine.result()

    def follow(self, before: Accounts, is_wanted: Callable[[str], bool] | None = None) -> None:
        """Take over, without reading anything, whatever did not move in the tree."""
        if not isinstance(before, LazyAccounts) or before is self:
            return
        held = before._held.entries()
        self._read({name: one for name, one in held if is_wanted is None or is_wanted(name)})

    def provenance(self, account: str) -> Ref | None:
        """Return the provenance of the leaf that holds an account that was just needed."""
        held = self._held.get(account)
        if held is None or held.line is None:
            return None
        return provenance_of(self._leaf(held.path[-1]))

    def needed(self) -> Iterator[Ref]:
        """Yield the objects by which the accounts in memory are answered for."""
        for _, held in self._held.entries():
            yield from held.path
            if held.line is not None:
                yield from held.line.texts

    def worth_keeping(self, kept: Callable[[Ref], bytes | None]) -> Iterator[Ref]:
        """Yield kept objects: accounts that were used before may be needed without the store."""
        pending = list(references_in(self._root.region))
        while pending:
            at = pending.pop()
            data = kept(at.ref)
            if data is None:
                continue
            yield at.ref
            if at.kind == "node":
                pending += references_in(read_region(data, at.depth, at.prefix))
            else:
                yield from text_refs_in(data, 0, len(data))

    def _read(self, asked: Mapping[str, _Held | None]) -> dict[str, _Held]:
        """Search for accounts, hold what is found, and return it. Each object is read once."""
        found: dict[str, _Held] = {}
        try:
            moved: defaultdict[Ref, list[tuple[str, _Held | None, tuple[Ref, ...]]]]
            moved = defaultdict(list)
            for account, before in asked.items():
                at, path, is_unmoved = self._search(account, before)
                if is_unmoved and before is not None:
                    line = None if before.line is None else self._adopted(before.line)
                    found[account] = self._hold(account, line, path)
                elif at is None:
                    found[account] = self._hold(account, None, path)
                else:
                    moved[at.ref].append((account, before, path))
            for those in in_parallel(moved.items(), _READERS, self._take_from_leaf):
                found.update(those)
        except Exception as error:
            raise as_damage(error, f"the store {self._store.url}")  # noqa: B904 -- it names the cause
        return found

    def _search(
        self, account: str, before: _Held | None
    ) -> tuple[Below | None, tuple[Ref, ...], bool]:
        """Return the leaf of an account, the path to it, and whether it is where it was."""
        was = () if before is None else before.path
        hash_ = hash_of(account)
        path: tuple[Ref, ...] = ()
        at = find_written(self._root.data, hash_, 0, self._root.region_start)
        while at is not None:
            if at.ref in was:
                return at, (*path, *was[was.index(at.ref) :]), True
            path = (*path, at.ref)
            if at.kind == "leaf":
                break
            at = find_written(self._node(at), hash_, at.depth)
        return at, path, False

    def _take_from_leaf(
        self, found: tuple[Ref, list[tuple[str, _Held | None, tuple[Ref, ...]]]]
    ) -> dict[str, _Held]:
        ref, those = found
        leaf = self._leaf(ref)
        taken: dict[str, _Held] = {}
        for account, before, path in those:
            # The whole id is compared: a hash tells only where to search.
            rest = find_rest(leaf, account)
            line = None if rest is None else self._line(rest, before)
            taken[account] = self._hold(account, line, path)
        return taken

    def _hold(self, account: str, line: HeldLine | None, path: tuple[Ref, ...]) -> _Held:
        if line is not None:
            line = self._lines.setdefault(line.rest, line)
        held = _Held(line, path)
        self._held.set(account, held)
        return held

    def _line(self, rest: bytes, before: _Held | None) -> HeldLine:
        known = self._lines.get(rest)
        if known is None and before is not None and before.line is not None:
            known = before.line if before.line.rest == rest else None
        if known is not None:
            return self._adopted(known)
        earlier = {} if before is None or before.line is None else before.line.texts
        texts = {
            ref: earlier[ref] if ref in earlier else self._text(ref)
            for ref in set(read_rest(rest).text_refs())
            if ref not in self._shared
        }
        return HeldLine(rest, texts, self._shared)

    def _adopted(self, line: HeldLine) -> HeldLine:
        """Return a line of the release before with the texts that this one's globals lack."""
        if line.shared is self._shared:
            return line
        refs = set(read_rest(line.rest).text_refs()).difference(self._shared)
        return HeldLine(line.rest, {ref: line.text(ref) for ref in refs}, self._shared)

    def _node(self, at: Below) -> bytes:
        known = self.shelf.nodes.get(at.ref)
        if known is None:
            known = self._store.read(at.ref)
            # Checked once, so that searches may rely on its form.
            read_region(known, at.depth, at.prefix)
            _keep(self.shelf.nodes, at.ref, known, _NODE_BYTES)
        return known

    def _leaf(self, ref: Ref) -> bytes:
        known = self.shelf.leaves.get(ref)
        if known is None:
            known = self._store.read(ref)
            provenance_of(known[:HEADER_BYTES])
            _keep(self.shelf.leaves, ref, known, _LEAF_BYTES)
        return known

    def _text(self, ref: Ref) -> str:
        known = self.shelf.texts.get(ref)
        if known is None:
            known = decode(self._store.read(ref))
            if length_of(ref) <= _TEXT_BYTES // 2:
                self.shelf.texts.set(ref, known)
        return known


_READ_ON_DEMAND: WeakSet[LazyAccounts] = WeakSet()
"""Those of older releases, too, which a snapshot may still ask."""


def _after_fork_in_child() -> None:
    for accounts in list(_READ_ON_DEMAND):
        accounts.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def _keep(kept: Recent[Ref, bytes], ref: Ref, data: bytes, bound: int) -> None:
    """Keep an object, unless it would drop all others."""
    if len(data) <= bound // 2:
        kept.set(ref, data)


def _weight_of(held: _Held) -> int:
    return _STRANGER_BYTES if held.line is None else held.line.weight
