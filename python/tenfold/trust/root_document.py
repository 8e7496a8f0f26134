"""The root document: what the holders of the root keys agreed on, version by version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tenfold.format.decoding import Malformed, OtherFormat, integer, items, members, string, table
from tenfold.format.encoding import Json, canonical, indented, parse_json
from tenfold.format.head import Signature
from tenfold.trust.public_key import Role, read_key

ROOT_TYPE = "application/vnd.tenfold.root+json"
MAX_ROOT_BYTES = 262_144
SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]*_API_KEY")
_MAX_VERSIONS = 64
_MAX_KEYS = 16
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{20,4000}")


@dataclass(frozen=True, slots=True)
class Root:
    """One version: the offline `root` keys, the keys of releases, and what providers may use.

    `secrets` is provider to the names of the secrets that it may be sent; `data` the canonical
    bytes, which the signatures sign and by which versions are compared.
    """

    version: int
    root: Role
    release: Role
    refresh: Role
    secrets: Mapping[str, tuple[str, ...]]
    data: bytes


@dataclass(frozen=True, slots=True)
class SignedRoot:
    """A version with its signatures."""

    signed: Root
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class RootDocument:
    """All versions from 1 on, the one in force last."""

    chain: tuple[SignedRoot, ...]

    @property
    def root(self) -> Root:
        """The version in force."""
        return self.chain[-1].signed

    def at(self, version: int) -> RootDocument:
        """Return the document as it was when a version was in force."""
        if 1 <= version <= len(self.chain):
            return RootDocument(self.chain[:version])
        return self


def parse_root_document(data: bytes) -> RootDocument:
    """Read a root document of any form. Signatures are not verified."""
    if len(data) > MAX_ROOT_BYTES:
        raise Malformed("the root document is over 256 KiB")
    return root_document(parse_json(data, "the root document"))


def check_form(document: RootDocument, data: bytes) -> None:
    """Raise unless the bytes are the one form of the document."""
    if indented(_plain_document(document)) != data:
        raise Malformed("the root document is not as `keys` writes it: it was edited by hand")


def root_document(value: Json) -> RootDocument:
    """Read a root document from plain JSON data."""
    what = "the root document"
    all_ = members(value, what)
    previous = items(
        all_.get("previous"), "the roots before it", _read_signed, most=_MAX_VERSIONS - 1
    )
    return RootDocument((*previous, _read_signed(value, "the root")))


def _read_signed(value: Json, what: str) -> SignedRoot:
    def signature(item: Json, at: str) -> Signature:
        one = members(item, at)
        return Signature(string(one.get("keyid"), at), string(one.get("sig"), at))

    all_ = members(value, what)
    signatures = items(
        all_.get("signatures"), f"{what}'s signatures", signature, most=2 * _MAX_KEYS
    )
    return SignedRoot(_read_root(all_.get("signed"), what), signatures)


def _read_root(value: Json, what: str) -> Root:
    root = members(value, what)
    number = root.get("format")
    if isinstance(number, bool) or number != 1:
        raise OtherFormat(f"{what} is of another format than 1")
    secrets = table(
        root.get("secrets"), f"{what}'s secrets", lambda v, at: items(v, at, _secret_name)
    )
    names = [name for each in secrets.values() for name in each]
    if len(set(names)) < len(names):
        raise Malformed(f"{what} lets two providers use one secret")
    version = integer(root.get("version"), f"{what}'s version")
    roles = {
        name: _read_role(root.get(name), f"{what}'s {name} keys")
        for name in ("root", "release", "refresh")
    }
    recipients = table(root.get("recipients"), f"{what}'s recipients", _read_recipients)
    plain: Json = {
        "format": 1,
        "recipients": {name: dict(each) for name, each in recipients.items()},
        "secrets": {name: list(each) for name, each in secrets.items()},
        "version": version,
        **{name: _plain_role(role) for name, role in roles.items()},
    }
    return Root(
        version, roles["root"], roles["release"], roles["refresh"], secrets, canonical(plain)
    )


def _read_role(value: Json, what: str) -> Role:
    all_ = members(value, what)
    keys = items(all_.get("keys"), what, read_key, most=_MAX_KEYS)
    threshold = integer(all_.get("threshold"), f"the threshold of {what}")
    if len({key.text for key in keys}) < len(keys):
        raise Malformed(f"{what} name a key twice")
    if not 1 <= threshold <= len(keys):
        raise Malformed(f"the threshold of {what} is not from 1 to {len(keys)}")
    return Role(threshold, keys)


def _secret_name(value: Json, what: str) -> str:
    name = string(value, what)
    if SECRET_NAME.fullmatch(name) is None:
        raise Malformed(f"{what} is not a name such as OPENAI_API_KEY")
    return name


def _read_recipients(value: Json, what: str) -> dict[str, Json]:
    return {name: _recipient(name, one, what) for name, one in members(value, what).items()}


def _recipient(name: str, value: Json, what: str) -> Json:
    if _NAME.fullmatch(name) is None:
        raise Malformed(f"{what}.{name} is not a name")
    text = string(value, what)
    if _RECIPIENT.fullmatch(text) is None:
        raise Malformed(f"{what}.{name} is not an age recipient")
    return text


def _plain_role(role: Role) -> Json:
    return {"keys": [key.text for key in role.keys], "threshold": role.threshold}


def _plain_document(document: RootDocument) -> Json:
    *previous, last = [_plain_signed(one) for one in document.chain]
    earlier: list[Json] = [*previous]
    return {**last, "previous": earlier}


def _plain_signed(one: SignedRoot) -> dict[str, Json]:
    signatures: list[Json] = [{"keyid": each.keyid, "sig": each.sig} for each in one.signatures]
    return {"signatures": signatures, "signed": parse_json(one.signed.data, "a root")}
