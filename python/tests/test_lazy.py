"""Accounts on demand: the same answers as with all in memory, within a bound."""

from __future__ import annotations

import asyncio
import random
import threading
from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import Content, Store
from support.sample import GLOBALS, TEXTS, globals_with, many, numbered, openai
from tenfold import TenfoldError
from test_packs import Counting, prompted


def number(settings: Any, account: str = "acme") -> int:
    return int(settings.get_model_config("generate_content", account).max_tokens)


def test_accounts_are_asked_for(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store, mode="lazy")
    for ask in (
        lambda: number(settings),
        lambda: settings.get_effective_prompt("acme", "clustering"),
        lambda: settings.get_author_profiles("acme"),
        lambda: settings.get_strategies("nobody"),
    ):
        assert code_of(ask) == "account_not_loaded"
    assert settings.account("acme") is True
    assert settings.account("nobody") is False
    assert number(settings) == 1
    assert number(settings, "nobody") == 8192
    # What is no id is in no release, so that there is nothing to load.
    assert number(settings, "Not An Id") == 8192
    assert asyncio.run(settings.account_async("other")) is True
    strict = opened(store, mode="lazy", on_unknown_account="error")
    assert strict.account("nobody") is False
    assert code_of(lambda: number(strict, "nobody")) == "unknown_account"


def test_whoever_has_waited_is_answered_however_many_wait_at_once(
    store: Store, opened: Open
) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(600)))
    settings = opened(store, mode="lazy", lazy={"max_bytes": 20_000})

    async def asked(i: int) -> int:
        await settings.account_async(f"a{i}")
        return number(settings, f"a{i}")

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(asked(i) for i in range(600)))

    assert asyncio.run(all_at_once()) == [i + 1 for i in range(600)]


def test_what_is_read(store: Store, opened: Open) -> None:
    profile = {"house": {"description": "d" * 600, "name": "House"}}
    accounts: dict[str, Any] = {
        f"a{i}": ("growth", {"author_profiles": profile}) for i in range(4000)
    }
    store.publish(Content(GLOBALS, TEXTS, {**accounts, "mine": prompted("my text")}))
    settings = opened(store, mode="lazy")
    counting = Counting(settings)
    assert settings.account("mine")
    # A node, a leaf, and two texts.
    assert len(counting.paths) == 4
    assert settings.get_effective_prompt("mine", "clustering").prompt_value == "my text"
    assert settings.account("mine")
    assert len(counting.paths) == 4


@pytest.mark.parametrize("seed", range(3))
def test_the_same_answers(store: Store, opened: Open, seed: int) -> None:
    rand = random.Random(seed)
    accounts: dict[str, Any] = many(400)
    store.publish(Content(GLOBALS, TEXTS, accounts))
    full, lazy = opened(store), opened(store, mode="lazy")
    for step in range(6):
        asked = [f"a{rand.randrange(500)}" for _ in range(60)]
        for account in asked:
            assert lazy.account(account) == full.account(account)
            for plan in (None, "free", "scale"):
                for function in ("generate_content", "auto_cluster", "generate_images"):
                    assert lazy.get_model_config(function, account, plan=plan) == (
                        full.get_model_config(function, account, plan=plan)
                    )
            assert lazy.get_effective_prompt(account, "clustering") == (
                full.get_effective_prompt(account, "clustering")
            )
        for _ in range(rand.choice([1, 100])):
            name = f"a{rand.randrange(500)}"
            accounts[name] = rand.choice(
                [openai("scale", max_tokens=7), prompted(f"t{rand.random()}")]
            )
        texts = {"clustering": f"{step} [IGNY8_KEYWORDS]"}
        store.publish(Content(globals_with() if rand.random() < 0.5 else GLOBALS, texts, accounts))
        assert full.refresh()
        assert lazy.refresh()


def test_accounts_in_memory_answer_on(store: Store, opened: Open) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(300)))
    settings = opened(store, mode="lazy")
    for i in range(50):
        settings.account(f"a{i}")
    counting = Counting(settings)
    store.publish(Content(GLOBALS, TEXTS, many(300, a7=openai("growth", max_tokens=9))))
    assert settings.refresh()
    # head, root and one leaf.
    assert len(counting.paths) == 3
    assert [number(settings, f"a{i}") for i in (6, 7, 8)] == [7, 9, 9]
    assert code_of(lambda: number(settings, "a99")) == "account_not_loaded"


