"""What every store can be asked, and how a found file is judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum

from tenfold.errors import TenfoldError
from tenfold.format.references import Ref, hex_of, is_named

TIMEOUT_MS = 10_000
"""For one request with its whole answer, and once more for each MiB of a long one."""


class StoreReader(ABC):
    """A place to read releases from. Several threads may ask at once.

    `url` is the URL as a person wrote it, without credentials.
    """

    url: str

    @abstractmethod
    def head(self) -> bytes:
        """Return the current head, at most 64 KiB, not verified yet.

        Raises `store_not_found` where nothing was published, else `store_unreadable`.
        """

    @abstractmethod
    def read(self, ref: Ref) -> bytes:
        """Return an object, exactly the bytes that the reference names.

        Raises `store_damaged` where it is absent or differs, else `store_unreadable`.
        """

    def peek(self, ref: Ref) -> bytes:
        """Do the same for an object that nothing trusted refers to yet: no cache keeps it."""
        return self.read(ref)

    def interrupt(self) -> None:
        """Abort pending requests. Later ones are answered again."""

    def rest(self) -> None:
        """Let go of what is of use only while a release is loaded."""

    def after_fork(self) -> None:
        """Forget connections, processes and locks of the parent process, without using them."""


class Missing(Enum):
    """What was found in place of a store's file, if not its bytes."""

    ABSENT = "absent"
    UNFIT = "unfit"
    """Something that no store would have there: a folder, or too many bytes."""


def head_in(found: bytes | Missing, store: str, absence: str) -> bytes:
    """Return a head's bytes. `absence` says what is not there."""
    if found is Missing.ABSENT:
        raise TenfoldError("store_not_found", f"there is no store at {store}: {absence}")
    if isinstance(found, Missing):
        raise damaged(store, "its head.json is not a file of at most 64 KiB")
    return found


def object_in(found: bytes | Missing, store: str, ref: Ref) -> bytes:
    """Return an object's bytes once their digest was compared."""
    if found is Missing.ABSENT:
        raise damaged(store, f"object {hex_of(ref)} is missing")
    if isinstance(found, Missing) or not is_named(ref, found):
        raise damaged(store, f"object {hex_of(ref)} is not what its name says")
    return found


def damaged(store: str, why: str) -> TenfoldError:
    """Return the error for bytes that differ from the signed ones, or are missing."""
    return TenfoldError("store_damaged", f"the store {store} is damaged: {why}")
