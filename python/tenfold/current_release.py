"""From what a store offers to the release that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tenfold.content.loaded import LoadedContent
from tenfold.content.loading import load_content
from tenfold.errors import TenfoldError, as_damage
from tenfold.evaluation import AnsweringRelease
from tenfold.keys import Keys, KeysOf
from tenfold.rollout.candidate import RunningRollout, load_candidate
from tenfold.snapshot import Reader, UnknownAccounts
from tenfold.trust.guards import check_secrets, check_shrinking
from tenfold.trust.heads import (
    LocalTrust,
    RootTrust,
    Verified,
    follows,
    is_expired,
    is_later_word,
    verified_head,
)
from tenfold.wording import quote

if TYPE_CHECKING:
    from tenfold.content.cache import Cache
    from tenfold.content.packs import Warn
    from tenfold.stores.reader import StoreReader


@dataclass(frozen=True)
class Manner:
    """How a service reads: the options, with all defaults filled in.

    `store` reads through `cache` where there is one. Times are in milliseconds, `now` since 1970;
    `lazy_bytes` bounds the accounts in memory, and is None where all are.
    """

    store: StoreReader
    cache: Cache | None
    trust: RootTrust | LocalTrust
    environment: str | None
    keys_of: KeysOf
    lazy_bytes: int | None
    on_unknown: UnknownAccounts
    now: Callable[[], float]

    def __repr__(self) -> str:
        return f"Manner({self.store.url})"


@dataclass(frozen=True, slots=True)
class StableRelease:
    """A release without its rollout."""

    verified: Verified
    content: LoadedContent
    keys: Keys
    reader: Reader


@dataclass(frozen=True, slots=True)
class CurrentRelease(StableRelease):
    """The release that answers now: built completely before it takes over, replaced as a whole.

    `rollout` is that of its candidate; None where there is none, it has ended, or is of no use.
    """

    rollout: RunningRollout | None

    @property
    def contents(self) -> tuple[LoadedContent, ...]:
        """The stable content, and that of a candidate."""
        return (self.content,) if self.rollout is None else (self.content, self.rollout.content)


@dataclass(frozen=True, slots=True)
class Started:
    """The first release to answer with.

    `failure` is why the store itself could not be used, if the kept release answers instead.
    """

    present: CurrentRelease
    failure: TenfoldError | None
    warnings: tuple[TenfoldError, ...]


def advance(
    present: CurrentRelease | None,
    manner: Manner,
    warn: Warn,
    store: StoreReader | None = None,
    floor: Verified | None = None,
) -> CurrentRelease:
    """Load the store's current release: the same object if nothing is new, else the next one.

    In this order: bound, verify, check environment, seq and expiry, fetch by digest, check, apply
    the guards, unseal, build. Nothing takes effect until all of it is done. `floor` is the release
    that the next one has to follow, if it is not the present one. Raises `TenfoldError` where the
    release must not be used.
    """
    source = manner.store if store is None else store
    known = floor if present is None else present.verified
    data = source.head()
    if present is not None and data == present.verified.head.data:
        return present
    offered = verified_head(data, source, manner.trust, known)
    release = offered.release
    if manner.environment is not None and release.environment != manner.environment:
        message = (
            f"the store offers a release for {quote(release.environment)}, "
            f"and {quote(manner.environment)} is wanted"
        )
        raise TenfoldError("environment_changed", message)
    is_later = known is None or follows(offered, known)
    if not is_later and present is not None:
        # A store with an older head of the same release brings nothing new.
        if not is_later_word(offered, present.verified):
            return present
        stable = StableRelease(offered, present.content, present.keys, present.reader)
        return _with_rollout(stable, present, manner, warn, source)
    now = manner.now()
    if isinstance(manner.trust, RootTrust) and is_expired(release, now):
        message = f"release {release.seq} of {source.url} expired at {release.expires}"
        raise TenfoldError("expired", message)
    content = load_content(
        source,
        release.root,
        release.packs,
        _known_content(present, release.root),
        warn,
        manner.lazy_bytes,
    )
    if present is not None:
        since = 0 if offered.epoch > present.verified.epoch else present.verified.release.seq
        is_meant = release.shrunk_at is not None and release.shrunk_at > since
        before, after = present.content.accounts.count, content.accounts.count
        check_shrinking(before, after, is_meant, f"release {release.seq}")
    check_secrets(content, offered.document)
    keys = manner.keys_of(
        release, source, None if present is None else (present.verified.release, present.keys)
    )
    rollout_id = None if release.candidate is None else release.candidate.id
    label = AnsweringRelease("stable", release.seq, release.commit, rollout_id)
    earlier = None if present is None else present.reader
    reader = Reader(label, content, manner.store, keys, manner.on_unknown, earlier)
    stable = StableRelease(offered, content, keys, reader)
    return _with_rollout(stable, present, manner, warn, source)


def start(manner: Manner) -> Started:
    """Load the first release to answer with: the store's, or the last good one.

    The kept release is verified like any other, and nothing older than it is accepted.
    """
    warnings: list[TenfoldError] = []
    cache = manner.cache
    if cache is None:
        present = advance(None, manner, warnings.append)
        return Started(present, None, tuple(warnings))
    manner, floor, kept, warning = _last_good(manner, cache, warnings.append)
    if warning is not None:
        warnings.append(warning)
    try:
        present = advance(kept, manner, warnings.append, floor=floor)
    except Exception as error:
        failure = as_damage(error, f"the store {manner.store.url}")
        if kept is not None:
            return Started(kept, failure, tuple(warnings))
        if warning is None:
            raise failure from None
        message = f"{failure}; and what was kept cannot answer: {warning}"
        raise TenfoldError(failure.code, message) from None
    # Even if nothing is new, damaged or missing objects are repaired.
    problem = keep(present, manner, is_start=True)
    if problem is not None:
        warnings.append(problem)
    return Started(present, None, tuple(warnings))


def start_kept(manner: Manner, cache: Cache) -> CurrentRelease:
    """Load the kept release alone, without asking the store for a newer one."""
    _, _, kept, warning = _last_good(manner, cache, lambda _: None)
    if kept is None:
        message = f"there is nothing kept in {cache.folder}"
        raise warning or TenfoldError("store_not_found", message)
    return kept


def keep(present: CurrentRelease, manner: Manner, is_start: bool = False) -> TenfoldError | None:
    """Keep the release that answers now in the cache, if there is one."""
    if manner.cache is None:
        return None
    is_lazy = manner.lazy_bytes is not None
    return manner.cache.keep(
        present.verified, present.contents, manner.trust, manner.now(), is_lazy, is_start
    )


def _last_good(
    manner: Manner, cache: Cache, warn: Warn
) -> tuple[Manner, Verified | None, CurrentRelease | None, TenfoldError | None]:
    """Return the kept release, and its head, which the next one has to follow in any case."""
    floor: Verified | None = None
    try:
        store = cache.as_kept()
        floor = verified_head(store.head(), store, manner.trust)
        kept_for = floor.release.environment
        if manner.environment is not None and kept_for != manner.environment:
            # The cache begins anew, but goes on from the root, which all environments share.
            message = f"what was kept is for {quote(kept_for)}, not {quote(manner.environment)}"
            warning = TenfoldError("environment_changed", message)
            trust = manner.trust
            if floor.document is not None and isinstance(trust, RootTrust):
                trust = replace(trust, document=floor.document)
            return replace(manner, trust=trust), None, None, warning
        return manner, floor, advance(None, manner, warn, store, floor), None
    except Exception as error:
        problem = as_damage(error, "what was kept")
        # Every service begins with nothing kept.
        is_new = floor is None and problem.code == "store_not_found"
        return manner, floor, None, None if is_new else problem


def _with_rollout(
    stable: StableRelease,
    present: CurrentRelease | None,
    manner: Manner,
    warn: Warn,
    store: StoreReader,
) -> CurrentRelease:
    before = None if present is None else present.rollout
    rollout = load_candidate(
        stable, before, store, manner.now(), manner.lazy_bytes, manner.on_unknown, warn
    )
    return CurrentRelease(stable.verified, stable.content, stable.keys, stable.reader, rollout)


def _known_content(present: CurrentRelease | None, root: str) -> LoadedContent | None:
    """Return what the next content shares: what was a candidate may be the next stable one."""
    if present is None:
        return None
    if present.rollout is not None and present.rollout.content.root == root:
        return present.rollout.content
    return present.content
