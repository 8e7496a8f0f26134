"""References: the SHA-256 of an object's bytes and their number."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, TypeAlias

from tenfold.format.decoding import Malformed

if TYPE_CHECKING:
    from tenfold.format.encoding import Json

Ref: TypeAlias = str
"""43 characters of base64url, then the length in bytes as six lower-case hexadecimal digits."""

REF_LENGTH = 49
_REF = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048][0-9a-f]{6}")


def is_ref(value: object) -> bool:
    """Whether a value is a reference in its one spelling."""
    return isinstance(value, str) and _REF.fullmatch(value) is not None


def read_ref(value: Json, what: str) -> Ref:
    """Return a reference."""
    if isinstance(value, str) and _REF.fullmatch(value) is not None:
        return value
    raise Malformed(f"{what} is not a reference")


def read_ref_or_null(value: Json, what: str) -> Ref | None:
    """Return a reference, or None for null."""
    return None if value is None else read_ref(value, what)


def length_of(ref: Ref) -> int:
    """Return the number of bytes that a reader accepts."""
    return int(ref[43:], 16)


def digest_of(ref: Ref) -> bytes:
    """Return the 32 bytes of the digest."""
    return base64.urlsafe_b64decode(f"{ref[:43]}=")


def hex_of(ref: Ref) -> str:
    """Return the digest in hexadecimal, as file names have it."""
    return digest_of(ref).hex()


def path_of(ref: Ref) -> str:
    """Return an object's path in a store, with forward slashes."""
    name = hex_of(ref)
    return f"objects/{name[:2]}/{name}"


def make_ref(digest: bytes, length: int) -> Ref:
    """Return the reference of bytes with this digest and length."""
    return base64.urlsafe_b64encode(digest).decode("ascii")[:43] + f"{length:06x}"


def ref_of(data: bytes | memoryview) -> Ref:
    """Return the reference of an object."""
    return make_ref(hashlib.sha256(data).digest(), len(data))


def is_named(ref: Ref, data: bytes | memoryview) -> bool:
    """Whether these are exactly the bytes that the reference names."""
    return len(data) == length_of(ref) and hashlib.sha256(data).digest() == digest_of(ref)


def strict_base64(text: str, what: str) -> bytes:
    """Decode base64 in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(f"{what} is not base64") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Malformed(f"{what} is not base64 in its one spelling")
    return data
