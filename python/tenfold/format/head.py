"""head.json: the release manifest in its envelope, well-formed and not verified yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenfold.format.decoding import (
    Malformed,
    Members,
    check_format,
    integer,
    items,
    members,
    string,
    string_or_null,
)
from tenfold.format.encoding import Json, canonical, parse_json
from tenfold.format.ladder import Candidate, Rollout, read_candidate, read_rollout
from tenfold.format.references import Ref, read_ref, read_ref_or_null, strict_base64
from tenfold.format.times import read_time

PAYLOAD_TYPE = "application/vnd.tenfold.release+json"
SIGNED_PART_TYPE = "application/vnd.tenfold.release-core+json"
MAX_HEAD_BYTES = 65_536
_HISTORY = 10
_MAX_SIGNATURES = 32
_NOT_SIGNED_BY_CORE = ("core", "expires", "issued", "packs", "refresh_ext", "rollout")
"""The members that the refresh keys set."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature; `keyid` is a hint that proves nothing, `sig` is 64 bytes in base64."""

    keyid: str
    sig: str


@dataclass(frozen=True, slots=True)
class Release:
    """One release of one environment. Times are RFC 3339; see docs/bundle-format.md for members."""

    environment: str
    seq: int
    commit: str | None
    root: Ref
    secrets: Ref | None
    trust: Ref | None
    shrunk_at: int | None
    candidate: Candidate | None
    issued: str | None
    expires: str | None
    rollout: Rollout | None
    packs: Ref | None


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it was read: `signatures` sign `payload`, and `core` signs `signed_part`."""

    data: bytes
    release: Release
    core: tuple[Signature, ...]
    signatures: tuple[Signature, ...]
    payload: bytes
    signed_part: bytes


def read_head(data: bytes) -> Head:
    """Read a head, which is in the one encoding or none.

    The members are compared as a whole: what is encoded again has to be what was read, without a
    member that the format does not name.
    """
    if len(data) > MAX_HEAD_BYTES:
        raise Malformed("head.json is over 64 KiB")
    envelope = members(parse_json(data, "head.json"), "head.json")
    if string(envelope.get("payloadType"), "head.json payloadType") != PAYLOAD_TYPE:
        raise Malformed("head.json is not a tenfold release")
    text = string(envelope.get("payload"), "head.json payload")
    payload = strict_base64(text, "head.json payload")
    said = dict(members(parse_json(payload, "the release"), "the release"))
    check_format(said.get("format"), "the release")
    release = _read_release(said)
    core = _read_signatures(said.get("core"), "the release's core")
    signatures = _read_signatures(envelope.get("signatures"), "head.json signatures")
    if canonical(said) != payload:
        raise Malformed("the release is not in its one encoding")
    if _envelope(text, signatures) != data:
        raise Malformed("head.json is not in its one encoding")
    signed: Json = {name: said[name] for name in said if name not in _NOT_SIGNED_BY_CORE}
    return Head(data, release, core, signatures, payload, canonical(signed))


def _envelope(payload: str, signatures: Sequence[Signature]) -> bytes:
    listed: list[Json] = [{"keyid": one.keyid, "sig": one.sig} for one in signatures]
    envelope: Json = {"payload": payload, "payloadType": PAYLOAD_TYPE, "signatures": listed}
    return canonical(envelope) + b"\n"


def _read_release(said: Json) -> Release:
    left = Members(said, "the release")
    left.take("format")
    left.take("core")
    seq, commit, root, secrets = _read_former(left, "the release")
    tree, has_tree = left.take_if_there("tree")
    if has_tree:
        string(tree, "tree")
    candidate = read_candidate(left.take("candidate"), root)
    _check_history(left.take("history"), seq)
    members(left.take("ext"), "ext")
    members(left.take("refresh_ext"), "refresh_ext")
    shrunk_at = left.take("shrunk_at")
    issued, expires = left.take("issued"), left.take("expires")
    release = Release(
        environment=string(left.take("environment"), "environment"),
        seq=seq,
        commit=commit,
        root=root,
        secrets=secrets,
        trust=read_ref_or_null(left.take("trust"), "trust"),
        shrunk_at=None if shrunk_at is None else integer(shrunk_at, "shrunk_at"),
        candidate=candidate,
        issued=None if issued is None else read_time(issued, "issued"),
        expires=None if expires is None else read_time(expires, "expires"),
        rollout=read_rollout(left.take("rollout"), candidate),
        packs=read_ref_or_null(left.take("packs"), "packs"),
    )
    left.end()
    return release


def _read_former(left: Members, what: str) -> tuple[int, str | None, Ref, Ref | None]:
    seq = integer(left.take("seq"), f"the seq of {what}")
    if seq < 1:
        raise Malformed(f"{what} has no seq")
    return (
        seq,
        string_or_null(left.take("commit"), "commit"),
        read_ref(left.take("root"), "root"),
        read_ref_or_null(left.take("secrets"), "secrets"),
    )


def _check_history(value: Json, seq: int) -> None:
    """Raise unless the past releases are in order, the latest first, each before this one."""
    before = seq
    for former in items(value, "history", _read_past, most=_HISTORY):
        if former >= before:
            raise Malformed("its history is not in order")
        before = former


def _read_past(value: Json, what: str) -> int:
    left = Members(value, what)
    seq, *_ = _read_former(left, what)
    left.end()
    return seq


def _read_signatures(value: Json, what: str) -> tuple[Signature, ...]:
    def read(item: Json, at: str) -> Signature:
        left = Members(item, at)
        signature = Signature(
            string(left.take("keyid"), f"{at}.keyid"), string(left.take("sig"), f"{at}.sig")
        )
        left.end()
        return signature

    return items(value, what, read, most=_MAX_SIGNATURES)
