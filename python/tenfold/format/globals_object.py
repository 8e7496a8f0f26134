"""The globals object: all global files, with prompt texts by reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tenfold.domain.shapes import (
    PLANS,
    ContentRecord,
    FunctionSpec,
    GlobalPrompt,
    Globals,
    KindDefaults,
    Model,
    Plan,
    ProviderDefaults,
)
from tenfold.domain.vocabulary import Bounds, Fields, Kind, Parameter, Provider, Vocabulary
from tenfold.format.decoding import (
    Malformed,
    boolean,
    items,
    members,
    number,
    one_of,
    scalar,
    string,
    table,
)
from tenfold.format.encoding import parse_json
from tenfold.format.leaf import read_records
from tenfold.format.references import Ref, read_ref

if TYPE_CHECKING:
    from tenfold.format.encoding import Json

_type_name = one_of(("string", "number", "integer", "boolean"))
_placeholders = one_of(("brackets", "braces", "mustache", "none"))


@dataclass(frozen=True, slots=True)
class StoredGlobals:
    """The globals as they are stored."""

    provenance: Ref
    content: Globals
    text_refs: Mapping[str, Ref]

    def with_texts(self, text: Callable[[Ref], str]) -> Globals:
        """Return the globals with prompt texts in place of their references."""
        stored = self.content
        prompts = {
            name: GlobalPrompt(text(self.text_refs[name]), one.placeholders, one.variables)
            for name, one in stored.prompts.items()
        }
        return Globals(
            stored.vocabulary,
            stored.sections,
            stored.providers,
            stored.models,
            stored.plans,
            stored.functions,
            prompts,
            stored.author_profiles,
            stored.strategies,
        )


def read_globals(data: bytes) -> StoredGlobals:
    """Read the globals, all members of which have to be there."""
    every = members(parse_json(data, "the globals"), "the globals")
    string(every.get("environment"), "environment")
    vocabulary = _read_vocabulary(every.get("vocabulary"))
    kind_name = one_of(tuple(vocabulary.kinds))
    plans = members(every.get("plans"), "plans")
    providers = table(every.get("providers"), "providers", _read_provider)
    for name in providers:
        if name not in vocabulary.providers:
            raise Malformed(f"the provider {name} is not in the vocabulary")
    prompts = table(every.get("prompts"), "prompts", _read_prompt)
    content = Globals(
        vocabulary=vocabulary,
        sections={
            kind: _read_section(every[kind], kind) for kind in vocabulary.kinds if kind in every
        },
        providers=providers,
        models=table(every.get("models"), "models", lambda v, at: _read_model(v, at, kind_name)),
        plans={plan: _read_plan(plans.get(plan), f"plans.{plan}") for plan in PLANS},
        functions=table(
            every.get("functions"), "functions", lambda v, at: _read_function(v, at, kind_name)
        ),
        prompts={name: prompt for name, (_, prompt) in prompts.items()},
        author_profiles=_records(every, "author_profiles"),
        strategies=_records(every, "strategies"),
    )
    provenance = read_ref(every.get("provenance"), "provenance")
    return StoredGlobals(provenance, content, {name: ref for name, (ref, _) in prompts.items()})


def _records(every: Mapping[str, Json], name: str) -> dict[str, ContentRecord]:
    return read_records(every.get(name), name)


def _read_section(value: Json, what: str) -> KindDefaults:
    section = dict(members(value, what))
    provider = string(section.pop("provider", None), f"{what}.provider")
    return KindDefaults(provider, table(section, what, scalar))


def _read_provider(value: Json, what: str) -> ProviderDefaults:
    provider = members(value, what)
    return ProviderDefaults(
        string(provider.get("secret"), what), table(provider.get("fields"), what, scalar)
    )


def _read_model(value: Json, what: str, kind_name: Callable[[Json, str], str]) -> Model:
    model = members(value, what)
    for name in ("deprecated_on", "removed_on", "successor"):
        if name in model:
            string(model[name], what)
    if "context_tokens" in model:
        number(model["context_tokens"], what)
    if "price" in model:
        table(model["price"], what, lambda v, at: v if isinstance(v, str) else number(v, at))
    return Model(
        string(model.get("provider"), what),
        kind_name(model.get("kind"), what),
        table(model.get("parameters"), what, _read_narrowing),
    )


def _read_plan(value: Json, what: str) -> Plan:
    plan = members(value, what)
    models: Mapping[str, tuple[str, ...]] = {}
    if "models" in plan:
        models = table(plan["models"], what, lambda v, at: items(v, at, string))
    limits = table(plan["limits"], what, number) if "limits" in plan else {}
    allow = models.get("allow")
    return Plan(
        may_override=frozenset(items(plan.get("may_override"), what, string)),
        allow=None if allow is None else frozenset(allow),
        deny=frozenset(models.get("deny", ())),
        limits=limits,
    )


def _read_function(value: Json, what: str, kind_name: Callable[[Json, str], str]) -> FunctionSpec:
    spec = members(value, what)
    return FunctionSpec(
        kind=kind_name(spec.get("kind"), what),
        prompts=items(spec.get("prompts"), what, string),
        defaults=table(spec.get("defaults"), what, scalar),
        models=table(spec.get("models"), what, string),
    )


def _read_prompt(value: Json, what: str) -> tuple[Ref, GlobalPrompt]:
    prompt = members(value, what)
    form = _placeholders(prompt.get("placeholders"), what)
    variables = table(prompt.get("variables"), what, _read_variable)
    return read_ref(prompt.get("value"), what), GlobalPrompt("", form, variables)


def _read_variable(value: Json, what: str) -> bool | Literal["literal"]:
    return "literal" if value == "literal" else boolean(value, what)


def _read_vocabulary(value: Json) -> Vocabulary:
    """Read the vocabulary. Parameters are lists of pairs, since their order is an answer's."""
    vocabulary = members(value, "vocabulary")
    kinds = table(vocabulary.get("kinds"), "vocabulary.kinds", _read_kind)
    providers = table(vocabulary.get("providers"), "vocabulary.providers", _read_declaration)
    for name, provider in providers.items():
        if provider.kind not in kinds:
            raise Malformed(f"{name} is of a kind that nothing declares")
    return Vocabulary(kinds, providers)


