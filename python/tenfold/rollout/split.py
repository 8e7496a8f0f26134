"""Two contents, one of which answers for the accounts of a stage."""

from __future__ import annotations

from collections.abc import Mapping

from tenfold.answers import AuthorProfile, EffectivePrompt, ModelConfig, Strategy
from tenfold.compiling import Variables
from tenfold.domain.rings import Ladder, StageMembers
from tenfold.domain.shapes import PlanName
from tenfold.evaluation import AnsweringRelease, Evaluated, Question
from tenfold.explanation import Explanation
from tenfold.snapshot import Reader


class SplitReader:
    """Answers from the candidate for the accounts of one stage. Implements `Snapshot`.

    The stage is fixed, and so is what each account gets. Hot answers are those of the content that
    answers, so that both share what is equal.
    """

    def __init__(self, stable: Reader, candidate: Reader, ladder: Ladder, stage: int) -> None:
        self._stable = stable
        self._candidate = candidate
        self._members = StageMembers(ladder, stage)
        self._reachable = StageMembers(ladder, len(ladder.stages) - 1)
        self._is_lazy = stable.content.accounts.is_lazy

    @property
    def seq(self) -> int:
        """The release's number."""
        return self._stable.seq

    @property
    def commit(self) -> str | None:
        """The stable content's commit."""
        return self._stable.commit

    def account(self, account: str) -> bool:
        """Read an account in both contents, so that no other stage finds it missing."""
        is_known = self._stable.account(account)
        if account not in self._reachable:
            return is_known
        is_known_to_candidate = self._candidate.account(account)
        return is_known_to_candidate if account in self._members else is_known

    def may_reach(self, account: str) -> bool:
        """Whether any stage reaches an account."""
        return account in self._reachable

    def release_of(self, account: str) -> AnsweringRelease:
        """Return which release answers for an account."""
        return self._reader_for(account).release_of(account)

    def get_model_config(
        self, function: str, account: str, *, plan: str | None = None
    ) -> ModelConfig:
        """Return which model to call for a function, and how."""
        return self._reader_for(account).get_model_config(function, account, plan=plan)

    def get_effective_prompt(
        self, account: str, type: str, *, plan: str | None = None
    ) -> EffectivePrompt:
        """Return the text that an account gets for a prompt type."""
        return self._reader_for(account).get_effective_prompt(account, type, plan=plan)

    def compile_prompt(
        self, account: str, type: str, variables: Variables, *, plan: str | None = None
    ) -> str:
        """Return that text with values in place of its variables."""
        reader = self._reader_for(account)
        return reader.compile_prompt(account, type, variables, plan=plan)

    def get_author_profiles(
        self, account: str, *, plan: str | None = None
    ) -> Mapping[str, AuthorProfile]:
        """Return the active author profiles by id."""
        return self._reader_for(account).get_author_profiles(account, plan=plan)

    def get_strategies(self, account: str, *, plan: str | None = None) -> Mapping[str, Strategy]:
        """Return the active content strategies by id."""
        return self._reader_for(account).get_strategies(account, plan=plan)

    def explain(self, account: str, function: str, *, plan: str | None = None) -> Explanation:
        """Explain where each field of an answer is written, and why the other places lost."""
        return self._reader_for(account).explain(account, function, plan=plan)

    def whose(self, account: str) -> tuple[bool, PlanName | None]:
        """Return whether an account is in the release, and its committed plan."""
        return self._reader_for(account).whose(account)

    def evaluate(self, question: Question, account: str, plan: str | None) -> Evaluated:
        """Return an answer with where it comes from."""
        return self._reader_for(account).evaluate(question, account, plan)

    def missing_keys(self) -> set[str]:
        """Return the secrets of either content that are missing or are no keys."""
        return self._stable.missing_keys() | self._candidate.missing_keys()

    def _reader_for(self, account: str) -> Reader:
        # What is no account is left to the content that refuses it.
        is_member = isinstance(account, str) and account in self._members
        chosen, other = (
            (self._candidate, self._stable) if is_member else (self._stable, self._candidate)
        )
        if self._is_lazy and isinstance(account, str):
            other.touch(account)
        return chosen
