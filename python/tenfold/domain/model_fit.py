"""Whether values fit the model that was resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tenfold.domain.shapes import Model
from tenfold.domain.vocabulary import Bounds, Parameter, Value, Vocabulary, is_dimensions

Layer: TypeAlias = Literal["provider", "function", "account"]
"""Where a value of an answer came from, lowest to highest."""


@dataclass(frozen=True, slots=True)
class Layered:
    """A value with its layer."""

    value: Value
    layer: Layer


def taken_by(model: Model, name: str, parameter: Parameter) -> Bounds | None:
    """Return what a model takes for a parameter: the provider's bounds, narrowed by its own.

    None where it does not take the parameter at all.
    """
    narrowing = model.parameters.get(name)
    if narrowing is False:
        return None
    if parameter.listed and (narrowing is None or narrowing.enum is None):
        return None
    if narrowing is None:
        return parameter.bounds
    declared = parameter.bounds
    return Bounds(
        declared.minimum if narrowing.minimum is None else narrowing.minimum,
        declared.maximum if narrowing.maximum is None else narrowing.maximum,
        declared.enum if narrowing.enum is None else narrowing.enum,
    )


def fits(
    vocabulary: Vocabulary,
    provider: str,
    kind: str,
    model: Model,
    fields: Mapping[str, Layered],
) -> bool:
    """Whether nothing of the layered values contradicts the model. Nothing is clamped."""
    if model.provider != provider or model.kind != kind:
        return False
    for name, layered in fields.items():
        parameter = None if name == "model" else vocabulary.parameter_of(provider, name)
        if parameter is None:
            continue
        bounds = taken_by(model, name, parameter)
        if bounds is None:
            if layered.layer == "account":
                return False
        elif not _is_within(layered.value, bounds, parameter.format):
            return False
    return True


def _is_within(value: Value, bounds: Bounds, form: str | None) -> bool:
    if bounds.enum is not None and not any(_same(value, one) for one in bounds.enum):
        return False
    if form is not None and not is_dimensions(str(value)):
        return False
    if isinstance(value, (str, bool)):
        return True
    if bounds.maximum is not None and value > bounds.maximum:
        return False
    return bounds.minimum is None or value >= bounds.minimum


def _same(one: Value, other: Value) -> bool:
    """Compare as JSON does: true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
