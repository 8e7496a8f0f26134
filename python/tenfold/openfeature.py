"""A provider of OpenFeature, which answers from the memory of this process.

    from openfeature import api
    from openfeature.evaluation_context import EvaluationContext
    from tenfold import open_settings
    from tenfold.openfeature import TenfoldProvider

    api.set_provider(TenfoldProvider(open_settings("file:.tenfold/store")))
    context = EvaluationContext("acme", {"plan": "growth"})
    config = api.get_client().get_object_value("functions.generate_content", {}, context)

Needs the extra `openfeature`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import (
    FlagNotFoundError,
    GeneralError,
    InvalidContextError,
    OpenFeatureError,
    ProviderFatalError,
    ProviderNotReadyError,
    TargetingKeyMissingError,
    TypeMismatchError,
)
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider import AbstractProvider, Metadata

from tenfold.domain.shapes import PLANS, plan_named
from tenfold.errors import TenfoldError
from tenfold.evaluation import Evaluated, Plain, Question
from tenfold.settings import Settings
from tenfold.wording import quote

if TYPE_CHECKING:
    from openfeature.flag_evaluation import FlagValueType

    from tenfold.events import Changed, Status

T = TypeVar("T")

_KEY = re.compile(r"(functions|prompts)[./](.+)", re.DOTALL)
_NOT_FOUND = ("unknown_function", "unknown_prompt")
_BAD_CONTEXT = ("unknown_account", "unknown_plan", "invalid_option")
_BAD_OPTIONS = ("invalid_option", "invalid_trust", "trust_required", "unsupported_store")


class TenfoldProvider(AbstractProvider):
    """Flags are `functions.NAME`, `prompts.TYPE`, `author_profiles` and `strategies`.

    A function is an object with the fields of the flat form, without a key; a prompt is a text; the
    collections are objects by id. The targeting key is the account, and the attribute `plan`, if it
    is given, the plan that is in force now.

    The reason is `SPLIT` where the candidate of a rollout answers, `TARGETING_MATCH` where
    something of the account's counts, else `STATIC`; the variant is `candidate`, `account` or
    `global`. The metadata has `version` (the release's seq as text), `flagSetId` (the environment),
    `contextId` (the account), `release`, `known`, `commit` where there is one, and for prompts
    `isCustomized`.

    Emits `PROVIDER_CONFIGURATION_CHANGED` for another release, `PROVIDER_STALE`, and
    `PROVIDER_READY` when the store is read again.
    """

    def __init__(self, settings: Settings | Callable[[], Settings]) -> None:
        """Take settings, which the caller closes, or a function that opens them.

        What the function opens is closed with the provider. Where it fails, the provider's state is
        ERROR, or FATAL if another try would not help.
        """
        super().__init__()
        self._given = settings
        self._settings: Settings | None = None
        self._stops: list[Callable[[], None]] = []

    def get_metadata(self) -> Metadata:
        """Return the provider's name."""
        return Metadata("tenfold")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        """Open the settings if they are not open yet."""
        del evaluation_context
        given = self._given
        if isinstance(given, Settings):
            settings = given
        else:
            try:
                settings = given()
            except TenfoldError as error:
                is_final = error.code in _BAD_OPTIONS
                failure = ProviderFatalError if is_final else GeneralError
                raise failure(str(error)) from error
        self._settings = settings
        self._stops = [
            settings.on("changed", self._tell_changed),
            settings.on("stale", self._tell_stale),
            settings.on_ready(self._tell_ready),
        ]
        status = settings.status
        if status.state != "ready":
            self._tell_stale(status)

    def shutdown(self) -> None:
        """Stop listening, and close the settings if this provider opened them."""
        for stop in self._stops:
            stop()
        settings, self._settings = self._settings, None
        if settings is not None and not isinstance(self._given, Settings):
            settings.close()

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Return a function, or the records of a collection."""
        del default_value
        return self._resolve(flag_key, evaluation_context, _object)

    def resolve_string_details(
        self,
        flag_key: str,
        default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:
        """Return a prompt."""
        del default_value
        return self._resolve(flag_key, evaluation_context, _text)

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Raise: no flag is true or false."""
        del default_value
        return self._resolve(flag_key, evaluation_context, _none_of(bool))

    def resolve_integer_details(
        self,
        flag_key: str,
        default_value: int,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[int]:
        """Raise: no flag is a number."""
        del default_value
        return self._resolve(flag_key, evaluation_context, _none_of(int))

    def resolve_float_details(
        self,
        flag_key: str,
        default_value: float,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[float]:
        """Raise: no flag is a number."""
        del default_value
        return self._resolve(flag_key, evaluation_context, _none_of(float))

    async def resolve_object_details_async(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Do the same, with the account read in a thread in lazy mode."""
        await self._load(evaluation_context)
        return self.resolve_object_details(flag_key, default_value, evaluation_context)

    async def resolve_string_details_async(
        self,
        flag_key: str,
        default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:
        """Do the same, with the account read in a thread in lazy mode."""
        await self._load(evaluation_context)
        return self.resolve_string_details(flag_key, default_value, evaluation_context)

    async def _load(self, context: EvaluationContext | None) -> None:
        try:
            account, _ = _read_context(context)
            await self._open().account_async(account)
        except TenfoldError as error:
            raise _problem_of(error) from error

    def _open(self) -> Settings:
        if self._settings is None:
            raise ProviderNotReadyError("the settings are not open")
        return self._settings

    def _resolve(
        self,
        key: str,
        context: EvaluationContext | None,
        typed: Callable[[str, Plain], T],
    ) -> FlagResolutionDetails[T]:
        settings = self._open()
        try:
            account, plan = _read_context(context)
            question = _parse(key)
            # In lazy mode the account is read now; otherwise there is nothing to wait for.
            settings.account(account)
            evaluation = settings.evaluation()
            found = evaluation.evaluate(question, account, plan)
            value = typed(key, found.plain())
        except TenfoldError as error:
            raise _problem_of(error) from error
        reason, variant = _why(found)
        return FlagResolutionDetails(
            value=value,
            reason=reason,
            variant=variant,
            flag_metadata=_metadata_of(found, evaluation.environment, account),
        )

    def _tell_changed(self, changed: Changed) -> None:
        details = ProviderEventDetails(message=f"release {changed.seq}")
        self.emit_provider_configuration_changed(details)

    def _tell_stale(self, status: Status) -> None:
        details = ProviderEventDetails(message=f"the settings are {status.state}")
        self.emit_provider_stale(details)

    def _tell_ready(self, status: Status) -> None:
        details = ProviderEventDetails(message=f"the settings are {status.state}")
        self.emit_provider_ready(details)


def _parse(key: str) -> Question:
    """Read a flag's key. What comes after the first dot is the name as it is, dots too."""
    if key == "author_profiles":
        return Question("author_profiles")
    if key == "strategies":
        return Question("strategies")
    match = _KEY.fullmatch(key)
    if match is None:
        message = (
            f"no flag {quote(key)}; there are functions.NAME, prompts.TYPE, "
            "author_profiles and strategies"
        )
        raise FlagNotFoundError(message)
    return Question("function" if match[1] == "functions" else "prompt", match[2])


def _read_context(context: EvaluationContext | None) -> tuple[str, str | None]:
    """Return the account and the live plan; nothing else in a context counts."""
    account = None if context is None else context.targeting_key
    if context is None or account is None or account == "":
        message = "the context has no targeting key: it is the id of the account"
        raise TargetingKeyMissingError(message)
    plan = context.attributes.get("plan")
    if plan is None:
        return account, None
    # Whoever gives a plan is careful: one that is almost a plan must not be ignored.
    found = plan_named(plan)
    if found is None:
        message = f"no plan {quote(plan)}; the plans are {', '.join(PLANS)}"
        raise InvalidContextError(message)
    return account, found


def _why(found: Evaluated) -> tuple[Reason, str]:
    if found.by.release == "candidate":
        return Reason.SPLIT, "candidate"
    if found.is_own:
        return Reason.TARGETING_MATCH, "account"
    return Reason.STATIC, "global"


def _metadata_of(found: Evaluated, environment: str, account: str) -> dict[str, str | bool]:
    metadata: dict[str, str | bool] = {
        "version": str(found.by.seq),
        "flagSetId": environment,
        "contextId": account,
        "release": found.by.release,
        "known": found.known,
    }
    if found.by.commit is not None:
        metadata["commit"] = found.by.commit
    if found.is_customized is not None:
        metadata["isCustomized"] = found.is_customized
    return metadata


def _object(key: str, value: Plain) -> Mapping[str, FlagValueType]:
    if isinstance(value, Mapping):
        return value
    raise TypeMismatchError(f"{key} is a text")


def _text(key: str, value: Plain) -> str:
    if isinstance(value, str):
        return value
    raise TypeMismatchError(f"{key} is an object")


def _none_of(wanted: type[T]) -> Callable[[str, Plain], T]:
    del wanted

    def refuse(key: str, value: Plain) -> T:
        raise TypeMismatchError(f"{key} is {'a text' if isinstance(value, str) else 'an object'}")

    return refuse


def _problem_of(error: TenfoldError) -> OpenFeatureError:
    if error.code in _NOT_FOUND:
        return FlagNotFoundError(str(error))
    if error.code in _BAD_CONTEXT:
        return InvalidContextError(str(error))
    return GeneralError(str(error))
