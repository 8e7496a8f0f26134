"""The candidate of a release, and how far its rollout has come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from tenfold.domain.rings import EVERYBODY, Ladder, Ring
from tenfold.format.decoding import Malformed, Members, integer, items, string, string_or_null
from tenfold.format.references import Ref, read_ref
from tenfold.format.times import read_time

if TYPE_CHECKING:
    from tenfold.format.encoding import Json

Stage: TypeAlias = "int | Literal['stopped']"
"""The index of a ring; `stopped` is final for its seq."""

_MAX_STAGES = 16
_MAX_NAMED = 100
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A content that answers for some accounts first; nobody is on it once `until` has come."""

    ladder: Ladder
    commit: str | None
    tree: str | None
    root: Ref
    until: str

    @property
    def id(self) -> str:
        """Tells rollouts apart, and which accounts come first."""
        return self.ladder.id


@dataclass(frozen=True, slots=True)
class Rollout:
    """How far a candidate has come. The refresh keys may set it.

    Once `expires` has come, everybody is on the stable content until it is set anew; None where the
    candidate answers for all.
    """

    stage: Stage
    since: str
    expires: str | None


def is_id(text: str) -> bool:
    """Whether a text is spelled like an account id."""
    return _ID.fullmatch(text) is not None


def read_candidate(value: Json, stable: Ref) -> Candidate | None:
    """Read a release's `candidate`."""
    if value is None:
        return None
    left = Members(value, "the candidate")
    root = read_ref(left.take("root"), "the candidate's root")
    if root == stable:
        raise Malformed("the candidate's root is the stable one")
    ladder = Ladder(
        _account_id(left.take("id"), "the candidate's id"),
        items(left.take("stages"), "stages", _read_ring),
        _accounts(left.take("exclude"), "exclude"),
    )
    commit = string_or_null(left.take("commit"), "the candidate's commit")
    tree = string_or_null(left.take("tree"), "the candidate's tree")
    until = read_time(left.take("until"), "until")
    left.end()
    _check_ladder(ladder)
    return Candidate(ladder, commit, tree, root, until)


def _read_ring(value: Json, what: str) -> Ring:
    left = Members(value, what)
    named, has_names = left.take_if_there("accounts")
    points, has_points = left.take_if_there("bp")
    left.end()
    if has_names == has_points:
        raise Malformed(f"{what} has not either accounts or bp")
    if has_names:
        return Ring(accounts=_accounts(named, what))
    bp = integer(points, what)
    if not 1 <= bp <= EVERYBODY:
        raise Malformed(f"{what} is not from 1 to {EVERYBODY}")
    return Ring(bp=bp)


def _check_ladder(ladder: Ladder) -> None:
    stages = ladder.stages
    if not 1 <= len(stages) <= _MAX_STAGES:
        raise Malformed(f"the candidate has {len(stages)} stages, and not 1 to {_MAX_STAGES}")
    if sum(len(ring.accounts) for ring in stages) + len(ladder.exclude) > _MAX_NAMED:
        raise Malformed(f"the candidate names more than {_MAX_NAMED} accounts")
    points = [ring.bp for ring in stages if ring.bp is not None]
    if any(later <= earlier for earlier, later in pairwise(points)):
        raise Malformed("the candidate's stages do not grow")


def read_rollout(value: Json, candidate: Candidate | None) -> Rollout | None:
    """Read a release's `rollout`, which is there where the candidate is."""
    if (value is None) != (candidate is None):
        raise Malformed("there is not both a candidate and a rollout")
    if value is None or candidate is None:
        return None
    left = Members(value, "the rollout")
    named = left.take("stage")
    stage: Stage = "stopped" if named == "stopped" else integer(named, "the stage")
    since = read_time(left.take("since"), "since")
    end = left.take("expires")
    expires = None if end is None else read_time(end, "the rollout's expiry")
    left.end()
    stages = candidate.ladder.stages
    if stage != "stopped" and not 0 <= stage < len(stages):
        raise Malformed(f"the stage {stage} is none of the candidate's")
    is_settled = stage == len(stages) - 1 and stages[-1].bp == EVERYBODY
    if expires is None and not is_settled:
        raise Malformed("the rollout would never expire, and is not at its end")
    return Rollout(stage, since, expires)


def rank_of(rollout: Rollout | None) -> int:
    """Return where a stage is in the order of stages, of which `stopped` is the last."""
    if rollout is None:
        return -1
    return _MAX_STAGES if rollout.stage == "stopped" else rollout.stage


def _accounts(value: Json, what: str) -> tuple[str, ...]:
    named = items(value, what, _account_id)
    if len(set(named)) < len(named):
        raise Malformed(f"{what} names an account twice")
    return named


def _account_id(value: Json, what: str) -> str:
    text = string(value, what)
    if not is_id(text):
        raise Malformed(f"{what} is not spelled like an account id")
    return text
