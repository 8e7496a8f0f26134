"""The root object of a content: a line of JSON, and the first levels of the account tree."""

from __future__ import annotations

from dataclasses import dataclass

from tenfold.format.decoding import Malformed, Members, check_format, integer, string
from tenfold.format.encoding import parse_json
from tenfold.format.references import Ref, read_ref
from tenfold.format.tree import Region, read_region


@dataclass(frozen=True, slots=True)
class ContentRoot:
    """What a content is made of; the region's bytes begin at `region_start` of `data`."""

    globals_ref: Ref
    count: int
    region: Region
    data: bytes
    region_start: int


def read_root(data: bytes) -> ContentRoot:
    """Read a root object."""
    end = data.find(b"\n")
    if end < 0:
        raise Malformed("the root has no line end")
    left = Members(parse_json(data[:end], "the root"), "the root")
    named, has_format = left.take_if_there("format")
    check_format(named if has_format else None, "the root")
    string(left.take("fingerprint"), "fingerprint")
    globals_ref = read_ref(left.take("globals"), "globals")
    count = integer(left.take("count"), "count")
    left.end()
    if count < 0:
        raise Malformed("count is negative")
    return ContentRoot(globals_ref, count, read_region(data, 0, start=end + 1), data, end + 1)
