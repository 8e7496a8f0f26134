"""What a plan permits. Free permits nothing, whatever plans.yaml says: no file can widen it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tenfold.domain.shapes import Account, Globals, Plan, PlanName
from tenfold.domain.vocabulary import Value

StoppingRule: TypeAlias = Literal[
    "plan/free-no-overrides",
    "plan/not-allowed",
    "plan/model-not-allowed",
    "plan/limit-exceeded",
]


class Policy:
    """The rules of one plan."""

    __slots__ = ("plan", "rule")

    def __init__(self, plan: PlanName, rule: Plan) -> None:
        self.plan = plan
        self.rule = rule

    def permits(self, section: str, field: str | None = None) -> bool:
        """Whether the whole section, or this field of it, may be overridden."""
        if self.plan == "free":
            return False
        items = self.rule.may_override
        return section in items or (field is not None and f"{section}.{field}" in items)

    def permits_model(self, model: str) -> bool:
        """Whether the plan's accounts may choose a model."""
        if self.rule.allow is not None:
            return model in self.rule.allow
        return model not in self.rule.deny

    def stop(self, section: str, field: str, value: Value) -> StoppingRule | None:
        """Return the rule by which the plan refuses an override; None where it permits it."""
        if self.plan == "free":
            return "plan/free-no-overrides"
        if not self.permits(section, field):
            return "plan/not-allowed"
        if field == "model" and isinstance(value, str) and not self.permits_model(value):
            return "plan/model-not-allowed"
        limit = self.rule.limits.get(field)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if limit is not None and is_number and value > limit:  # type: ignore[operator]
            return "plan/limit-exceeded"
        return None


def policies_of(globals_: Globals, account: Account, live: PlanName | None) -> list[Policy]:
    """Return the rules of the committed plan and of a live one that differs: both must permit."""
    plans: list[PlanName] = [account.plan]
    if live is not None and live != account.plan:
        plans.append(live)
    return [Policy(plan, globals_.plans[plan]) for plan in plans]


def may_bring(globals_: Globals, account: Account, section: str, live: PlanName | None) -> bool:
    """Whether an account's plans let it bring anything under a key of its own, such as prompts."""
    return all(policy.permits(section) for policy in policies_of(globals_, account, live))
