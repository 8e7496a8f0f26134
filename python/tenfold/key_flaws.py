"""Why a value set for an API key is not one.

Only values that look like no vendor's key are refused: a service may use a gateway of its own,
whose keys have any form, even a short one or the word `dummy`.
"""

from __future__ import annotations

import re
import unicodedata

_S = r"[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
_ANY = r"[\s\S]"
_QUOTE = (
    r"(?:\\?[\"'`\u00b4\u2018-\u201f\u2032\u2033\u00ab\u00bb\u2039\u203a\uff02\uff07]|"
    r"%2[27]|&(?:quot|apos|#0*3[49]|#x2[27]);)"
)
"""A quote as it is, or as a URL, a web page or a quoted text encodes it."""
_KEY = r"[\w.+/=:~-]{16,}"
"""Characters that keys consist of, more of them than a service's own word is likely to have."""
_FOLDER = r"(?:run|var|etc|secrets?|mnt|home|root|vault|opt|srv|tmp|usr|Users|Volumes|private)"
"""A folder that only a machine has: base64 may begin with a slash, but not with one of these."""
_NAME = (
    r"(?:[A-Za-z]{0,16}|(?:[A-Za-z0-9]{1,16}[_.-]){1,6})"
    r"(?:key|token|secret|password|credentials?)"
)
"""A name that only a credential has: one word, or several joined by separators."""
_BREAK = r"[\r\n\u0085\u2028\u2029]"
_FITS = "and a key is printable ASCII without blanks"
"""A key is sent in a header, and an error about a bad header would print it."""

