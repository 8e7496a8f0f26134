"""The vocabulary of a release: which kinds there are, who serves them, what each may be told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = "str | int | float | bool"
"""A value of a parameter."""

_DIMENSIONS = re.compile(r"[1-9][0-9]*x[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a value may be; a model narrows what its provider declares."""

    minimum: int | float | None = None
    maximum: int | float | None = None
    enum: tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `type` is string, number, integer or boolean.

    `format` is `dimensions` for texts such as 1024x1024. With `listed`, each model lists what it
    takes, and one that lists nothing does not take the parameter at all.
    """

    type: str
    bounds: Bounds = Bounds()
    format: str | None = None
    listed: bool = False


Fields: TypeAlias = Mapping[str, Parameter]
"""Parameters by name, in the order in which answers list them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of AI call: what its own section takes, and what a function alone sets."""

    section: Fields
    function: Fields


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of one kind, with the parameters of its block beside `model`."""

    kind: str
    parameters: Fields


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All kinds and providers of a configuration."""

    kinds: Mapping[str, Kind]
    providers: Mapping[str, Provider]
    _blocks: dict[str, Fields] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        blocks = {name: {"model": MODEL, **one.parameters} for name, one in self.providers.items()}
        object.__setattr__(self, "_blocks", blocks)

    def kind_of(self, provider: str) -> str | None:
        """Return the kind that a provider serves; None for a name that is none."""
        found = self.providers.get(provider)
        return None if found is None else found.kind

    def block_fields(self, provider: str) -> Fields:
        """Return the fields of a provider's block, `model` first."""
        return self._blocks.get(provider, {})

    def section_fields(self, kind: str) -> Fields:
        """Return the fields of a kind's own section, without `provider`."""
        found = self.kinds.get(kind)
        return {} if found is None else found.section

    def function_fields(self, kind: str) -> Fields:
        """Return the fields that only a function sets."""
        found = self.kinds.get(kind)
        return {} if found is None else found.function

    def parameter_of(self, provider: str, name: str) -> Parameter | None:
        """Return what a parameter may be, wherever it is written; None for a field that is none."""
        kind = self.kind_of(provider) or ""
        return (
            self.block_fields(provider).get(name)
            or self.section_fields(kind).get(name)
            or self.function_fields(kind).get(name)
        )


MODEL = Parameter("string")


def is_dimensions(text: str) -> bool:
    """Whether a text is width x height in pixels."""
    return _DIMENSIONS.fullmatch(text) is not None
