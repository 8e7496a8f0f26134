"""The one place where the layers meet: provider default, function default, account override."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tenfold.domain.model_fit import Layered, fits, taken_by
from tenfold.domain.plan_policy import Policy, may_bring, policies_of
from tenfold.domain.shapes import (
    Account,
    Collection,
    ContentRecord,
    FunctionSpec,
    Globals,
    Model,
    Overrides,
    PlanName,
)
from tenfold.domain.vocabulary import Value


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The model, its parameters, and the name of the key to call it with.

    `fields` are in the order of the declarations: the provider's block, the kind's section, what
    only a function sets. `left_out` have a value somewhere but do not exist for the model.
    """

    provider: str
    secret: str
    fields: Mapping[str, Layered]
    left_out: Mapping[str, Layered]
    provider_layer: Literal["provider", "account"]

    @property
    def is_own(self) -> bool:
        """Whether anything of the account's counts in it."""
        return self.provider_layer == "account" or any(
            layered.layer == "account" for layered in self.fields.values()
        )


@dataclass(frozen=True, slots=True)
class PromptAnswer:
    """The text that an account gets, the one it would fall back to, and whether it has its own."""

    prompt_value: str
    default_prompt: str
    is_customized: bool


class Unresolvable(Exception):
    """The globals lack what they select; no compiler emits that."""


def resolve_function(
    globals_: Globals, account: Account | None, spec: FunctionSpec, live: PlanName | None
) -> ModelAnswer:
    """Merge the layers, field by field.

    The plan's rules are applied again here, although the compiler has refused whatever breaks them:
    no store may widen a plan. A value that the committed or the live plan refuses is dropped, never
    clamped; where what remains does not fit the model, none of the account's values is used.
    """
    if account is None or account.overrides is None:
        return _layer(globals_, None, spec)
    policies = policies_of(globals_, account, live)
    overrides, dropped = _permitted(account.overrides, policies)
    answer = _layer(globals_, overrides, spec)
    if answer.provider_layer == "account" and not _is_model_permitted(answer, policies):
        return _fitting(globals_, _layer(globals_, _without_provider(overrides, spec), spec), spec)
    return _fitting(globals_, answer, spec) if dropped else answer


def resolve_prompt(
    globals_: Globals, account: Account | None, prompt_type: str, live: PlanName | None
) -> PromptAnswer:
    """Return an account's own text, the snapshot it is pinned to, or the live global."""
    text = globals_.prompts[prompt_type].value
    record = None
    if account is not None and account.prompts is not None:
        record = account.prompts.get(prompt_type)
    if account is None or record is None or not may_bring(globals_, account, "prompts", live):
        return PromptAnswer(text, text, False)
    own = record.default if record.value is None else record.value
    value = own if record.customized else record.default
    return PromptAnswer(value, record.default, record.customized)


def resolve_records(
    globals_: Globals, account: Account | None, collection: Collection, live: PlanName | None
) -> dict[str, ContentRecord]:
    """Return profiles or strategies: whole records replaced by id, inactive ones left out."""
    merged = dict(globals_.records(collection))
    if account is not None and may_bring(globals_, account, collection, live):
        merged.update(account.records(collection) or {})
    return {
        name: {key: value for key, value in record.items() if key not in ("active", "id")}
        for name, record in sorted(merged.items())
        if record.get("active") is not False
    }


