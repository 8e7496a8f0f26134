"""Forks, threads, and servers that give no time to threads."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Open
from support.publisher import Content, Store
from support.sample import GLOBALS, TEXTS, many, numbered, openai
from support.server import Server
from tenfold import Settings, Status, open_settings

PACKAGE = Path(__file__).resolve().parents[1]


def number(settings: Settings, account: str = "acme") -> int:
    return settings.get_model_config("generate_content", account).max_tokens


def in_child(work: Callable[[], bool]) -> None:
    """Run in a forked process, and fail where it fails or hangs."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if work() else 1)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(2)
    for _ in range(200):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.05)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    pytest.fail("the child hangs")


def until(is_so: Callable[[], bool]) -> bool:
    for _ in range(200):
        if is_so():
            return True
        time.sleep(0.02)
    return False


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("tenfold")]


def test_no_thread_before_the_first_look_up(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 20})
    assert threads() == []
    assert settings.status.state == "ready"
    assert settings.refresh() is False
    assert threads() == []
    number(settings)
    assert threads()
    settings.close()
    assert until(lambda: threads() == [])


def test_settings_that_never_poll_have_no_thread(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    number(settings)
    assert threads() == []


@pytest.mark.parametrize("asked_before", [False, True])
@pytest.mark.parametrize("kind", ["folder", "server"])
def test_a_forked_child_polls_again(
    store: Store, opened: Open, asked_before: bool, kind: str
) -> None:
    """As under gunicorn with `preload_app`, and Celery."""
    store.publish(numbered(1))
    server = Server(store.folder) if kind == "server" else None
    url = store.url if server is None else server.url
    settings = opened(store, store=url, refresh={"every_ms": 20, "timeout_ms": 5000})
    if asked_before:
        number(settings)
    parent = os.getpid()

    def child() -> bool:
        if threads() and os.getpid() != parent:
            # Only the thread that forked is there.
            assert all(not one.is_alive() for one in threading.enumerate() if one.name in threads())
        first = number(settings)
        store.publish(numbered(2))
        return first == 1 and until(lambda: number(settings) == 2)

    in_child(child)
    if server is not None:
        server.stop()
    assert until(lambda: number(settings) == 2)


def test_a_fork_while_locks_are_held(store: Store, opened: Open) -> None:
    """A thread of the parent may hold any lock at that moment, and is not there in the child."""
    store.publish(numbered(1))
    settings = opened(store, mode="lazy", refresh={"every_ms": 20})
    settings.account("acme")
    accounts: Any = settings._present.content.accounts
    older: Any = settings.snapshot()
    store.publish(numbered(2))
    settings.refresh()
    before, accounts = accounts, settings._present.content.accounts
    locks = [
        before._lock,
        before._held._lock,
        settings._polling,
        settings._lock,
        settings._events._lock,
        accounts._lock,
        accounts._held._lock,
        accounts.shelf.nodes._lock,
    ]
    for lock in locks:
        lock.acquire()
    try:

        def child() -> bool:
            store.publish(numbered(3))
            stop = settings.on("error", print)
            stop()
            settings.account("other")
            older.account("other")
            return until(lambda: number(settings) == 3 and number(settings, "other") == 3)

        in_child(child)
    finally:
        for lock in locks:
            lock.release()


def test_connections_are_not_shared_with_a_child(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    server = Server(store.folder)
    settings = opened(store, store=server.url)
    settings.refresh()
    assert len(server.connections) == 1
    in_child(lambda: settings.refresh() is False and settings.status.state == "ready")
    assert until(lambda: len(server.connections) == 2)
    store.publish(numbered(2))
    assert settings.refresh() is True
    assert len(server.connections) == 2
    server.stop()


def test_a_fork_that_python_did_not_make(store: Store, opened: Open) -> None:
    """As by a server in C, which runs no hook: the process's id tells."""
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 20})
    number(settings)
    settings._forked_in = settings._pid = -1
    lock = settings._lock
    lock.acquire()
    assert number(settings) == 1
    assert settings._lock is not lock
    lock.release()


