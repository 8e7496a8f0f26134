"""Reads AI settings that tenfold publishes: verified, resolved, and answered from memory.

from tenfold import open_settings

settings = open_settings("file:.tenfold/store")
config = settings.get_model_config("generate_content", "acme", plan="growth")
prompt = settings.get_effective_prompt("acme", "clustering")
print(config.model, config.max_tokens, len(prompt.prompt_value), settings.missing_keys)
settings.close()
"""

from tenfold.answers import AuthorProfile, ConfigValue, EffectivePrompt, ModelConfig, Strategy
from tenfold.compiling import Variables
from tenfold.domain.explaining import ExplainedField, StoppedBy, WrittenLayer
from tenfold.domain.shapes import PlanName
from tenfold.errors import ErrorCode, TenfoldError
from tenfold.evaluation import AnsweringRelease
from tenfold.events import Changed, EventName, State, Status
from tenfold.explanation import Explanation
from tenfold.opening import open_settings
from tenfold.options import (
    EnvironmentKeys,
    KeySource,
    LazyOptions,
    Mode,
    RefreshOptions,
    SealedKeys,
    Trust,
)
from tenfold.settings import Settings
from tenfold.snapshot import Snapshot, UnknownAccounts
from tenfold.stores.credentials import AwsCredentials, CredentialSource
from tenfold.stores.headers import HeaderSource, StoreHeaders

__all__ = [
    "AnsweringRelease",
    "AuthorProfile",
    "AwsCredentials",
    "Changed",
    "ConfigValue",
    "CredentialSource",
    "EffectivePrompt",
    "EnvironmentKeys",
    "ErrorCode",
    "EventName",
    "ExplainedField",
    "Explanation",
    "HeaderSource",
    "KeySource",
    "LazyOptions",
    "Mode",
    "ModelConfig",
    "PlanName",
    "RefreshOptions",
    "SealedKeys",
    "Settings",
    "Snapshot",
    "State",
    "Status",
    "StoppedBy",
    "StoreHeaders",
    "Strategy",
    "TenfoldError",
    "Trust",
    "UnknownAccounts",
    "Variables",
    "WrittenLayer",
    "open_settings",
]
