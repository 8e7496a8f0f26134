"""How messages show what came from outside: short, on one line, and never a credential."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_SHOWN_NAMES = 20


def quote(value: object) -> str:
    """Return a value as a short quoted text, so that it cannot forge a line of a log.

    Whatever would move the cursor, turn the text around or be invisible is escaped, as is what no
    encoding can write.
    """
    quoted = json.dumps(shortened(text_of(value), 80), ensure_ascii=False)
    return quoted if quoted.isprintable() else "".join(map(_visible, quoted))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def is_text(value: str) -> bool:
    """Whether a text has no half of a surrogate pair, which nothing can be written with."""
    return re.search("[\ud800-\udfff]", value) is None


def text_of(value: object) -> str:
    """Return any value as a text; a message about it must not fail for lack of one."""
    try:
        return str(value)
    except Exception:  # whatever a foreign `__str__` throws
        return f"{type(value).__name__} without a text"


def shortened(text: str, most: int) -> str:
    """Cut a text after so many characters, with an ellipsis where it goes on."""
    return text if len(text) <= most else f"{text[:most]}…"


def listed(names: Iterable[str]) -> str:
    """Return names in order, a long list cut with the number of those left out."""
    ordered = sorted(names)
    if len(ordered) > _SHOWN_NAMES:
        return f"{', '.join(ordered[:_SHOWN_NAMES])} and {len(ordered) - _SHOWN_NAMES} more"
    return ", ".join(ordered) or "none"


def shown_url(url: str) -> str:
    """Return a URL without what may be a password or a token: before an `@`, after a `?`."""
    masked = re.sub(r"(?is)^([a-z][a-z0-9+.-]*:/*|/*).*@", r"\1…@", url)
    return quote(re.sub(r"(?s)[?#].*$", "?…", masked))
