"""Where values are written: a side object of each leaf and of the globals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tenfold.format.decoding import Malformed, integer, items, string, table
from tenfold.format.encoding import parse_text

if TYPE_CHECKING:
    from tenfold.format.encoding import Json

_ID = re.compile(r'\["([a-z0-9][a-z0-9_-]{0,62})"')


@dataclass(frozen=True, slots=True)
class Provenance:
    """A file, relative to the configuration's folder, and line and column of each written value."""

    file: str
    at: Mapping[str, tuple[int, int]]


def find_provenance(data: bytes, account: str) -> Provenance:
    """Return an account's own line of a leaf's provenance."""
    last = ""
    found = None
    for line in _lines(data):
        match = _ID.match(line)
        if match is None or match[1] <= last:
            raise Malformed("a provenance object is not sorted by account")
        last = match[1]
        if last == account:
            found = line
    if found is None:
        raise Malformed(f'it does not say where "{account}" was written')
    return _read(found)


def read_global_provenance(data: bytes) -> dict[str, Provenance]:
    """Return the globals' provenance by file."""
    files = [_read(line) for line in _lines(data)]
    if any(later.file <= one.file for one, later in pairwise(files)):
        raise Malformed("the globals' provenance is not sorted by file")
    return {one.file: one for one in files}


def _lines(data: bytes) -> list[str]:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Malformed("a provenance object is not UTF-8") from None
    if lines.pop() != "":
        raise Malformed("a provenance object does not end with its last line")
    return lines


def _read(line: str) -> Provenance:
    row = parse_text(line, "a provenance line")
    if not isinstance(row, list) or len(row) != 4:
        raise Malformed("a provenance line is malformed")
    string(row[2], "blob")
    return Provenance(string(row[1], "file"), table(row[3], "at", _position))


def _position(value: Json, what: str) -> tuple[int, int]:
    numbers = items(value, what, integer)
    if len(numbers) < 2 or min(numbers) < 1:
        raise Malformed(f"{what} is not a position")
    return numbers[0], numbers[1]
