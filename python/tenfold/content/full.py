"""All accounts in memory: the leaves as the bytes that were read, found by the trie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tenfold.content.branch import Branch
from tenfold.content.loaded import Accounts, Line, decode
from tenfold.content.pieces import Leaves, Piece, Pieces
from tenfold.format.ladder import is_id
from tenfold.format.leaf import find_rest, provenance_of
from tenfold.format.references import Ref
from tenfold.format.tree import hash_of

_ANSWER_BYTES = 64 << 20


class FullAccounts(Accounts):
    """All accounts. Nothing is parsed before it is asked for."""

    is_lazy = False
    answer_bytes = _ANSWER_BYTES

    def __init__(
        self,
        root: Branch,
        branches: Mapping[Ref, Branch],
        leaves: Leaves,
        texts: Pieces,
        shared: Mapping[Ref, str],
    ) -> None:
        self.count = leaves.total
        self.root = root
        self.branches = branches
        self.leaves = leaves
        self.texts = texts
        self._shared = shared

    def find(self, account: str) -> Line | None:
        """Return an account's line."""
        leaf = self._leaf_of(account)
        if leaf is None:
            return None
        rest = find_rest(leaf.data, account, leaf.start, leaf.end)
        return None if rest is None else Line(rest, self._text)

    def need(self, account: str) -> bool:
        """Return whether an account is in the release."""
        return self.find(account) is not None

    def provenance(self, account: str) -> Ref | None:
        """Return the provenance of the leaf that holds an account."""
        leaf = self._leaf_of(account)
        if leaf is None or find_rest(leaf.data, account, leaf.start, leaf.end) is None:
            return None
        return provenance_of(leaf.take())

    def needed(self) -> Iterator[Ref]:
        """Yield all objects below the root."""
        yield from self.branches
        yield from self.leaves
        yield from self.texts

    def _leaf_of(self, account: str) -> Piece | None:
        if not is_id(account):
            return None
        hash_ = hash_of(account)
        at = self.root.find(hash_, 0)
        while at is not None and at.kind == "node":
            at = self.branches[at.ref].find(hash_, at.depth)
        return None if at is None else self.leaves.piece(at.ref)

    def _text(self, ref: Ref) -> str:
        """Return a text; one that the globals have, too, is the same string."""
        shared = self._shared.get(ref)
        return decode(self.texts.piece(ref).take()) if shared is None else shared
