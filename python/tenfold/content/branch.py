"""The part of the account tree that one object holds, for searches that decode nothing."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from tenfold.format.references import REF_LENGTH
from tenfold.format.tree import Below, Region, find_in, references_in

_BITS = 64
"""How many bits of a hash the search compares. No honest tree is deeper."""


class Branch:
    """The references of one object, in the order of the hash, and where the object begins.

    They are in arrays, as pieces are, so that forked processes share them.
    """

    __slots__ = ("_bounds", "_deep", "_depths", "_kinds", "_refs", "depth", "prefix")

    def __init__(self, region: Region, depth: int, prefix: int) -> None:
        self.depth = depth
        self.prefix = prefix
        below = tuple(references_in(region))
        self._refs = b"".join(at.ref.encode("ascii") for at in below)
        self._depths = bytes(at.depth for at in below)
        self._kinds = bytes(at.kind == "node" for at in below)
        self._bounds = array("Q")
        self._deep: tuple[Region, tuple[Below, ...]] | None = None
        if any(at.depth > _BITS for at in below):
            self._deep = (region, below)
        else:
            self._bounds.extend(at.prefix << (_BITS - at.depth) for at in below)

    def below(self) -> tuple[Below, ...]:
        """Return its references."""
        if self._deep is not None:
            return self._deep[1]
        return tuple(self._at(index) for index in range(len(self._depths)))

    def find(self, hash_: int, depth: int) -> Below | None:
        """Return where the search for a hash leads."""
        if self._deep is not None:
            return find_in(self._deep[0], hash_, depth)
        start = hash_ >> (256 - _BITS)
        index = bisect_right(self._bounds, start) - 1
        if index < 0:
            return None
        rest = _BITS - self._depths[index]
        return self._at(index) if start >> rest == self._bounds[index] >> rest else None

    def _at(self, index: int) -> Below:
        depth = self._depths[index]
        prefix = self._bounds[index] >> (_BITS - depth)
        ref = self._refs[index * REF_LENGTH : (index + 1) * REF_LENGTH].decode("ascii")
        return Below("node" if self._kinds[index] else "leaf", ref, depth, prefix)
