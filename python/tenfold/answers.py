"""The answers: immutable, shared by all callers that ask the same question, and without keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from tenfold.domain.resolving import ModelAnswer, PromptAnswer
from tenfold.domain.shapes import Account, ContentRecord, PlanName
from tenfold.domain.vocabulary import Value, Vocabulary
from tenfold.format.decoding import Malformed
from tenfold.keys import Key, Keys
from tenfold.records import Records

ConfigValue: TypeAlias = "str | int | float | bool | None"
"""What a member of a `ModelConfig` may be; only `plan` is ever None."""

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
}


class ModelConfig(Mapping[str, ConfigValue]):
    """Which model to call for a function, and how.

    Its members are `provider`, `model`, `known`, `plan` and the function's parameters, both as
    attributes (`config.max_tokens`) and as a mapping (`config["max_tokens"]`); a parameter that the
    resolved model does not take, or for which nobody wrote a value, is not there, and one that has
    the name of a method (`get`, `items`, `keys`, `values`) is no attribute. `known` is
    whether the account is in the release; an unknown one gets the globals, and has the plan None.

    `api_key` is no member: it is looked up when it is read, and appears in no printed, copied,
    pickled or serialised form. Two configs are equal if their members and the names of their
    secrets are.
    """

    __slots__ = ("_is_own", "_keys", "_members", "_secret")

    _members: Mapping[str, ConfigValue]
    _secret: str
    _keys: Keys
    _is_own: bool

    provider: str
    """Its name in settings.yaml."""
    model: str
    known: bool
    """Whether the account is in the release."""
    plan: PlanName | None
    """The committed plan."""

    if TYPE_CHECKING:
        # The parameters of the built-in vocabulary; those of another one are attributes, too.
        temperature: float
        max_tokens: int
        response_format: str
        size: str
        quality: str
        style: str
        max_in_article: int

    def __init__(
        self, members: Mapping[str, ConfigValue], secret: str, keys: Keys, is_own: bool = False
    ) -> None:
        object.__setattr__(self, "_members", members)
        object.__setattr__(self, "_secret", secret)
        object.__setattr__(self, "_keys", keys)
        object.__setattr__(self, "_is_own", is_own)

    @property
    def api_key(self) -> str:
        """The provider's key, always the platform's own.

        Raises `missing_key` where it is not available at this moment, `invalid_key` where the value
        is no key: in quotes, with blanks, `NAME=value`, or a reference that nobody resolved.
        """
        return self._keys.key(self._secret)

    def __getitem__(self, key: str) -> ConfigValue:
        return self._members[key]

    def __getattr__(self, name: str) -> ConfigValue:
        try:
            members: Mapping[str, ConfigValue] = object.__getattribute__(self, "_members")
            return members[name]
        except KeyError:
            raise AttributeError(f"this answer has no {name!r}", name=name, obj=self) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._members]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ModelConfig):
            return self._members == other._members and self._secret == other._secret
        return NotImplemented

    def __hash__(self) -> int:
        # Equal members may be in another order.
        return hash((frozenset(self._members.items()), self._secret))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("answers are shared, and cannot be changed", name=name, obj=self)

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("answers are shared, and cannot be changed", name=name, obj=self)

    def __repr__(self) -> str:
        members = ", ".join(f"{name}={value!r}" for name, value in self._members.items())
        return f"ModelConfig({members}, api_key={{'secret': {self._secret!r}}})"

    def __copy__(self) -> ModelConfig:
        return self

    def __deepcopy__(self, _memo: object) -> ModelConfig:
        return self

    def __reduce__(self) -> tuple[object, tuple[dict[str, ConfigValue], str]]:
        return _unpickled, (dict(self._members), self._secret)


class _PickledKeys(Keys):
    """What takes the place of keys in another process."""

    remedy = "an answer that was pickled has no key; ask the settings of this process"

    def find(self, secret: str) -> Key:
        del secret
        return Key(None)


def _unpickled(members: dict[str, ConfigValue], secret: str) -> ModelConfig:
    return ModelConfig(MappingProxyType(members), secret, _PickledKeys())


@dataclass(frozen=True, slots=True)
class EffectivePrompt:
    """The prompt that an account gets, and the one that it would fall back to.

    `default_prompt` is the global text, or what it was when the account customised it.
    """

    prompt_value: str
    default_prompt: str
    is_customized: bool


@dataclass(frozen=True, slots=True)
class AuthorProfile:
    """An author profile; None for what is not written."""

    name: str
    description: str | None = None
    tone: str | None = None
    language: str | None = None
    structure: str | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """A content strategy; None for what is not written."""

    name: str
    description: str | None = None
    prompt_types: tuple[str, ...] | None = None
    sections: tuple[str, ...] | None = None


def model_config(
    answer: ModelAnswer, vocabulary: Vocabulary, account: Account | None, keys: Keys
) -> ModelConfig:
    """Make the answer for a function; raises `Malformed` for a field of the wrong type."""
    model = answer.fields.get("model")
    if model is None or not isinstance(model.value, str):
        raise Malformed("model is not a string")
    members: dict[str, ConfigValue] = {"provider": answer.provider, "model": model.value}
    for name, layered in answer.fields.items():
        if name != "model":
            members[name] = _typed(name, layered.value, vocabulary, answer.provider)
    members["known"] = account is not None
    members["plan"] = None if account is None else account.plan
    return ModelConfig(MappingProxyType(members), answer.secret, keys, answer.is_own)


def is_own(config: ModelConfig) -> bool:
    """Whether a field of an answer, or its provider, is the account's own."""
    return config._is_own