def _layer(globals_: Globals, overrides: Overrides | None, spec: FunctionSpec) -> ModelAnswer:
    """Layer one function for one account's overrides, taking them as they are."""
    kind, vocabulary = spec.kind, globals_.vocabulary
    own = overrides or {}
    section = own.get(kind, {})
    choice = section.get("provider")
    chosen = choice if isinstance(choice, str) and _serves(globals_, choice, kind) else None
    by_kind = globals_.sections.get(kind)
    provider = chosen if chosen is not None else ("" if by_kind is None else by_kind.provider)
    defaults = globals_.providers.get(provider)
    if defaults is None or vocabulary.kind_of(provider) is None:
        raise Unresolvable(f'the globals select the provider "{provider}" without defining it')
    block = own.get(provider, {})
    layered: dict[str, Layered] = {}
    for name in vocabulary.block_fields(provider):
        by_function = spec.models.get(provider) if name == "model" else spec.defaults.get(name)
        _put(layered, name, block.get(name), by_function, defaults.fields.get(name))
    section_defaults = {} if by_kind is None else by_kind.fields
    for name in vocabulary.section_fields(kind):
        _put(layered, name, section.get(name), spec.defaults.get(name), section_defaults.get(name))
    for name in vocabulary.function_fields(kind):
        _put(layered, name, None, spec.defaults.get(name), None)
    left_out = _not_taken(globals_, provider, layered)
    fields = {name: one for name, one in layered.items() if name not in left_out}
    layer: Literal["provider", "account"] = "provider" if chosen is None else "account"
    return ModelAnswer(provider, defaults.secret, fields, left_out, layer)


def _put(
    layered: dict[str, Layered],
    name: str,
    account: Value | None,
    function: Value | None,
    provider: Value | None,
) -> None:
    if account is not None:
        layered[name] = Layered(account, "account")
    elif function is not None:
        layered[name] = Layered(function, "function")
    elif provider is not None:
        layered[name] = Layered(provider, "provider")


def _not_taken(
    globals_: Globals, provider: str, layered: Mapping[str, Layered]
) -> dict[str, Layered]:
    """Return the fields that do not exist for the resolved model."""
    model = model_of(globals_, layered)
    if model is None:
        return {}
    left_out = {}
    for name, one in layered.items():
        parameter = None
        if name != "model":
            parameter = globals_.vocabulary.parameter_of(provider, name)
        if parameter is not None and taken_by(model, name, parameter) is None:
            left_out[name] = one
    return left_out


def model_of(globals_: Globals, fields: Mapping[str, Layered]) -> Model | None:
    """Return the model that layered values name, if there is one of that name."""
    named = fields.get("model")
    if named is None or not isinstance(named.value, str):
        return None
    return globals_.models.get(named.value)


def _serves(globals_: Globals, provider: str, kind: str) -> bool:
    """Whether a provider is of this kind and has its own block in the globals."""
    return globals_.vocabulary.kind_of(provider) == kind and provider in globals_.providers


def _fitting(globals_: Globals, answer: ModelAnswer, spec: FunctionSpec) -> ModelAnswer:
    """Return the answer if what remains of the account's values fits, else the inherited one."""
    model = model_of(globals_, answer.fields)
    every = {**answer.fields, **answer.left_out}
    is_fit = model is not None and fits(
        globals_.vocabulary, answer.provider, spec.kind, model, every
    )
    return answer if is_fit else _layer(globals_, None, spec)


def _is_model_permitted(answer: ModelAnswer, policies: Sequence[Policy]) -> bool:
    named = answer.fields.get("model")
    if named is None or not isinstance(named.value, str):
        return True
    model = named.value
    return all(policy.permits_model(model) for policy in policies)


def _permitted(
    overrides: Overrides, policies: Sequence[Policy]
) -> tuple[dict[str, dict[str, Value]], bool]:
    """Return the overrides that every policy permits, and whether any was dropped."""
    kept: dict[str, dict[str, Value]] = {}
    dropped = False
    for section, fields in overrides.items():
        kept[section] = {
            name: value
            for name, value in fields.items()
            if all(policy.stop(section, name, value) is None for policy in policies)
        }
        dropped = dropped or len(kept[section]) < len(fields)
    return kept, dropped


def _without_provider(overrides: Overrides, spec: FunctionSpec) -> dict[str, Mapping[str, Value]]:
    section = overrides.get(spec.kind, {})
    rest = {name: value for name, value in section.items() if name != "provider"}
    return {**overrides, spec.kind: rest}
