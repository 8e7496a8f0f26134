"""Following roots, version by version, from one that is trusted."""

from __future__ import annotations

from itertools import pairwise

from tenfold.trust.public_key import PublicKey, Role, SignatureCheck, Untrusted, has_signed
from tenfold.trust.root_document import ROOT_TYPE, Root, RootDocument, SignedRoot

_MAX_FALSE = 32
"""How many false signatures of one document are looked at: an honest publisher makes none."""


class Descent:
    """Follows roots, and remembers how far.

    Versions that were verified once are not verified again, so that a false version after many good
    ones costs no more than a false one alone.
    """

    def __init__(self) -> None:
        self._verified: tuple[SignedRoot, ...] = ()

    def newer(self, trusted: RootDocument, offered: RootDocument) -> RootDocument:
        """Return the newer of two roots: ours, or the offered one if it follows from ours."""
        ours, theirs = trusted.chain, offered.chain
        common = min(len(ours), len(theirs))
        if not _is_same(ours[common - 1], theirs[common - 1]):
            raise Untrusted(
                "root",
                f"root {offered.root.version} does not follow from root {trusted.root.version}, "
                "which is trusted",
            )
        if len(theirs) <= len(ours):
            return trusted
        # For the versions that we know, our own signatures stay.
        chain = (*ours, *theirs[len(ours) :])
        self._follow(chain, len(ours))
        return RootDocument(chain)

    def _follow(self, chain: tuple[SignedRoot, ...], start: int) -> None:
        check = _suspicious()
        for index in range(max(start, self._known(chain)), len(chain)):
            _step(chain[index - 1], chain[index], check)
            self._verified = chain[: index + 1]

    def _known(self, chain: tuple[SignedRoot, ...]) -> int:
        """Return how many versions of a chain were verified before."""
        for index, one in enumerate(self._verified):
            if index >= len(chain) or not _is_same(one, chain[index]):
                return index
        return len(self._verified)


def verify_root_document(document: RootDocument) -> None:
    """Raise unless each version from the first to the last is signed by the one before."""
    first = document.chain[0]
    if first.signed.version != 1 or not _is_signed_by(first, first.signed, has_signed):
        raise Untrusted("root", "the first root is not signed by its own keys")
    Descent().newer(RootDocument((first,)), document)


def epoch_of(document: RootDocument) -> int:
    """Return the version in which the release keys or their threshold last changed.

    Releases are ordered by it first and then by their seq, so that a new key begins a new count.
    """
    epoch = 1
    for before, one in pairwise(document.chain):
        if _names_of(before.signed.release) != _names_of(one.signed.release):
            epoch = one.signed.version
    return epoch


def _suspicious() -> SignatureCheck:
    """Return a check that gives up once too many signatures of one document were false."""
    left = _MAX_FALSE

    def check(key: PublicKey, message: bytes, signature: str) -> bool:
        nonlocal left
        if left == 0:
            raise Untrusted("root", "too many of its signatures are false")
        is_signed = has_signed(key, message, signature)
        if not is_signed:
            left -= 1
        return is_signed

    return check


def _step(before: SignedRoot, one: SignedRoot, check: SignatureCheck) -> None:
    past, version = before.signed.version, one.signed.version
    if version != past + 1:
        raise Untrusted("root", f"root {version} comes after root {past}")
    if not _is_signed_by(one, before.signed, check):
        message = f"root {version} is not signed by {before.signed.root} of root {past}"
        raise Untrusted("root", message)
    if not _is_signed_by(one, one.signed, check):
        raise Untrusted("root", f"root {version} is not signed by {one.signed.root} of its own")


def _is_signed_by(one: SignedRoot, by: Root, check: SignatureCheck) -> bool:
    return by.root.is_met(ROOT_TYPE, one.signed.data, one.signatures, check)


def _is_same(one: SignedRoot, other: SignedRoot) -> bool:
    return one.signed.data == other.signed.data


def _names_of(role: Role) -> tuple[int, list[str]]:
    """Identify what a role requires: a higher threshold, too, makes obsolete what fewer signed."""
    return role.threshold, sorted(key.text for key in role.keys)
