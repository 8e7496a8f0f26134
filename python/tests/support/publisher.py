"""A publisher in miniature: what the tests release is signed and encoded as the page says."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tenfold.format import encoding
from tenfold.format.references import path_of, ref_of
from tenfold.trust.public_key import pre_auth_encoding


def canonical(value: Any) -> bytes:
    return encoding.canonical(value)


CORE_TYPE = "application/vnd.tenfold.release-core+json"
RELEASE_TYPE = "application/vnd.tenfold.release+json"
ROOT_TYPE = "application/vnd.tenfold.root+json"
SIGNED = (
    "candidate",
    "commit",
    "environment",
    "ext",
    "format",
    "history",
    "root",
    "secrets",
    "seq",
    "shrunk_at",
    "tree",
    "trust",
)


class PrivateKey:
    """An Ed25519 key, as a publisher holds it."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        public = self._key.public_key().public_bytes_raw()
        self.x = base64.urlsafe_b64encode(public).decode().rstrip("=")
        self.keyid = hashlib.sha256(public).hexdigest()

    def sign(self, payload_type: str, body: bytes) -> dict[str, str]:
        signature = self._key.sign(pre_auth_encoding(payload_type, body))
        return {"keyid": self.keyid, "sig": base64.b64encode(signature).decode()}


def role(keys: Sequence[PrivateKey], threshold: int = 1) -> dict[str, Any]:
    return {"keys": [key.x for key in keys], "threshold": threshold}


class RootOfTrust:
    """A root document of which a test has all private keys."""

    def __init__(self, granted: Mapping[str, Sequence[str]], root_keys: int = 1) -> None:
        self.root = [PrivateKey() for _ in range(root_keys)]
        self.release = PrivateKey()
        self.refresh = PrivateKey()
        signed = {
            "format": 1,
            "recipients": {},
            "refresh": role([self.refresh]),
            "release": role([self.release]),
            "root": role(self.root),
            "secrets": {name: list(each) for name, each in granted.items()},
            "version": 1,
        }
        self.chain = [self.signed_by(signed, self.root)]

    @staticmethod
    def signed_by(signed: Mapping[str, Any], keys: Sequence[PrivateKey]) -> dict[str, Any]:
        body = canonical(dict(signed))
        return {
            "signatures": [key.sign(ROOT_TYPE, body) for key in keys],
            "signed": dict(signed),
        }

    @property
    def signed(self) -> dict[str, Any]:
        return dict(self.chain[-1]["signed"])

    def document(self, version: int | None = None) -> bytes:
        *previous, last = self.chain[:version]
        return encoding.indented({**last, "previous": list(previous)})

    def rotate(self, *roles: str) -> PrivateKey:
        """Make the keys of these roles anew, and return the old release key."""
        old, signers = self.release, [*self.root]
        signed = {**self.signed, "version": self.signed["version"] + 1}
        if "root" in roles:
            self.root = [PrivateKey()]
            signers += self.root
            signed["root"] = role(self.root)
        if "release" in roles:
            self.release = PrivateKey()
            signed["release"] = role([self.release])
        if "refresh" in roles:
            self.refresh = PrivateKey()
            signed["refresh"] = role([self.refresh])
        self.chain.append(self.signed_by(signed, signers))
        return old


@dataclass
class Objects:
    """Objects by reference, in the order in which they were made."""

    all: dict[str, bytes] = field(default_factory=dict)

    def put(self, data: bytes) -> str:
        ref = ref_of(data)
        self.all.setdefault(ref, data)
        return ref

    def text(self, text: str) -> str:
        return self.put(text.encode())

    def json(self, value: Any) -> str:
        return self.put(canonical(value))


def raw(ref: str) -> bytes:
    digest = base64.urlsafe_b64decode(f"{ref[:43]}=")
    return digest + int(ref[43:], 16).to_bytes(3, "big")


def account_line(account: str, plan: str, extras: Mapping[str, Any] | None = None) -> bytes:
    row: list[Any] = [account, plan]
    return canonical([*row, dict(extras)] if extras else row)


class Tree:
    """Emits the account tree of some lines, in the shape that the page gives."""

    LEAF_BYTES = 8192

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.nodes: list[str] = []
        self.leaves: list[str] = []

    def region(self, lines: Mapping[str, bytes]) -> bytes:
        rows = [
            (int.from_bytes(hashlib.sha256(account.encode()).digest(), "big"), account, line)
            for account, line in lines.items()
        ]
        rows.sort()
        return self._region(rows, 0, 7)

    def _region(self, rows: list[tuple[int, str, bytes]], depth: int, levels: int) -> bytes:
        if not rows:
            return b"\0"
        if len(rows) == 1 or sum(len(line) + 1 for *_, line in rows) <= self.LEAF_BYTES:
            return b"L" + raw(self.leaf(rows))
        if levels == 0:
            data = self._halves(rows, depth, 8)
            ref = self.objects.put(data)
            self.nodes.append(ref)
            return b"N" + raw(ref)
        return self._halves(rows, depth, levels)

    def _halves(self, rows: list[tuple[int, str, bytes]], depth: int, levels: int) -> bytes:
        bit = 1 << (255 - depth)
        cut = next((i for i, (hash_, *_) in enumerate(rows) if hash_ & bit), len(rows))
        zeros = self._region(rows[:cut], depth + 1, levels - 1)
        return b"\1" + zeros + self._region(rows[cut:], depth + 1, levels - 1)

    def leaf(self, rows: Iterable[tuple[int, str, bytes]]) -> str:
        ordered = sorted((account, line) for _, account, line in rows)
        places = b"".join(
            canonical([account, f"accounts/{account}.yaml", "b", {"plan": [2, 7]}]) + b"\n"
            for account, _ in ordered
        )
        header = canonical({"provenance": self.objects.put(places)})
        ref = self.objects.put(b"".join(line + b"\n" for line in [header, *dict(ordered).values()]))
        self.leaves.append(ref)
        return ref


