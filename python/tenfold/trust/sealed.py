"""Opening the keys that were sealed into a release."""

from __future__ import annotations

from collections.abc import Sequence

from tenfold.format.decoding import Malformed, items, members, string, table
from tenfold.format.encoding import parse_json, utf16_units

_HEADER = b"age-encryption.org/v1\n"


def unseal(ciphertext: bytes, identities: Sequence[str], environment: str) -> dict[str, str]:
    """Return the keys by name, decrypted for one of the identities.

    Raises `Malformed` where none of them opens it, or its content is not what a release seals. The
    reason is left out: a library's message may repeat its input, a mistyped identity for example.
    """
    sealed = members(
        parse_json(_opened(ciphertext, identities), "the sealed keys"), "the sealed keys"
    )
    number = sealed.get("format")
    if isinstance(number, bool) or number != 1:
        raise Malformed("the sealed keys are of another format than 1")
    if sealed.get("environment") != environment:
        raise Malformed("the sealed keys are those of another environment")
    keys = table(sealed.get("keys"), "the sealed keys", string)
    names = items(sealed.get("set"), "the set of sealed keys", string)
    if list(names) != sorted(keys, key=utf16_units):
        raise Malformed("the sealed keys are not the set they name")
    return keys


def _opened(ciphertext: bytes, identities: Sequence[str]) -> bytes:
    try:
        from pyrage import decrypt, x25519  # pyright: ignore[reportAttributeAccessIssue]
    except ImportError:
        raise Malformed("pyrage is not installed: pip install 'tenfold[sealed]'") from None
    if not ciphertext.startswith(_HEADER):
        raise Malformed("the sealed keys cannot be opened: they are not encrypted by age")
    plaintext: bytes | None = None
    try:
        opened = [x25519.Identity.from_str(identity) for identity in identities]
    except Exception:  # its message may repeat the identity
        opened = None
    if opened is None:
        raise Malformed("the sealed keys cannot be opened: this is not an age identity")
    try:
        plaintext = decrypt(ciphertext, opened)
    except Exception:  # its message may repeat what it read
        plaintext = None
    if plaintext is None:
        raise Malformed(
            "the sealed keys cannot be opened: they were not sealed to this identity, "
            "or are damaged"
        )
    return plaintext
