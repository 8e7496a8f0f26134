"""The last good release, in a folder of the service's own: a store like any other.

A service starts from it when the store cannot be reached, detects by it a release that is older
than one it has seen, and never reads an object twice.
"""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from typing import Literal

from tenfold.content.cache_folder import objects_in, prune, write_file
from tenfold.content.loaded import LoadedContent
from tenfold.errors import TenfoldError, as_damage
from tenfold.format.pack import objects_of_pack, read_pack_list
from tenfold.format.references import Ref, hex_of, path_of, ref_of
from tenfold.stores.folder import FolderStore
from tenfold.stores.reader import StoreReader
from tenfold.trust.heads import (
    LocalTrust,
    RootTrust,
    Verified,
    follows,
    is_later_word,
    verified_head,
)

_TIDY_EVERY_MS = 3_600_000
"""How often the folder is checked for missing objects and for those that nothing needs."""
_RETRY_MS = 60_000
"""How long until a folder that cannot be written is tried again."""


class Cache(StoreReader):
    """Reads objects from the folder, else from the store, and keeps them. Heads are the store's."""

    def __init__(self, folder: str, upstream: StoreReader) -> None:
        self.folder = os.path.abspath(folder)
        self.kept = FolderStore(self.folder, f"file:{folder}")
        self.url = upstream.url
        self._upstream = upstream
        self._pack_names: dict[Ref, tuple[str, ...]] = {}
        # A root that was read before it was verified.
        self._peeked: tuple[Ref, bytes] | None = None
        self._failure: TenfoldError | None = None
        self._owed_at: float | None = None
        self._tidied_at: float | None = None
        self._is_postponed = False

    def after_fork(self) -> None:
        """Forget what the parent process opened."""
        self._upstream.after_fork()

    def head(self) -> bytes:
        """Return the store's head."""
        return self._upstream.head()

    def read(self, ref: Ref) -> bytes:
        """Return an object, which is kept from then on."""
        kept = self._kept_object(ref)
        if kept is not None:
            return kept
        peeked = self._peeked
        data = peeked[1] if peeked and peeked[0] == ref else self._upstream.read(ref)
        self._write(path_of(ref), data)
        return data

    def peek(self, ref: Ref) -> bytes:
        """Do the same without keeping it, so that whoever writes the store cannot fill the disk."""
        kept = self._kept_object(ref)
        if kept is not None:
            return kept
        data = self._upstream.peek(ref)
        self._peeked = (ref, data)
        return data

    def interrupt(self) -> None:
        """Abort pending requests of the store."""
        self._upstream.interrupt()

    def rest(self) -> None:
        """Let go of what is of use only while a release is loaded."""
        self._upstream.rest()

    def as_kept(self) -> StoreReader:
        """Return the kept release as a store, which reads what is damaged here from the origin."""
        return _Kept(self)

    def owes(self, now: float) -> bool:
        """Whether it is time to try again to keep a release, or to tidy the folder."""
        if self._owed_at is not None:
            return abs(now - self._owed_at) >= _RETRY_MS
        return self._is_postponed or self._failure is not None

    def keep(
        self,
        verified: Verified,
        contents: Sequence[LoadedContent],
        trust: RootTrust | LocalTrust,
        now: float,
        is_lazy: bool,
        is_start: bool = False,
    ) -> TenfoldError | None:
        """Keep a release that answers now: its objects first, the head last.

        A failure is returned and does not affect the service. `is_start`: whether a caller is
        waiting for the first answer.
        """
        release = verified.release
        earlier = self._take_failure() is not None or self._owed_at is not None
        packs = None if is_lazy else release.packs
        standing, kept_packs = self._compared(verified, trust)
        # What was in the packs of the kept release is perhaps nowhere else.
        is_repacked = not is_lazy and kept_packs != (kept_packs or packs if is_start else packs)
        # A lazy start reads little, while the kept objects may be many.
        self._is_postponed = is_start and (is_lazy or packs is not None)
        since = self._tidied_at
        is_due = not self._is_postponed and (since is None or abs(now - since) >= _TIDY_EVERY_MS)
        self._owed_at = None
        if standing == "later":
            return None
        needed: dict[str, Ref] | None = None
        if earlier or is_due or is_repacked:
            needed = self._needed(verified, contents, packs)
        # Without its root, the kept head proves nothing.
        if release.trust is not None:
            self._fetch(release.trust)
        if needed is not None and self._failure is None:
            self._complete(needed)
        self._peeked = None
        if self._failure is None and standing != "same":
            self._write("head.json", verified.head.data, is_flushed=True)
        if self._failure is not None:
            self._owed_at = now
        elif needed is not None:
            self._tidied_at = now
            self._tidy(needed, contents)
        return self._take_failure()

    def _take_failure(self) -> TenfoldError | None:
        failure, self._failure = self._failure, None
        return failure

    def _kept_object(self, ref: Ref) -> bytes | None:
        """Return a kept object; what is missing or damaged here is read from the origin."""
        try:
            return self.kept.read(ref)
        except TenfoldError:
            return None

    def _compared(
        self, verified: Verified, trust: RootTrust | LocalTrust
    ) -> tuple[Literal["later", "same", "older"], Ref | None]:
        """Compare the kept release, perhaps another process's, and return its list of packs."""
        packs: Ref | None = None
        try:
            head = self.kept.head()
            if head == verified.head.data:
                return "same", verified.release.packs
            kept = verified_head(head, self.kept, trust, verified)
            packs = kept.release.packs
            is_later = follows(kept, verified) or not is_later_word(verified, kept)
            return ("later" if is_later else "older"), packs
        except TenfoldError:
            # One that cannot be verified does not count.
            return "older", packs

    def _needed(
        self, verified: Verified, contents: Sequence[LoadedContent], packs: Ref | None
    ) -> dict[str, Ref]:
        """Return everything that a release needs to answer: packs in place of what they hold."""
        refs = [ref for ref in (verified.release.trust, verified.release.secrets) if ref]
        for content in contents:
            refs += [content.root, content.globals.ref, *content.globals.texts]
            refs += content.accounts.needed()
        needed = {hex_of(ref): ref for ref in refs}
        if packs is not None:
            self._put_packs(needed, packs)
        return needed

    def _put_packs(self, needed: dict[str, Ref], listing: Ref) -> None:
        """Replace objects that packs hold by the packs. One that cannot be read holds nothing."""
        there = self._there()
        try:
            packs = read_pack_list(self.read(listing))
        except Exception:  # whatever is wrong with it, it is not needed
            return
        needed[hex_of(listing)] = listing
        known = self._pack_names
        self._pack_names = {}
        for ref in packs:
            names = known.get(ref) if hex_of(ref) in there else None
            if names is None:
                names = self._names_in(ref)
            self._pack_names[ref] = names
            for name in names:
                needed.pop(name, None)
            if names:
                needed[hex_of(ref)] = ref

    def _names_in(self, ref: Ref) -> tuple[str, ...]:
        try:
            pack = self.read(ref)
            view = memoryview(pack)
            return tuple(hex_of(ref_of(view[start:end])) for start, end in objects_of_pack(pack))
        except Exception:  # whatever is wrong with it, it is not needed
            return ()

    def _there(self) -> Container[str]:
        """Return the names of the objects in the folder, whole or not."""
        return {name for name, _ in objects_in(self.folder)}

    def _complete(self, wanted: dict[str, Ref]) -> None:
        """Fetch missing objects, up to the first failure."""
        there = self._there()
        for name, ref in wanted.items():
            if name not in there:
                self._fetch(ref)
                if self._failure is not None:
                    return

    def _tidy(self, needed: dict[str, Ref], contents: Sequence[LoadedContent]) -> None:
        """Remove objects that neither the current answers need nor the release holds."""
        try:
            there = self._there()
            wanted = set(needed)

            def kept(ref: Ref) -> bytes | None:
                return self._kept_object(ref) if hex_of(ref) in there else None

            for content in contents:
                wanted.update(hex_of(ref) for ref in content.accounts.worth_keeping(kept))
            prune(self.folder, wanted, _TIDY_EVERY_MS)
        except Exception as error:  # whatever it is, the release is kept
            self._fail("cannot tidy", error)

    def _fetch(self, ref: Ref) -> None:
        try:
            self.read(ref)
        except TenfoldError as error:
            self._fail(f"cannot keep {path_of(ref)} in", error)

    def _write(self, path: str, data: bytes, is_flushed: bool = False) -> None:
        try:
            write_file(self.folder, path, data, is_flushed)
        except OSError as error:
            self._fail(f"cannot keep {path} in", error)

    def _fail(self, what: str, cause: Exception) -> None:
        reason: str = as_damage(cause, self.url).code
        if isinstance(cause, OSError):
            reason = cause.strerror or type(cause).__name__
        if self._failure is None:
            self._failure = TenfoldError("cache_failed", f"{what} {self.folder}: {reason}")


class _Kept(StoreReader):
    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self.url = cache.kept.url

    def head(self) -> bytes:
        return self._cache.kept.head()

    def read(self, ref: Ref) -> bytes:
        return self._cache.read(ref)

    def peek(self, ref: Ref) -> bytes:
        return self._cache.peek(ref)
