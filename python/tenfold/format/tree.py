"""The account tree: a binary trie over the bits of SHA-256 of the account id, cut into objects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tenfold.format.decoding import Malformed
from tenfold.format.references import Ref, make_ref

ROOT_BITS = 7
"""The levels that the root object holds."""
NODE_BITS = 8
"""The levels that every node object holds."""

_NOBODY = 0x00
_BRANCH = 0x01
_LEAF = 0x4C
_NODE = 0x4E
_REF_BYTES = 35


@dataclass(frozen=True, slots=True)
class Below:
    """A reference in the tree.

    `depth` is the number of levels above what it refers to, and `prefix` the bits that lead there.
    """

    kind: Literal["leaf", "node"]
    ref: Ref
    depth: int
    prefix: int


Region: TypeAlias = "Below | tuple[Region, Region] | None"
"""No account, a reference, or the halves whose next bit is 0 and 1."""


def hash_of(account: str) -> int:
    """Return SHA-256 of an account's id, its first bit the highest."""
    return int.from_bytes(hashlib.sha256(account.encode("utf-8")).digest(), "big")


def bit_at(hash_: int, index: int) -> int:
    """Return one bit of a hash, counted from the highest."""
    return hash_ >> (255 - index) & 1


def read_region(data: bytes, depth: int, prefix: int = 0, start: int = 0) -> Region:
    """Read a region that reaches to the end of its object.

    `depth` is where the object begins; a root's region begins at `start`, after its first line.
    """
    reader = _RegionReader(data, start)
    region = reader.read(ROOT_BITS if depth == 0 else NODE_BITS, depth, prefix)
    if reader.at != len(data):
        raise Malformed("a tree has more than one region in an object")
    if depth > 0 and not isinstance(region, tuple):
        raise Malformed("a node does not begin with two halves")
    return region


class _RegionReader:
    __slots__ = ("at", "data")

    def __init__(self, data: bytes, start: int) -> None:
        self.data = data
        self.at = start

    def read(self, levels: int, depth: int, prefix: int) -> Region:
        if self.at >= len(self.data):
            raise Malformed("a tree ends within a region")
        kind = self.data[self.at]
        self.at += 1
        if kind == _NOBODY:
            return None
        if kind == _BRANCH and levels > 0:
            zeros = self.read(levels - 1, depth + 1, prefix << 1)
            return zeros, self.read(levels - 1, depth + 1, prefix << 1 | 1)
        if kind not in (_LEAF, _NODE):
            raise Malformed("a tree has a bad region")
        if kind == _NODE and levels > 0:
            raise Malformed("a tree goes on before its object is full")
        if kind == _NODE and depth >= 255:
            raise Malformed("a tree goes on beyond its hash")
        ref = _ref_at(self.data, self.at)
        self.at += _REF_BYTES
        return Below("leaf" if kind == _LEAF else "node", ref, depth, prefix)


def _ref_at(data: bytes, at: int) -> Ref:
    if at + _REF_BYTES > len(data):
        raise Malformed("a tree has a bad reference")
    return make_ref(data[at : at + 32], int.from_bytes(data[at + 32 : at + _REF_BYTES], "big"))


def references_in(region: Region) -> Iterator[Below]:
    """Yield every reference of a region, in the order of the hash."""
    if isinstance(region, tuple):
        yield from references_in(region[0])
        yield from references_in(region[1])
    elif region is not None:
        yield region


def find_in(region: Region, hash_: int, depth: int) -> Below | None:
    """Return where the search for a hash leads within one object."""
    while isinstance(region, tuple):
        region = region[bit_at(hash_, depth)]
        depth += 1
    return region


def find_written(data: bytes, hash_: int, depth: int, start: int = 0) -> Below | None:
    """Do the same in an encoded region that was read once, so that its form is known to be right.

    Nothing beside the path is decoded: a reader of single accounts keeps nodes as bytes.
    """
    at = start
    while data[at] == _BRANCH:
        at += 1
        if bit_at(hash_, depth):
            at = _end_of(data, at)
        depth += 1
    if data[at] == _NOBODY:
        return None
    kind: Literal["leaf", "node"] = "leaf" if data[at] == _LEAF else "node"
    return Below(kind, _ref_at(data, at + 1), depth, hash_ >> (256 - depth))


def _end_of(data: bytes, at: int) -> int:
    """Return where the region that begins here ends."""
    pending = 1
    while pending:
        kind = data[at]
        at += 1 + _REF_BYTES if kind in (_LEAF, _NODE) else 1
        pending += 1 if kind == _BRANCH else -1
    return at
