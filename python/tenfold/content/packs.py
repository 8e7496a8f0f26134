"""The packs of a release: hints that save requests, and on which nothing depends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from tenfold.content.pieces import Piece
from tenfold.errors import TenfoldError, as_damage
from tenfold.format.decoding import Malformed
from tenfold.format.pack import objects_of_pack, read_pack_list
from tenfold.format.references import Ref, hex_of, make_ref
from tenfold.stores.parallel import Ahead
from tenfold.stores.reader import StoreReader

Warn: TypeAlias = "Callable[[TenfoldError], None]"
"""Reports what does not keep a release from answering."""

_MAX_INDEXED = 1 << 20
"""How many packed objects are remembered: a release of a million accounts has some 20,000."""


class Packs:
    """Objects by the digest of their bytes, so that a pack proves nothing and spoils nothing.

    What no pack has is read singly; a pack that is missing or damaged is a warning.
    """

    def __init__(self, store: StoreReader, warn: Warn) -> None:
        self._store = store
        self._warn = warn
        self._found: dict[Ref, Piece] = {}
        self.listed: tuple[Ref, ...] = ()

    def load(self, listing: Ref, known: tuple[Ref, ...]) -> None:
        """Read the packs of a list, without those that the release before had already."""
        store = self._store
        try:
            self.listed = read_pack_list(store.read(listing))
        except Exception as error:  # whatever is wrong with it, it is not needed
            self._warn(_unusable(f"the list of packs of {store.url}", error))
            return
        fresh = [ref for ref in self.listed if ref not in known]
        ahead = [Ahead(partial(store.read, ref)) for ref in fresh[:1]]
        for index, ref in enumerate(fresh):
            try:
                pack = ahead[index].result()
            except Exception as error:  # whatever is wrong with it, it is not needed
                self._warn(_unusable(f"a pack of {store.url}", error))
                pack = b""
            # The next one is on its way while this one is looked through.
            following = fresh[index + 1 : index + 2]
            ahead += [Ahead(partial(store.read, after)) for after in following]
            self._index(ref, pack)

    def find(self, ref: Ref) -> Piece | None:
        """Return an object that a pack has."""
        return self._found.get(ref)

    def piece(self, ref: Ref) -> Piece:
        """Return an object, read singly where no pack has it."""
        found = self._found.get(ref)
        if found is not None:
            return found
        data = self._store.read(ref)
        return Piece(data, 0, len(data))

    def read(self, ref: Ref) -> bytes:
        """Return an object's bytes."""
        return self.piece(ref).take()

    def _index(self, ref: Ref, pack: bytes) -> None:
        view = memoryview(pack)
        try:
            for start, end in objects_of_pack(pack):
                if len(self._found) >= _MAX_INDEXED:
                    return
                digest = hashlib.sha256(view[start:end]).digest()
                self._found[make_ref(digest, end - start)] = Piece(pack, start, end)
        except Malformed as error:
            self._warn(_unusable(f"the pack {hex_of(ref)} of {self._store.url}", error))


def _unusable(what: str, error: Exception) -> TenfoldError:
    message = f"{what} is of no use, and its objects are read one by one: {as_damage(error, what)}"
    return TenfoldError("pack_unusable", message)
