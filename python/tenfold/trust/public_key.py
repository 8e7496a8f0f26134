"""Ed25519 keys, and the roles that need a threshold of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from tenfold.format.decoding import Malformed, string
from tenfold.format.head import Signature
from tenfold.format.references import strict_base64

if TYPE_CHECKING:
    from tenfold.format.encoding import Json

_P = 2**255 - 19
# The y of the points of small order: under such a key one signature counts for any message, and
# common libraries accept it. From "Taming the many EdDSAs", table 1.
_SMALL_ORDER = frozenset(
    {
        0,
        1,
        _P - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)


class Untrusted(Exception):
    """Data that the keys we trust have not signed; `epoch` where newer keys began a new count."""

    def __init__(self, what: Literal["signature", "root", "epoch"], message: str) -> None:
        super().__init__(message)
        self.what = what


class PublicKey:
    """A public key by its 32 bytes; `text` is their base64url."""

    def __init__(self, text: str, data: bytes) -> None:
        self.text = text
        self._data = data

    # A document may name thousands of keys, few of which are ever used.

    @cached_property
    def keyid(self) -> str:
        """SHA-256 of the 32 bytes, in hexadecimal."""
        return hashlib.sha256(self._data).hexdigest()

    def has_signed(self, message: bytes, signature: str) -> bool:
        """Whether 64 bytes, in strict base64, sign the message under this key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            data = strict_base64(signature, "a signature")
            if len(data) != 64:
                return False
            Ed25519PublicKey.from_public_bytes(self._data).verify(data, message)
        except (Malformed, InvalidSignature, ValueError):
            return False
        return True


SignatureCheck: TypeAlias = Callable[[PublicKey, bytes, str], bool]


def has_signed(key: PublicKey, message: bytes, signature: str) -> bool:
    """Check one signature."""
    return key.has_signed(message, signature)


@dataclass(frozen=True, slots=True)
class Role:
    """The right to do something: any `threshold` of the keys together."""

    threshold: int
    keys: tuple[PublicKey, ...]

    def is_met(
        self,
        payload_type: str,
        body: bytes,
        signatures: Sequence[Signature],
        check: SignatureCheck = has_signed,
    ) -> bool:
        """Whether enough distinct keys have signed; a key id is only a hint for the search."""
        message = pre_auth_encoding(payload_type, body)
        signers = 0
        for key in self.keys:
            if any(one.keyid == key.keyid and check(key, message, one.sig) for one in signatures):
                signers += 1
            if signers >= self.threshold:
                return True
        return False

    def __str__(self) -> str:
        return (
            f"{self.threshold} of its {len(self.keys)} {'key' if len(self.keys) == 1 else 'keys'}"
        )


def read_key(value: Json, what: str) -> PublicKey:
    """Read a public key, and refuse one under which anybody could sign."""
    text = string(value, what)
    data = _decoded(text)
    if data is None or len(data) != 32:
        raise Malformed(f"{what} is not 32 bytes in base64url")
    # The highest bit of the last byte is the sign of x.
    y = int.from_bytes(data, "little") & ~(1 << 255)
    if y >= _P or y in _SMALL_ORDER:
        raise Malformed(f"{what} is a key under which anybody could sign")
    return PublicKey(text, data)


def pre_auth_encoding(payload_type: str, body: bytes) -> bytes:
    """Encode as DSSE signs: `DSSEv1 LENGTH TYPE LENGTH BODY`."""
    return f"DSSEv1 {len(payload_type.encode())} {payload_type} {len(body)} ".encode() + body


def _decoded(text: str) -> bytes | None:
    """Decode base64url without padding; None for any other than its one spelling."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, UnicodeEncodeError):
        return None
    return data if base64.urlsafe_b64encode(data).decode("ascii").rstrip("=") == text else None
