"""Against the program itself: stores that it released, and its own answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.released import KEYS, PROGRAM, Released
from tenfold import Settings, open_settings
from tenfold.answers import plain_config, secret_of
from tenfold.evaluation import Question

PACKAGE = Path(__file__).resolve().parents[1]


def open_it(released: Released, **over: Any) -> Settings:
    options: dict[str, Any] = {
        "trust": released.trust,
        "keys": {"from": "sealed", "identity": released.identity},
        "refresh": {"every_ms": 0},
        **over,
    }
    return open_settings(options.pop("store", released.url), **options)


def flat(settings: Settings, functions: list[str], prompts: list[str], account: str) -> Any:
    """An account's flat form, by this reader."""
    evaluate = settings.evaluation().evaluate
    configs = {name: settings.get_model_config(name, account) for name in functions}
    texts = {name: settings.get_effective_prompt(account, name) for name in prompts}
    return {
        "functions": {
            name: {**plain_config(config), "api_key": {"secret": secret_of(config)}}
            for name, config in configs.items()
        },
        "prompts": {
            name: {
                "prompt_value": text.prompt_value,
                "default_prompt": text.default_prompt,
                "is_customized": text.is_customized,
            }
            for name, text in texts.items()
        },
        "author_profiles": evaluate(Question("author_profiles"), account, None).plain(),
        "strategies": evaluate(Question("strategies"), account, None).plain(),
    }


@pytest.mark.parametrize("mode", ["full", "lazy"])
def test_every_answer(released: Released, mode: str) -> None:
    wanted = json.loads(released.run("compile", "--flat", "-"))
    prompts = list(wanted["defaults"]["prompts"])
    with open_it(released, mode=mode) as settings:
        assert settings.missing_keys == ()
        for account, answers in wanted["accounts"].items():
            assert settings.account(account)
            said = flat(settings, wanted["functions"], prompts, account)
            plan = settings.get_model_config(wanted["functions"][0], account).plan
            assert {"plan": plan, **said} == answers, account
        settings.account("nobody")
        assert flat(settings, wanted["functions"], prompts, "nobody") == wanted["defaults"]


@pytest.mark.parametrize("plan", ["free", "starter", "growth", "scale"])
def test_live_plans(released: Released, plan: str) -> None:
    with open_it(released) as settings:
        for function in ("generate_content", "generate_images"):
            said = released.run(
                "get", "acme", function, "--plan", plan, "--store", released.url, "--format", "json"
            )
            config = settings.get_model_config(function, "acme", plan=plan)
            assert json.loads(said) == {
                "account": "acme",
                "known": True,
                "plan": "growth",
                "live_plan": plan,
                "function": function,
                **plain_config(config),
                "api_key": {"secret": secret_of(config)},
            }


def test_sealed_keys(released: Released) -> None:
    with open_it(released) as settings:
        config = settings.get_model_config("generate_content", "acme")
        assert config.api_key == KEYS["OPENAI_API_KEY"]


def test_explanations(released: Released) -> None:
    said = json.loads(released.run("explain", "acme", "generate_images", "--format", "json"))
    with open_it(released) as settings:
        explained = settings.explain("acme", "generate_images")
    fields = {
        name: {
            "value": field.value,
            "layers": [
                {
                    "layer": one.layer,
                    "value": one.value,
                    "file": f"config/{one.file}",
                    "line": one.line,
                    "column": one.column,
                    **({"wins": True} if one.wins else {}),
                    **(
                        {}
                        if one.stopped_by is None
                        else {
                            "stopped_by": {
                                "rule": one.stopped_by.rule,
                                "file": f"config/{one.stopped_by.file}",
                                "line": one.stopped_by.line,
                            }
                        }
                    ),
                }
                for one in field.layers
            ],
        }
        for name, field in explained.fields.items()
    }
    for field in said["fields"].values():
        for layer in field["layers"]:
            # Those are git's, and not of the store.
            del layer["commit"], layer["author"]
    assert fields == said["fields"]


def test_the_embedded_store(released: Released, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(released.folder / "state"))
    monkeypatch.chdir(released.folder)
    released.run("release")
    with open_settings("file:.tenfold/store", keys={"from": "env", "env": KEYS}) as settings:
        assert settings.get_model_config("generate_content", "acme").model == "gpt-4"


SCRIPT = """
import {{ openSettings }} from {sdk!r}
const settings = await openSettings({{
  store: {store!r}, trust: {trust!r}, cacheDir: {cache!r}, keys: {{ from: 'env', env: {{}} }},
  refresh: {{ everyMs: 0 }},
}})
const {{ model }} = settings.getModelConfig('generate_content', 'acme')
console.log(JSON.stringify([model, settings.status.seq, settings.status.state]))
await settings.close()
"""


def by_the_sdk(released: Released, store: str, cache: Path) -> Any:
    """What the SDK for TypeScript says, with this folder as its cache."""
    script = SCRIPT.format(
        sdk=str(PROGRAM.parent / "sdk.js"),
        store=store,
        trust=str(released.trust),
        cache=str(cache),
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_either_reads_the_others_cache(released: Released, tmp_path: Path) -> None:
    nowhere = f"file:{tmp_path / 'nowhere'}"
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    open_it(released, cache_dir=ours).close()
    said = by_the_sdk(released, nowhere, ours)
    assert (said[0], said[2]) == ("gpt-4", "stale")
    by_the_sdk(released, released.url, theirs)
    with open_it(released, store=nowhere, cache_dir=theirs) as settings:
        assert settings.get_model_config("generate_content", "acme").model == "gpt-4"
        assert (settings.status.seq, settings.status.state) == (said[1], "stale")


USES = """
from typing import cast

import settings_types
from tenfold import open_settings

with open_settings("file:.tenfold/store") as opened:
    settings = cast(settings_types.Settings, opened)
    config = settings.get_model_config("generate_content", "acme", plan="growth")
    tokens: int = config["max_tokens"]
    print(tokens, settings.compile_prompt("acme", "clustering", {"IGNY8_KEYWORDS": "tea"}))
"""


def test_generated_types(
    released: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mypy")
    pytest.importorskip("typing_extensions")
    monkeypatch.setenv("XDG_STATE_HOME", str(released.folder / "state"))
    released.run("types", "--lang", "python", "--out", str(tmp_path / "settings_types.py"))
    (tmp_path / "uses.py").write_text(USES)
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-incremental",
            "--follow-imports=silent",
            "uses.py",
        ],
        cwd=tmp_path,
        env={"MYPYPATH": str(PACKAGE), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    released.run("release")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "uses.py")],
        cwd=released.folder,
        env={
            "PYTHONPATH": str(PACKAGE),
            "PATH": "",
            "XDG_STATE_HOME": str(released.folder / "state"),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "tea" in done.stdout
