"""Objects within the packs that were read, in tables that take little and that a fork shares.

A million accounts are some 20,000 leaves. As objects of their own, each would be counted, and
looked through by the garbage collector, in every forked process, which then has a copy of it. In
arrays of numbers they stay as they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tenfold.format.decoding import Malformed
from tenfold.format.leaf import HEADER_BYTES, LINE, check_lines, text_refs_in
from tenfold.format.references import Ref
from tenfold.format.tree import Below, hash_of


class Piece(NamedTuple):
    """The bytes of an object within what was read. Packs are kept as they are."""

    data: bytes
    start: int
    end: int

    def take(self) -> bytes:
        """Return the object."""
        if self.start == 0 and self.end == len(self.data):
            return self.data
        return self.data[self.start : self.end]

    def alone(self) -> Piece:
        """Return the same without the rest of its pack."""
        return Piece(self.take(), 0, self.end - self.start)


class Leaf(NamedTuple):
    """The lines of some accounts, which were checked for their form and place in the tree.

    All of them have the first `depth` bits of their hashes in common. `accounts` is their number,
    `texts` are the references of their texts.
    """

    piece: Piece
    accounts: int
    depth: int
    texts: tuple[Ref, ...]

    def is_at(self, at: Below) -> bool:
        """Whether the check was for this place of the tree, or for one below it."""
        if self.depth < at.depth:
            return False
        data, start, end = self.piece
        first = LINE.match(data, start + HEADER_BYTES, end)
        return first is not None and hash_of(first[1].decode()) >> (256 - at.depth) == at.prefix


def read_leaf(piece: Piece, at: Below) -> Leaf:
    """Check the lines of a leaf. An account in another's place would never be found."""
    data, start, end = piece
    count = check_lines(data, start, end, at.depth, at.prefix)
    return Leaf(piece, count, at.depth, tuple(text_refs_in(data, start, end)))


class Pieces:
    """Pieces by reference."""

    def __init__(self, pieces: Mapping[Ref, Piece]) -> None:
        self._index = {ref: number for number, ref in enumerate(pieces)}
        buffers: dict[int, int] = {}
        self._buffers: list[bytes] = []
        self._buffer = array("L")
        self._start = array("L")
        self._end = array("L")
        for data, start, end in pieces.values():
            number = buffers.setdefault(id(data), len(buffers))
            if number == len(self._buffers):
                self._buffers.append(data)
            self._buffer.append(number)
            self._start.append(start)
            self._end.append(end)

    def __contains__(self, ref: Ref) -> bool:
        return ref in self._index

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._index)

    def piece(self, ref: Ref) -> Piece:
        """Return a piece that is there."""
        return self._at(self._index[ref])

    def _at(self, number: int) -> Piece:
        data = self._buffers[self._buffer[number]]
        return Piece(data, self._start[number], self._end[number])


class Leaves(Pieces):
    """Leaves by reference; `total` is the number of their accounts."""

    def __init__(self, leaves: Mapping[Ref, Leaf]) -> None:
        super().__init__({ref: leaf.piece for ref, leaf in leaves.items()})
        self._accounts = array("L", (leaf.accounts for leaf in leaves.values()))
        self._depth = array("L", (leaf.depth for leaf in leaves.values()))
        self._texts = {
            number: leaf.texts for number, leaf in enumerate(leaves.values()) if leaf.texts
        }
        self.total = sum(self._accounts)

    def leaf(self, ref: Ref) -> Leaf | None:
        """Return a leaf, if it is there."""
        number = self._index.get(ref)
        if number is None:
            return None
        texts = self._texts.get(number, ())
        return Leaf(self._at(number), self._accounts[number], self._depth[number], texts)


def check_count(leaves: Mapping[Ref, Leaf], count: int) -> None:
    """Raise unless leaves have as many accounts as their root says."""
    total = sum(leaf.accounts for leaf in leaves.values())
    if total != count:
        raise Malformed(f"it holds {total} accounts where its root says {count}")
