"""The options of `open_settings`: an unknown or misspelt one is refused, not ignored."""

from __future__ import annotations

import time
from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import Store
from support.sample import numbered
from support.server import Server
from tenfold import TenfoldError, open_settings
from test_answers import shown


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
        {"cache_dir": "a\0b"},
        {"cache_dir": "a\ud800b"},
        {"refresh": {"every_ms": 10**400}},
        {"refresh": {"every_ms": 1e308}},
        {"refresh": {"every_ms": 315_576_000_001}},
        {"refresh": {"stale_after_ms": 10**400}},
        {"refresh": {"timeout_ms": 10**400}},
        {"refresh": {"timeout_ms": 1e13}},
        {"lazy": {"max_bytes": 10**400}},
        {"lazy": {"max_bytes": 2**53}},
        {"now": lambda: 1 / 0},
        {"now": lambda: "x"},
        {"now": lambda: True},
        {"now": lambda: None},
        {"now": lambda: float("nan")},
        {"now": lambda: 10**400},
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


@pytest.mark.parametrize("mode", ["full", "lazy"])
def test_the_largest_values(store: Store, opened: Open, mode: str) -> None:
    store.publish(numbered(1))
    server = Server(store.folder)
    most = 315_576_000_000
    refresh = {"every_ms": most, "stale_after_ms": most, "timeout_ms": most}
    largest = {"mode": mode, "refresh": refresh, "lazy": {"max_bytes": 2**53 - 1}}
    settings = opened(store, store=server.url, **largest)
    settings.account("acme")
    assert settings.get_model_config("generate_content", "acme").max_tokens == 1
    settings.refresh()
    assert settings.status.state == "ready"
    assert opened(store, refresh={"every_ms": most}).status.state == "ready"
    server.stop()


def test_a_time_that_a_socket_would_cut_off(store: Store, opened: Open) -> None:
    """The system counts milliseconds in 32 bits, and would wait for the rest."""
    store.publish(numbered(1))
    server = Server(store.folder)
    server.faults.append(lambda *_: time.sleep(0.2) is not None)
    settings = opened(store, store=server.url, refresh={"every_ms": 0, "timeout_ms": 2**32 + 20})
    assert [path for path, _ in server.requests].count("/head.json") == 1
    assert settings.status.state == "ready"
    server.stop()


def test_the_message_names_the_option_that_is_wrong(store: Store, opened: Open) -> None:
    with pytest.raises(TenfoldError, match=r"^refresh\.every_ms is "):
        opened(store, refresh={"every_ms": 1e308})


class Unreadable(dict[str, Any]):
    """Raises with a secret in its text and in its frames."""

    def __iter__(self) -> Any:
        secret = "very-secret"
        raise KeyError(secret)


@pytest.mark.parametrize(
    "wrong",
    [
        {"cache_dir": "a\0b"},
        {"refresh": {"every_ms": 10**400}},
        {"refresh": Unreadable(every_ms=5)},
        {"trust": Unreadable(signed={})},
        {"now": lambda: {}["very-secret"]},
    ],
)
def test_no_frame_of_a_refused_option_shows_an_identity(
    store: Store, opened: Open, wrong: dict[str, Any]
) -> None:
    store.publish(numbered(1))
    identity = "AGE-SECRET-KEY-1" + "Q" * 58
    keys = {"from": "sealed", "identity": identity}
    with pytest.raises(TenfoldError) as raised:
        open_settings(store.url, **{"trust": store.first_root, "keys": keys, **wrong})
    assert raised.value.code in ("invalid_option", "invalid_trust")
    assert identity not in shown(raised.value)
    assert "very-secret" not in str(raised.value)


def test_no_frame_of_an_interrupted_start_shows_an_identity(store: Store) -> None:
    store.publish(numbered(1))
    identity = "AGE-SECRET-KEY-1" + "Q" * 58

    def interrupt() -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as raised:
        open_settings(
            store.url,
            trust=store.first_root,
            keys={"from": "sealed", "identity": identity},
            now=interrupt,
        )
    assert identity not in shown(raised.value)


@pytest.mark.parametrize(
    "url", ["file:a\ud800", "https://x/\ud800", "s3:bucket/\ud800", "git:\ud800#b"]
)
def test_urls_that_are_no_text(store: Store, opened: Open, url: str) -> None:
    assert code_of(lambda: opened(store, store=url)) == "unsupported_store"


def test_a_clock_that_fails_later(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1))
    broken: list[int] = []
    settings = opened(store, now=lambda: store.now / (0 if broken else 1))
    codes = errors(settings)
    broken.append(1)
    assert settings.refresh() is False
    assert code_of(lambda: settings.status) == "invalid_option"
    broken.clear()
    store.publish(numbered(2))
    assert settings.refresh() is True
    assert codes == ["invalid_option"]


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


def test_no_message_shows_a_store_that_is_no_text(store: Store, opened: Open) -> None:
    for wrong in ({"https://me:secret@x"}, b"https://me:secret@x", ["https://me:secret@x", None]):
        with pytest.raises(TenfoldError, match=r"^store is a (set|bytes|list); ") as raised:
            opened(store, store=wrong)
        assert "secret" not in str(raised.value)


def test_an_empty_store(store: Store, opened: Open) -> None:
    with pytest.raises(TenfoldError, match=r'^"" is not a store: this version reads file:DIR'):
        opened(store, store="")


@pytest.mark.parametrize("identity", ["env:", "env:\ud800", "a\ud800b", b"x", None, ""])
def test_identities_of_no_use(store: Store, opened: Open, identity: object) -> None:
    keys = {"from": "sealed", "identity": identity}
    assert code_of(lambda: opened(store, keys=keys)) == "invalid_option"


def test_relative_folders(store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store.publish(numbered(1))
    monkeypatch.chdir(store.base)
    settings = opened(store, store="file:store", cache_dir="cache")
    monkeypatch.chdir("/")
    store.publish(numbered(2))
    assert settings.refresh()
    assert settings.get_model_config("generate_content", "acme").max_tokens == 2
    assert (store.base / "cache" / "head.json").exists()
