"""JSON as the format wants it: strict when it is read, canonical when it is compared."""

from __future__ import annotations

import json
import math
import re
from json.encoder import encode_basestring
from typing import NoReturn, TypeAlias

from tenfold.format.decoding import Malformed

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_INTEGER = 2**53 - 1
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(data: bytes | memoryview, what: str) -> Json:
    """Parse UTF-8 JSON.

    Refuses invalid UTF-8, a byte order mark, duplicate members, NaN, infinities and nesting beyond
    the interpreter's depth. Numbers are doubles, as everywhere in JSON: an integral one of at most
    2^53 - 1 is an `int`, any other a `float`.
    """
    try:
        return parse_text(str(data, "utf-8"), what)
    except UnicodeDecodeError:
        raise Malformed(f"{what} is not UTF-8") from None


def parse_text(text: str, what: str) -> Json:
    """Parse JSON that was decoded already, as `parse_json` does."""
    try:
        value: Json = _DECODER.decode(text)
    except RecursionError:
        raise Malformed(f"{what} is nested too deeply") from None
    except ValueError:
        raise Malformed(f"{what} is not JSON") from None
    return value


def canonical(value: Json) -> bytes:
    """Encode in the one form: keys by UTF-16 units, no white space, numbers as in ECMAScript."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts).encode("utf-8")


def indented(value: Json) -> bytes:
    """Encode with sorted keys, two spaces and a line feed at the end: a root document's form."""
    parts: list[str] = []
    _write(value, parts, "\n")
    return ("".join(parts) + "\n").encode("utf-8")


def utf16_units(text: str) -> bytes:
    """Return the key by which the format sorts names."""
    return text.encode("utf-16-be", "surrogatepass")


def _write(value: Json, parts: list[str], line: str | None = None) -> None:
    """Append a value; `line` is a line end with the indentation of what surrounds it."""
    if isinstance(value, str):
        parts.append(_quoted(value))
    elif value is None:
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, (int, float)):
        parts.append(number_text(value))
    elif isinstance(value, list):
        _write_items([(None, item) for item in value], "[]", parts, line)
    else:
        keys = sorted(value, key=utf16_units)
        _write_items([(key, value[key]) for key in keys], "{}", parts, line)


def _write_items(
    items: list[tuple[str | None, Json]], signs: str, parts: list[str], line: str | None
) -> None:
    inner = None if line is None else f"{line}  "
    for index, (key, item) in enumerate(items):
        parts.append((signs[0] if index == 0 else ",") + (inner or ""))
        if key is not None:
            parts.append(_quoted(key) + (":" if inner is None else ": "))
        _write(item, parts, inner)
    parts.append(signs if not items else (line or "") + signs[1])


def _quoted(text: str) -> str:
    quoted: str = encode_basestring(text)
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def number_text(value: int | float) -> str:
    """Write a number as ECMAScript's `Number::toString` does."""
    if isinstance(value, int):
        if abs(value) <= MAX_INTEGER:
            return str(value)
        value = float(value)
    if value == 0:
        return "0"
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    all_digits = whole + fraction
    digits = all_digits.lstrip("0")
    point -= len(all_digits) - len(digits)
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Put the decimal point after `point` of the shortest digits."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = f"{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{exponent}"


def _integer(text: str) -> int | float:
    value = int(text) if len(text) < 20 else _double(text)
    return value if abs(value) <= MAX_INTEGER else _double(text)


def _real(text: str) -> int | float:
    value = _double(text)
    return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value


def _double(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("beyond every double")
    return value


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member occurs twice")
    return members


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no {constant}")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_constant=_refuse, parse_int=_integer, parse_float=_real
)
