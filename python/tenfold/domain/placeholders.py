"""Filling a prompt's placeholders: `[NAME]`, `{name}` or `{{name}}`, by the prompt's form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tenfold.domain.shapes import GlobalPrompt

# With a `$` before it, none is a placeholder: `${total}` is text, and `$[TOTAL]` a price.
_FORMS = {
    "brackets": re.compile(r"(?<!\$)\[([^\[\]\n]*)\]"),
    "braces": re.compile(r"(?<!\$)\{([^{}\n]*)\}"),
    "mustache": re.compile(r"(?<![{$])\{\{([^{}\n]*)\}\}(?!\})"),
}


def fillable(prompt: GlobalPrompt) -> list[str]:
    """Return the variables that take a value, in the order of their declaration."""
    if prompt.placeholders == "none":
        return []
    return [name for name, variable in prompt.variables.items() if variable != "literal"]


def fill(text: str, prompt: GlobalPrompt, values: Mapping[str, str]) -> str:
    """Return a text with values in place of its variables.

    A variable without a value is empty. What is inserted is never looked into again.
    """
    form = _FORMS.get(prompt.placeholders)
    if form is None:
        return text
    takes_value = set(fillable(prompt))

    def value_of(match: re.Match[str]) -> str:
        name = match[1]
        return values.get(name, "") if name in takes_value else match[0]

    return form.sub(value_of, text)
