"""One release, to read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol, TypeAlias, TypeVar

from tenfold.answers import AuthorProfile, EffectivePrompt, ModelConfig, Strategy
from tenfold.compiling import Variables, compile_text
from tenfold.content.loaded import Line, LoadedContent
from tenfold.domain.shapes import PLANS, PlanName, plan_named
from tenfold.errors import TenfoldError, frameless, unknown
from tenfold.evaluation import AnsweringRelease, Evaluated, Question
from tenfold.explanation import Explanation, explain
from tenfold.format.ladder import is_id
from tenfold.keys import Keys
from tenfold.memo import Answers
from tenfold.stores.reader import StoreReader
from tenfold.wording import quote

V = TypeVar("V")
UnknownAccounts: TypeAlias = Literal["globals", "error"]
_Asked: TypeAlias = "tuple[str, str, str | None]"

_HOT_BYTES = 256
"""Roughly what it takes to find an answer at once; others take some ten microseconds."""


class Snapshot(Protocol):
    """A release that stays the same, for several reads that have to be consistent.

    Neither a refresh nor, during a rollout, another stage or the time affects it. In lazy mode an
    account has to be loaded with `account` before its answers are asked for, else they raise
    `account_not_loaded`. An account that is no text is `invalid_option`, an unknown plan
    `unknown_plan`.
    """

    @property
    def seq(self) -> int:
        """The release's number."""
        ...

    @property
    def commit(self) -> str | None:
        """The release's commit; None if it was not made from one."""
        ...

    def account(self, account: str) -> bool:
        """Make sure that an account can be asked about, and return whether it is in the release."""
        ...

    def get_model_config(
        self, function: str, account: str, *, plan: str | None = None
    ) -> ModelConfig:
        """Return which model to call for a function, and how."""
        ...

    def get_effective_prompt(
        self, account: str, type: str, *, plan: str | None = None
    ) -> EffectivePrompt:
        """Return the text that an account gets for a prompt type."""
        ...

    def compile_prompt(
        self, account: str, type: str, variables: Variables, *, plan: str | None = None
    ) -> str:
        """Return that text with values in place of its variables."""
        ...

    def get_author_profiles(
        self, account: str, *, plan: str | None = None
    ) -> Mapping[str, AuthorProfile]:
        """Return the active author profiles by id."""
        ...

    def get_strategies(self, account: str, *, plan: str | None = None) -> Mapping[str, Strategy]:
        """Return the active content strategies by id."""
        ...

    def explain(self, account: str, function: str, *, plan: str | None = None) -> Explanation:
        """Explain where each field of an answer is written, and why the other places lost."""
        ...

    def release_of(self, account: str) -> AnsweringRelease:
        """Return which release answers for an account."""
        ...


class _Hot(dict[_Asked, V]):
    """Answers by function or type, account and live plan; `make` finds one that is not there."""

    __slots__ = ("_spend", "make")

    def __init__(self, make: Callable[[str, str, str | None], V], answers: Answers) -> None:
        super().__init__()
        self.make = make
        self._spend = answers.spend

    def __missing__(self, asked: _Asked) -> V:
        answer = self.make(*asked)
        # What is no id is in no release, and may be of any length.
        if is_id(asked[1]):
            self._spend(_HOT_BYTES)
            self[asked] = answer
        return answer


