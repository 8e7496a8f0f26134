"""The exam's questions, and this reader's answers to them as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tenfold.answers import plain_config, secret_of
from tenfold.errors import TenfoldError
from tenfold.evaluation import Question as Asked
from tenfold.rollout.split import SplitReader
from tenfold.snapshot import Reader

Question: TypeAlias = "Mapping[str, object]"
Plain: TypeAlias = "dict[str, object] | list[str]"


class Unsupported(Exception):
    """A question that this reader has no answer to."""


def answer(reader: Reader | SplitReader, question: Question) -> Plain:
    """Return the answer to a question, or `{"error": CODE}` in its place."""
    ask = _VERBS.get(str(question.get("ask")))
    if ask is None:
        raise Unsupported(f"no question {question.get('ask')!r}")
    try:
        if "account" in question:
            reader.account(_text(question, "account"))
        return ask(reader, question)
    except TenfoldError as error:
        return {"error": error.code}


def _function(reader: Reader | SplitReader, question: Question) -> Plain:
    name, account, plan = _text(question, "function"), _text(question, "account"), _plan(question)
    config = reader.get_model_config(name, account, plan=plan)
    return {
        **_whose(reader, account, plan),
        "function": name,
        **plain_config(config),
        "api_key": {"secret": secret_of(config)},
    }


def _prompt(reader: Reader | SplitReader, question: Question) -> Plain:
    name, account, plan = _text(question, "prompt"), _text(question, "account"), _plan(question)
    prompt = reader.get_effective_prompt(account, name, plan=plan)
    return {
        **_whose(reader, account, plan),
        "prompt": name,
        "prompt_value": prompt.prompt_value,
        "default_prompt": prompt.default_prompt,
        "is_customized": prompt.is_customized,
    }


def _author_profiles(reader: Reader | SplitReader, question: Question) -> Plain:
    return _plain(reader, Asked("author_profiles"), question)


def _strategies(reader: Reader | SplitReader, question: Question) -> Plain:
    return _plain(reader, Asked("strategies"), question)


def _plain(reader: Reader | SplitReader, asked: Asked, question: Question) -> Plain:
    found = reader.evaluate(asked, _text(question, "account"), _plan(question)).plain()
    return dict(found) if isinstance(found, Mapping) else {}


def _release(reader: Reader | SplitReader, question: Question) -> Plain:
    found = reader.release_of(_text(question, "account"))
    return {name: getattr(found, name) for name in ("release", "seq", "commit", "id")}


def _key(reader: Reader | SplitReader, question: Question) -> Plain:
    config = reader.get_model_config(
        _text(question, "function"), _text(question, "account"), plan=_plan(question)
    )
    return {"key": config.api_key}


def _compile(reader: Reader | SplitReader, question: Question) -> Plain:
    variables = question.get("variables")
    text = reader.compile_prompt(
        _text(question, "account"),
        _text(question, "prompt"),
        variables,  # type: ignore[arg-type]
        plan=_plan(question),
    )
    return {"text": text}


def _missing_keys(reader: Reader | SplitReader, question: Question) -> Plain:
    del question
    return sorted(reader.missing_keys())


_VERBS: dict[str, Callable[[Reader | SplitReader, Question], Plain]] = {
    "function": _function,
    "prompt": _prompt,
    "author_profiles": _author_profiles,
    "strategies": _strategies,
    "release": _release,
    "key": _key,
    "compile": _compile,
    "missing_keys": _missing_keys,
}


def _whose(reader: Reader | SplitReader, account: str, plan: str | None) -> dict[str, object]:
    known, committed = reader.whose(account)
    whose: dict[str, object] = {"account": account, "known": known, "plan": committed}
    return whose if plan is None else {**whose, "live_plan": plan}


def _text(question: Question, name: str) -> str:
    # What is no text is for the reader to refuse.
    return question.get(name)  # type: ignore[return-value]


def _plan(question: Question) -> str | None:
    return question.get("plan")  # type: ignore[return-value]
