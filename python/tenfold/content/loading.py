"""Loading everything under a root, sharing what the release before has of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tenfold.content.branch import Branch
from tenfold.content.full import FullAccounts
from tenfold.content.lazy import LazyAccounts
from tenfold.content.loaded import LoadedContent, decode, load_globals
from tenfold.content.packs import Packs, Warn
from tenfold.content.pieces import Leaf, Leaves, Piece, Pieces, check_count, read_leaf
from tenfold.errors import as_damage
from tenfold.format.decoding import Malformed
from tenfold.format.references import Ref
from tenfold.format.root_object import read_root
from tenfold.format.tree import Below, read_region
from tenfold.stores.parallel import in_parallel
from tenfold.stores.reader import StoreReader

_READERS = 16
_MANY = 64
"""With more leaves missing than this, the new packs of a later release are read, too."""


def load_content(
    store: StoreReader,
    root: Ref,
    packs: Ref | None,
    before: LoadedContent | None,
    warn: Warn,
    lazy_bytes: int | None,
) -> LoadedContent:
    """Load a content, its accounts on demand where `lazy_bytes` bounds those in memory.

    All objects are immutable, so that this is one consistent release however many are published
    meanwhile. Raises `store_damaged` where any object is missing, damaged or malformed.
    """
    if before is not None and before.root == root:
        return before
    try:
        if lazy_bytes is None:
            return _Loader(store, before, warn).load(root, packs)
        found = read_root(store.read(root))
        known = None if before is None else before.globals
        loaded = load_globals(store.read, found.globals_ref, known)
        earlier = None if before is None else before.accounts
        accounts = LazyAccounts(store, found, loaded, lazy_bytes, earlier)
        return LoadedContent(root, loaded, accounts, ())
    except Exception as error:
        raise as_damage(error, f"the store {store.url}")  # noqa: B904 -- it names the cause itself


class _Loader:
    def __init__(self, store: StoreReader, before: LoadedContent | None, warn: Warn) -> None:
        accounts = None if before is None else before.accounts
        self._packs = Packs(store, warn)
        self._globals = None if before is None else before.globals
        self._known_packs = () if before is None else before.packs
        self._before = accounts if isinstance(accounts, FullAccounts) else None
        self._branches: dict[Ref, Branch] = {}
        self._seen: set[Ref] = set()
        self._leaves: dict[Ref, Below] = {}

    def load(self, ref: Ref, listing: Ref | None) -> LoadedContent:
        packs, before = self._packs, self._before
        if before is None and listing is not None:
            packs.load(listing, self._known_packs)
        root = read_root(packs.read(ref))
        loaded = load_globals(packs.read, root.globals_ref, self._globals)
        top = Branch(root.region, 0, 0)
        self._walk([top])
        missing = [ref for ref in self._leaves if before is None or ref not in before.leaves]
        if before is not None and listing is not None and len(missing) > _MANY:
            packs.load(listing, self._known_packs)
        leaves = self._read_leaves(missing)
        check_count(leaves, root.count)
        texts = self._read_texts(leaves, loaded.texts)
        _let_go_of_packs(leaves, texts)
        accounts = FullAccounts(top, self._branches, Leaves(leaves), Pieces(texts), loaded.texts)
        return LoadedContent(ref, loaded, accounts, packs.listed or self._known_packs)

    def _walk(self, branches: list[Branch]) -> None:
        """Note what is under some branches, level by level.

        A node that the release before had is taken over with everything under it, and not read.
        """
        while branches:
            fresh: list[Below] = []
            for branch in branches:
                fresh += [at for at in self._note(branch) if not self._takes_over(at)]
            branches = in_parallel(fresh, _READERS, self._branch_at)
            self._branches.update((at.ref, one) for at, one in zip(fresh, branches, strict=True))

    def _note(self, branch: Branch) -> list[Below]:
        """Note the leaves of a branch, and return its nodes.

        No honest tree holds an object twice; a dishonest one could never end.
        """
        nodes: list[Below] = []
        for at in branch.below():
            if at.ref in self._seen:
                raise Malformed("its tree holds an object twice")
            self._seen.add(at.ref)
            if at.kind == "leaf":
                self._leaves[at.ref] = at
            else:
                nodes.append(at)
        return nodes

    def _branch_at(self, at: Below) -> Branch:
        region = read_region(self._packs.read(at.ref), at.depth, at.prefix)
        return Branch(region, at.depth, at.prefix)

    def _takes_over(self, at: Below) -> bool:
        known = None if self._before is None else self._before.branches.get(at.ref)
        if known is None or (known.depth, known.prefix) != (at.depth, at.prefix):
            return False
        self._branches[at.ref] = known
        for below in self._note(known):
            if not self._takes_over(below):
                raise Malformed("its tree holds an object in two places")
        return True

    def _read_leaves(self, missing: list[Ref]) -> dict[Ref, Leaf]:
        """Return all leaves, in the order of the tree."""
        pieces = dict(zip(missing, self._pieces(missing), strict=True))
        leaves: dict[Ref, Leaf] = {}
        for ref, at in self._leaves.items():
            known = None if self._before is None else self._before.leaves.leaf(ref)
            if known is None:
                leaves[ref] = read_leaf(pieces[ref], at)
            else:
                leaves[ref] = known if known.is_at(at) else read_leaf(known.piece, at)
        return leaves

    def _read_texts(self, leaves: dict[Ref, Leaf], shared: Iterable[Ref]) -> dict[Ref, Piece]:
        """Return the texts that lines refer to, and that the globals do not have as well."""
        wanted = {text for leaf in leaves.values() for text in leaf.texts}.difference(shared)
        texts: dict[Ref, Piece] = {}
        if self._before is not None:
            known = self._before.texts
            texts.update((ref, known.piece(ref)) for ref in wanted if ref in known)
        missing = [ref for ref in wanted if ref not in texts]
        for ref, piece in zip(missing, self._pieces(missing), strict=True):
            decode(piece.take())
            texts[ref] = piece
        return texts

    def _pieces(self, refs: list[Ref]) -> list[Piece]:
        """Return objects. Those of packs are at hand, and what no pack has is read by several."""
        singly = [ref for ref in refs if self._packs.find(ref) is None]
        read = dict(zip(singly, in_parallel(singly, _READERS, self._packs.piece), strict=True))
        return [read[ref] if ref in read else self._packs.piece(ref) for ref in refs]


def _let_go_of_packs(leaves: dict[Ref, Leaf], texts: dict[Ref, Piece]) -> None:
    """Copy what is left of packs that are mostly obsolete, so that their bytes are freed."""
    live: Counter[int] = Counter()
    for piece in (*(leaf.piece for leaf in leaves.values()), *texts.values()):
        live[id(piece.data)] += piece.end - piece.start

    def is_obsolete(piece: Piece) -> bool:
        return 2 * live[id(piece.data)] < len(piece.data)

    for ref, leaf in leaves.items():
        if is_obsolete(leaf.piece):
            leaves[ref] = leaf._replace(piece=leaf.piece.alone())
    for ref, text in texts.items():
        if is_obsolete(text):
            texts[ref] = text.alone()