def secret_of(config: ModelConfig) -> str:
    """Return the name of the secret that holds an answer's key."""
    return config._secret


def plain_config(config: ModelConfig) -> dict[str, Value]:
    """Return an answer's fields as plain data, without what is about the account."""
    return {
        name: value
        for name, value in config.items()
        if value is not None and name not in ("known", "plan")
    }


def effective_prompt(answer: PromptAnswer) -> EffectivePrompt:
    """Make the answer for a prompt."""
    return EffectivePrompt(answer.prompt_value, answer.default_prompt, answer.is_customized)


def author_profiles(records: Mapping[str, ContentRecord]) -> Mapping[str, AuthorProfile]:
    """Make the answer for author profiles; raises `Malformed` for a field of the wrong type."""
    return Records(
        {
            name: AuthorProfile(
                _required(record, "name"),
                _text(record, "description"),
                _text(record, "tone"),
                _text(record, "language"),
                _text(record, "structure"),
            )
            for name, record in records.items()
        }
    )


def strategies(records: Mapping[str, ContentRecord]) -> Mapping[str, Strategy]:
    """Make the answer for strategies; raises `Malformed` for a field of the wrong type."""
    return Records(
        {
            name: Strategy(
                _required(record, "name"),
                _text(record, "description"),
                _texts(record, "prompt_types"),
                _texts(record, "sections"),
            )
            for name, record in records.items()
        }
    )


def _typed(name: str, value: Value, vocabulary: Vocabulary, provider: str) -> Value:
    parameter = vocabulary.parameter_of(provider, name)
    if parameter is None:
        raise Malformed(f"there is no field {name}")
    # True is an int in Python, and nowhere else.
    is_typed = isinstance(value, _TYPES[parameter.type])
    if not is_typed or isinstance(value, bool) != (parameter.type == "boolean"):
        raise Malformed(f"{name} is no {parameter.type}")
    return value


def _required(record: ContentRecord, name: str) -> str:
    text = _text(record, name)
    if text is None:
        raise Malformed(f"a record has no {name}")
    return text


def _text(record: ContentRecord, name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise Malformed(f"{name} is not a string")
    return value


def _texts(record: ContentRecord, name: str) -> tuple[str, ...] | None:
    value = record.get(name)
    if value is not None and not isinstance(value, tuple):
        raise Malformed(f"{name} is not a list")
    return value
