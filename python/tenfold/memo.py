"""All answers under one set of globals and keys, each computed when it is first asked for."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, TypeVar

from tenfold.answers import (
    AuthorProfile,
    EffectivePrompt,
    ModelConfig,
    Strategy,
    author_profiles,
    effective_prompt,
    is_own,
    model_config,
    plain_config,
    strategies,
)
from tenfold.content.loaded import Line, LoadedContent
from tenfold.domain.flat_form import plain_records
from tenfold.domain.plan_policy import may_bring
from tenfold.domain.resolving import resolve_function, resolve_prompt, resolve_records
from tenfold.domain.shapes import Account, Collection, PlanName
from tenfold.errors import as_damage, unknown
from tenfold.evaluation import Plain, Question
from tenfold.keys import Keys

T = TypeVar("T")
_Key: TypeAlias = "tuple[str, bytes | None, PlanName | None]"

_ANSWER_BYTES = 640
"""Roughly what a kept answer takes."""


class Forgetful(Protocol):
    """What finds answers by account, beside these."""

    def forget(self) -> None:
        """Drop them."""
        ...


class Answers:
    """Answers by question and content, so that accounts with the same line share one.

    The next release goes on with them if its globals and keys are the same: what was hot stays hot
    when an account changes, and a line that did not change keeps its answer. When they outgrow
    their bound, all are dropped, also by the readers that find them by account.
    """

    def __init__(self, what: str, content: LoadedContent, keys: Keys) -> None:
        self._what = what
        self._globals = content.globals
        self._keys = keys
        self._limit = content.accounts.answer_bytes
        self._spent = 0
        self._readers: tuple[weakref.ref[Forgetful], ...] = ()
        self._models: dict[_Key, ModelConfig] = {}
        self._prompts: dict[_Key, EffectivePrompt] = {}
        self._profiles: dict[_Key, Mapping[str, AuthorProfile]] = {}
        self._strategies: dict[_Key, Mapping[str, Strategy]] = {}
        self._last: tuple[bytes, Account] | None = None
        # A release whose globals have no answer to give must not take over.
        for function in self._globals.value.functions:
            self.model(function, None, None)
        for prompt_type in self._globals.value.prompts:
            self.prompt(prompt_type, None, None)
        self.author_profiles(None, None)
        self.strategies(None, None)

    def serve(self, reader: Forgetful) -> None:
        """Have a reader forget these answers when they are dropped."""
        alive = tuple(one for one in self._readers if one() is not None)
        self._readers = (*alive, weakref.ref(reader))

    def spend(self, weight: int) -> None:
        """Count what is about to be kept; if that is too much, all that was kept is dropped."""
        self._spent += weight
        if self._spent <= self._limit:
            return
        self._spent = weight
        for memo in (self._models, self._prompts, self._profiles, self._strategies):
            memo.clear()
        for one in self._readers:
            reader = one()
            if reader is not None:
                reader.forget()

    def are_of(self, content: LoadedContent, keys: Keys) -> bool:
        """Whether these are the answers of a release with these globals and keys, too."""
        return self._globals is content.globals and self._keys is keys

    def function_named(self, name: object) -> str:
        """Return the name of a function as a plain text; raises `unknown_function`."""
        plain = str.__str__(name) if isinstance(name, str) else None
        if plain is None or plain not in self._globals.value.functions:
            raise unknown("unknown_function", "function", name, self._globals.value.functions)
        return plain

    def prompt_named(self, name: object) -> str:
        """Return the name of a prompt type as a plain text; raises `unknown_prompt`."""
        plain = str.__str__(name) if isinstance(name, str) else None
        if plain is None or plain not in self._globals.value.prompts:
            raise unknown("unknown_prompt", "prompt type", name, self._globals.value.prompts)
        return plain

    def model(self, function: str, line: Line | None, live: PlanName | None) -> ModelConfig:
        """Return the answer for a function."""
        function = self.function_named(function)
        spec = self._globals.value.functions[function]

        def make() -> ModelConfig:
            globals_, account = self._globals.value, self._account(line)
            answer = resolve_function(globals_, account, spec, live)
            return model_config(answer, globals_.vocabulary, account, self._keys)

        return self._kept(self._models, (function, _rest(line), live), make)

    def prompt(self, prompt_type: str, line: Line | None, live: PlanName | None) -> EffectivePrompt:
        """Return the answer for a prompt. Accounts that use it unchanged share one."""
        prompt_type = self.prompt_named(prompt_type)

        def make() -> EffectivePrompt:
            globals_ = self._globals.value
            answer = resolve_prompt(globals_, self._account(line), prompt_type, live)
            prompt = effective_prompt(answer)
            if line is None or not self._is_global(prompt_type, prompt):
                return prompt
            return self.prompt(prompt_type, None, None)

        return self._kept(self._prompts, (prompt_type, _rest(line), live), make)

    def author_profiles(
        self, line: Line | None, live: PlanName | None
    ) -> Mapping[str, AuthorProfile]:
        """Return the answer for author profiles."""

        def make() -> Mapping[str, AuthorProfile]:
            account = self._account(line)
            if account is not None and account.author_profiles is None:
                return self.author_profiles(None, None)
            found = resolve_records(self._globals.value, account, "author_profiles", live)
            return author_profiles(found)

        return self._kept(self._profiles, ("", _rest(line), live), make)

    def strategies(self, line: Line | None, live: PlanName | None) -> Mapping[str, Strategy]:
        """Return the answer for strategies."""

        def make() -> Mapping[str, Strategy]:
            account = self._account(line)
            if account is not None and account.strategies is None:
                return self.strategies(None, None)
            return strategies(resolve_records(self._globals.value, account, "strategies", live))

        return self._kept(self._strategies, ("", _rest(line), live), make)

    def evaluate(
        self, question: Question, line: Line | None, live: PlanName | None
    ) -> tuple[object, bool, bool | None, Callable[[], Plain]]:
        """Return an answer, whether anything of the account's counts in it, and its plain form."""
        if question.kind == "function":
            config = self.model(question.name, line, live)
            return config, is_own(config), None, lambda: plain_config(config)
        if question.kind == "prompt":
            prompt = self.prompt(question.name, line, live)
            is_its_own = not self._is_global(question.name, prompt)
            return prompt, is_its_own, prompt.is_customized, lambda: prompt.prompt_value
        collection: Collection = question.kind

        def plain_collection() -> Plain:
            account = self._account(line)
            return plain_records(resolve_records(self._globals.value, account, collection, live))

        answer: object = self.author_profiles(line, live)
        if collection == "strategies":
            answer = self.strategies(line, live)
        return answer, self._brings_own(collection, line, live), None, plain_collection

    def account(self, line: Line | None) -> Account | None:
        """Return an account; None for one that is not in the release."""
        return self._reading(lambda: self._account(line))

    def _brings_own(self, collection: Collection, line: Line | None, live: PlanName | None) -> bool:
        account = self.account(line)
        if account is None or account.records(collection) is None:
            return False
        return may_bring(self._globals.value, account, collection, live)

    def _is_global(self, prompt_type: str, prompt: EffectivePrompt) -> bool:
        """Whether a prompt is the global text as it is, with nothing of an account's."""
        text = self._globals.value.prompts[prompt_type].value
        texts = (prompt.prompt_value, prompt.default_prompt)
        return not prompt.is_customized and texts == (text, text)

    def _account(self, line: Line | None) -> Account | None:
        """Parse a line. Most callers ask for several things about one account in a row."""
        if line is None:
            return None
        last = self._last
        if last is not None and last[0] == line.rest:
            return last[1]
        account = line.account()
        self._last = (line.rest, account)
        return account

    def _kept(self, kept: dict[_Key, T], key: _Key, make: Callable[[], T]) -> T:
        found = kept.get(key)
        if found is not None:
            return found
        answer = self._reading(make)
        weight = _ANSWER_BYTES + len(key[1] or b"")
        if isinstance(answer, EffectivePrompt):
            weight += 2 * (len(answer.prompt_value) + len(answer.default_prompt))
        self.spend(weight)
        # Threads that ask at once get one object.
        return kept.setdefault(key, answer)

    def _reading(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except Exception as error:
            raise as_damage(error, self._what)  # noqa: B904 -- it names the cause itself


def _rest(line: Line | None) -> bytes | None:
    return None if line is None else line.rest
