"""The documentation: its examples run, and it names everything that there is."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest

import tenfold
from support.publisher import Content, Store
from support.sample import GLOBALS, GRANTED, KEYS, TEXTS
from support.server import Server
from tenfold import options
from test_answers import RICH
from test_git import git
from test_keys import sealed

PACKAGE = Path(__file__).resolve().parents[1]
DOCS = [PACKAGE / "docs" / "sdk.md", PACKAGE / "README.md"]


def blocks(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with what the examples speak of: a store, in a folder, a bucket, and a branch."""
    pyrage = pytest.importorskip("pyrage")
    pytest.importorskip("openfeature")
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    import time

    store = Store(tmp_path, GRANTED)
    store.now = time.time() * 1000
    person = pyrage.x25519.Identity.generate()
    secrets = store.put(sealed(KEYS, [person.to_public()]))
    accounts = deepcopy({"acme": RICH["acme"]})
    accounts["acme"][1]["overrides"]["openai"] = {"model": "gpt-4"}
    store.publish(Content(GLOBALS, TEXTS, accounts), secrets=secrets)
    (tmp_path / "root.json").write_bytes(store.first_root)
    (tmp_path / "identity.age").write_text(str(person))
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    shutil.copytree(store.folder, tmp_path / "work")
    git(tmp_path / "work", "init", "--quiet", "--initial-branch=tenfold")
    git(tmp_path / "work", "add", "--all")
    git(tmp_path / "work", "commit", "--quiet", "-m", "release")
    git(tmp_path / "work", "push", "--quiet", str(remote), "tenfold")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("file", DOCS, ids=lambda file: str(file.name))
def test_examples(file: Path, place: Path) -> None:
    web, bucket = Server(place / "store"), Server(place / "store", "/settings/production")
    endpoint = f"http://127.0.0.1:{bucket.server_port}"
    text = "\n".join(blocks(file))
    for said, real in (
        ("https://settings.example.org/production", web.url),
        ("s3:settings/production", f"s3:settings/production?endpoint={endpoint}"),
    ):
        text = text.replace(said, real)
    try:
        exec(compile(text, str(file), "exec"), {"__name__": file.stem})
    finally:
        web.stop()
        bucket.stop()


def names() -> set[str]:
    """Everything that a caller can name."""
    found = set(tenfold.__all__)
    for kind in (tenfold.Settings, tenfold.Snapshot):
        found |= {name for name in dir(kind) if not name.startswith("_")}
    found -= {"after_fork", "evaluation", "look_at_clock", "on_ready", "poll_in_background"}
    found |= set(inspect.signature(tenfold.open_settings).parameters)
    for dict_ in (options.RefreshOptions, options.LazyOptions, tenfold.AwsCredentials):
        found |= set(dict_.__annotations__)
    found |= {"env", "from", "identity"}
    found |= set(get_args(tenfold.ErrorCode)) | set(get_args(tenfold.EventName))
    found |= set(get_args(tenfold.State)) | set(get_args(tenfold.Mode))
    for answer in (
        tenfold.EffectivePrompt,
        tenfold.AuthorProfile,
        tenfold.Strategy,
        tenfold.Status,
        tenfold.Changed,
        tenfold.AnsweringRelease,
        tenfold.Explanation,
        tenfold.ExplainedField,
        tenfold.WrittenLayer,
        tenfold.StoppedBy,
    ):
        found |= set(answer.__dataclass_fields__)
    return found


def test_everything_is_named() -> None:
    text = DOCS[0].read_text(encoding="utf-8")
    said = set(re.findall(r"\w+", " ".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL))))
    assert sorted(names() - said) == []


def test_links() -> None:
    """The README is shown on pages elsewhere, and what it and the others name is there."""
    top = PACKAGE.parent
    prefix = re.compile(r"https://github\.com/tenfold/tenfold/(?:blob|tree)/main/")
    for file in (*DOCS, PACKAGE / "examples" / "django" / "README.md"):
        text = file.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)]+)\)", text):
            is_absolute = target.startswith("https://")
            assert is_absolute or file != DOCS[1], target
            if is_absolute and prefix.match(target) is None:
                continue
            place = top / prefix.sub("", target) if is_absolute else file.parent / target
            if place.is_relative_to(PACKAGE) or (top / "package.json").is_file():
                assert place.exists(), target


def test_the_version_is_said_once() -> None:
    """In pyproject.toml, where a release looks for it."""
    version = re.search(
        r'^version = "(.+)"$', (PACKAGE / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert version is not None
    files = [*PACKAGE.glob("tenfold/**/*.py"), *DOCS]
    assert [file for file in files if version[1] in file.read_text(encoding="utf-8")] == []


def test_codes_are_those_of_the_program() -> None:
    """The page for operators lists them for both languages."""
    page = PACKAGE.parent / "docs" / "operating.md"
    if not page.is_file():
        pytest.skip("the repository is not around this package")
    text = page.read_text(encoding="utf-8")
    missing = [code for code in get_args(tenfold.ErrorCode) if f"`{code}`" not in text]
    assert set(missing) <= {"missing_variable", "unknown_variable", "invalid_variable"}


def test_docstrings() -> None:
    for name in tenfold.__all__:
        thing: Any = getattr(tenfold, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert thing.__doc__, name


def test_the_command_of_the_readme(place: Path) -> None:
    """The first of its two commands, but for the installation, against an embedded store."""
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    assert "`npm ci && npm start`" in text
    match = re.search(r'/bin/python -c "(.*?)"\n', text)
    assert match is not None
    program = match[1].replace("'file:.tenfold/store'", "'file:store', trust='root.json'")
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(PACKAGE), "PATH": ""},
    )
    assert done.stdout.startswith("ModelConfig(provider='openai', model='gpt-4'"), done.stderr
