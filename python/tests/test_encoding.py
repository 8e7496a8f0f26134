"""Decoding and encoding, rule by rule."""

from __future__ import annotations

import pytest

from tenfold.format.decoding import Malformed, Members, boolean, integer, items, number, scalar
from tenfold.format.encoding import canonical, indented, number_text, parse_json
from tenfold.format.ladder import is_id
from tenfold.format.references import (
    is_named,
    is_ref,
    length_of,
    path_of,
    ref_of,
    strict_base64,
)
from tenfold.format.times import has_come, milliseconds, read_time

HI = "j0NDRmSPa5bfid2pAcUXaxCm2Dlh3TwayItZstwyeqQ000002"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (100, "100"),
        (1e-6, "0.000001"),
        (1.5e-6, "0.0000015"),
        (1e-7, "1e-7"),
        (1.25e-9, "1.25e-9"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.2345e22, "1.2345e+22"),
        (-123.456, "-123.456"),
        (5e-324, "5e-324"),
        (2**60, "1152921504606847000"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number_text(value) == text


def test_no_other_numbers() -> None:
    for value in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="no such number"):
            number_text(value)
    for text in (b"1e400", b"-1e400", b"NaN", b"Infinity", b"-Infinity", b"9" * 400):
        with pytest.raises(Malformed):
            parse_json(text, "it")


def test_integral_numbers_are_integers() -> None:
    assert [type(one) for one in parse_json(b"[1.0,1e2,1.5,9007199254740993]", "it")] == [  # type: ignore[union-attr]
        int,
        int,
        float,
        float,
    ]
    assert integer(parse_json(b"1.0", "it"), "it") == 1
    for text in (b"1.5", b"true", b"9007199254740992", b'"1"', b"null"):
        with pytest.raises(Malformed):
            integer(parse_json(text, "it"), "it")


def test_true_is_no_number() -> None:
    for read in (integer, number):
        with pytest.raises(Malformed):
            read(True, "it")
    with pytest.raises(Malformed):
        boolean(1, "it")
    with pytest.raises(Malformed):
        scalar(None, "it")


def test_strings() -> None:
    text = parse_json(rb'"\u0000\b\t\n\f\r\u001f\"\\\/<>&\u007f\u2028\ud83d\ude00\ud800"', "it")
    written = canonical(text)
    assert written.startswith(b'"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/<>&\x7f')
    assert written.endswith("\u2028😀\\ud800".encode() + b'"')


def test_keys_are_sorted_by_utf_16() -> None:
    assert canonical({"\ufb01": 1, "\U0001f600": 2, "10": 3, "2": 4}) == (
        '{"10":3,"2":4,"😀":2,"ﬁ":1}'.encode()
    )


def test_indented() -> None:
    assert indented({"b": [], "a": [1, {}]}) == b'{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}\n'


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'[{"a":1,"a":1}]',
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"01",
        b"1.",
        b"[1,]",
        b'"\t"',
        b"",
        b"1 2",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_no_json(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_json(data, "it")


def test_members() -> None:
    left = Members({"a": 1, "b": None}, "it")
    assert left.take("a") == 1
    assert left.take_if_there("c") == (None, False)
    with pytest.raises(Malformed, match="b"):
        left.end()
    with pytest.raises(Malformed, match="no a"):
        left.take("a")
    with pytest.raises(Malformed):
        items([1, 2, 3], "it", integer, most=2)


def test_references() -> None:
    assert ref_of(b"hi") == HI
    assert is_named(HI, b"hi")
    assert not is_named(HI, b"ho")
    assert length_of(HI) == 2
    assert path_of(HI).startswith("objects/8f/8f434346648f6b96")
    unused_bits = HI[:42] + "R" + HI[43:]
    for wrong in (HI + "\n", HI[:-1], unused_bits, f" {HI}", 1, None, HI[:43] + "00000A"):
        assert not is_ref(wrong)


def test_base64_has_one_spelling() -> None:
    assert strict_base64("aGk=", "it") == b"hi"
    for wrong in ("aGk", "aGl=", "aGk=\n", "aG k=", "aGk_", "a", "é"):
        with pytest.raises(Malformed):
            strict_base64(wrong, "it")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T00:00:00Z",
        "2024-02-29T23:59:59.999999Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2000-02-29T00:00:00.1Z",
    ],
)
def test_times(text: str) -> None:
    assert read_time(text, "it") == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-31T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01t00:00:00z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Z\n",
        "\uff12026-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-10T00:00:00Z",
    ],
)
def test_no_times(text: str) -> None:
    with pytest.raises(Malformed):
        read_time(text, "it")


def test_milliseconds() -> None:
    assert milliseconds("1970-01-01T00:00:00.0019Z") == 1
    assert milliseconds("2026-01-01T00:00:00Z") == 1_767_225_600_000
    assert milliseconds("0001-01-01T00:00:00Z") == -62_135_596_800_000
    assert milliseconds("0000-03-01T00:00:00Z") == -62_162_035_200_000


def test_a_clock_before_the_issue_counts_as_the_issue() -> None:
    issued, ends = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    assert not has_come(ends, issued, 0)
    assert has_come(ends, "2026-01-02T00:00:00Z", 0)
    assert has_come(ends, issued, milliseconds(ends))
    assert not has_come(ends, issued, milliseconds(ends) - 1)


def test_ids() -> None:
    for good in ("a", "0", "a_b-c", "a" * 63):
        assert is_id(good)
    for wrong in ("", "acme\n", "_a", "-a", "A", "a" * 64, "é", "a.b", "٣"):
        assert not is_id(wrong)
