"""What a service asks of the release that answers now."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenfold.answers import AuthorProfile, EffectivePrompt, ModelConfig, Strategy
    from tenfold.compiling import Variables
    from tenfold.evaluation import AnsweringRelease
    from tenfold.explanation import Explanation
    from tenfold.rollout.split import SplitReader
    from tenfold.snapshot import Reader, Snapshot


class Questions(ABC):
    """Asks whatever `_reader` returns, at each question anew."""

    __slots__ = ()

    @abstractmethod
    def _reader(self) -> Reader | SplitReader:
        """Return what answers now."""

    def get_model_config(
        self, function: str, account: str, *, plan: str | None = None
    ) -> ModelConfig:
        """Return which model to call for a function, and how.

        The same question gives the same object as long as it is hot. `plan` is the plan that the
        caller knows to be in force now: only what both it and the committed plan permit applies.
        Raises `unknown_function`, `unknown_plan`, `unknown_account`, `account_not_loaded`; reading
        the answer's `api_key` raises `missing_key` or `invalid_key`.
        """
        return self._reader().get_model_config(function, account, plan=plan)

    def get_effective_prompt(
        self,
        account: str,
        type: str,
        *,
        plan: str | None = None,
    ) -> EffectivePrompt:
        """Return the text that an account gets for a prompt type.

        Raises `unknown_prompt`, `unknown_plan`, `unknown_account`, `account_not_loaded`.
        """
        return self._reader().get_effective_prompt(account, type, plan=plan)

    def compile_prompt(
        self,
        account: str,
        type: str,
        variables: Variables,
        *,
        plan: str | None = None,
    ) -> str:
        """Return the text that an account gets for a prompt type, with its variables filled in.

        One that is optional and left out is empty; a value is inserted as it is. Raises as
        `get_effective_prompt` does, and `missing_variable`, `unknown_variable`, `invalid_variable`.
        """
        return self._reader().compile_prompt(account, type, variables, plan=plan)

    def get_author_profiles(
        self, account: str, *, plan: str | None = None
    ) -> Mapping[str, AuthorProfile]:
        """Return the active author profiles by id: the global ones, and the account's own.

        Those of the account take the place of global ones with the same id, whole. Raises
        `unknown_plan`, `unknown_account`, `account_not_loaded`.
        """
        return self._reader().get_author_profiles(account, plan=plan)

    def get_strategies(self, account: str, *, plan: str | None = None) -> Mapping[str, Strategy]:
        """Return the active content strategies by id. Raises as `get_author_profiles` does."""
        return self._reader().get_strategies(account, plan=plan)

    def explain(self, account: str, function: str, *, plan: str | None = None) -> Explanation:
        """Explain where each field of an answer is written, and why the other places lost.

        Reads from the store, and needs no call of `account` before. Raises as `get_model_config`
        does, and `store_…` where the store no longer has the details.
        """
        return self._reader().explain(account, function, plan=plan)

    def release_of(self, account: str) -> AnsweringRelease:
        """Return which release answers for an account: during a rollout the candidate for some."""
        return self._reader().release_of(account)

    def snapshot(self) -> Snapshot:
        """Return the current release, for several reads that have to be consistent."""
        return self._reader()

    @property
    def missing_keys(self) -> tuple[str, ...]:
        """The names of the providers' secrets that are missing or are no keys, sorted."""
        return tuple(sorted(self._reader().missing_keys()))
