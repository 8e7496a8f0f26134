"""The adapter of the exam, as a program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.publisher import Store
from support.sample import numbered

ADAPTER = Path(__file__).resolve().parents[1] / "conformance" / "adapter.py"
NOW = "2026-01-01T00:00:00Z"


@pytest.fixture
def run(store: Store, tmp_path: Path) -> Any:
    """Runs a verb, and returns its exit code and what it prints."""
    (tmp_path / "root.json").write_bytes(store.first_root)

    def run_it(*arguments: str, text: str = "") -> tuple[int, Any]:
        done = subprocess.run(
            [sys.executable, str(ADAPTER), *arguments, "--state", str(tmp_path / "state")],
            input=text,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else None

    return run_it


@pytest.mark.parametrize("mode", ["full", "lazy"])
def test_three_verbs(store: Store, run: Any, mode: str) -> None:
    store.publish(numbered(1))
    assert run("init", "--trust", "root.json", "--mode", mode) == (0, {})
    assert run("refresh", "--store", store.url, "--now", NOW) == (
        0,
        {"seq": 1, "commit": "commit-1", "stage": None, "events": []},
    )
    first = (store.folder / "head.json").read_bytes()
    store.publish(numbered(2))
    assert run("refresh", "--store", store.url, "--now", NOW)[0] == 0
    store.write(first)
    assert run("refresh", "--store", store.url, "--now", NOW) == (1, {"error": "rollback_refused"})
    questions = [
        {"ask": "function", "function": "generate_content", "account": "acme", "plan": "growth"},
        {"ask": "function", "function": "nothing", "account": "acme"},
        {"ask": "release", "account": "acme"},
        {"ask": "key", "function": "generate_content", "account": "acme"},
        {"ask": "missing_keys"},
    ]
    code, answers = run("get", "--store", store.url, "--now", NOW, text=json.dumps(questions))
    assert code == 0
    assert answers[0] == {
        "account": "acme",
        "known": True,
        "plan": "growth",
        "live_plan": "growth",
        "function": "generate_content",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "temperature": 0.7,
        "max_tokens": 2,
        "api_key": {"secret": "OPENAI_API_KEY"},
    }
    assert answers[1:4] == [
        {"error": "unknown_function"},
        {"release": "stable", "seq": 2, "commit": "commit-2", "id": None},
        {"error": "missing_key"},
    ]
    assert len(answers[4]) == 4
    assert run("get", "--store", store.url, "--now", NOW, text='[{"ask": "weather"}]')[0] == 2


def test_refusals(store: Store, run: Any, tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text("{}")
    for name in ("wrong.json", "nowhere.json"):
        assert run("init", "--trust", name) == (1, {"error": "invalid_trust"})
    assert run("init", "--trust", "root.json", "--environment", "staging") == (0, {})
    store.publish(numbered(1))
    refused = run("refresh", "--store", store.url, "--now", NOW)
    assert refused == (1, {"error": "environment_changed"})
    assert run("get", "--store", store.url, "--now", NOW, text='[{"ask": "missing_keys"}]') == (
        0,
        [{"error": "store_not_found"}],
    )
    assert run("refresh", "--store", "oci:example.org/x", "--now", NOW)[0] == 2
    assert run("init")[0] == 2
