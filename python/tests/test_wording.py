"""What messages show of values from outside."""

from __future__ import annotations

import pytest

from tenfold.wording import quote, shown_url


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("acme", '"acme"'),
        ("Übung 東京 🍵", '"Übung 東京 🍵"'),
        ('a"b\\c', r'"a\"b\\c"'),
        ("a\nb\tc\x1b[31m", r'"a\nb\tc\u001b[31m"'),
        ("\x7f\x85\x9b", r'"\u007f\u0085\u009b"'),
        ("gnp.\u202egpj\u200b\ufeff", r'"gnp.\u202egpj\u200b\ufeff"'),
        ("one\u2028two\u2029", r'"one\u2028two\u2029"'),
        ("half \ud800", r'"half \ud800"'),
        ("tag \U000e0041", r'"tag \udb40\udc41"'),
        ("\u00ad\u00a0", r'"\u00ad\u00a0"'),
        ("x" * 81, f'"{"x" * 80}…"'),
        (None, '"None"'),
    ],
)
def test_quotes(value: object, shown: str) -> None:
    assert quote(value) == shown
    assert quote(value).encode("utf-8")


def test_urls() -> None:
    assert shown_url("https://me:secret@x/\u202e?token") == '"https://…@x/\\u202e?…"'