def test_a_release_that_cannot_follow(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1))
    settings = opened(store, mode="lazy")
    settings.account("acme")
    codes = errors(settings)
    store.publish(numbered(2))
    for file in store.folder.glob("objects/*/*"):
        if b'"max_tokens":2}' in file.read_bytes():
            file.write_bytes(b"x")
    assert settings.refresh() is False
    assert codes == ["store_damaged"]
    assert (number(settings), settings.status.seq) == (1, 1)
    fresh = opened(store, mode="lazy")
    with pytest.raises(TenfoldError) as raised:
        fresh.account("acme")
    assert raised.value.code == "store_damaged"
    assert raised.value.__cause__ is None
    assert fresh.status.state == "ready"


def test_the_bound(store: Store, opened: Open) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(2000)))
    settings = opened(store, mode="lazy", lazy={"max_bytes": 100_000})
    for i in range(2000):
        settings.account(f"a{i}")
        assert number(settings, f"a{i}") == i + 1
    held = settings._present.content.accounts._held  # type: ignore[attr-defined]
    assert len(held.entries()) < 100
    assert code_of(lambda: number(settings, "a0")) == "account_not_loaded"
    settings.account("a0")
    assert number(settings, "a0") == 1


def test_a_use_keeps_an_account(store: Store, opened: Open) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(2000)))
    settings = opened(store, mode="lazy", lazy={"max_bytes": 100_000})
    settings.account("a0")
    for i in range(1, 2000):
        settings.account(f"a{i}")
        assert number(settings, "a0") == 1


