"""Loading a candidate, which is of use as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenfold.content.loaded import LoadedContent
from tenfold.content.loading import load_content
from tenfold.errors import TenfoldError, as_damage
from tenfold.evaluation import AnsweringRelease
from tenfold.format.head import Release
from tenfold.format.ladder import Candidate
from tenfold.format.times import has_come
from tenfold.rollout.split import SplitReader
from tenfold.snapshot import Reader, UnknownAccounts
from tenfold.trust.guards import check_secrets, check_shrinking

if TYPE_CHECKING:
    from tenfold.content.packs import Warn
    from tenfold.current_release import StableRelease
    from tenfold.stores.reader import StoreReader


@dataclass(frozen=True, slots=True)
class RunningRollout:
    """A candidate that is loaded, and the stage that it has come to."""

    candidate: Candidate
    content: LoadedContent
    candidate_reader: Reader
    reader: SplitReader
    stage: int
    _expires: str | None = field(repr=False)
    _issued: str | None = field(repr=False)

    def stage_at(self, now: float) -> int | None:
        """Return the stage in force; None once it was not set anew in time.

        So a watcher that dies ends a rollout. `now` is in milliseconds since 1970.
        """
        if has_come(self.candidate.until, self._issued, now):
            return None
        if self._expires is not None and has_come(self._expires, self._issued, now):
            return None
        return self.stage


def load_candidate(
    stable: StableRelease,
    before: RunningRollout | None,
    store: StoreReader,
    now: float,
    lazy_bytes: int | None,
    on_unknown: UnknownAccounts,
    warn: Warn,
) -> RunningRollout | None:
    """Load the candidate of a release, sharing what the stable content or the rollout before has.

    One that is damaged, loses accounts or would send keys elsewhere is a warning, and everybody
    stays on the stable content.
    """
    release: Release = stable.verified.release
    candidate, rollout = release.candidate, release.rollout
    if candidate is None or rollout is None or rollout.stage == "stopped":
        return None
    if has_come(candidate.until, release.issued, now):
        return None
    try:
        content = _content_of(candidate, stable, before, store, lazy_bytes, warn)
        label = AnsweringRelease("candidate", release.seq, candidate.commit, candidate.id)
        reader = None if before is None else before.candidate_reader
        if reader is None or reader.content is not content or reader.label != label:
            earlier = reader or stable.reader
            reader = Reader(label, content, store, stable.keys, on_unknown, earlier)
        split = SplitReader(stable.reader, reader, candidate.ladder, rollout.stage)
    except Exception as error:  # whatever is wrong with it, the release is not affected
        what = f"the candidate {candidate.id} of release {release.seq}"
        reason = as_damage(error, f"the store {store.url}")
        warn(TenfoldError("candidate_unusable", f"{what} cannot answer: {reason}"))
        return None
    return RunningRollout(
        candidate, content, reader, split, rollout.stage, rollout.expires, release.issued
    )


def _content_of(
    candidate: Candidate,
    stable: StableRelease,
    before: RunningRollout | None,
    store: StoreReader,
    lazy_bytes: int | None,
    warn: Warn,
) -> LoadedContent:
    release = stable.verified.release
    is_known = before is not None and before.content.root == candidate.root
    known = before.content if before is not None and is_known else stable.content
    content = load_content(store, candidate.root, release.packs, known, warn, lazy_bytes)
    # Counted against the stable content, whatever the reader had before: only this release can say
    # that it is meant.
    check_shrinking(
        stable.content.accounts.count,
        content.accounts.count,
        release.shrunk_at == release.seq,
        f"the candidate {candidate.id}",
    )
    check_secrets(content, stable.verified.document)
    return content
