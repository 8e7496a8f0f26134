"""The provider of feature flags, asked through OpenFeature's own client."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
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
        ("functions.generate_content", whom("acme", plan=None), ErrorCode.INVALID_CONTEXT),
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


def listen(client: OpenFeatureClient) -> list[str]:
    told: list[str] = []
    for event in ProviderEvent:
        client.add_handler(event, lambda details, event=event: told.append(event.name))  # type: ignore[misc]
    # The provider that is there already, or the one of nothing, is READY.
    assert until(lambda: told == ["PROVIDER_READY"])
    told.clear()
    return told


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize(
    ("days", "event", "status"),
    [
        (0, "PROVIDER_STALE", ProviderStatus.STALE),
        (2, "PROVIDER_ERROR", ProviderStatus.ERROR),
    ],
)
def test_settings_that_are_not_current_at_the_start(
    store: Store,
    opened: Open,
    client: OpenFeatureClient,
    tmp_path: Path,
    waits: bool,
    days: int,
    event: str,
    status: ProviderStatus,
) -> None:
    """Whoever initializes the provider sets it to READY afterwards."""
    store.publish(numbered(1))
    opened(store, cache_dir=tmp_path / "cache")
    (store.folder / "head.json").rename(store.folder / "away")
    settings = opened(store, cache_dir=tmp_path / "cache")
    store.now += days * 86_400_000
    told = listen(client)
    (api.set_provider_and_wait if waits else api.set_provider)(TenfoldProvider(settings))
    assert until(lambda: told == ["PROVIDER_READY", event])
    assert client.get_provider_status() == status
    assert client.get_object_value("functions.generate_content", {}, whom("acme"))
    time.sleep(0.6)
    assert len(told) == 2
    (store.folder / "away").rename(store.folder / "head.json")
    store.resign(issued=store.time(), expires=store.time(86_400_000))
    settings.refresh()
    assert until(lambda: told[2:] == ["PROVIDER_READY"])


def test_an_expired_release(store: Store, opened: Open, client: OpenFeatureClient) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    api.set_provider_and_wait(TenfoldProvider(settings))
    told = listen(client)
    store.now += 86_400_000
    settings.look_at_clock()
    assert until(lambda: told == ["PROVIDER_ERROR"])
    assert client.get_provider_status() == ProviderStatus.ERROR
    assert client.get_object_value("functions.generate_content", {}, whom("acme"))
    store.resign(issued=store.time(), expires=store.time(86_400_000))
    settings.refresh()
    assert until(lambda: told[1:] == ["PROVIDER_READY"])


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenfold.openfeature._RETRY_MS", 50.0)


@pytest.mark.usefixtures("quick_retries")
def test_a_store_that_is_down_at_the_start(
    store: Store, opened: Open, client: OpenFeatureClient
) -> None:
    made: list[Settings] = []
    tries: list[str] = []

    def open_it() -> Settings:
        tries.append("one")
        made.append(opened(store))
        return made[-1]

    told = listen(client)
    api.set_provider(TenfoldProvider(open_it))
    assert until(lambda: len(tries) >= 3)
    assert client.get_provider_status() == ProviderStatus.ERROR
    store.publish(numbered(1))
    assert until(lambda: client.get_provider_status() == ProviderStatus.READY)
    assert client.get_object_value("functions.generate_content", {}, whom("acme"))
    assert until(lambda: told[-1] == "PROVIDER_READY")
    assert set(told[:-1]) == {"PROVIDER_ERROR"}
    assert len(made) == 1
    store.publish(numbered(2))
    made[0].refresh()
    assert until(lambda: told[-1] == "PROVIDER_CONFIGURATION_CHANGED")
    api.clear_providers()
    assert until(lambda: made[0]._is_closed)


@pytest.mark.usefixtures("quick_retries")
def test_another_try_that_cannot_help(client: OpenFeatureClient) -> None:
    codes: Iterator[Any] = iter(["store_unreadable", "store_unreadable", "invalid_trust"])

    def fail() -> Settings:
        raise TenfoldError(next(codes), "it cannot be opened")

    api.set_provider(TenfoldProvider(fail))
    assert until(lambda: client.get_provider_status() == ProviderStatus.FATAL)
    time.sleep(0.3)
    assert not openers()


def openers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "tenfold-open"]


def test_shutting_down_ends_the_tries(client: OpenFeatureClient) -> None:
    def fail() -> Settings:
        raise TenfoldError("store_unreadable", "it cannot be opened")

    api.set_provider(TenfoldProvider(fail))
    assert until(openers)
    assert all(one.daemon for one in openers())
    api.clear_providers()
    assert until(lambda: not openers())


@pytest.mark.usefixtures("quick_retries")
def test_what_a_try_opens_after_the_shutdown_is_closed(
    store: Store, opened: Open, client: OpenFeatureClient
) -> None:
    store.publish(numbered(1))
    made: list[Settings] = []
    opening, is_shut_down = threading.Event(), threading.Event()

    def open_it() -> Settings:
        if not opening.is_set() and not openers():
            raise TenfoldError("store_unreadable", "it cannot be opened")
        opening.set()
        is_shut_down.wait(5)
        made.append(opened(store))
        return made[-1]

    api.set_provider(TenfoldProvider(open_it))
    assert opening.wait(5)
    api.clear_providers()
    is_shut_down.set()
    assert until(lambda: made and made[0]._is_closed)
    assert until(lambda: not openers())


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
    [
        ("store_unreadable", ProviderStatus.ERROR),
        ("invalid_option", ProviderStatus.FATAL),
        ("environment_changed", ProviderStatus.FATAL),
    ],
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
