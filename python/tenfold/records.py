"""A mapping that nobody can change, and that can be copied and sent to another process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Records(Mapping[str, T]):
    """Answers by name. One object serves all callers, so that nobody may change it."""

    __slots__ = ("_by_name",)

    def __init__(self, by_name: Mapping[str, T]) -> None:
        self._by_name = by_name

    def __getitem__(self, key: str) -> T:
        return self._by_name[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return repr(self._by_name)

    def __copy__(self) -> Records[T]:
        return self

    def __deepcopy__(self, _memo: object) -> Records[T]:
        return self

    def __reduce__(self) -> tuple[type[Records[T]], tuple[dict[str, T]]]:
        return type(self), (dict(self._by_name),)