def test_a_server_that_gives_no_time_to_threads(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As uWSGI without `enable-threads`: a look-up finds out that nobody polls."""
    monkeypatch.setattr(threading.Thread, "start", lambda _: None)
    clock = [time.monotonic()]
    monkeypatch.setattr("tenfold.settings._monotonic", lambda: clock[0])
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 10_000})
    told: list[Status] = []
    settings.on("stale", told.append)
    number(settings)
    clock[0] += 15
    number(settings)
    assert (settings.status.state, told) == ("ready", [])
    clock[0] += 10
    number(settings)
    assert (settings.status.state, len(told)) == ("stale", 1)
    for _ in range(5):
        clock[0] += 1
        number(settings)
    assert len(told) == 1
    # Whoever polls by hand is current again, and stays so.
    for _ in range(5):
        settings.refresh()
        assert settings.status.state == "ready"
        clock[0] += 10
        number(settings)
    assert len(told) == 1
    clock[0] += 15
    assert settings.status.state == "stale"


def test_a_timer_polls_where_no_thread_can_be_started(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    clock = [time.monotonic()]
    monkeypatch.setattr("tenfold.settings._monotonic", lambda: clock[0])
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 10_000})
    readied: list[Status] = []
    settings.on_ready(readied.append)
    number(settings)
    clock[0] += 40
    number(settings)
    assert settings.status.state == "stale"
    # A look that fails is one, too: how long the store may fail is another question.
    (store.folder / "head.json").rename(store.folder / "away.json")
    settings.refresh()
    assert settings.status.state == "ready"
    assert len(readied) == 1
    (store.folder / "away.json").rename(store.folder / "head.json")
    for _ in range(5):
        settings.refresh()
        number(settings)
        assert settings.status.state == "ready"
        clock[0] += 10


def test_settings_that_are_polled_by_hand_alone_are_never_overdue(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [time.monotonic()]
    monkeypatch.setattr("tenfold.settings._monotonic", lambda: clock[0])
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 0})
    number(settings)
    settings.refresh()
    clock[0] += 3600
    number(settings)
    assert settings.status.state == "ready"


def test_a_system_without_a_thread_to_spare(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 10_000})
    assert number(settings) == 1


def test_many_threads(store: Store, opened: Open) -> None:
    """Each answer is of one release as a whole, while releases come and go."""
    names = [f"a{i}" for i in range(60)]

    def content(value: int) -> Content:
        own = {name: openai("growth", max_tokens=value) for name in names}
        return Content(GLOBALS, TEXTS, own)

    store.publish(content(1))
    full = opened(store, refresh={"every_ms": 5})
    lazy = opened(store, mode="lazy", refresh={"every_ms": 5})
    wrong: list[str] = []
    ends = threading.Event()

    def ask(settings: Settings) -> None:
        rand = random.Random(id(settings))
        last = 0
        while not ends.is_set():
            try:
                at = settings.snapshot()
                chosen = rand.sample(names, 3)
                for name in chosen:
                    at.account(name)
                values = {at.get_model_config("generate_content", one).max_tokens for one in chosen}
                if values != {at.seq}:
                    wrong.append(f"{values} in release {at.seq}")
                if at.seq < last:
                    wrong.append(f"{at.seq} after {last}")
                last = at.seq
                settings.account(chosen[0])
                number(settings, chosen[0])
            except Exception as error:
                wrong.append(repr(error))

    asking = [threading.Thread(target=ask, args=(one,)) for one in (full, lazy) for _ in range(2)]
    for thread in asking:
        thread.start()
    for value in range(2, 13):
        store.publish(content(value))
        time.sleep(0.03)
    until(lambda: full.status.seq == lazy.status.seq == 12)
    ends.set()
    for thread in asking:
        thread.join()
    assert wrong == []
    assert full.status.seq == lazy.status.seq == 12


def test_threads_get_one_object(store: Store, opened: Open) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(500)))
    settings = opened(store)
    found: list[list[object]] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append([settings.get_model_config("generate_content", f"a{i}") for i in range(500)])

    asking = [threading.Thread(target=ask) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert all(len({id(one) for one in same}) == 1 for same in zip(*found, strict=True))


def test_a_process_ends_without_closing(store: Store, tmp_path: Path) -> None:
    """Nothing of ours keeps a process that has done its work."""
    store.publish(numbered(1))
    trust = tmp_path / "root.json"
    trust.write_bytes(store.first_root)
    program = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(PACKAGE)!r})
        from tenfold import open_settings
        settings = open_settings({store.url!r}, trust={str(trust)!r}, now=lambda: {store.now!r})
        print(settings.get_model_config("generate_content", "acme").max_tokens)
    """)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_opening_in_a_thread_of_asyncio(store: Store) -> None:
    import asyncio

    store.publish(numbered(1))

    async def serve() -> int:
        settings = await asyncio.to_thread(
            open_settings,
            store.url,
            trust=store.first_root,
            mode="lazy",
            refresh={"every_ms": 20},
            now=lambda: store.now,
        )
        with settings:
            await settings.account_async("acme")
            return number(settings)

    assert asyncio.run(serve()) == 1


def test_what_is_imported(store: Store, tmp_path: Path) -> None:
    """A folder needs no client for servers, and keys of the environment no decryption."""
    store.publish(numbered(1))
    trust = tmp_path / "root.json"
    trust.write_bytes(store.first_root)
    program = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(PACKAGE)!r})
        from tenfold import open_settings
        open_settings({store.url!r}, trust={str(trust)!r}, now=lambda: {store.now!r})
        heavy = ("http.client", "ssl", "pyrage", "openfeature", "asyncio.unix_events")
        print([name for name in heavy if name in sys.modules])
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stdout + done.stderr
