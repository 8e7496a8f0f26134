"""Verifying a head before any byte of what it names is used, and the order of heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenfold.errors import ErrorCode, TenfoldError, as_damage
from tenfold.format.decoding import Malformed
from tenfold.format.head import PAYLOAD_TYPE, SIGNED_PART_TYPE, Head, Release, read_head
from tenfold.format.ladder import rank_of
from tenfold.format.references import Ref, length_of
from tenfold.format.times import has_come, milliseconds
from tenfold.trust.descent import Descent, epoch_of
from tenfold.trust.public_key import Role, Untrusted
from tenfold.trust.root_document import (
    MAX_ROOT_BYTES,
    RootDocument,
    check_form,
    parse_root_document,
)
from tenfold.wording import quote

if TYPE_CHECKING:
    from tenfold.stores.reader import StoreReader

_CODES: dict[str, ErrorCode] = {
    "root": "root_refused",
    "signature": "signature_invalid",
    "epoch": "rollback_refused",
}
_MAX_REFUSED = 64
_NEVER = 2**53


@dataclass(frozen=True, slots=True)
class Verified:
    """A release that enough keys have signed.

    `document` is the newest known root, None where a local key signs; `epoch` that of the root
    which the release names. Releases are ordered by it first, then by seq.
    """

    head: Head
    document: RootDocument | None
    epoch: int

    @property
    def release(self) -> Release:
        """The release of the head."""
        return self.head.release


class Roots:
    """Follows the roots that releases name.

    A document is untrusted until it is followed, and whoever can write to the store may offer one
    again and again: so its bytes, versions and keys are counted first, its signatures are checked
    next, and each refusal is remembered.
    """

    def __init__(self) -> None:
        self._descent = Descent()
        self._refused: dict[Ref, tuple[int, Exception]] = {}

    def follow(
        self, ours: RootDocument, named: Ref, store: StoreReader
    ) -> tuple[RootDocument, int]:
        """Return the newer root, and the epoch of a release that names this one."""
        version, refusal = self._refused.get(named, (0, None))
        if refusal is not None and version == ours.root.version:
            raise refusal
        if length_of(named) > MAX_ROOT_BYTES:
            raise Malformed("it names a root of over 256 KiB")
        data = store.peek(named)
        try:
            offered = parse_root_document(data)
            document = self._descent.newer(ours, offered)
            check_form(offered, data)
        except (Malformed, Untrusted) as error:
            self._refuse(named, ours.root.version, error)
            raise
        return document, epoch_of(document.at(offered.root.version))

    def _refuse(self, named: Ref, version: int, error: Exception) -> None:
        if len(self._refused) >= _MAX_REFUSED:
            self._refused.pop(next(iter(self._refused)), None)
        self._refused[named] = (version, error.with_traceback(None))


@dataclass(frozen=True, slots=True)
class RootTrust:
    """Releases have to be signed by the keys of a root document or of one that follows from it."""

    document: RootDocument
    roots: Roots


@dataclass(frozen=True, slots=True)
class LocalTrust:
    """The embedded store is signed by the one key of the machine that wrote it."""

    role: Role


def verified_head(
    data: bytes, store: StoreReader, trust: RootTrust | LocalTrust, floor: Verified | None = None
) -> Verified:
    """Verify a head: its one encoding, its root, and enough signatures of that root's keys.

    `floor` is the release with the newest root that is known. A release under a root has an expiry.
    """
    what = f"the store {store.url}"
    try:
        head = read_head(data)
        if isinstance(trust, LocalTrust):
            _check_signatures(head, trust.role, trust.role)
            return Verified(head, None, 0)
        document, epoch = _followed(head.release, store, trust, floor)
        _check_signatures(head, document.root.release, document.root.refresh)
        current = epoch_of(document)
        # Keys that the root still names may have signed it, but others have changed since.
        if epoch != current:
            message = (
                f"it was released under the release keys of root {epoch}, "
                f"and with those of root {current} a new count began"
            )
            raise Untrusted("epoch", message)
        if head.release.issued is None or head.release.expires is None:
            raise Malformed("its release would never expire")
        return Verified(head, document, epoch)
    except Untrusted as error:
        message = f"{what} cannot be trusted: {error}"
        raise TenfoldError(_CODES[error.what], message) from None
    except (Malformed, RecursionError) as error:
        raise as_damage(error, what) from None


def _followed(
    release: Release, store: StoreReader, trust: RootTrust, floor: Verified | None
) -> tuple[RootDocument, int]:
    if release.trust is None:
        raise Untrusted("root", "it names no root: it was not released under one")
    ours = trust.document
    if floor is not None and floor.document is not None:
        if floor.document.root.version >= ours.root.version:
            ours = floor.document
        # The root of the release before was already followed.
        if release.trust == floor.release.trust:
            return ours, floor.epoch
    return trust.roots.follow(ours, release.trust, store)


def _check_signatures(head: Head, release: Role, refresh: Role) -> None:
    """Raise unless the release keys signed the core, and they or the refresh keys the payload."""
    if not head.signatures or not head.core:
        raise Untrusted("signature", "its head is not signed")
    if not release.is_met(SIGNED_PART_TYPE, head.signed_part, head.core):
        raise Untrusted("signature", f"its release is not signed by {release}")
    if not (
        release.is_met(PAYLOAD_TYPE, head.payload, head.signatures)
        or refresh.is_met(PAYLOAD_TYPE, head.payload, head.signatures)
    ):
        message = f"its head is not signed by {release} nor by the refresh keys"
        raise Untrusted("signature", message)


def follows(later: Verified, present: Verified) -> bool:
    """Whether this is a later release; False for the same one signed anew.

    Raises `environment_changed` or `rollback_refused` where it is neither.
    """
    one, other = present.release, later.release
    if other.environment != one.environment:
        raise TenfoldError(
            "environment_changed",
            f"the store offers a release for {quote(other.environment)} "
            f"after one for {quote(one.environment)}",
        )
    # A new release key begins a new count: what the old one signed is obsolete, whatever its seq.
    if later.epoch > present.epoch:
        return True
    if later.epoch < present.epoch or other.seq < one.seq:
        message = f"the store offers release {other.seq} after release {one.seq}"
        raise TenfoldError("rollback_refused", message)
    if other.seq > one.seq:
        return True
    if later.head.signed_part != present.head.signed_part:
        message = f"the store offers another release under the number {other.seq}"
        raise TenfoldError("rollback_refused", message)
    if rank_of(other.rollout) < rank_of(one.rollout):
        raise TenfoldError(
            "rollback_refused",
            f"the store offers an earlier stage of release {other.seq} than it did before",
        )
    return False


def is_later_word(later: Verified, present: Verified) -> bool:
    """Whether this is the later of two signed heads of one release, or as late."""
    return _word_of(later) >= _word_of(present)


def _word_of(one: Verified) -> tuple[int, int, int]:
    release = one.release
    ends = None if release.rollout is None else release.rollout.expires
    return rank_of(release.rollout), _end_of(release.expires), _end_of(ends)


def _end_of(time: str | None) -> int:
    """Return when something ends; what never does comes after whatever does."""
    return _NEVER if time is None else milliseconds(time)


def is_expired(release: Release, now: float) -> bool:
    """Whether a release is past its expiry, by a clock that is no earlier than its issue."""
    return release.expires is not None and has_come(release.expires, release.issued, now)
