"""Filling a prompt with a caller's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from tenfold.domain.placeholders import fill, fillable
from tenfold.domain.shapes import GlobalPrompt
from tenfold.errors import TenfoldError, unknown
from tenfold.wording import quote

Variables: TypeAlias = "Mapping[str, str]"
"""The values of a prompt's variables, by name. One that is optional may be left out."""


def compile_text(prompt_type: str, text: str, prompt: GlobalPrompt, variables: object) -> str:
    """Return a text with the values of its variables in place of the placeholders.

    A value is inserted as it is: what looks like a placeholder in it stays. Raises
    `missing_variable`, `unknown_variable`, `invalid_variable`; `invalid_option` for no mapping.
    """
    if not isinstance(variables, Mapping):
        message = f'the variables are {quote(variables)}; they have to be like {{"name": "text"}}'
        raise TenfoldError("invalid_option", message)
    declared = fillable(prompt)
    values: dict[str, str] = {}
    for name, value in variables.items():
        if name not in declared:
            what = f"variable of the prompt {prompt_type}"
            raise unknown("unknown_variable", what, name, declared)
        if not isinstance(value, str):
            message = f"the variable {name} is {quote(value)}; it has to be a text"
            raise TenfoldError("invalid_variable", message)
        values[name] = value
    for name in declared:
        if prompt.variables[name] is True and name not in values:
            message = f"the prompt {prompt_type} needs the variable {name}"
            raise TenfoldError("missing_variable", message)
    return fill(text, prompt, values)
