"""The example for Django, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from support.publisher import Content, Store
from support.sample import GLOBALS, KEYS, TEXTS
from test_answers import RICH

pytest.importorskip("django")

PACKAGE = Path(__file__).resolve().parents[1]
EXAMPLE = PACKAGE / "examples" / "django"


@pytest.fixture
def ask(store: Store, tmp_path: Path) -> Any:
    """Asks for pages of the example, and returns their status and text."""
    store.now = time.time() * 1000
    store.publish(Content(GLOBALS, TEXTS, RICH))
    trust = tmp_path / "root.json"
    trust.write_bytes(store.first_root)

    def ask_for(*paths: str, **variables: str) -> list[tuple[int, str]]:
        program = (
            "import json, logging, django; django.setup(); logging.disable()\n"
            "from django.test import Client\n"
            "client = Client(raise_request_exception=False)\n"
            f"found = [client.get(path) for path in {list(paths)!r}]\n"
            "print(json.dumps([[one.status_code, one.content.decode()] for one in found]))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            cwd=EXAMPLE,
            env={
                **os.environ,
                **KEYS,
                "DJANGO_SETTINGS_MODULE": "content.settings",
                "PYTHONPATH": os.pathsep.join([str(EXAMPLE), str(PACKAGE)]),
                "TENFOLD_STORE": store.url,
                "TENFOLD_TRUST": str(trust),
                **variables,
            },
        )
        assert done.returncode == 0, done.stderr
        return [(status, text) for status, text in json.loads(done.stdout)]

    return ask_for


def test_the_same_answers_as_before(ask: Any) -> None:
    own, free, other = ask(
        "/generate/acme?plan=growth", "/generate/acme?plan=free", "/generate/nobody?plan=growth"
    )
    assert json.loads(own[1]) == {
        "model": "gpt-4",
        "temperature": 0.2,
        "max_tokens": 8192,
        "prompt": "Mine [IGNY8_KEYWORDS]",
        "authorized": True,
    }
    for status, text in (free, other):
        assert status == 200
        assert json.loads(text)["model"] == "gpt-4o-mini"
        assert json.loads(text)["prompt"] == TEXTS["clustering"]


def test_what_a_caller_or_the_service_does_wrong(ask: Any) -> None:
    ((status, text),) = ask("/generate/acme?plan=gold")
    assert status == 400
    assert json.loads(text) == {"error": "unknown_plan"}
    for value, code in (("", "missing_key"), ('"quoted-0123456789abcdef"', "invalid_key")):
        ((status, text),) = ask("/generate/acme?plan=growth", OPENAI_API_KEY=value)
        assert status == 503
        assert json.loads(text) == {"error": code}


def test_health(ask: Any) -> None:
    assert ask("/healthz") == [(200, "ready 1\n")]


def test_the_debug_page_shows_no_key(ask: Any) -> None:
    ((status, page),) = ask("/fail/acme", DJANGO_DEBUG="1")
    assert status == 500
    assert "the provider of gpt-4 is down" in page
    assert "ModelConfig(provider" in page
    # The environment of the process is on that page, too: Django hides it by its variables' names.
    assert not any(key in page for key in KEYS.values())
