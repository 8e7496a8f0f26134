"""The product's own accounts, of which the settings know the slug and the plan."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Account:
    """Takes the place of the product's model: `plan` is what the account pays for now."""

    slug: str
    plan: Literal["free", "starter", "growth", "scale"]
