"""The one class of errors, and its codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Literal, ParamSpec, TypeVar

from tenfold.format.decoding import EarlierFormat, OtherFormat
from tenfold.wording import listed, quote, text_of

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=BaseException)

ErrorCode = Literal[
    "unsupported_store",
    "unsupported_format",
    "invalid_option",
    "store_not_found",
    "store_unreadable",
    "store_damaged",
    "trust_required",
    "invalid_trust",
    "signature_invalid",
    "root_refused",
    "rollback_refused",
    "environment_changed",
    "expired",
    "shrink_refused",
    "secret_refused",
    "unseal_failed",
    "cache_failed",
    "pack_unusable",
    "candidate_unusable",
    "unknown_function",
    "unknown_prompt",
    "unknown_plan",
    "unknown_account",
    "account_not_loaded",
    "missing_key",
    "invalid_key",
    "missing_variable",
    "unknown_variable",
    "invalid_variable",
]


class TenfoldError(Exception):
    """What can go wrong. The message is for people; programs compare `code`.

    When opening: `unsupported_store`, `invalid_option`, `trust_required`, `invalid_trust`. When
    opening and refreshing: `store_not_found`, `store_unreadable`, `store_damaged`,
    `unsupported_format`, `signature_invalid`, `root_refused`, `rollback_refused`,
    `environment_changed`, `expired`, `shrink_refused`, `secret_refused`, `unseal_failed`; only as
    events `cache_failed`, `pack_unusable`, `candidate_unusable`. When asking: `invalid_option`,
    `unknown_function`, `unknown_prompt`, `unknown_plan`, `unknown_account`, `account_not_loaded`,
    `missing_key`, `invalid_key`; when filling a prompt `missing_variable`, `unknown_variable`,
    `invalid_variable`.
    """

    code: ErrorCode

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type[TenfoldError], tuple[ErrorCode, str]]:
        return type(self), (self.code, str(self))


def as_damage(thrown: BaseException, what: str) -> TenfoldError:
    """Return the error for whatever using a store raised.

    What nobody has named is damage: only the publisher of the content can repair it.
    """
    if isinstance(thrown, TenfoldError):
        return thrown
    if isinstance(thrown, EarlierFormat):
        error = TenfoldError("store_not_found", f"{what} has to be published again: {thrown}")
    elif isinstance(thrown, OtherFormat):
        message = f"{what} needs a newer version of this library: {thrown}"
        error = TenfoldError("unsupported_format", message)
    elif isinstance(thrown, RecursionError):
        error = TenfoldError("store_damaged", f"{what} is damaged: it is nested too deeply")
    else:
        error = TenfoldError("store_damaged", f"{what} is damaged: {text_of(thrown)}")
    error.__cause__ = thrown
    return error


def unknown(code: ErrorCode, what: str, name: object, names: Iterable[str]) -> TenfoldError:
    """Return the error for a name that does not exist, with those that do."""
    every = list(names)
    verb = "is" if len(every) == 1 else "are"
    return TenfoldError(code, f"no {what} {quote(name)}; there {verb} {listed(every)}")


def without_frames(error: E) -> E:
    """Drop the tracebacks of an error and its causes.

    Debug pages and crash reporters print the local variables of every frame, and those of whatever
    opens or reads a store hold identities, headers and keys.
    """
    seen: set[int] = set()
    pending: list[BaseException | None] = [error]
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.__traceback__ = None
        pending += [one.__cause__, one.__context__]
    return error


def frameless(work: Callable[P, T]) -> Callable[P, T]:
    """Have what reads from a store raise without the frames below."""

    @wraps(work)
    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except BaseException as error:
            failure = without_frames(error)
        raise failure

    return ask
