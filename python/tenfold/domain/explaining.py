"""Where each field of an answer is written, and why the other places lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from tenfold.domain.model_fit import Layer
from tenfold.domain.plan_policy import Policy, StoppingRule, policies_of
from tenfold.domain.resolving import ModelAnswer, resolve_function
from tenfold.domain.shapes import Account, FunctionSpec, Globals, PlanName
from tenfold.domain.vocabulary import Value

Position: TypeAlias = "tuple[int, int]"
"""Line and column, from 1."""

_SETTINGS = "settings.yaml"
_FUNCTIONS = "functions.yaml"
_PLANS = "plans.yaml"
_START: Position = (1, 1)


@dataclass(frozen=True, slots=True)
class StoppedBy:
    """The plan rule that refuses a value, and where it is written."""

    rule: StoppingRule
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class WrittenLayer:
    """One place where a field is written, and what became of it.

    `file` is relative to the configuration's folder; line and column count from 1. A null, which an
    account writes to inherit, has the value None. A value that lost without a rule was outranked,
    or did not fit the model.
    """

    layer: Layer
    value: Value | None
    file: str
    line: int
    column: int
    wins: bool = False
    stopped_by: StoppedBy | None = None


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """A field's value, None where the answer is without it, and its layers, lowest to highest."""

    value: Value | None
    layers: tuple[WrittenLayer, ...]


class Origins(Protocol):
    """The places where values were written."""

    @property
    def account_file(self) -> str | None:
        """The account's own file; None where it has none."""
        ...

    def position(self, file: str, path: str) -> Position | None:
        """Return where the value at a path such as `overrides.openai.model` is written."""
        ...


def explain_function(
    globals_: Globals,
    account: Account | None,
    name: str,
    live: PlanName | None,
    origins: Origins,
) -> dict[str, ExplainedField]:
    """Explain every layer of every field of one function, `provider` first.

    Which layer wins is read from the answer itself and not determined a second time. A field that
    is written somewhere is included although the answer lacks it: that is when people ask why.
    """
    spec = globals_.functions[name]
    answer = resolve_function(globals_, account, spec, live)
    policies = [] if account is None else policies_of(globals_, account, live)
    return _Explainer(globals_, account, name, spec, answer, policies, origins).fields()


@dataclass(frozen=True, slots=True)
class _Explainer:
    globals_: Globals
    account: Account | None
    name: str
    spec: FunctionSpec
    answer: ModelAnswer
    policies: list[Policy]
    origins: Origins

    def fields(self) -> dict[str, ExplainedField]:
        fields = {"provider": self._provider()}
        vocabulary, kind = self.globals_.vocabulary, self.spec.kind
        for field in (
            *vocabulary.block_fields(self.answer.provider),
            *vocabulary.section_fields(kind),
            *vocabulary.function_fields(kind),
        ):
            layered = self.answer.fields.get(field)
            layers = self._layers(field, None if layered is None else layered.layer)
            if layers:
                value = None if layered is None else layered.value
                fields[field] = ExplainedField(value, tuple(layers))
        return fields

    def _provider(self) -> ExplainedField:
        kind, wins = self.spec.kind, self.answer.provider_layer
        by_kind = self.globals_.sections.get(kind)
        selected = "" if by_kind is None else by_kind.provider
        layers = [self._place("provider", selected, _SETTINGS, f"{kind}.provider", wins)]
        layer = self._account_layer(kind, "provider", wins)
        if layer is not None and layer.stopped_by is None and wins != "account":
            layer = self._with_refused_model(layer)
        if layer is not None:
            layers.append(layer)
        return ExplainedField(self.answer.provider, tuple(layers))

    def _with_refused_model(self, layer: WrittenLayer) -> WrittenLayer:
        """Note the plan that refuses the model which the account's choice of provider brings."""
        model = self._model_under(layer.value) if isinstance(layer.value, str) else None
        for policy in self.policies:
            if isinstance(model, str) and not policy.permits_model(model):
                return replace(layer, stopped_by=self._stop(policy, "plan/model-not-allowed"))
        return layer

    def _model_under(self, provider: str) -> Value | None:
        written = _override(self.account, provider, "model")
        if written is not None and all(
            policy.stop(provider, "model", written) is None for policy in self.policies
        ):
            return written
        defaults = self.globals_.providers.get(provider)
        inherited = None if defaults is None else defaults.fields.get("model")
        return self.spec.models.get(provider, inherited)

    def _layers(self, field: str, wins: Layer | None) -> list[WrittenLayer]:
        vocabulary, kind = self.globals_.vocabulary, self.spec.kind
        in_section = field in vocabulary.section_fields(kind)
        of_function = field in vocabulary.function_fields(kind)
        section = kind if in_section else self.answer.provider
        defaults: Mapping[str, Value] = {}
        if in_section:
            by_kind = self.globals_.sections.get(kind)
            defaults = {} if by_kind is None else by_kind.fields
        elif section in self.globals_.providers:
            defaults = self.globals_.providers[section].fields
        layers: list[WrittenLayer] = []
        by_provider = None if of_function else defaults.get(field)
        if by_provider is not None:
            path = f"{section}.{field}" if in_section else f"providers.{section}.{field}"
            layers.append(self._place("provider", by_provider, _SETTINGS, path, wins))
        is_model = field == "model"
        by_function: Value | None = self.spec.defaults.get(field)
        if is_model:
            by_function = self.spec.models.get(self.answer.provider)
        if by_function is not None:
            last = f"models.{self.answer.provider}" if is_model else field
            path = f"functions.{self.name}.defaults.{last}"
            layers.append(self._place("function", by_function, _FUNCTIONS, path, wins))
        layer = None if of_function else self._account_layer(section, field, wins)
        return layers if layer is None else [*layers, layer]

    def _account_layer(self, section: str, field: str, wins: Layer | None) -> WrittenLayer | None:
        file = self.origins.account_file
        if file is None:
            return None
        path = f"overrides.{section}.{field}"
        value = _override(self.account, section, field)
        if value is None:
            if self.origins.position(file, path) is None:
                return None
            return self._place("account", None, file, path, None)
        layer = self._place("account", value, file, path, wins)
        for policy in self.policies:
            rule = policy.stop(section, field, value)
            if rule is not None:
                return replace(layer, stopped_by=self._stop(policy, rule, field))
        return layer

    def _place(
        self, layer: Layer, value: Value | None, file: str, path: str, wins: Layer | None
    ) -> WrittenLayer:
        line, column = self.origins.position(file, path) or _START
        return WrittenLayer(layer, value, file, line, column, layer == wins)

    def _stop(self, policy: Policy, rule: StoppingRule, field: str = "") -> StoppedBy:
        part = "may_override"
        if rule == "plan/model-not-allowed":
            part = "models.deny" if policy.rule.allow is None else "models.allow"
        elif rule == "plan/limit-exceeded":
            part = f"limits.{field}"
        position = self.origins.position(_PLANS, f"plans.{policy.plan}.{part}") or _START
        return StoppedBy(rule, _PLANS, position[0])


def _override(account: Account | None, section: str, field: str) -> Value | None:
    if account is None or account.overrides is None:
        return None
    return account.overrides.get(section, {}).get(field)