def test_threads_share_one_read(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store, mode="lazy")
    counting = Counting(settings)
    found: list[bool] = []
    threads = [
        threading.Thread(target=lambda: found.append(settings.account("acme"))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 16
    assert len(counting.paths) <= 2


def test_what_was_read_does_not_depend_on_what_is_kept(store: Store, opened: Open) -> None:
    """Other threads may have dropped an account before the one that read it looks."""
    store.publish(Content(GLOBALS, TEXTS, many(300)))
    settings = opened(store, mode="lazy", lazy={"max_bytes": 1})
    held = settings._present.content.accounts._held  # type: ignore[attr-defined]
    keep = held.set

    def crowded(name: str, value: Any) -> None:
        keep(name, value)
        for other in ("x", "y", "z"):
            keep(other, value)

    held.set = crowded
    assert [settings.account(f"a{i}") for i in range(300)] == [True] * 300
    assert settings.account("nobody") is False


@pytest.mark.parametrize("ending", [SystemExit, KeyboardInterrupt])
def test_what_ends_one_thread_ends_no_other(store: Store, opened: Open, ending: Any) -> None:
    store.publish(numbered(1))
    settings = opened(store, mode="lazy")
    accounts: Any = settings._present.content.accounts
    reading, waited_for = threading.Event(), threading.Event()
    read = accounts._read
    raised: dict[str, BaseException] = {}

    def end(asked: Any) -> None:
        reading.set()
        assert waited_for.wait(5)
        raise ending("the program ends")

    accounts._read = end

    def ask(who: str) -> None:
        try:
            settings.account("acme")
        except BaseException as error:
            raised[who] = error

    first = threading.Thread(target=ask, args=("reads",))
    first.start()
    assert reading.wait(5)
    pending: Any = accounts._pending["acme"]
    second = threading.Thread(target=ask, args=("waits",))
    result = pending.result

    def waiting() -> Any:
        waited_for.set()
        return result()

    pending.result = waiting
    second.start()
    first.join()
    second.join()
    assert isinstance(raised["reads"], ending)
    other = raised["waits"]
    assert isinstance(other, TenfoldError)
    assert other.code == "store_unreadable"
    accounts._read = read
    assert settings.account("acme")


def test_a_failed_read_is_tried_again(store: Store, opened: Open, tmp_path: Any) -> None:
    store.publish(numbered(1))
    settings = opened(store, mode="lazy")
    (store.folder / "objects").rename(tmp_path / "away")
    assert code_of(lambda: settings.account("acme")) == "store_damaged"
    assert settings.status.state == "ready"
    (tmp_path / "away").rename(store.folder / "objects")
    assert settings.account("acme")


def test_snapshots_stay_with_their_release(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store, mode="lazy")
    before = settings.snapshot()
    store.publish(numbered(2))
    settings.refresh()
    assert before.account("acme")
    assert before.get_model_config("generate_content", "acme").max_tokens == 1
    assert code_of(lambda: number(settings)) == "account_not_loaded"


@pytest.mark.parametrize("is_readable", [True, False])
def test_an_account_that_is_asked_for_while_the_next_release_takes_over(
    store: Store, opened: Open, errors: Any, is_readable: bool
) -> None:
    """Until it answers, whatever is promised has to hold in it, too."""
    store.publish(numbered(1))
    settings = opened(store, mode="lazy")
    codes = errors(settings)
    store.publish(numbered(2))
    found: list[bool] = []
    if not is_readable:
        for file in store.folder.glob("objects/*/*"):
            if b'"max_tokens":2}' in file.read_bytes():
                file.write_bytes(b"x")

    def ask() -> None:
        found.append(settings.account("acme"))

    settings._decided.manner.store.rest = ask  # type: ignore[method-assign]
    assert settings.refresh() is is_readable
    del settings._decided.manner.store.rest
    assert found == [True]
    assert number(settings) == (2 if is_readable else 1)
    assert codes == ([] if is_readable else ["store_damaged"])


def test_explanations_read_what_they_need(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    explained = opened(store, mode="lazy").explain("acme", "generate_content")
    assert explained.fields["max_tokens"].value == 1
    assert explained.known


def test_hot_answers_are_within_the_bound(store: Store, opened: Open) -> None:
    """The texts of accounts that were dropped from memory are dropped from all tables."""
    import gc
    import tracemalloc

    accounts = {f"a{i}": prompted(f"{i} " + "x" * 20_000) for i in range(600)}
    store.publish(Content(GLOBALS, TEXTS, accounts))
    del accounts
    settings = opened(store, mode="lazy", lazy={"max_bytes": 1_000_000})
    at = settings.snapshot()
    tracemalloc.start()
    try:
        for i in range(600):
            settings.account(f"a{i}")
            found = settings.get_effective_prompt(f"a{i}", "clustering")
            assert found.prompt_value.startswith(f"{i} ")
            assert at.get_effective_prompt(f"a{i}", "clustering") is found
        gc.collect()
        # The bound, and the objects on the shelf.
        assert tracemalloc.get_traced_memory()[0] < 4_000_000
    finally:
        tracemalloc.stop()


def test_the_hot_answers_of_releases_before_are_dropped_as_well(store: Store, opened: Open) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(50)))
    settings = opened(store, mode="lazy", lazy={"max_bytes": 100_000})
    before: Any = settings.snapshot()
    settings.account("a1")
    before.get_model_config("generate_content", "a1")
    store.publish(Content(GLOBALS, TEXTS, many(50, a2=openai("growth", max_tokens=9))))
    assert settings.refresh()
    assert len(before._models) == 1
    for i in range(50):
        settings.account(f"a{i}")
        for function in ("generate_content", "auto_cluster"):
            settings.get_model_config(function, f"a{i}")
    assert len(before._models) == 0


@pytest.mark.parametrize("mode", ["full", "lazy"])
def test_what_is_no_id_is_not_remembered(store: Store, opened: Open, mode: str) -> None:
    store.publish(numbered(1))
    settings = opened(store, mode=mode)
    reader: Any = settings.snapshot()
    for i in range(50):
        asked = f"{i}" + "x" * 100
        assert settings.get_model_config("generate_content", asked).known is False
        assert settings.get_effective_prompt(asked, "clustering").is_customized is False
        settings.get_author_profiles(asked)
        settings.get_strategies(asked)
    tables = (reader._models, reader._prompts, reader._profiles, reader._strategies)
    assert [len(one) for one in tables] == [0, 0, 0, 0]


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "8", None])
def test_bounds_of_no_use(store: Store, opened: Open, value: Any) -> None:
    assert code_of(lambda: opened(store, lazy={"max_bytes": value})) == "invalid_option"
