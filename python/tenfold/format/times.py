"""Times: RFC 3339 in UTC, compared to the millisecond."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tenfold.format.decoding import Malformed, string

if TYPE_CHECKING:
    from tenfold.format.encoding import Json

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z", re.ASCII)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_time(value: Json, what: str) -> str:
    """Return a time as it is written. An unreadable expiry would never come."""
    text = string(value, what)
    if _milliseconds(text) is None:
        raise Malformed(f"{what} is not a time in UTC")
    return text


def milliseconds(time: str) -> int:
    """Return the milliseconds since 1970 of a time that was read."""
    value = _milliseconds(time)
    if value is None:
        raise Malformed("a time is not in UTC")
    return value


def has_come(time: str, issued: str | None, now: float) -> bool:
    """Whether a time of a release has come, by a clock that counts as no earlier than its issue.

    `now` is in milliseconds since 1970. A clock that was set back makes nothing valid again.
    """
    clock = now if issued is None else max(now, milliseconds(issued))
    return not clock < milliseconds(time)


def _milliseconds(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
    if not (1 <= month <= 12 and 1 <= day <= _days_in(year, month)):
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int(((match[7] or "") + "000")[:3])
    seconds = _days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
    return seconds * 1_000 + fraction


def _days_in(year: int, month: int) -> int:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and is_leap else _DAYS[month - 1]


def _days_since_1970(year: int, month: int, day: int) -> int:
    """Count days by the Gregorian calendar, in the year 0 too, which `datetime` lacks."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400
    in_year = sum(_days_in(year, earlier) for earlier in range(1, month)) + day - 1
    return before * 365 + leaps + in_year - 719_162
