"""What a release holds. It is immutable, so that the next release shares what did not change."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tenfold.domain.shapes import Account, Globals, PlanName, plan_named
from tenfold.format.decoding import Malformed
from tenfold.format.globals_object import read_globals
from tenfold.format.leaf import read_rest
from tenfold.format.references import Ref
from tenfold.stores.parallel import in_parallel

Read = Callable[[Ref], bytes]
"""Reads an object."""

_TEXT_READERS = 8


@dataclass(frozen=True, slots=True, eq=False)
class LoadedGlobals:
    """The part of a release that applies to every account, with its texts by reference."""

    ref: Ref
    value: Globals
    provenance: Ref
    texts: Mapping[Ref, str]


class Line:
    """What accounts with the same content share: a line's bytes after the id, and its texts."""

    __slots__ = ("rest", "text")

    def __init__(self, rest: bytes, text: Callable[[Ref], str]) -> None:
        self.rest = rest
        self.text = text

    @property
    def plan(self) -> PlanName:
        """The committed plan."""
        plan = plan_named(self.rest[1 : self.rest.find(b'"', 1)].decode("ascii", "replace"))
        if plan is None:
            raise Malformed("an account line has no plan")
        return plan

    def account(self) -> Account:
        """Parse it."""
        return read_rest(self.rest).with_texts(self.text)


class Accounts(ABC):
    """The accounts of one release, all in memory or read on demand. Nothing else knows which.

    `count` is how many the release has; `answer_bytes` how much memoized answers may take.
    """

    count: int
    answer_bytes: int
    is_lazy: bool

    @abstractmethod
    def find(self, account: str) -> Line | None:
        """Return an account's line; None for one that is not in the release.

        Raises `account_not_loaded` where `need` has to be called first.
        """

    @abstractmethod
    def need(self, account: str) -> bool:
        """Make sure that `find` answers, and return whether the account is in the release."""

    @abstractmethod
    def provenance(self, account: str) -> Ref | None:
        """Return the provenance of the leaf that holds an account that was just needed."""

    @abstractmethod
    def needed(self) -> Iterator[Ref]:
        """Yield the objects below the root by which the accounts in memory are answered for."""

    def follow(self, before: Accounts, is_wanted: Callable[[str], bool] | None = None) -> None:
        """Make sure that this release answers for every account that the one before answers for."""

    def touch(self, account: str) -> None:
        """Count as a use of an account."""

    def after_fork(self) -> None:
        """Forget locks of the parent process, and what its threads were reading."""

    def worth_keeping(self, kept: Callable[[Ref], bytes | None]) -> Iterator[Ref]:
        """Yield other objects that are worth keeping if they are on disk already."""
        del kept
        return iter(())


@dataclass(frozen=True, slots=True, eq=False)
class LoadedContent:
    """One content; `packs` are those whose objects were read, so that they are not read again."""

    root: Ref
    globals: LoadedGlobals
    accounts: Accounts
    packs: tuple[Ref, ...]


def load_globals(read: Read, ref: Ref, before: LoadedGlobals | None) -> LoadedGlobals:
    """Load the globals with their texts, reusing those of the release before."""
    if before is not None and before.ref == ref:
        return before
    known = {} if before is None else before.texts
    stored = read_globals(read(ref))
    refs = sorted(set(stored.text_refs.values()))

    def text_of(text: Ref) -> str:
        return known[text] if text in known else decode(read(text))

    texts = dict(zip(refs, in_parallel(refs, _TEXT_READERS, text_of), strict=True))
    return LoadedGlobals(ref, stored.with_texts(texts.__getitem__), stored.provenance, texts)


def decode(data: bytes) -> str:
    """Decode a prompt's text."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a text is not UTF-8") from None
