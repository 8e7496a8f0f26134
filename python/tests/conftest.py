from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.publisher import Store
from support.released import Released, release
from support.sample import GRANTED, KEYS
from tenfold import Settings, TenfoldError, open_settings

Open = Callable[..., Settings]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store under a root, of which the test has all private keys. Nothing is published yet."""
    return Store(tmp_path, GRANTED)


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens settings by the test's clock, without polling; closed when the test ends."""
    every: list[Settings] = []

    def open_it(store: Store, /, **over: Any) -> Settings:
        options: dict[str, Any] = {
            "trust": store.first_root,
            "keys": {"from": "env", "env": KEYS},
            "refresh": {"every_ms": 0, "timeout_ms": 60_000},
            "now": lambda: store.now,
            **over,
        }
        settings = open_settings(options.pop("store", store.url), **options)
        every.append(settings)
        return settings

    yield open_it
    for settings in every:
        settings.close()


@pytest.fixture
def errors() -> Callable[[Settings], list[str]]:
    """Collects the codes of a settings' `error` events."""

    def listen(settings: Settings) -> list[str]:
        codes: list[str] = []
        settings.on("error", lambda error: codes.append(error.code))
        return codes

    return listen


def code_of(work: Callable[[], object]) -> str:
    """The code with which something fails."""
    with pytest.raises(TenfoldError) as raised:
        work()
    return raised.value.code


@pytest.fixture
def code() -> Callable[[Callable[[], object]], str]:
    return code_of


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """A store by the built program, with sealed keys; skips where there is no program."""
    return release(tmp_path_factory.mktemp("released"))
