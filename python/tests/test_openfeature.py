"""The provider of feature flags, asked through OpenFeature's own client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import Open
from support.publisher import Content, Store
from support.sample import GLOBALS, TEXTS, numbered
from test_answers import RICH
from test_rollout import start, three

pytest.importorskip("openfeature")

from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEvent
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason
from openfeature.provider import ProviderStatus

from tenfold import Settings, TenfoldError
from tenfold.openfeature import TenfoldProvider


@pytest.fixture
def settings(store: Store, opened: Open) -> Settings:
    store.publish(Content(GLOBALS, TEXTS, RICH))
    return opened(store)


@pytest.fixture
def client() -> Iterator[OpenFeatureClient]:
    yield api.get_client()
    api.clear_providers()
    api.clear_hooks()


def use(provider: TenfoldProvider) -> None:
    """Set the provider, and wait until it is initialized."""
    client = api.get_client()
    api.set_provider(provider)
    failed = (ProviderStatus.ERROR, ProviderStatus.FATAL)
    until(lambda: provider._settings is not None or client.get_provider_status() in failed)
    until(lambda: client.get_provider_status() != ProviderStatus.NOT_READY)


def until(is_so: Any) -> bool:
    for _ in range(200):
        if is_so():
            return True
        time.sleep(0.01)
    return False


def whom(account: str, **attributes: Any) -> EvaluationContext:
    return EvaluationContext(account, attributes)


def test_functions(settings: Settings, client: OpenFeatureClient) -> None:
    use(TenfoldProvider(settings))
    found = client.get_object_details("functions.generate_content", {}, whom("acme"))
    assert found.value == {
        "provider": "openai",
        "model": "gpt-4",
        "temperature": 0.2,
        "max_tokens": 8192,
    }
    assert (found.reason, found.variant) == (Reason.TARGETING_MATCH, "account")
    assert found.flag_metadata == {
        "version": "1",
        "flagSetId": "production",
        "contextId": "acme",
        "release": "stable",
        "known": True,
        "commit": "commit-1",
    }
    slash = client.get_object_details("functions/generate_content", {}, whom("free"))
    assert (slash.reason, slash.variant) == (Reason.STATIC, "global")
    narrowed = client.get_object_details(
        "functions.generate_content", {}, whom("acme", plan="free")
    )
    assert (narrowed.value["temperature"], narrowed.variant) == (0.7, "global")  # type: ignore[call-overload, index]
    images = client.get_object_details("functions.generate_images", {}, whom("acme"))
    assert images.variant == "account"
    nobody = client.get_object_details("functions.generate_images", {}, whom("nobody"))
    assert (nobody.reason, nobody.flag_metadata["known"]) == (Reason.STATIC, False)


def test_values_are_the_callers_own(settings: Settings, client: OpenFeatureClient) -> None:
    use(TenfoldProvider(settings))
    ask = lambda: client.get_object_value("functions.generate_content", {}, whom("acme"))  # noqa: E731
    ask()["model"] = "changed"  # type: ignore[index, call-overload]
    assert ask()["model"] == "gpt-4"  # type: ignore[index, call-overload]


def test_prompts(settings: Settings, client: OpenFeatureClient) -> None:
    use(TenfoldProvider(settings))
    found = client.get_string_details("prompts.clustering", "", whom("acme"))
    assert (found.value, found.variant) == ("Mine [IGNY8_KEYWORDS]", "account")
    assert found.flag_metadata["isCustomized"] is True
    pinned = client.get_string_details("prompts.clustering", "", whom("pinned"))
    assert (pinned.value, pinned.reason) == ("old", Reason.TARGETING_MATCH)
    assert pinned.flag_metadata["isCustomized"] is False
    assert client.get_string_details("prompts.clustering", "", whom("free")).reason == Reason.STATIC


def test_collections(settings: Settings, client: OpenFeatureClient) -> None:
    use(TenfoldProvider(settings))
    profiles = client.get_object_details("author_profiles", {}, whom("acme"))
    assert profiles.value == {"house": {"name": "House", "tone": "warm"}}
    assert profiles.variant == "account"
    strategies = client.get_object_details("strategies", {}, whom("acme"))
    assert strategies.value["launch"] == {"name": "Launch", "sections": ["One", "Two"]}  # type: ignore[call-overload, index]
    for context in (whom("acme", plan="starter"), whom("free"), whom("nobody")):
        assert client.get_object_details("strategies", {}, context).variant == "global"


@pytest.mark.parametrize(
    ("key", "context", "code"),
    [
        ("functions.nothing", whom("acme"), ErrorCode.FLAG_NOT_FOUND),
        ("prompts.nothing", whom("acme"), ErrorCode.FLAG_NOT_FOUND),
        ("something", whom("acme"), ErrorCode.FLAG_NOT_FOUND),
        ("functions.", whom("acme"), ErrorCode.FLAG_NOT_FOUND),
        ("functions.generate_content", whom(""), ErrorCode.TARGETING_KEY_MISSING),
        ("functions.generate_content", EvaluationContext(), ErrorCode.TARGETING_KEY_MISSING),
        ("functions.generate_content", whom("acme", plan="pro"), ErrorCode.INVALID_CONTEXT),
        ("functions.generate_content", whom("acme", plan=1), ErrorCode.INVALID_CONTEXT),
        ("prompts.clustering", whom("acme"), ErrorCode.TYPE_MISMATCH),
    ],
)
def test_errors(
    settings: Settings,
    client: OpenFeatureClient,
    key: str,
    context: EvaluationContext,
    code: ErrorCode,
) -> None:
    use(TenfoldProvider(settings))
    found = client.get_object_details(key, {"default": True}, context)
    assert (found.error_code, found.value) == (code, {"default": True})


def test_types(settings: Settings, client: OpenFeatureClient) -> None:
    use(TenfoldProvider(settings))
    key, context = "functions.generate_content", whom("acme")
    for found in (
        client.get_string_details(key, "x", context),
        client.get_boolean_details(key, True, context),
        client.get_integer_details(key, 1, context),
        client.get_float_details(key, 1.0, context),
    ):
        assert found.error_code == ErrorCode.TYPE_MISMATCH


def test_unknown_accounts(store: Store, opened: Open, client: OpenFeatureClient) -> None:
    store.publish(numbered(1))
    use(TenfoldProvider(opened(store, on_unknown_account="error")))
    found = client.get_object_details("functions.generate_content", {}, whom("nobody"))
    assert found.error_code == ErrorCode.INVALID_CONTEXT


def test_a_candidate(store: Store, opened: Open, client: OpenFeatureClient) -> None:
    start(store, three(1), three(2), commit=None)
    use(TenfoldProvider(opened(store)))
    found = client.get_object_details("functions.generate_content", {}, whom("acme"))
    assert (found.reason, found.variant) == (Reason.SPLIT, "candidate")
    assert (found.flag_metadata["release"], found.flag_metadata["commit"]) == ("candidate", "next")
    other = client.get_object_details("functions.generate_content", {}, whom("other"))
    assert other.variant == "account"
    assert "commit" not in other.flag_metadata


def test_lazy_mode(store: Store, opened: Open, client: OpenFeatureClient) -> None:
    store.publish(Content(GLOBALS, TEXTS, RICH))
    use(TenfoldProvider(opened(store, mode="lazy")))
    context = whom("acme")
    assert client.get_string_value("prompts.clustering", "", context).startswith("Mine")
    found = asyncio.run(client.get_object_details_async("strategies", {}, context))
    assert found.variant == "account"
    text = asyncio.run(client.get_string_details_async("prompts.clustering", "", whom("")))
    assert text.error_code == ErrorCode.TARGETING_KEY_MISSING


def test_events(store: Store, opened: Open, client: OpenFeatureClient) -> None:
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 0, "stale_after_ms": 1000})
    use(TenfoldProvider(settings))
    told: list[str] = []
    for event in ProviderEvent:
        client.add_handler(event, lambda details, event=event: told.append(event.name))  # type: ignore[misc]
    until(lambda: "PROVIDER_READY" in told)
    told.clear()
    store.publish(numbered(2))
    settings.refresh()
    assert until(lambda: told == ["PROVIDER_CONFIGURATION_CHANGED"])
    (store.folder / "head.json").rename(store.folder / "away")
    store.now += 1001
    settings.refresh()
    assert until(lambda: told[1:] == ["PROVIDER_STALE"])
    assert client.get_provider_status() == ProviderStatus.STALE
    assert client.get_object_value("functions.generate_content", {}, whom("acme"))
    (store.folder / "away").rename(store.folder / "head.json")
    settings.refresh()
    assert until(lambda: told[2:] == ["PROVIDER_READY"])


def test_settings_of_its_own(store: Store, opened: Open, client: OpenFeatureClient) -> None:
    store.publish(numbered(1))
    made: list[Settings] = []

    def open_it() -> Settings:
        made.append(opened(store))
        return made[-1]

    use(TenfoldProvider(open_it))
    assert client.get_object_value("functions.generate_content", {}, whom("acme"))
    api.clear_providers()
    assert until(lambda: made[0]._is_closed)


@pytest.mark.parametrize(
    ("code", "status"),
    [("store_unreadable", ProviderStatus.ERROR), ("invalid_option", ProviderStatus.FATAL)],
)
def test_settings_that_cannot_be_opened(
    client: OpenFeatureClient, code: Any, status: ProviderStatus
) -> None:
    def fail() -> Settings:
        raise TenfoldError(code, "it cannot be opened")

    use(TenfoldProvider(fail))
    assert until(lambda: client.get_provider_status() == status)
    found = client.get_object_details("functions.generate_content", {}, whom("acme"))
    assert found.error_code in (ErrorCode.PROVIDER_NOT_READY, ErrorCode.PROVIDER_FATAL)
