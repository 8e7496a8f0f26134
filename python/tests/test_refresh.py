"""From one release to the next: what takes over, what is refused, what is told."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import Content, PrivateKey, Store
from support.sample import GLOBALS, GRANTED, TEXTS, globals_with, many, numbered, openai
from tenfold import Changed, Settings, Status, TenfoldError

DAY = 86_400_000


def number(settings: Any, account: str = "acme") -> int:
    config = settings.get_model_config("generate_content", account)
    return int(config.max_tokens)


def test_the_next_release(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    changes: list[Changed] = []
    stop = settings.on("changed", changes.append)
    before = settings.snapshot()
    assert settings.refresh() is False
    store.publish(numbered(2))
    assert settings.refresh() is True
    assert (number(settings), settings.status.seq, settings.status.commit) == (2, 2, "commit-2")
    assert changes == [Changed(2, "commit-2", None)]
    assert (number(before), before.seq, before.commit) == (1, 1, "commit-1")
    stop()
    store.publish(numbered(3))
    assert settings.refresh() is True
    assert len(changes) == 1


def test_what_did_not_change_stays(store: Store, opened: Open) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(300)))
    settings = opened(store)
    answers = [settings.get_model_config("generate_content", f"a{i}") for i in range(300)]
    store.publish(Content(GLOBALS, TEXTS, many(300, a7=openai("growth", max_tokens=7777))))
    assert settings.refresh()
    after = [settings.get_model_config("generate_content", f"a{i}") for i in range(300)]
    assert [i for i in range(300) if after[i] is not answers[i]] == [7]
    assert after[7].max_tokens == 7777


def test_renewed(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    changes: list[Changed] = []
    settings.on("changed", changes.append)
    store.resign(expires=store.time(10 * DAY))
    assert settings.refresh() is False
    store.now += 5 * DAY
    assert settings.status.state == "ready"
    assert changes == []
    # An older head of the same release brings nothing new.
    store.resign(expires=store.time(-DAY), issued=store.time(-2 * DAY))
    assert settings.refresh() is False
    assert settings.status.state == "ready"


def test_rollback(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1))
    first = (store.folder / "head.json").read_bytes()
    store.publish(numbered(2))
    settings = opened(store)
    codes = errors(settings)
    store.write(first)
    assert settings.refresh() is False
    store.publish(numbered(3), seq=2)
    assert settings.refresh() is False
    assert codes == ["rollback_refused", "rollback_refused"]
    assert number(settings) == 2


def test_expiry(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    told: list[Status] = []
    settings.on("stale", told.append)
    store.now += DAY - 1
    assert settings.status.state == "ready"
    store.now += 1
    assert settings.status.state == "expired"
    settings.look_at_clock()
    settings.look_at_clock()
    assert [one.state for one in told] == ["expired"]
    assert number(settings) == 1
    assert code_of(lambda: opened(store)) == "expired"
    store.resign(issued=store.time(), expires=store.time(DAY))
    settings.refresh()
    assert settings.status.state == "ready"


def test_a_clock_that_was_set_back(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    store.now -= 400 * DAY
    settings = opened(store)
    assert settings.status.state == "ready"
    assert settings.status.age_ms == 0


def test_environments(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1), environment="staging")
    assert code_of(lambda: opened(store, environment="production")) == "environment_changed"
    settings = opened(store, environment="staging")
    codes = errors(settings)
    store.publish(numbered(2))
    assert settings.refresh() is False
    assert codes == ["environment_changed"]


def test_shrinking(store: Store, opened: Open, errors: Any) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(40)))
    settings = opened(store)
    codes = errors(settings)
    store.publish(Content(GLOBALS, TEXTS, many(19)))
    assert settings.refresh() is False
    assert codes == ["shrink_refused"]
    store.publish(Content(GLOBALS, TEXTS, many(19)), shrunk_at=1)
    assert settings.refresh() is False
    store.publish(Content(GLOBALS, TEXTS, many(20)))
    assert settings.refresh() is True
    store.publish(Content(GLOBALS, TEXTS, many(3)), seq=9, shrunk_at=9)
    assert settings.refresh() is True
    assert not settings.account("a5")


def test_secrets_that_the_root_does_not_grant(store: Store, opened: Open) -> None:
    providers = globals_with()["providers"]
    providers["openai"]["secret"] = "RUNWARE_API_KEY"
    store.publish(Content(globals_with(providers=providers), TEXTS, {}))
    assert code_of(lambda: opened(store)) == "secret_refused"


def test_no_error_is_its_own_cause(store: Store, opened: Open) -> None:
    """Whoever follows the causes of an error has to come to an end."""
    store.publish(numbered(1))
    settings = opened(store)
    for file in store.folder.glob("objects/*/*"):
        file.unlink()
    with pytest.raises(TenfoldError) as raised:
        settings.explain("acme", "generate_content")
    assert (raised.value.code, raised.value.__cause__) == ("store_damaged", None)
    with pytest.raises(TenfoldError) as raised:
        opened(store)
    assert (raised.value.code, raised.value.__cause__) == ("store_damaged", None)


def test_epochs(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1), seq=900)
    settings = opened(store)
    codes = errors(settings)
    old = store.trust.rotate("release")
    # The old key signs the highest seq there is, under the old root and under the new one.
    release = store.release(store.content(numbered(2)), seq=2**53 - 1)
    store.write(store.head(release, core_by=[old], by=[old]))
    assert settings.refresh() is False
    store.publish(numbered(3), seq=1)
    assert settings.refresh() is True
    assert number(settings) == 3
    late = store.release(store.content(numbered(4)), seq=901, trust=store.put(store.first_root))
    store.write(store.head(late, core_by=[old], by=[old]))
    assert settings.refresh() is False
    assert codes == ["signature_invalid", "signature_invalid"]
    store.publish(numbered(5), seq=901, trust=store.put(store.first_root))
    assert settings.refresh() is False
    assert codes[-1] == "rollback_refused"


def test_roots(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    codes = errors(settings)
    for _ in range(3):
        store.trust.rotate("root", "refresh")
    store.publish(numbered(2))
    assert settings.refresh() is True
    genuine, granted = store.trust, {**GRANTED}
    store.trust = type(genuine)(granted)
    store.publish(numbered(3))
    assert settings.refresh() is False
    assert settings.refresh() is False
    assert codes == ["root_refused", "root_refused"]
    store.trust = genuine
    store.publish(numbered(4))
    assert settings.refresh() is True


def test_signatures(store: Store, opened: Open) -> None:
    release = store.release(store.content(numbered(1)))
    stranger = PrivateKey()
    keys = store.trust
    for core_by, by, code in (
        ([stranger], [keys.release], "signature_invalid"),
        ([keys.refresh], [keys.release], "signature_invalid"),
        ([keys.release], [stranger], "signature_invalid"),
        ([], [keys.release], "signature_invalid"),
        ([keys.release], [], "signature_invalid"),
        ([keys.release] * 33, [keys.release], "store_damaged"),
    ):
        store.write(store.head(release, core_by=core_by, by=by))
        assert code_of(lambda: opened(store)) == code
    store.write(store.head(release, core_by=[stranger, keys.release], by=[stranger, keys.refresh]))
    assert number(opened(store)) == 1


def test_damage(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    codes = errors(settings)
    release = store.publish(numbered(2))
    file = store.file(release["root"])
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert settings.refresh() is False
    file.unlink()
    assert settings.refresh() is False
    file.mkdir()
    assert settings.refresh() is False
    assert codes == ["store_damaged"] * 3
    assert number(settings) == 1
    file.rmdir()
    file.write_bytes(whole)
    assert settings.refresh() is True


def test_a_store_of_another_kind(store: Store, opened: Open, code: Any) -> None:
    assert code(lambda: opened(store)) == "store_not_found"
    head = store.folder / "head.json"
    head.mkdir()
    assert code(lambda: opened(store)) == "store_damaged"
    head.rmdir()
    for version, expected in ((1, "store_not_found"), (3, "unsupported_format")):
        store.publish(numbered(1), format=version)
        assert code(lambda: opened(store)) == expected


def test_stale(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 0, "stale_after_ms": 1000})
    told: list[Status] = []
    settings.on("stale", told.append)
    head = store.folder / "head.json"
    head.rename(head.with_suffix(".away"))
    settings.refresh()
    assert settings.status.state == "ready"
    store.now += 1001
    settings.refresh()
    assert [one.state for one in told] == ["stale"]
    assert told[0].age_ms == 1001
    head.with_suffix(".away").rename(head)
    settings.refresh()
    assert settings.status.state == "ready"
    assert number(settings) == 1


def passing(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What has passed by the clock that nobody sets, in milliseconds."""
    passed = [0.0]
    monkeypatch.setattr("tenfold.moments._tick", lambda: 1_000_000 + passed[0])
    return passed


