"""Packs: many objects in one. Nothing depends on them; they save requests."""

from __future__ import annotations

from collections.abc import Iterator

from tenfold.format.decoding import Malformed, items
from tenfold.format.encoding import canonical, parse_json
from tenfold.format.references import Ref, read_ref

_LENGTH_BYTES = 3
_MAX_PACKS = 64
_MAX_PACKED = 65_536


def objects_of_pack(pack: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each object of a pack begins and ends."""
    at, total, count = 0, len(pack), 0
    while at < total:
        start = at + _LENGTH_BYTES
        if start > total:
            raise Malformed("a pack ends within a length")
        at = start + int.from_bytes(pack[at:start], "big")
        if at == start:
            raise Malformed("a pack holds an empty object")
        if at > total:
            raise Malformed("a pack ends within an object")
        count += 1
        if count > _MAX_PACKED:
            raise Malformed(f"a pack holds more than {_MAX_PACKED} objects")
        yield start, at


def read_pack_list(data: bytes) -> tuple[Ref, ...]:
    """Read the list of 1 to 64 packs, in its one encoding."""
    what = "the list of packs"
    packs = items(parse_json(data, what), what, read_ref)
    if not 1 <= len(packs) <= _MAX_PACKS:
        raise Malformed(f"{what} names {len(packs)}, and not 1 to {_MAX_PACKS}")
    if len(set(packs)) < len(packs):
        raise Malformed(f"{what} names one twice")
    if canonical(list(packs)) != data:
        raise Malformed(f"{what} is not in its one encoding")
    return packs
