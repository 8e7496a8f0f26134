"""The headers that a private store requires, as the service's own function returns them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from tenfold.errors import TenfoldError
from tenfold.wording import quote, shortened, text_of

StoreHeaders: TypeAlias = "Mapping[str, str] | Iterable[tuple[str, str]]"
HeaderSource: TypeAlias = "Callable[[], StoreHeaders]"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# What determines where a message ends and goes, or which bytes are requested.
_OURS = re.compile(
    r"(?i)(?:host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|"
    r"accept-encoding|cache-control|range|if-.*|content-.*|proxy-.*)"
)


class CallerFailed(Exception):
    """What a service's own function raised: its name, the beginning of what it says, its place.

    The whole of it may be long, and often holds the request that failed, with its token.
    """


def caller_failed(thrown: BaseException) -> CallerFailed:
    """Return a short form of what a service's own function raised."""
    place = ""
    traceback = thrown.__traceback__
    while traceback is not None:
        place = f" ({traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno})"
        traceback = traceback.tb_next
    name = shortened(type(thrown).__name__, 50)
    return CallerFailed(f"{name}: {shortened(text_of(thrown), 200)}{place}")


def headers_from(source: HeaderSource) -> dict[str, str]:
    """Ask the service for its headers, by lower-case names. No message shows a value."""
    failure = None
    pairs: list[tuple[object, object]] | None = None
    try:
        pairs = _pairs_of(source())
    except Exception as error:  # whatever the service's own code raises
        failure = caller_failed(error)
    if failure is not None:
        raise TenfoldError("store_unreadable", "the function `headers` failed") from failure
    if pairs is None:
        message = "what `headers` returns is no mapping of texts and no pairs of them"
        raise TenfoldError("invalid_option", message)
    return dict(_checked(name, value) for name, value in pairs)


def _pairs_of(given: object) -> list[tuple[object, object]] | None:
    if isinstance(given, Mapping):
        return list(given.items())
    if not isinstance(given, Iterable) or isinstance(given, (str, bytes)):
        return None
    pairs: list[tuple[object, object]] = []
    for pair in given:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            return None
        pairs.append((pair[0], pair[1]))
    return pairs


def _checked(name: object, value: object) -> tuple[str, str]:
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        message = f"`headers` returns {quote(name)}, which is no name of a header"
        raise TenfoldError("invalid_option", message)
    if _OURS.fullmatch(name) is not None:
        message = f"`headers` returns {quote(name)}, which is not for a service to set"
        raise TenfoldError("invalid_option", message)
    if isinstance(value, str) and _VALUE.fullmatch(value) is not None:
        return name.lower(), value
    message = (
        f"`headers` returns {quote(name)} with a value that is no text, "
        "or has a character that no header may have"
    )
    raise TenfoldError("invalid_option", message)