def test_a_clock_that_is_set_back_makes_nothing_younger(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = passing(monkeypatch)
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 0, "stale_after_ms": 60_000})
    (store.folder / "head.json").rename(store.base / "away")
    store.now -= DAY
    settings.refresh()
    assert settings.status.age_ms == 0
    passed[0] = 60_001
    settings.refresh()
    assert (settings.status.state, settings.status.age_ms) == ("stale", 60_001)
    (store.base / "away").rename(store.folder / "head.json")
    settings.refresh()
    assert (settings.status.state, settings.status.age_ms) == ("ready", 0)
    # A clock that runs a little slower is right.
    store.now += 10_000
    passed[0] += 14_999
    assert settings.status.age_ms == 10_000


def test_a_poll_that_hangs_while_the_clock_is_set_back(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = passing(monkeypatch)
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 0, "stale_after_ms": 60_000})
    states: list[str] = []

    def hang() -> bytes:
        store.now -= DAY
        passed[0] += 60_001
        states.append(settings.status.state)
        return b""

    settings._decided.manner.store.head = hang  # type: ignore[method-assign]
    settings.refresh()
    assert states == ["stale"]


def test_polls_do_not_overlap(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    running: list[int] = []
    most = 0
    read = settings._decided.manner.store.head

    def slow() -> bytes:
        nonlocal most
        running.append(1)
        most = max(most, len(running))
        time.sleep(0.05)
        running.pop()
        return read()

    settings._decided.manner.store.head = slow  # type: ignore[method-assign]
    store.publish(numbered(2))
    outcomes: list[bool] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(settings.refresh())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert outcomes.count(True) >= 1
    assert number(settings) == 2


def test_it_polls_by_itself(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 20})
    changed = threading.Event()
    settings.on("changed", lambda _: changed.set())
    number(settings)
    store.publish(numbered(2))
    assert changed.wait(10)
    assert number(settings) == 2
    settings.close()
    store.publish(numbered(3))
    assert settings.refresh() is False
    assert number(settings) == 2


