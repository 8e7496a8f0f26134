"""What the product asked its database before, by the same names and with the same answers.

| before | now |
|---|---|
| `GlobalIntegrationSettings`, a singleton | settings.yaml, reviewed and released |
| `IntegrationSettings` of an account | accounts/ID.yaml |
| `GlobalAIPrompt`, `AIPrompt` | prompts/TYPE.yaml, and `prompts` in accounts/ID.yaml |
| a key in a column | a secret by name, sealed into the release or in the environment |
"""

from typing import TypedDict

from django.conf import settings

from content.accounts import Account


class ModelConfig(TypedDict, total=False):
    """Which model to call, and how. A parameter that the model does not take is not there."""

    api_key: str
    model: str
    temperature: float
    max_tokens: int
    size: str
    quality: str
    style: str


def get_model_config(function_name: str, account: Account) -> ModelConfig:
    """Return which model to call for a function.

    The key is always the platform's own. The account's overrides count as far as both its committed
    plan and the one that it has now permit them; nothing else differs from before.
    """
    config = settings.AI.get_model_config(function_name, account.slug, plan=account.plan)
    parameters = {
        name: config[name] for name in config if name not in ("provider", "known", "plan")
    }
    return ModelConfig(api_key=config.api_key, **parameters)  # type: ignore[typeddict-item]


class AIPrompt:
    """The prompts of accounts. Customising and resetting are `tenfold prompt` now."""

    @classmethod
    def get_effective_prompt(cls, account: Account, prompt_type: str) -> str:
        """Return the account's own text, the one it is pinned to, or the global one."""
        prompt = settings.AI.get_effective_prompt(account.slug, prompt_type, plan=account.plan)
        return str(prompt.prompt_value)
