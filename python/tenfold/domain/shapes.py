"""The content of a release as plain data: the globals, and one sparse entry per account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from tenfold.domain.vocabulary import Bounds, Value, Vocabulary

PlanName: TypeAlias = Literal["free", "starter", "growth", "scale"]
PLANS: tuple[PlanName, ...] = get_args(PlanName)

Collection: TypeAlias = Literal["author_profiles", "strategies"]
RecordValue: TypeAlias = "str | bool | tuple[str, ...]"
ContentRecord: TypeAlias = Mapping[str, RecordValue]
"""An author profile or a strategy, without its id."""

Overrides: TypeAlias = Mapping[str, Mapping[str, Value]]
"""Section to field to value."""


@dataclass(frozen=True, slots=True)
class KindDefaults:
    """The section of a kind in settings.yaml."""

    provider: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ProviderDefaults:
    """The block of a provider in settings.yaml; `secret` is the name of its key."""

    secret: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Model:
    """A model; `parameters` has narrower bounds, or False for what it does not take."""

    provider: str
    kind: str
    parameters: Mapping[str, Bounds | Literal[False]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan permits; items of `may_override` are `section` or `section.field`."""

    may_override: frozenset[str]
    allow: frozenset[str] | None
    deny: frozenset[str]
    limits: Mapping[str, int | float]


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function that services call by name; `models` by the provider that was resolved."""

    kind: str
    prompts: tuple[str, ...]
    defaults: Mapping[str, Value]
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GlobalPrompt:
    """A prompt; a variable is required (True), optional (False), or a name that is `literal`."""

    value: str
    placeholders: str
    variables: Mapping[str, bool | Literal["literal"]]


@dataclass(frozen=True, slots=True)
class Globals:
    """Everything that applies to every account."""

    vocabulary: Vocabulary
    sections: Mapping[str, KindDefaults]
    providers: Mapping[str, ProviderDefaults]
    models: Mapping[str, Model]
    plans: Mapping[str, Plan]
    functions: Mapping[str, FunctionSpec]
    prompts: Mapping[str, GlobalPrompt]
    author_profiles: Mapping[str, ContentRecord]
    strategies: Mapping[str, ContentRecord]

    def records(self, collection: Collection) -> Mapping[str, ContentRecord]:
        """Return the global records of a collection."""
        return self.author_profiles if collection == "author_profiles" else self.strategies


@dataclass(frozen=True, slots=True)
class PromptRecord:
    """An account's own prompt; `default` is the global text of the moment it was customised."""

    customized: bool
    default: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """One account, sparse: nothing inherited. None where it brings nothing of that kind."""

    plan: PlanName
    overrides: Overrides | None
    prompts: Mapping[str, PromptRecord] | None
    author_profiles: Mapping[str, ContentRecord] | None
    strategies: Mapping[str, ContentRecord] | None

    def records(self, collection: Collection) -> Mapping[str, ContentRecord] | None:
        """Return the account's own records of a collection."""
        return self.author_profiles if collection == "author_profiles" else self.strategies


_BY_NAME: Mapping[str, PlanName] = {plan: plan for plan in PLANS}


def plan_named(name: object) -> PlanName | None:
    """Return the plan of this name, if it is one."""
    return _BY_NAME.get(str.__str__(name)) if isinstance(name, str) else None
