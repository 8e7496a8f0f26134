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

import math
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEvent, ProviderEventDetails
from openfeature.exception import (
    ErrorCode,
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
from tenfold.polling import delay_after
from tenfold.settings import Settings
from tenfold.wording import quote, text_of

if TYPE_CHECKING:
    from openfeature.flag_evaluation import FlagValueType

    from tenfold.events import Changed, State

T = TypeVar("T")

_KEY = re.compile(r"(functions|prompts)[./](.+)", re.DOTALL)
_NOT_FOUND = ("unknown_function", "unknown_prompt")
_BAD_CONTEXT = ("unknown_account", "unknown_plan", "invalid_option")
# Opening again does not help against these: an option has to be another.
_FINAL = (
    "unsupported_store",
    "invalid_option",
    "trust_required",
    "invalid_trust",
    "environment_changed",
)
_RETRY_MS = 10_000.0
"""After how long a store that could not be read at the start is tried again, and longer later."""

_SETTLING_SECONDS = 0.5
"""What whoever calls `initialize` has, once it returns, to set the provider to READY."""

_EVENT_OF: dict[State, ProviderEvent] = {
    "ready": ProviderEvent.PROVIDER_READY,
    "stale": ProviderEvent.PROVIDER_STALE,
    "expired": ProviderEvent.PROVIDER_ERROR,
}


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

    Emits `PROVIDER_CONFIGURATION_CHANGED` for another release; `PROVIDER_STALE` when the store can
    no longer be read, `PROVIDER_ERROR` when the release is expired, both of which answer on; and
    `PROVIDER_READY` when the store is read again.
    """

    def __init__(self, settings: Settings | Callable[[], Settings]) -> None:
        """Take settings, which the caller closes, or a function that opens them.

        What the function opens is closed with the provider. Where it raises a `TenfoldError`, the
        provider's state is FATAL if another try would not help, else ERROR: then it is called again
        until it succeeds, which `PROVIDER_READY` tells.
        """
        super().__init__()
        self._given = settings
        self._settings: Settings | None = None
        self._stops: list[Callable[[], None]] = []
        self._told: State = "ready"
        self._settled_at = -math.inf
        self._is_settling = False
        self._ended = threading.Event()
        # An event may have a handler tell of the next one.
        self._lock = threading.RLock()

    def get_metadata(self) -> Metadata:
        """Return the provider's name."""
        return Metadata("tenfold")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        """Open the settings if they are not open yet."""
        del evaluation_context
        given, ended = self._given, threading.Event()
        self._ended = ended
        if isinstance(given, Settings):
            self._begin(given, ended)
            return
        try:
            settings = given()
        except TenfoldError as error:
            if error.code in _FINAL:
                raise ProviderFatalError(str(error)) from error
            _start("tenfold-open", lambda: self._begin_later(given, ended))
            raise GeneralError(str(error)) from error
        self._begin(settings, ended)

    def shutdown(self) -> None:
        """Stop listening, and close the settings if this provider opened them."""
        with self._lock:
            self._ended.set()
            settings, self._settings = self._settings, None
            stops, self._stops = self._stops, []
        self._let_go(settings, stops)

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

    def _begin(self, settings: Settings, ended: threading.Event, is_late: bool = False) -> None:
        """Answer from settings, unless the provider was shut down while they were opened.

        `is_late`: nobody else tells that the provider is READY.
        """
        stops = [
            settings.on("changed", self._tell_changed),
            settings.on("stale", self._tell_state),
            settings.on_ready(self._tell_state),
        ]
        with self._lock:
            is_wanted = not ended.is_set()
            if is_wanted:
                self._settings, self._stops, self._told = settings, stops, "ready"
                self._settled_at = -math.inf if is_late else time.monotonic() + _SETTLING_SECONDS
                if is_late:
                    self._emit("ready")
        if is_wanted:
            self._tell_state()
        else:
            self._let_go(settings, stops)

    def _begin_later(self, given: Callable[[], Settings], ended: threading.Event) -> None:
        """Open the settings as soon as the store can be read, each time after a longer wait."""
        wait_ms = _RETRY_MS
        for failures in count(1):
            if ended.wait(wait_ms / 1000):
                return
            try:
                settings = given()
            except Exception as error:  # the function is the service's own
                is_final = not isinstance(error, TenfoldError) or error.code in _FINAL
                code = ErrorCode.PROVIDER_FATAL if is_final else ErrorCode.GENERAL
                if not ended.is_set():
                    details = ProviderEventDetails(message=text_of(error), error_code=code)
                    self.emit_provider_error(details)
                if is_final:
                    return
            else:
                self._begin(settings, ended, is_late=True)
                return
            wait_ms = delay_after(failures, _RETRY_MS)

    def _let_go(self, settings: Settings | None, stops: Sequence[Callable[[], None]]) -> None:
        for stop in stops:
            stop()
        if settings is not None and not isinstance(self._given, Settings):
            settings.close()

    def _tell_changed(self, changed: Changed) -> None:
        details = ProviderEventDetails(message=f"release {changed.seq}")
        self.emit_provider_configuration_changed(details)

    def _tell_state(self, *_: object) -> None:
        """Tell once for each state that is another than the one before."""
        with self._lock:
            settings = self._settings
            if settings is None:
                return
            try:
                state = settings.status.state
            except TenfoldError:
                # A caller's clock that fails changes nothing.
                return
            if state == self._told:
                return
            if time.monotonic() < self._settled_at:
                # The READY that is still to come would make this one forgotten.
                if not self._is_settling:
                    self._is_settling = True
                    ended = self._ended
                    _start("tenfold-tell", lambda: self._tell_later(ended))
                return
            self._told = state
            self._emit(state)

    def _tell_later(self, ended: threading.Event) -> None:
        ended.wait(max(0.0, self._settled_at - time.monotonic()))
        with self._lock:
            self._is_settling = False
            self._tell_state()

    def _emit(self, state: State) -> None:
        details = ProviderEventDetails(message=f"the settings are {state}")
        self.emit(_EVENT_OF[state], details)


def _start(name: str, work: Callable[[], None]) -> None:
    # Where the system has no thread to spare, the next event tells.
    with suppress(RuntimeError):
        threading.Thread(name=name, target=work, daemon=True).start()


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
    if "plan" not in context.attributes:
        return account, None
    # Whoever gives a plan is careful: one that is almost a plan must not be ignored.
    plan = context.attributes["plan"]
    found = plan_named(plan)
    if found is None:
        shown = "None is no plan" if plan is None else f"no plan {quote(plan)}"
        message = f"{shown}; the plans are {', '.join(PLANS)}"
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