class Reader:
    """Answers from one content. Implements `Snapshot`."""

    def __init__(
        self,
        label: AnsweringRelease,
        content: LoadedContent,
        store: StoreReader,
        keys: Keys,
        on_unknown: UnknownAccounts,
        before: Reader | None = None,
    ) -> None:
        self.label = label
        self.content = content
        self.keys = keys
        self._store = store
        self._on_unknown = on_unknown
        answers = None if before is None else before._answers
        if answers is None or not answers.are_of(content, keys):
            answers = Answers(f"the store {store.url}", content, keys)
        self._answers: Answers = answers
        # Accounts that are read on demand have to be seen to be used, and to be still there.
        self._use = content.accounts.find if content.accounts.is_lazy else None
        self._models = _Hot(self._new_model, answers)
        self._prompts = _Hot(self._new_prompt, answers)
        self._profiles = _Hot(self._new_profiles, answers)
        self._strategies = _Hot(self._new_strategies, answers)
        answers.serve(self)

    @property
    def seq(self) -> int:
        """The release's number."""
        return self.label.seq

    @property
    def commit(self) -> str | None:
        """The release's commit; None if it was not made from one."""
        return self.label.commit

    @frameless
    def account(self, account: str) -> bool:
        """Make sure that an account can be asked about, and return whether it is in the release."""
        return self.content.accounts.need(account_text(account))

    def release_of(self, account: str) -> AnsweringRelease:
        """Return which release answers for an account."""
        account_text(account)
        return self.label

    def whose(self, account: str) -> tuple[bool, PlanName | None]:
        """Return whether an account is in the release, and its committed plan."""
        line = self.content.accounts.find(account_text(account))
        return line is not None, None if line is None else line.plan

    def touch(self, account: str) -> None:
        """Count as a use of an account that another release answers for."""
        accounts = self.content.accounts
        if accounts.is_lazy:
            accounts.touch(account)

    def get_model_config(
        self, function: str, account: str, *, plan: str | None = None
    ) -> ModelConfig:
        """Return which model to call for a function, and how."""
        return self._found(self._models, (function, account, plan))

    def get_effective_prompt(
        self, account: str, type: str, *, plan: str | None = None
    ) -> EffectivePrompt:
        """Return the text that an account gets for a prompt type."""
        return self._found(self._prompts, (type, account, plan))

    def compile_prompt(
        self, account: str, type: str, variables: Variables, *, plan: str | None = None
    ) -> str:
        """Return that text with values in place of its variables."""
        prompt = self.get_effective_prompt(account, type, plan=plan)
        name = self._answers.prompt_named(type)
        declared = self.content.globals.value.prompts[name]
        return compile_text(name, prompt.prompt_value, declared, variables)

    def get_author_profiles(
        self, account: str, *, plan: str | None = None
    ) -> Mapping[str, AuthorProfile]:
        """Return the active author profiles by id."""
        return self._found(self._profiles, ("", account, plan))

    def get_strategies(self, account: str, *, plan: str | None = None) -> Mapping[str, Strategy]:
        """Return the active content strategies by id."""
        return self._found(self._strategies, ("", account, plan))

    @frameless
    def explain(self, account: str, function: str, *, plan: str | None = None) -> Explanation:
        """Explain where each field of an answer is written, and why the other places lost."""
        live = live_plan(plan)
        name = account_text(account)
        self.content.accounts.need(name)
        asked = self._answers.function_named(function)
        line = self._line(name, asked)
        entry = self._answers.account(line)
        narrowing = _narrowing(line, live)
        return explain(self._store, self.content, entry, (name, asked, narrowing), self.commit)

    def evaluate(self, question: Question, account: str, plan: str | None) -> Evaluated:
        """Return an answer with where it comes from."""
        live = live_plan(plan)
        is_function = question.kind == "function"
        line = self._line(account_text(account), question.name if is_function else None)
        answer, is_own, is_customized, plain = self._answers.evaluate(
            question, line, _narrowing(line, live)
        )
        return Evaluated(answer, is_own, is_customized, plain, line is not None, self.label)

    def missing_keys(self) -> set[str]:
        """Return the secrets of the globals' providers that are missing or are no keys."""
        providers = self.content.globals.value.providers.values()
        secrets = {provider.secret for provider in providers}
        return {secret for secret in secrets if self.keys.find(secret).reveal is None}

    def forget(self) -> None:
        """Drop the answers that are found at once."""
        for hot in (self._models, self._prompts, self._profiles, self._strategies):
            hot.clear()

    def _found(self, hot: _Hot[V], asked: _Asked) -> V:
        try:
            answer = hot[asked]
        except TypeError:
            # What has no hash, such as a list, is refused by name.
            answer = hot.make(*asked)
        if self._use is not None:
            self._use(asked[1])
        return answer

    def _new_model(self, function: str, account: str, plan: str | None) -> ModelConfig:
        live = live_plan(plan)
        line = self._line(account_text(account), function)
        return self._answers.model(function, line, _narrowing(line, live))

    def _new_prompt(self, type: str, account: str, plan: str | None) -> EffectivePrompt:
        live = live_plan(plan)
        line = self._line(account_text(account))
        return self._answers.prompt(type, line, _narrowing(line, live))

    def _new_profiles(self, _: str, account: str, plan: str | None) -> Mapping[str, AuthorProfile]:
        live = live_plan(plan)
        line = self._line(account_text(account))
        return self._answers.author_profiles(line, _narrowing(line, live))

    def _new_strategies(self, _: str, account: str, plan: str | None) -> Mapping[str, Strategy]:
        live = live_plan(plan)
        line = self._line(account_text(account))
        return self._answers.strategies(line, _narrowing(line, live))

    def _line(self, account: str, function: str | None = None) -> Line | None:
        line = self.content.accounts.find(account)
        if line is None and self._on_unknown == "error":
            if function is not None:
                self._answers.function_named(function)
            message = f"no account {quote(account)} in release {self.seq}"
            raise TenfoldError("unknown_account", message)
        return line


def account_text(account: object) -> str:
    """Return an account's id as a plain text; an invalid value must not get the globals."""
    if isinstance(account, str):
        return str.__str__(account)
    message = f"the account is {quote(account)}; it has to be a text"
    raise TenfoldError("invalid_option", message)


def live_plan(plan: object) -> PlanName | None:
    """Return a live plan. Whoever gives one is careful: one that is almost a plan is an error."""
    if plan is None:
        return None
    found = plan_named(plan)
    if found is None:
        raise unknown("unknown_plan", "plan", plan, PLANS)
    return found


def _narrowing(line: Line | None, live: PlanName | None) -> PlanName | None:
    """Return the live plan if it matters: the committed one permits what it permits anyway."""
    if line is None or live is None or live == line.plan:
        return None
    return live
