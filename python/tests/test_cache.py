"""The last good release in a folder: restarts, rollbacks, damage and power cuts."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import Content, Store
from support.sample import GLOBALS, TEXTS, many, numbered
from test_packs import packed, prompted
from test_rollout import start, step, three

DAY = 86_400_000
PACKAGE = Path(__file__).resolve().parents[1]


@pytest.fixture
def again(store: Store, opened: Open, tmp_path: Path) -> Callable[..., Any]:
    """Starts a service anew over the same folder."""

    def start_it(**over: Any) -> Any:
        return opened(store, cache_dir=tmp_path / "cache", **over)

    return start_it


def number(settings: Any, account: str = "acme") -> int:
    return int(settings.get_model_config("generate_content", account).max_tokens)


def kept(tmp_path: Path) -> list[Path]:
    return sorted(path for path in (tmp_path / "cache").rglob("*") if path.is_file())


@pytest.mark.parametrize("mode", ["full", "lazy"])
def test_a_start_without_the_store(
    store: Store, again: Callable[..., Any], errors: Any, tmp_path: Path, mode: str
) -> None:
    store.publish(numbered(1))
    first = again(mode=mode)
    first.account("acme")
    first.account("nobody")
    number(first)
    store.folder.rename(tmp_path / "away")
    settings = again(mode=mode)
    assert errors(settings) == ["store_not_found"]
    assert settings.status.state == "stale"
    assert settings.account("acme")
    assert number(settings) == 1
    (tmp_path / "away").rename(store.folder)
    settings.refresh()
    assert settings.status.state == "ready"


def test_what_was_seen_is_remembered(store: Store, again: Callable[..., Any], errors: Any) -> None:
    store.publish(numbered(1))
    first = (store.folder / "head.json").read_bytes()
    store.publish(numbered(2))
    again()
    store.write(first)
    settings = again()
    assert errors(settings) == ["rollback_refused"]
    assert (number(settings), settings.status.state) == (2, "stale")


def test_stages_are_remembered(store: Store, again: Callable[..., Any], errors: Any) -> None:
    start(store, three(1), three(2))
    step(store, 1)
    again()
    step(store, 0)
    settings = again()
    assert errors(settings) == ["rollback_refused"]
    assert number(settings, "globex") == 2


def test_roots_are_remembered(store: Store, again: Callable[..., Any], errors: Any) -> None:
    store.publish(numbered(1))
    old = store.trust.rotate("release")
    store.publish(numbered(2), seq=1)
    again()
    release = store.release(store.content(numbered(3)), seq=9, trust=store.put(store.first_root))
    store.write(store.head(release, core_by=[old], by=[old]))
    settings = again()
    assert errors(settings) == ["signature_invalid"]
    assert number(settings) == 2


def test_a_kept_release_that_expired(
    store: Store, again: Callable[..., Any], tmp_path: Path
) -> None:
    store.publish(numbered(1))
    again()
    store.folder.rename(tmp_path / "away")
    store.now += 2 * DAY
    assert code_of(again) == "store_not_found"
    (tmp_path / "away").rename(store.folder)
    store.publish(numbered(2))
    assert number(again()) == 2


def test_nothing_is_read_twice(
    store: Store, again: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenfold.stores.folder import FolderStore

    packed(store, many(2000, prompted=prompted("mine")))
    again()
    read: list[str] = []
    find = FolderStore._find

    def counted(self: FolderStore, path: str, most: int) -> Any:
        if self.folder == str(store.folder):
            read.append(path)
        return find(self, path, most)

    monkeypatch.setattr(FolderStore, "_find", counted)
    assert again().get_effective_prompt("prompted", "clustering").prompt_value == "mine"
    assert read == ["head.json"]


def test_packs_are_kept_as_packs(store: Store, again: Callable[..., Any], tmp_path: Path) -> None:
    packed(store, many(2000))
    again()
    # The head, the root of trust, the list and three packs, and nothing that they hold.
    assert len(kept(tmp_path)) == 6


@pytest.mark.parametrize("which", range(6))
def test_a_flipped_byte(
    store: Store, again: Callable[..., Any], errors: Any, tmp_path: Path, which: int
) -> None:
    store.publish(numbered(1))
    again()
    file = kept(tmp_path)[which]
    data = bytearray(file.read_bytes())
    if not data:
        data = bytearray(b"x")
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    settings = again()
    assert (number(settings), settings.status.state) == (1, "ready")
    assert set(errors(settings)) <= {"store_damaged", "signature_invalid"}
    # It is repaired by the way.
    (store.folder / "head.json").rename(store.folder / "away")
    assert number(again()) == 1


def test_a_root_of_trust_that_is_missing(
    store: Store, again: Callable[..., Any], tmp_path: Path
) -> None:
    store.publish(numbered(1))
    again()
    for file in kept(tmp_path):
        if b'"previous"' in file.read_bytes():
            file.unlink()
    assert number(again()) == 1
    (store.folder / "head.json").unlink()
    assert number(again()) == 1


def test_what_is_obsolete_is_removed(
    store: Store, again: Callable[..., Any], tmp_path: Path
) -> None:
    store.publish(numbered(1))
    settings = again()
    (tmp_path / "cache" / ("0" * 16 + ".tmp")).write_text("half")
    (tmp_path / "cache" / "mine.txt").write_text("not tenfold's")
    before = set(kept(tmp_path))
    for file in before:
        os.utime(file, (1, 1))
    store.publish(numbered(2))
    store.now += 2 * 3_600_000
    assert settings.refresh()
    left = before & set(kept(tmp_path))
    assert {path.name for path in left} >= {"mine.txt", "head.json"}
    assert len(left) < len(before) - 1
    assert number(again()) == 2


def test_a_folder_that_cannot_be_written(
    store: Store, opened: Open, errors: Any, tmp_path: Path
) -> None:
    store.publish(numbered(1))
    (tmp_path / "file").write_text("")
    settings = opened(store, cache_dir=tmp_path / "file" / "cache")
    assert errors(settings) == ["cache_failed"]
    codes = errors(settings)
    store.publish(numbered(2))
    assert settings.refresh() is True
    assert number(settings) == 2
    assert codes == ["cache_failed"]
    (tmp_path / "file").unlink()
    settings.refresh()
    assert not (tmp_path / "file").exists()
    store.now += 60_001
    settings.refresh()
    assert (tmp_path / "file" / "cache" / "head.json").exists()


def test_the_store_is_no_cache(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    assert code_of(lambda: opened(store, cache_dir=store.folder)) == "invalid_option"


def test_another_environment_begins_anew(
    store: Store, again: Callable[..., Any], errors: Any
) -> None:
    store.publish(numbered(5), environment="staging")
    again()
    store.publish(numbered(1), seq=1)
    settings = again(environment="production")
    assert errors(settings) == ["environment_changed"]
    assert number(settings) == 1


def test_two_processes_share_a_folder(store: Store, again: Callable[..., Any]) -> None:
    store.publish(numbered(1))
    slow = again()
    store.publish(numbered(2))
    again()
    second = (store.folder / "head.json").read_bytes()
    store.write(second)
    # The slower one does not put its own older release in place of the newer.
    slow._decided.manner.cache.keep(
        slow._present.verified, slow._present.contents, slow._decided.manner.trust, store.now, False
    )
    (store.folder / "head.json").unlink()
    assert number(again()) == 2


def test_full_over_the_folder_of_lazy(
    store: Store, again: Callable[..., Any], tmp_path: Path
) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(500)))
    lazy = again(mode="lazy")
    assert lazy.account("a7")
    few = len(kept(tmp_path))
    full = again()
    assert number(full, "a400") == 401
    assert len(kept(tmp_path)) > few
    (store.folder / "head.json").unlink()
    assert number(again(), "a400") == 401


KILLED = """
import os, sys
sys.path[:0] = {paths!r}
from tenfold import open_settings
import tenfold.content.cache_folder as folder