@dataclass
class Content:
    """Plain content: the globals with their texts, and accounts as `(plan, extras)` by id."""

    globals: dict[str, Any]
    texts: dict[str, str]
    accounts: dict[str, tuple[str, dict[str, Any]]]

    def emit(self, objects: Objects) -> str:
        """Add all objects, and return the reference of the root object."""
        prompts = {
            name: {**prompt, "value": objects.text(self.texts[name])}
            for name, prompt in self.globals["prompts"].items()
        }
        provenance = objects.put(b"")
        globals_ref = objects.json({**self.globals, "prompts": prompts, "provenance": provenance})
        lines = {
            account: account_line(account, plan, self._stored(extras, objects))
            for account, (plan, extras) in self.accounts.items()
        }
        region = Tree(objects).region(lines)
        first = {
            "count": len(lines),
            "fingerprint": "test",
            "format": 2,
            "globals": globals_ref,
        }
        return objects.put(canonical(first) + b"\n" + region)

    @staticmethod
    def _stored(extras: Mapping[str, Any], objects: Objects) -> dict[str, Any]:
        stored = dict(extras)
        if "prompts" in stored:
            stored["prompts"] = {
                name: {
                    key: objects.text(value) if isinstance(value, str) else value
                    for key, value in record.items()
                }
                for name, record in stored["prompts"].items()
            }
        return stored


class Store:
    """A signed store in a folder, and what a test does to it."""

    def __init__(self, base: Path, granted: Mapping[str, Sequence[str]]) -> None:
        self.base = base
        self.folder = base / "store"
        self.folder.mkdir(parents=True)
        self.url = f"file:{self.folder}"
        self.trust = RootOfTrust(granted)
        self.first_root = self.trust.document()
        self.now = 1_767_225_600_000.0
        """2026-01-01T00:00:00Z."""
        self.seq = 0

    def time(self, milliseconds: float = 0) -> str:
        import datetime

        moment = datetime.datetime.fromtimestamp(
            (self.now + milliseconds) / 1000, tz=datetime.timezone.utc
        )
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"

    def file(self, ref: str) -> Path:
        return self.folder / path_of(ref)

    def put(self, data: bytes) -> str:
        ref = ref_of(data)
        file = self.file(ref)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return ref

    def put_all(self, objects: Objects) -> None:
        for data in objects.all.values():
            self.put(data)

    def content(self, content: Content) -> str:
        objects = Objects()
        root = content.emit(objects)
        self.put_all(objects)
        return root

    def pack(self, *groups: Sequence[str]) -> str:
        """Put packs of objects that are there, and return the reference of their list."""
        packs = []
        for refs in groups:
            parts = [self.file(ref).read_bytes() for ref in refs]
            packs.append(self.put(b"".join(len(p).to_bytes(3, "big") + p for p in parts)))
        return self.put(canonical(packs))

    def release(self, root: str, **over: Any) -> dict[str, Any]:
        if "seq" not in over:
            self.seq += 1
        release: dict[str, Any] = {
            "candidate": None,
            "commit": f"commit-{over.get('seq', self.seq)}",
            "environment": "production",
            "expires": self.time(86_400_000),
            "ext": {},
            "format": 2,
            "history": [],
            "issued": self.time(),
            "packs": None,
            "refresh_ext": {},
            "rollout": None,
            "root": root,
            "secrets": None,
            "seq": self.seq,
            "shrunk_at": None,
            "trust": self.put(self.trust.document()),
        }
        return {**release, **over}

    def head(
        self,
        release: Mapping[str, Any],
        core_by: Sequence[PrivateKey] | None = None,
        by: Sequence[PrivateKey] | None = None,
        core: Sequence[Mapping[str, str]] | None = None,
    ) -> bytes:
        signed = canonical({name: release[name] for name in SIGNED if name in release})
        if core is None:
            keys = [self.trust.release] if core_by is None else core_by
            core = [key.sign(CORE_TYPE, signed) for key in keys]
        payload = canonical({**release, "core": [dict(one) for one in core]})
        signers = [self.trust.release] if by is None else by
        envelope = {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": RELEASE_TYPE,
            "signatures": [key.sign(RELEASE_TYPE, payload) for key in signers],
        }
        return canonical(envelope) + b"\n"

    def write(self, head: bytes) -> None:
        temporary = self.folder / f"{secrets.token_hex(4)}.new"
        temporary.write_bytes(head)
        os.replace(temporary, self.folder / "head.json")

    def publish(self, content: Content, **over: Any) -> dict[str, Any]:
        release = self.release(self.content(content), **over)
        self.write(self.head(release))
        return release

    def current(self) -> dict[str, Any]:
        envelope = json.loads((self.folder / "head.json").read_bytes())
        release: dict[str, Any] = json.loads(base64.b64decode(envelope["payload"]))
        return release

    def resign(self, by: Sequence[PrivateKey] | None = None, **over: Any) -> None:
        """Sign the current release with other times or another stage, as the refresh key may."""
        release = {**self.current(), **over}
        core = release.pop("core")
        self.write(self.head(release, core=core, by=by or [self.trust.refresh]))
