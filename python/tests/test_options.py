"""The options of `open_settings`: an unknown or misspelt one is refused, not ignored."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import Store
from support.sample import numbered
from tenfold import open_settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "eager"},
        {"mode": None},
        {"on_unknown_account": "raise"},
        {"environment": ""},
        {"environment": 5},
        {"refresh": {"everyMs": 5}},
        {"refresh": {"every_ms": -1}},
        {"refresh": {"every_ms": "10"}},
        {"refresh": {"every_ms": True}},
        {"refresh": {"every_ms": float("nan")}},
        {"refresh": {"timeout_ms": float("inf")}},
        {"refresh": {"stale_after_ms": None}},
        {"refresh": 10},
        {"refresh": []},
        {"lazy": {"maxBytes": 5}},
        {"lazy": 5},
        {"cache_dir": ""},
        {"cache_dir": 5},
        {"cache_dir": b"x"},
        {"headers": {"authorization": "x"}},
        {"credentials": "x"},
        {"now": 5},
        {"store": []},
        {"store": None},
        {"store": 5},
        {"store": ["file:x", 5]},
    ],
)
def test_wrong_options(store: Store, opened: Open, wrong: dict[str, Any]) -> None:
    store.publish(numbered(1))
    assert code_of(lambda: opened(store, **wrong)) == "invalid_option"


def test_unknown_options(store: Store) -> None:
    with pytest.raises(TypeError):
        open_settings(store.url, cacheDir="x")  # type: ignore[call-arg]


def test_the_message_names_the_options(store: Store, opened: Open) -> None:
    with pytest.raises(Exception, match=r'"refresh.everyMs"; there are every_ms, stale_after_ms'):
        opened(store, refresh={"everyMs": 5})


def test_no_message_shows_what_may_be_a_secret(store: Store, opened: Open) -> None:
    for wrong in ({"headers": "Bearer secret"}, {"credentials": "secret"}, {"trust": "secret"}):
        with pytest.raises(Exception) as raised:  # noqa: PT011
            opened(store, **wrong)
        assert "secret" not in str(raised.value)


def test_relative_folders(store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store.publish(numbered(1))
    monkeypatch.chdir(store.base)
    settings = opened(store, store="file:store", cache_dir="cache")
    monkeypatch.chdir("/")
    store.publish(numbered(2))
    assert settings.refresh()
    assert settings.get_model_config("generate_content", "acme").max_tokens == 2
    assert (store.base / "cache" / "head.json").exists()