def test_polls_follow_each_other_as_often_as_asked(store: Store, opened: Open) -> None:
    """Also where one takes a while, of which the thread that watches the clock knows nothing."""
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 20})
    read = settings._decided.manner.store.head
    polls: list[float] = []

    def slow() -> bytes:
        polls.append(time.monotonic())
        time.sleep(0.03)
        return read()

    settings._decided.manner.store.head = slow  # type: ignore[method-assign]
    number(settings)
    time.sleep(1.2)
    settings.close()
    assert len(polls) > 5


def test_a_callback_that_fails_ends_nothing(store: Store, opened: Open, caplog: Any) -> None:
    store.publish(numbered(1))
    settings: Settings = opened(store)
    told: list[Changed] = []

    def fail(_: Changed) -> None:
        # Asking for another poll within a callback must not wait for itself.
        settings.refresh()
        raise RuntimeError("mine")

    settings.on("changed", fail)
    settings.on("changed", told.append)
    store.publish(numbered(2))
    assert settings.refresh() is True
    assert len(told) == 1
    assert "mine" in caplog.text


def test_one_of_two_registrations_is_removed(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store)
    told: list[Changed] = []
    stops = [settings.on("changed", told.append) for _ in range(3)]
    stops[1]()
    stops[1]()
    store.publish(numbered(2))
    settings.refresh()
    assert len(told) == 2
    stops[0]()
    stops[2]()
    store.publish(numbered(3))
    settings.refresh()
    assert len(told) == 2


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_a_callback_that_ends_the_program_does_not_end_the_polling(
    store: Store, opened: Open, caplog: Any, kind: type[BaseException]
) -> None:
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 20})
    told: list[int] = []
    third = threading.Event()

    def end(_: Changed) -> None:
        raise kind("mine")

    def tell(changed: Changed) -> None:
        told.append(changed.seq)
        if len(told) == 3:
            third.set()

    settings.on("changed", end)
    settings.on("changed", tell)
    number(settings)
    for limit in (2, 3, 4):
        store.publish(numbered(limit))
        for _ in range(200):
            if len(told) == limit - 1:
                break
            time.sleep(0.01)
    assert third.wait(1)
    assert "mine" in caplog.text


def test_the_clock_s_callbacks_do_not_end_the_polling(
    store: Store, opened: Open, caplog: Any
) -> None:
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 100_000, "stale_after_ms": 1000})

    def end(_: Status) -> None:
        raise SystemExit("mine")

    settings.on("stale", end)
    number(settings)
    store.now += 400 * DAY
    for _ in range(300):
        if "mine" in caplog.text:
            break
        time.sleep(0.01)
    assert "mine" in caplog.text
    assert settings._watcher._thread.is_alive()  # type: ignore[union-attr]


def test_who_polls_by_hand_may_be_ended_by_a_callback(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    settings = opened(store)

    def end(_: Changed) -> None:
        raise KeyboardInterrupt

    settings.on("changed", end)
    store.publish(numbered(2))
    with pytest.raises(KeyboardInterrupt):
        settings.refresh()
    assert number(settings) == 2


def test_context_manager(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    with opened(store) as settings:
        assert "ready" in repr(settings)
    assert number(settings) == 1


def test_unused_settings_are_not_polled_for_ever(store: Store) -> None:
    import gc

    from tenfold import open_settings

    store.publish(numbered(1))
    settings = open_settings(
        store.url, trust=store.first_root, refresh={"every_ms": 20}, now=lambda: store.now
    )
    number(settings)
    watcher = settings._watcher
    assert watcher is not None
    del settings
    for _ in range(100):
        gc.collect()
        if not watcher._thread.is_alive():
            break
        time.sleep(0.05)
    assert not watcher._thread.is_alive()


@pytest.mark.parametrize("failures", range(20))
def test_delays(failures: int) -> None:
    from tenfold.polling import delay_after

    least, most = (
        delay_after(failures, 10_000, lambda: 0.0),
        delay_after(failures, 10_000, lambda: 1.0),
    )
    assert 5_000 <= least < most <= 60_000
    assert delay_after(failures, 600_000, lambda: 1.0) <= 660_000