left = int(sys.argv[1])
replace = os.replace

def replaced(*paths):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    replace(*paths)

folder.os.replace = replaced
settings = open_settings(
    {url!r}, trust={trust!r}, cache_dir={cache!r}, refresh={{"every_ms": 0}}, now=lambda: {now!r}
)
os._exit(0)
"""


def test_a_process_that_is_killed(store: Store, again: Callable[..., Any], tmp_path: Path) -> None:
    """Wherever it ends, what is kept is the old release or the new one, as a whole."""
    store.publish(numbered(1))
    again()
    store.publish(numbered(2))
    trust = tmp_path / "root.json"
    trust.write_bytes(store.first_root)
    program = textwrap.dedent(KILLED).format(
        paths=[str(PACKAGE)],
        url=store.url,
        trust=str(trust),
        cache=str(tmp_path / "cache"),
        now=store.now,
    )
    away = tmp_path / "away"
    for writes in range(20):
        done = subprocess.run([sys.executable, "-c", program, str(writes)])
        store.folder.rename(away)
        settings = again()
        assert number(settings) in (1, 2)
        assert number(settings) == number(settings, "other")
        away.rename(store.folder)
        if done.returncode == 0:
            assert number(settings) == 2
            break
        assert done.returncode == 9
    else:
        pytest.fail("it was never done")
