"""A candidate answers for some accounts first."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Open
from support.publisher import Content, Store
from support.sample import GLOBALS, TEXTS, globals_with, many, numbered, openai
from tenfold import AnsweringRelease, Changed
from tenfold.domain.rings import Ladder, Ring, StageMembers, cohort_of

MINUTE = 60_000
DAY = 86_400_000
STAGES: list[dict[str, Any]] = [{"accounts": ["acme"]}, {"bp": 750}, {"bp": 10_000}]


def start(
    store: Store, stable: Content, following: Content, stage: Any = 0, **over: Any
) -> dict[str, Any]:
    candidate = {
        "commit": "next",
        "exclude": ["bigcorp"],
        "id": "r1",
        "root": store.content(following),
        "stages": STAGES,
        "tree": None,
        "until": store.time(14 * DAY),
        **over.pop("candidate", {}),
    }
    rollout = {"expires": store.time(15 * MINUTE), "since": store.time(), "stage": stage}
    return store.publish(stable, candidate=candidate, rollout=rollout, **over)


def step(store: Store, stage: Any, **over: Any) -> None:
    rollout = {"expires": store.time(15 * MINUTE), "since": store.time(), "stage": stage, **over}
    store.resign(issued=store.time(), expires=store.time(DAY), rollout=rollout)


def number(settings: Any, account: str) -> int:
    return int(settings.get_model_config("generate_content", account).max_tokens)


def three(value: int) -> Content:
    return numbered(
        value, globex=openai("growth", max_tokens=value), bigcorp=openai("growth", max_tokens=value)
    )


@pytest.mark.parametrize("mode", ["full", "lazy"])
def test_stages(store: Store, opened: Open, mode: str) -> None:
    start(store, three(1), three(2))
    settings = opened(store, mode=mode)
    changes: list[Changed] = []
    settings.on("changed", changes.append)
    accounts = ("acme", "globex", "other", "bigcorp")

    def numbers() -> list[int]:
        for account in accounts:
            assert settings.account(account)
        return [number(settings, account) for account in accounts]

    assert numbers() == [2, 1, 1, 1]
    at_first = settings.snapshot()
    # The cohorts of acme, globex and other in r1 are 785, 713 and beyond.
    step(store, 1)
    assert settings.refresh()
    assert numbers() == [2, 2, 1, 1]
    step(store, 2)
    assert settings.refresh()
    assert numbers() == [2, 2, 2, 1]
    assert number(at_first, "globex") == 1
    step(store, "stopped")
    assert settings.refresh()
    assert numbers() == [1, 1, 1, 1]
    assert [one.stage for one in changes] == [1, 2, None]
    store.publish(three(2))
    assert settings.refresh()
    assert numbers() == [2, 2, 2, 2]


def test_labels(store: Store, opened: Open) -> None:
    start(store, three(1), three(2))
    settings = opened(store)
    assert settings.release_of("acme") == AnsweringRelease("candidate", 1, "next", "r1")
    assert settings.release_of("other") == AnsweringRelease("stable", 1, "commit-1", "r1")
    assert settings.release_of("nobody") is settings.release_of("other")
    assert settings.explain("acme", "generate_content").commit == "next"


def test_the_clock(store: Store, opened: Open) -> None:
    start(store, three(1), three(2), stage=2)
    settings = opened(store)
    changes: list[Changed] = []
    settings.on("changed", changes.append)
    assert number(settings, "globex") == 2
    pinned = settings.snapshot()
    store.now += 15 * MINUTE
    assert number(settings, "globex") == 1
    assert number(pinned, "globex") == 2
    settings.look_at_clock()
    settings.look_at_clock()
    assert changes == [Changed(1, "commit-1", None)]
    step(store, 2)
    assert settings.refresh()
    assert number(settings, "globex") == 2
    # At its end the rollout needs no watcher, until its own end.
    step(store, 2, expires=None)
    settings.refresh()
    for _ in range(13):
        store.now += DAY
        store.resign(issued=store.time(), expires=store.time(DAY * 2))
        settings.refresh()
    assert number(settings, "globex") == 2
    store.now += DAY
    assert number(settings, "globex") == 1


def test_stages_do_not_go_back(store: Store, opened: Open, errors: Any) -> None:
    start(store, three(1), three(2), stage=1)
    settings = opened(store)
    codes = errors(settings)
    step(store, 0)
    assert settings.refresh() is False
    step(store, "stopped")
    assert settings.refresh() is True
    step(store, 2)
    assert settings.refresh() is False
    assert codes == ["rollback_refused", "rollback_refused"]


def damaged(store: Store) -> Content:
    content = numbered(2)
    root = store.content(content)
    store.file(root).write_bytes(b"x")
    return content


def granting_more(_: Store) -> Content:
    providers = globals_with()["providers"]
    providers["openai"]["secret"] = "RUNWARE_API_KEY"
    return Content(
        globals_with(providers=providers), TEXTS, {"acme": openai("growth", max_tokens=2)}
    )


def shrunk(_: Store) -> Content:
    return Content(GLOBALS, TEXTS, {"acme": openai("growth", max_tokens=2)})


@pytest.mark.parametrize("wrong", [damaged, granting_more, shrunk])
def test_a_candidate_is_usable_or_not_as_a_whole(
    store: Store, opened: Open, errors: Any, wrong: Any
) -> None:
    stable = Content(GLOBALS, TEXTS, many(40, acme=openai("growth", max_tokens=1)))
    start(store, stable, wrong(store), stage=2)
    if wrong is damaged:
        store.file(store.current()["candidate"]["root"]).write_bytes(b"x")
    settings = opened(store)
    assert errors(settings) == ["candidate_unusable"]
    assert number(settings, "acme") == 1
    assert settings.release_of("acme").release == "stable"


def test_a_candidate_that_is_meant_to_shrink(store: Store, opened: Open) -> None:
    stable = Content(GLOBALS, TEXTS, many(40, acme=openai("growth", max_tokens=1)))
    start(store, stable, shrunk(store), stage=2, shrunk_at=1)
    assert number(opened(store), "acme") == 2


def test_a_candidate_with_functions_of_its_own(store: Store, opened: Open) -> None:
    functions = globals_with()["functions"]
    functions["translate"] = {"defaults": {}, "kind": "text", "models": {}, "prompts": []}
    following = Content(globals_with(functions=functions), TEXTS, three(2).accounts)
    start(store, three(1), following)
    settings = opened(store)
    assert settings.get_model_config("translate", "acme").model == "gpt-4o-mini"
    with pytest.raises(Exception, match="translate"):
        settings.get_model_config("translate", "other")


def test_what_was_a_candidate_answers_on(store: Store, opened: Open) -> None:
    start(store, three(1), three(2), stage=2)
    settings = opened(store)
    answer = settings.get_model_config("generate_content", "globex")
    store.publish(three(2))
    assert settings.refresh()
    assert settings.get_model_config("generate_content", "globex") == answer
    assert settings.release_of("globex").id is None


def test_cohorts() -> None:
    assert [cohort_of(*one) for one in (("r1", "acme"), ("r1", "globex"), ("r2", "acme"))] == [
        785,
        713,
        3214,
    ]
    ladder = Ladder("r1", (Ring(accounts=("a",)), Ring(bp=714)), ("b",))
    first, second = StageMembers(ladder, 0), StageMembers(ladder, 1)
    assert ("a" in first, "globex" in first, "b" in first) == (True, False, False)
    assert ("a" in second, "globex" in second, "acme" in second) == (True, True, False)
    everybody = StageMembers(Ladder("r1", (Ring(bp=10_000),), ("b",)), 0)
    assert ("anybody" in everybody, "b" in everybody) == (True, False)
    # What was computed once is remembered, and not for ever.
    for i in range(9000):
        assert (f"x{i}" in second) == (cohort_of("r1", f"x{i}") < 714)


def test_cohorts_of_what_is_no_id_are_not_remembered() -> None:
    members = StageMembers(Ladder("r1", (Ring(bp=750),), ()), 0)
    for i in range(9):
        assert (f"{i}" * 64 in members) == (cohort_of("r1", f"{i}" * 64) < 750)
    assert "acme" not in members
    assert list(members._cohorts) == ["acme"]
