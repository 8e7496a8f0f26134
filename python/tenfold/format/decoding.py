"""Typed reading of parsed JSON: each function returns a value of the right type, or raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from tenfold.wording import quote

if TYPE_CHECKING:
    from tenfold.format.encoding import Json

Scalar: TypeAlias = "str | int | float | bool"
T = TypeVar("T")


class Malformed(Exception):
    """Data whose shape is not the format's."""


class OtherFormat(Malformed):
    """Well-formed, but of another version of the format."""


class EarlierFormat(OtherFormat):
    """Of an earlier version of the format: as good as absent."""


FORMAT = 2


def check_format(value: Json, what: str) -> None:
    """Raise unless the value is the version that this library reads."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value == FORMAT:
            return
        if 1 <= value < FORMAT:
            raise EarlierFormat(f"{what} is of format {value}, which this version does not read")
    raise OtherFormat(f"{what} is of another format than {FORMAT}")


class Members:
    """The members of an object, taken one by one, so that what is left can be refused."""

    __slots__ = ("_left", "_what")

    def __init__(self, value: Json, what: str) -> None:
        self._left = dict(members(value, what))
        self._what = what

    def take(self, name: str) -> Json:
        """Return a member that has to be there."""
        if name not in self._left:
            raise Malformed(f"{self._what} has no {name}")
        return self._left.pop(name)

    def take_if_there(self, name: str) -> tuple[Json, bool]:
        """Return a member with whether it is there."""
        return (self._left.pop(name), True) if name in self._left else (None, False)

    def end(self) -> None:
        """Raise if a member is left that the format does not name."""
        for name in self._left:
            message = f"{self._what} has a member that the format does not name: {quote(name)}"
            raise Malformed(message)


def members(value: Json, what: str) -> Mapping[str, Json]:
    """Return an object's members."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} is not an object")
    return value


def string(value: Json, what: str) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise Malformed(f"{what} is not a string")
    return value


def string_or_null(value: Json, what: str) -> str | None:
    """Return a string, or None for null."""
    return None if value is None else string(value, what)


def integer(value: Json, what: str) -> int:
    """Return an integer of at most 2^53 - 1; true is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(f"{what} is not an integer")
    return value


def number(value: Json, what: str) -> int | float:
    """Return a number; true is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Malformed(f"{what} is not a number")
    return value


def boolean(value: Json, what: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise Malformed(f"{what} is not true or false")
    return value


def scalar(value: Json, what: str) -> Scalar:
    """Return a string, a number, or true or false."""
    if isinstance(value, (str, int, float)):
        return value
    raise Malformed(f"{what} is not a scalar")


def items(
    value: Json, what: str, read: Callable[[Json, str], T], most: int | None = None
) -> tuple[T, ...]:
    """Return a list's items; one with more than `most` is refused before any of them is read."""
    if not isinstance(value, list):
        raise Malformed(f"{what} is not a list")
    if most is not None and len(value) > most:
        raise Malformed(f"{what} are more than {most}")
    return tuple(read(item, f"{what}[{index}]") for index, item in enumerate(value))


def table(value: Json, what: str, read: Callable[[Json, str], T]) -> dict[str, T]:
    """Return an object with all its members read alike."""
    return {key: read(entry, f"{what}.{key}") for key, entry in members(value, what).items()}


def one_of(allowed: Sequence[str]) -> Callable[[Json, str], str]:
    """Return a reader of one of some names."""

    def read(value: Json, what: str) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        raise Malformed(f"{what} is none of {', '.join(allowed)}")

    return read