def _read_kind(value: Json, what: str) -> Kind:
    kind = members(value, what)
    return Kind(
        _read_parameters(kind.get("section"), what), _read_parameters(kind.get("function"), what)
    )


def _read_declaration(value: Json, what: str) -> Provider:
    provider = members(value, what)
    if "title" in provider:
        string(provider["title"], what)
    return Provider(
        string(provider.get("kind"), what), _read_parameters(provider.get("parameters"), what)
    )


def _read_parameters(value: Json, what: str) -> Fields:
    return dict(items(value, what, _read_pair))


def _read_pair(value: Json, what: str) -> tuple[str, Parameter]:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(f"{what} is no pair")
    return string(value[0], what), _read_parameter(value[1], what)


def _read_parameter(value: Json, what: str) -> Parameter:
    parameter = members(value, what)
    for name in ("description", "unit"):
        if name in parameter:
            string(parameter[name], what)
    if "required" in parameter:
        boolean(parameter["required"], what)
    form = None
    if "format" in parameter:
        form = one_of(("dimensions",))(parameter["format"], what)
    return Parameter(
        _type_name(parameter.get("type"), what),
        _read_bounds(value, what),
        form,
        boolean(parameter["listed"], what) if "listed" in parameter else False,
    )


def _read_narrowing(value: Json, what: str) -> Bounds | Literal[False]:
    return False if value is False else _read_bounds(value, what)


def _read_bounds(value: Json, what: str) -> Bounds:
    bounds = members(value, what)
    return Bounds(
        number(bounds["minimum"], what) if "minimum" in bounds else None,
        number(bounds["maximum"], what) if "maximum" in bounds else None,
        items(bounds["enum"], what, scalar) if "enum" in bounds else None,
    )
