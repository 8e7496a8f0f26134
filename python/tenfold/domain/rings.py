"""Whom a stage of a rollout reaches."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EVERYBODY = 10_000
"""Basis points: this many are all accounts."""

_REMEMBERED = 8192
_LONGEST_REMEMBERED = 63
"""As long as an account's id may be; what is asked for may be of any length."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Whom a stage adds: some accounts by name, or so many of ten thousand by their hash."""

    accounts: tuple[str, ...] = ()
    bp: int | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Whom a rollout may reach, stage by stage. Stages are cumulative; no stage has `exclude`."""

    id: str
    stages: tuple[Ring, ...]
    exclude: tuple[str, ...]


def cohort_of(rollout: str, account: str) -> int:
    """Return where an account is among all, from 0 to 9,999."""
    digest = hashlib.sha256(f"{rollout}/{account}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") * EVERYBODY >> 32


class StageMembers:
    """The accounts of one stage."""

    __slots__ = ("_bp", "_cohorts", "_excluded", "_id", "_named")

    def __init__(self, ladder: Ladder, stage: int) -> None:
        rings: Sequence[Ring] = ladder.stages[: stage + 1]
        self._id = ladder.id
        self._excluded = frozenset(ladder.exclude)
        self._named = frozenset(account for ring in rings for account in ring.accounts)
        self._bp = max((ring.bp or 0 for ring in rings), default=0)
        self._cohorts: dict[str, int] = {}

    def __contains__(self, account: str) -> bool:
        if account in self._excluded:
            return False
        if self._bp == EVERYBODY or account in self._named:
            return True
        return self._bp > 0 and self._cohort(account) < self._bp

    def _cohort(self, account: str) -> int:
        """Compute a cohort once for accounts in use: a digest takes longer than a look-up."""
        known = self._cohorts.get(account)
        if known is None:
            known = cohort_of(self._id, account)
            if len(self._cohorts) >= _REMEMBERED:
                self._cohorts = {}
            if len(account) <= _LONGEST_REMEMBERED:
                self._cohorts[account] = known
        return known
