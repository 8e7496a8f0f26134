"""What a provider of feature flags asks, and what it is told beside the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Plain: TypeAlias = "str | int | float | bool | Sequence[Plain] | Mapping[str, Plain]"
"""An answer as plain data, spelled as in the files, without a key or the name of one."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `name` is a function or a prompt type, and empty for the collections."""

    kind: Literal["function", "prompt", "author_profiles", "strategies"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class AnsweringRelease:
    """Which release answers for an account, as a label for a service's own metrics.

    `id` is the rollout's, also for accounts on the stable release; None outside of rollouts.
    """

    release: Literal["stable", "candidate"]
    seq: int
    commit: str | None
    id: str | None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An answer with where it comes from.

    `answer` is the same object as long as it is hot, so that what is made of it may be kept beside
    it; `is_own` whether anything of the account's counts in it; `known` whether the account is in
    the release. `is_customized` is None except for prompts.
    """

    answer: object
    is_own: bool
    is_customized: bool | None
    plain: Callable[[], Plain]
    known: bool
    by: AnsweringRelease


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The release that answers now, and what answers."""

    evaluate: Callable[[Question, str, str | None], Evaluated]
    environment: str
