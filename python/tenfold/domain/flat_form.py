"""Answers as the command prints them: snake_case, and of a key only the name of its secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from tenfold.domain.resolving import resolve_function
from tenfold.domain.shapes import Account, ContentRecord, Globals, PlanName
from tenfold.domain.vocabulary import Value

FunctionAnswer: TypeAlias = "dict[str, Value | dict[str, str]]"


def function_answer(
    globals_: Globals, account: Account | None, name: str, live: PlanName | None
) -> FunctionAnswer:
    """Return the answer for a function, as plain data."""
    answer = resolve_function(globals_, account, globals_.functions[name], live)
    values = {field: layered.value for field, layered in answer.fields.items()}
    return {"provider": answer.provider, **values, "api_key": {"secret": answer.secret}}


def plain_records(
    records: Mapping[str, ContentRecord],
) -> dict[str, dict[str, str | bool | list[str]]]:
    """Return records by id, as plain data."""
    return {
        name: {
            key: list(value) if isinstance(value, tuple) else value for key, value in record.items()
        }
        for name, record in records.items()
    }