# The first match is reported, so that the most specific flaws come first. `(?i)` where case does
# not matter; in all of them `\Z` is the end and not the line before it.
_TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("it begins with a quote", (rf"\A{_S}*{_QUOTE}",)),
    ("it is a private key or a certificate", (rf"\A{_S}*-----BEGIN ",)),
    ("it is JSON", (rf"\A{_S}*[{{[](?:[\"'}}\]]|{_S})",)),
    (
        "it is a reference that nobody resolved",
        (
            r"\$\{",
            rf"\{{\{{{_ANY}*\}}\}}",
            rf"\A{_S}*\$\({_ANY}*\){_S}*\Z",
            rf"(?i)\A{_S}*\$\$?(?:env:)?[A-Za-z_]\w*{_S}*\Z",
            rf"\A{_S}*%[A-Za-z_]\w*%{_S}*\Z",
            rf"\A{_S}*#\{{{_ANY}*\}}#?{_S}*\Z",
            rf"\A{_S}*__[A-Z][A-Z0-9_]*__{_S}*\Z",
            rf"\A{_S}*@@[A-Za-z_][\w.-]*@@{_S}*\Z",
            r"\A[A-Z][A-Z0-9_]*_API_KEY\Z",
            rf"\A{_S}*/{_FOLDER}/{_ANY}",
            rf"\A{_S}*/[a-z][a-z_-]+(?:/[a-z0-9._-]+)+{_S}*\Z",
            rf"\A{_S}*(?:~|\.\.?|[A-Za-z]:)[\\/]",
            rf"(?i)\A{_S}*(?:[a-z]|1p)[a-z0-9+.-]*://",
            rf"\A{_S}*ref\+",
            rf"\A{_S}*arn:aws[a-z-]*:",
            rf"\A{_S}*/?projects/[^/]+/secrets/",
            rf"(?i)\A{_S}*(?:(?:aws|gcp|azure)[_-]?)?(?:vault|bao|ssm|sm|secrets?|secretref|"
            r"secrets?-?manager|key-?vault)[:\[]",
            rf"(?i)\A{_S}*(?:akv|gsm|bws|sops|env|file)[:\[]",
            rf"\A{_S}*(?:secrets|vars|env|process\.env|os\.environ)[.\[]",
            rf"\A{_S}*os\.environ/",
            rf"(?i)\A{_S}*@Microsoft\.KeyVault\(",
            rf"\A{_S}*ENC[\[(]",
            rf"\A{_S}*\{{cipher\}}",
            rf"(?i)\A{_S}*!(?:Ref|Sub|GetAtt|ImportValue|Join|vault|env|secret|reference)\b",
        ),
    ),
    (
        "it is a placeholder in brackets",
        (rf"\A{_S}*(?:<{_ANY}*>|\[{_ANY}*\]|\{{{_ANY}*\}}){_S}*\Z",),
    ),
    (
        "it is a key with its middle hidden, as a log shows one",
        (r"\*{3}|\.{3}|[•●…]", rf"\A{_S}*(?:REDACTED|MASKED){_S}*\Z"),
    ),
    (
        "it is what a program writes where there is no value",
        (rf"\A{_S}*(?:undefined|null|NaN|\[object Object\]){_S}*\Z",),
    ),
    ("it begins with the name of a header", (rf"(?i)\A{_S}*(?:proxy-)?authorization{_S}*:",)),
    (
        "it begins with the scheme of a header, such as Bearer",
        (
            rf"(?i)\A{_S}*(?:bearer|basic|token|apikey)(?:{_S}|:|%20)",
            rf"(?i)\A{_S}*bearer(?=[A-Za-z0-9])[\w.~+/-]{{16}}",
        ),
    ),
    ("it is two keys or more", (rf"\A{_S}*{_KEY}(?:[,;]{_S}*{_KEY})+[,;]?{_S}*\Z",)),
    (
        "it begins with a name, as NAME=value does",
        (
            rf"(?i)\A{_S}*(?:export|set|setx|declare|env){_S}",
            rf"(?i)\A{_S}*--[a-z-]+[= ]",
            # A value that ends with the equals sign, without a name, is base64.
            rf"\A{_S}*(?:[A-Z][A-Z0-9_]*|[a-z][a-z0-9_]*){_S}*=(?!=*{_S}*\Z)",
            rf"(?i)\A{_S}*[A-Za-z0-9]+_(?:\w+_)?(?:KEY|TOKEN)={_S}*\Z",
            rf"(?i)\A{_S}*{_NAME}{_S}*[=:](?!=*{_S}*\Z)",
        ),
    ),
    ("it begins with a line break", (rf"\A{_BREAK}",)),
    ("it ends with a line break", (rf"(?:{_BREAK}|\\[nr])\Z",)),
    ("it holds a line break", (_BREAK,)),
    (f"it begins with a space, {_FITS}", (r"\A ",)),
    (f"it ends with a space, {_FITS}", (r" \Z",)),
    (f"it holds a space, {_FITS}", (r" ",)),
    (f"it holds a tab, {_FITS}", (r"\t",)),
    ("it ends with a quote", (rf"{_QUOTE}\Z",)),
    ("it ends with a comma or a semicolon", (r"[,;]\Z",)),
)
_FLAWS = tuple(
    (flaw, tuple(re.compile(one, re.ASCII) for one in patterns)) for flaw, patterns in _TABLE
)
_SPACE = re.compile(_S)
_PRINTABLE = re.compile(r"[\x21-\x7e]*")


def flaw_of(value: str) -> str | None:
    """Return why a value is no key, in words that follow "is no key:"; None if it may be one.

    The words reveal nothing of the value.
    """
    # No key is this long, and the patterns below may check every pair of characters.
    if len(value.encode("utf-16-le", "surrogatepass")) > 2 * 8_000:
        return "it is longer than 8,000 characters"
    for flaw, patterns in _FLAWS:
        if any(pattern.search(value) for pattern in patterns):
            return flaw
    if _PRINTABLE.fullmatch(value):
        return None
    categories = {unicodedata.category(character) for character in value}
    if _SPACE.search(value) or any(one == "Cf" or one.startswith("Z") for one in categories):
        return f"it holds an invisible character, {_FITS}"
    if "Cc" in categories:
        return f"it holds a control character, {_FITS}"
    return "it holds characters other than printable ASCII"
