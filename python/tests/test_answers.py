"""What a service asks, and what it gets."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import enum
import json
import pickle
import pprint
import traceback
from pathlib import Path
from typing import Any

import pytest

import tenfold
from conftest import Open, code_of
from support.publisher import Content, Store
from support.sample import GLOBALS, KEYS, TEXTS, globals_with, numbered, openai
from support.server import Server
from tenfold import ModelConfig, TenfoldError, open_settings

RICH: dict[str, tuple[str, dict[str, Any]]] = {
    "acme": (
        "growth",
        {
            "overrides": {
                "openai": {"model": "gpt-4", "temperature": 0.2},
                "image": {"max_in_article": 4, "provider": "dalle"},
            },
            "prompts": {
                "clustering": {
                    "customized": True,
                    "default": "old",
                    "value": "Mine [IGNY8_KEYWORDS]",
                }
            },
            "author_profiles": {
                "house": {"name": "House", "tone": "warm"},
                "teacher": {"active": False, "name": "x"},
            },
            "strategies": {"launch": {"name": "Launch", "sections": ["One", "Two"]}},
        },
    ),
    "pinned": (
        "growth",
        {"prompts": {"clustering": {"customized": False, "default": "old", "value": "kept"}}},
    ),
    "free": ("free", {}),
    "poor": ("starter", {"overrides": {"openai": {"max_tokens": 10, "temperature": 0.1}}}),
    "twin": ("starter", {"overrides": {"openai": {"max_tokens": 10, "temperature": 0.1}}}),
}


@pytest.fixture
def settings(store: Store, opened: Open) -> Any:
    store.publish(Content(GLOBALS, TEXTS, RICH))
    return opened(store)


def test_model_config(settings: Any) -> None:
    config = settings.get_model_config("generate_content", "acme")
    assert (config.provider, config.model, config.temperature) == ("openai", "gpt-4", 0.2)
    assert config.max_tokens == config["max_tokens"] == 8192
    assert (config.known, config.plan, config.api_key) == (True, "growth", "sk-openai-very-secret")
    assert list(config) == ["provider", "model", "temperature", "max_tokens", "known", "plan"]
    assert config.get("size") is None
    with pytest.raises(AttributeError, match="size"):
        config.size  # noqa: B018
    with pytest.raises(KeyError):
        config["api_key"]
    images = settings.get_model_config("generate_images", "acme")
    assert (images.provider, images.max_in_article, images.style) == ("dalle", 4, "vivid")
    cluster = settings.get_model_config("auto_cluster", "acme")
    assert (cluster.max_tokens, cluster.response_format) == (3000, "json")


def test_plans(settings: Any) -> None:
    def temperature(account: str, plan: str | None = None) -> Any:
        return settings.get_model_config("generate_content", account, plan=plan).temperature

    assert temperature("poor") == 0.1
    assert settings.get_model_config("generate_content", "poor").max_tokens == 8192
    assert temperature("acme", "free") == 0.7
    assert temperature("acme", "growth") == 0.2
    assert settings.get_effective_prompt("acme", "clustering", plan="free").is_customized is False
    assert "house" not in settings.get_author_profiles("acme", plan="free")
    assert "launch" not in settings.get_strategies("acme", plan="starter")


def test_prompts(settings: Any) -> None:
    mine = settings.get_effective_prompt("acme", "clustering")
    assert dataclasses.astuple(mine) == ("Mine [IGNY8_KEYWORDS]", "old", True)
    assert settings.get_effective_prompt("pinned", "clustering").prompt_value == "old"
    own = settings.get_effective_prompt("free", "clustering")
    assert own is settings.get_effective_prompt("nobody", "clustering")
    assert own.prompt_value == TEXTS["clustering"]


def test_compile(settings: Any) -> None:
    ask = settings.compile_prompt
    assert ask("acme", "clustering", {"IGNY8_KEYWORDS": "[IGNY8_LANGUAGE]"}) == (
        "Mine [IGNY8_LANGUAGE]"
    )
    assert ask("free", "clustering", {"IGNY8_KEYWORDS": "tea"}) == "Group tea in  [NOTE]"
    assert code_of(lambda: ask("free", "clustering", {})) == "missing_variable"
    for wrong, code in (
        ({"IGNY8_KEYWORDS": 1}, "invalid_variable"),
        ({"IGNY8_KEYWORDS": None}, "invalid_variable"),
        ({"NOTE": "x"}, "unknown_variable"),
        ({"OTHER": "x"}, "unknown_variable"),
        ([("IGNY8_KEYWORDS", "x")], "invalid_option"),
    ):
        assert code_of(lambda wrong=wrong: ask("free", "clustering", wrong)) == code


@pytest.mark.parametrize(
    ("form", "text", "filled"),
    [
        ("brackets", "[A] $[A] [ A] [[A]]", "x $[A] [ A] [x]"),
        ("braces", "{A} ${A} {{A}} {B}", "x ${A} {x} {B}"),
        ("mustache", "{{A}} {A} {{{A}}} ${{A}}", "x {A} {{{A}}} ${{A}}"),
        ("none", "[A] {A}", "[A] {A}"),
    ],
)
def test_placeholders(store: Store, opened: Open, form: str, text: str, filled: str) -> None:
    variables = {} if form == "none" else {"A": True}
    prompts = {"clustering": {"placeholders": form, "variables": variables}}
    store.publish(Content(globals_with(prompts=prompts), {"clustering": text}, {}))
    given = {} if form == "none" else {"A": "x"}
    assert opened(store).compile_prompt("a", "clustering", given) == filled


def test_records(settings: Any) -> None:
    profiles = settings.get_author_profiles("acme")
    assert {name: one.tone for name, one in profiles.items()} == {"house": "warm"}
    strategies = settings.get_strategies("acme")
    assert strategies["launch"].sections == ("One", "Two")
    assert strategies["pillar"].prompt_types == ("ideas",)
    assert settings.get_strategies("free") is settings.get_strategies("nobody")
    with pytest.raises(TypeError):
        profiles["house"] = None


def test_answers_are_shared(settings: Any) -> None:
    ask = settings.get_model_config
    assert ask("generate_content", "poor") is ask("generate_content", "twin")
    assert ask("generate_content", "acme") is ask("generate_content", "acme", plan="growth")
    assert ask("generate_content", "acme", plan="free") is ask(
        "generate_content", "acme", plan="free"
    )
    assert settings.snapshot().get_model_config("generate_content", "acme") is ask(
        "generate_content", "acme"
    )


def test_answers_cannot_be_changed(settings: Any) -> None:
    config = settings.get_model_config("generate_content", "acme")
    for change in (
        lambda: setattr(config, "model", "x"),
        lambda: setattr(config, "new", "x"),
        lambda: delattr(config, "model"),
        lambda: setattr(config, "_members", {}),
    ):
        with pytest.raises(AttributeError):
            change()
    with pytest.raises(TypeError):
        config["model"] = "x"
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.get_effective_prompt("acme", "clustering").prompt_value = "x"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda s: s.get_model_config("generate", "acme"), "unknown_function"),
        (lambda s: s.get_model_config(None, "acme"), "unknown_function"),
        (lambda s: s.get_model_config(["x"], "acme"), "unknown_function"),
        (lambda s: s.get_model_config("generate_content", None), "invalid_option"),
        (lambda s: s.get_model_config("generate_content", 7), "invalid_option"),
        (lambda s: s.get_model_config("generate_content", ["acme"]), "invalid_option"),
        (lambda s: s.get_model_config("generate_content", b"acme"), "invalid_option"),
        (lambda s: s.get_model_config("generate_content", "acme", plan="pro"), "unknown_plan"),
        (lambda s: s.get_model_config("generate_content", "acme", plan=""), "unknown_plan"),
        (lambda s: s.get_model_config("generate_content", "acme", plan=1), "unknown_plan"),
        (lambda s: s.get_model_config("generate_content", "acme", plan=["free"]), "unknown_plan"),
        (lambda s: s.get_effective_prompt("acme", "cluster"), "unknown_prompt"),
        (lambda s: s.get_effective_prompt("acme", {}), "unknown_prompt"),
        (lambda s: s.get_effective_prompt(True, "clustering"), "invalid_option"),
        (lambda s: s.get_author_profiles(None), "invalid_option"),
        (lambda s: s.get_author_profiles({}), "invalid_option"),
        (lambda s: s.get_strategies("acme", plan={}), "unknown_plan"),
        (lambda s: s.release_of(None), "invalid_option"),
        (lambda s: s.account(None), "invalid_option"),
        (lambda s: s.explain("acme", "x"), "unknown_function"),
        (lambda s: s.on("change", print), "invalid_option"),
        (lambda s: s.on("changed", None), "invalid_option"),
    ],
)
def test_wrong_questions(settings: Any, ask: Any, code: str) -> None:
    assert code_of(lambda: ask(settings)) == code


def test_texts_of_other_classes(settings: Any) -> None:
    class Name(str, enum.Enum):
        ACME = "acme"
        FUNCTION = "generate_content"
        GROWTH = "growth"

    config = settings.get_model_config(Name.FUNCTION, Name.ACME, plan=Name.GROWTH)
    assert config is settings.get_model_config("generate_content", "acme")


def test_unknown_accounts(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    config = opened(store).get_model_config("generate_content", "nobody", plan="free")
    assert (config.known, config.plan, config.max_tokens) == (False, None, 8192)
    for account in ("", "acme\n", "ACME", "x" * 1000, "é", "\ud800"):
        assert not opened(store).get_model_config("generate_content", account).known
    strict = opened(store, on_unknown_account="error")
    ask = strict.get_model_config
    assert code_of(lambda: ask("generate_content", "nobody")) == "unknown_account"
    assert code_of(lambda: ask("x", "nobody")) == "unknown_function"
    assert ask("generate_content", "acme").known


def hidden_in(thing: object) -> None:
    for key in KEYS.values():
        assert key not in repr(thing)
        assert key not in str(thing)
        assert key not in pprint.pformat(thing)


def test_keys_are_hidden(settings: Any) -> None:
    config: ModelConfig = settings.get_model_config("generate_content", "acme")
    assert config.api_key
    assert "'secret': 'OPENAI_API_KEY'" in repr(config)
    hidden_in(config)
    hidden_in(dict(config))
    hidden_in([settings, settings.snapshot(), settings.status])
    hidden_in(copy.copy(config))
    hidden_in(copy.deepcopy({"config": config}))
    hidden_in(json.dumps(dict(config)))
    hidden_in(pickle.dumps(config))
    hidden_in([getattr(config, name) for name in ("_members", "_secret", "_keys", "_is_own")])
    hidden_in(vars(config._keys))
    for thing in (config, settings):
        with pytest.raises(TypeError):
            vars(thing)
    with pytest.raises(TypeError):
        pickle.dumps(settings)
    with pytest.raises(TypeError):
        dataclasses.asdict(config)  # type: ignore[call-overload]

    @dataclasses.dataclass
    class Job:
        config: ModelConfig

    hidden_in(dataclasses.asdict(Job(config)))


def test_an_answer_travels_without_its_key(settings: Any) -> None:
    config = settings.get_model_config("generate_content", "acme")
    there = pickle.loads(pickle.dumps(config))
    assert there == config
    assert hash(there) == hash(config)
    assert code_of(lambda: there.api_key) == "missing_key"
    error = pickle.loads(pickle.dumps(TenfoldError("expired", "it has")))
    assert (error.code, str(error)) == ("expired", "it has")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_answer_travels(settings: Any, protocol: int) -> None:
    for answer in (
        settings.get_model_config("generate_content", "acme"),
        settings.get_effective_prompt("acme", "clustering"),
        settings.get_author_profiles("acme"),
        settings.get_strategies("acme"),
        settings.explain("acme", "generate_content"),
        settings.release_of("acme"),
        settings.status,
    ):
        there = pickle.loads(pickle.dumps(answer, protocol))
        assert there == answer
        assert type(there) is type(answer)
        assert copy.deepcopy(answer) == copy.copy(answer) == answer
        assert repr(there) == repr(answer)


def test_records_cannot_be_changed(settings: Any) -> None:
    profiles = settings.get_author_profiles("acme")
    assert len(profiles) == len(list(profiles)) > 0
    assert profiles == dict(profiles)
    for change in (
        lambda: profiles.update(house=None),
        lambda: profiles.__setitem__("house", None),
        lambda: setattr(profiles, "house", None),
        lambda: dataclasses.asdict(profiles["house"]).clear() or vars(profiles),
    ):
        with pytest.raises((AttributeError, TypeError)):
            change()
    assert settings.get_author_profiles("acme") is profiles


def config_of(**members: Any) -> ModelConfig:
    return ModelConfig(members, "SECRET", None)  # type: ignore[arg-type]


def test_equal_configs_have_one_hash() -> None:
    one, other = config_of(a=1, b="x"), config_of(b="x", a=1)
    assert one == other
    assert len({one, other}) == 1
    assert one != config_of(a=1)
    assert one != {"a": 1, "b": "x"}


def test_parameters_with_the_names_of_methods() -> None:
    config = config_of(items=5, keys="a", values=True, get=0.5, model="x")
    assert [config[name] for name in ("items", "keys", "values", "get")] == [5, "a", True, 0.5]
    assert dict(config) == {"items": 5, "keys": "a", "values": True, "get": 0.5, "model": "x"}
    assert dict(config.items()) == dict(config)
    assert config.get("items") == 5
    assert config.get("nothing", default=1) == 1  # type: ignore[call-overload]


PACKAGE = str(Path(tenfold.__file__).parent)


def shown(error: BaseException | None) -> str:
    """What a debug page prints of the frames of this package."""
    frames = []
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith(PACKAGE):
                frames.append(pprint.pformat(frame.f_locals))
        error = error.__cause__ or error.__context__
    return "\n".join(frames)


def test_no_frame_shows_a_key(store: Store) -> None:
    """A debug page prints the variables of every frame of a traceback."""
    store.publish(numbered(1))
    keys = {"from": "sealed", "identity": "AGE-SECRET-KEY-1" + "Q" * 58}

    with pytest.raises(TenfoldError) as raised:
        open_settings(
            f"{store.url}/nowhere",
            trust=store.first_root,
            keys=keys,  # type: ignore[arg-type]
        )
    assert raised.value.code == "store_not_found"
    assert "AGE-SECRET" not in shown(raised.value)

    value = '"sk-openai-in-quotes-0123456789"'
    settings = open_settings(
        store.url,
        trust=store.first_root,
        keys={"from": "env", "env": {"OPENAI_API_KEY": value}},
        refresh={"every_ms": 0},
        now=lambda: store.now,
    )
    with pytest.raises(TenfoldError) as raised:
        settings.get_model_config("generate_content", "acme").api_key  # noqa: B018
    assert raised.value.code == "invalid_key"
    assert "sk-openai" not in shown(raised.value) + str(raised.value)


def session(token: str) -> Any:
    return lambda: {
        "access_key_id": "AKIDEXAMPLE",
        "secret_access_key": "secret",
        "session_token": token,
    }


@pytest.mark.parametrize("kind", ["server", "bucket"])
@pytest.mark.parametrize("mode", ["full", "lazy"])
def test_no_frame_shows_a_token(store: Store, opened: Open, kind: str, mode: str) -> None:
    """Whatever reads from the store may fail, with the headers of its request at hand."""
    store.publish(numbered(1))
    server = Server(store.folder, "/bucket" if kind == "bucket" else "")
    token = "token-very-secret"
    over: dict[str, Any] = {"headers": lambda: {"authorization": f"Bearer {token}"}}
    url = server.url
    if kind == "bucket":
        url = f"s3:bucket?endpoint=http://127.0.0.1:{server.server_port}"
        over = {"credentials": session(token)}
    settings = opened(store, store=url, mode=mode, **over)
    at = settings.snapshot()
    asked = [
        lambda: settings.explain("acme", "generate_content"),
        lambda: at.explain("acme", "generate_content"),
    ]
    if mode == "lazy":
        asked += [
            lambda: settings.account("acme"),
            lambda: at.account("acme"),
            lambda: asyncio.run(settings.account_async("acme")),
        ]

    def reset(handler: Any, _: Any) -> bool:
        handler.reset()
        return True

    def refuse(handler: Any, _: Any) -> bool:
        handler.reply(403, b"")
        return True

    for fault in (reset, refuse):
        server.faults = [fault]
        for ask in asked:
            with pytest.raises(TenfoldError) as raised:
                ask()
            assert raised.value.code == "store_unreadable"
            assert token not in shown(raised.value)
    server.stop()


def test_no_request_shows_its_headers() -> None:
    from urllib.parse import urlsplit

    from tenfold.stores.requests import Request

    request = Request(urlsplit("https://x/"), {"authorization": "Bearer token-very-secret"}, 1)
    assert "very-secret" not in repr(request)


def test_async(settings: Any) -> None:
    assert asyncio.run(settings.account_async("acme")) is True
    # The loop is closed now, and the settings know nothing of it.
    assert asyncio.run(settings.account_async("nobody")) is False
    assert settings.get_model_config("generate_content", "acme").known
    assert settings.refresh() is False


def test_wrong_types_in_globals_refuse_the_release(store: Store, opened: Open) -> None:
    providers = globals_with()["providers"]
    providers["openai"]["fields"]["max_tokens"] = "many"
    store.publish(Content(globals_with(providers=providers), TEXTS, {}))
    assert code_of(lambda: opened(store)) == "store_damaged"


def test_wrong_types_in_a_line_fail_its_account(store: Store, opened: Open) -> None:
    store.publish(
        Content(GLOBALS, TEXTS, {"bad": openai("growth", max_tokens=True), "good": ("free", {})})
    )
    settings = opened(store)
    assert settings.get_model_config("generate_content", "good").known
    assert code_of(lambda: settings.get_model_config("generate_content", "bad")) == "store_damaged"
