"""A store on a branch, read by the installed git."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import Store
from support.sample import numbered
from tenfold import TenfoldError
from tenfold.stores import git_repository
from tenfold.stores.git import masked, parse_git_url
from tenfold.stores.git_environment import git_environment
from tenfold.stores.git_repository import GitFailed, GitRepository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")


def git(folder: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "GIT_AUTHOR_NAME": "t",
        "GIT_AUTHOR_EMAIL": "t@example.org",
        "GIT_COMMITTER_NAME": "t",
        "GIT_COMMITTER_EMAIL": "t@example.org",
    }
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def publish(store: Store, tmp_path: Path) -> Callable[[], None]:
    """Puts the store on the branch `tenfold` of a repository, as one commit without parents."""
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))

    def push() -> None:
        work = tmp_path / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(store.folder, work)
        git(work, "init", "--quiet", "--initial-branch=tenfold")
        git(work, "add", "--all")
        git(work, "commit", "--quiet", "-m", "release")
        git(work, "push", "--quiet", "--force", str(remote), "tenfold")

    return push


def number(settings: Any) -> int:
    return int(settings.get_model_config("generate_content", "acme").max_tokens)


@pytest.mark.parametrize("mode", ["full", "lazy"])
def test_polls(
    store: Store, opened: Open, publish: Any, tmp_path: Path, errors: Any, mode: str
) -> None:
    store.publish(numbered(1))
    publish()
    url = f"git:{tmp_path / 'remote.git'}#tenfold"
    settings = opened(store, store=url, mode=mode, cache_dir=tmp_path / "cache")
    assert settings.account("acme")
    assert number(settings) == 1
    assert settings.refresh() is False
    store.publish(numbered(2))
    publish()
    assert settings.refresh() is True
    assert number(settings) == 2
    (tmp_path / "remote.git").rename(tmp_path / "away")
    codes = errors(settings)
    assert settings.refresh() is False
    assert codes == ["store_unreadable"]
    assert number(settings) == 2
    again = opened(store, store=url, mode=mode, cache_dir=tmp_path / "cache")
    again.account("acme")
    assert (number(again), again.status.state) == (2, "stale")


def test_without_a_folder(store: Store, opened: Open, publish: Any, tmp_path: Path) -> None:
    store.publish(numbered(1))
    publish()
    assert number(opened(store, store=f"git:{tmp_path / 'remote.git'}#tenfold")) == 1


def test_an_older_release_is_read_on(
    store: Store, opened: Open, publish: Any, tmp_path: Path
) -> None:
    """A snapshot's objects may be gone from the newest commit, but not from its own."""
    store.publish(numbered(1))
    publish()
    settings = opened(store, store=f"git:{tmp_path / 'remote.git'}#tenfold", mode="lazy")
    before = settings.snapshot()
    shutil.rmtree(store.folder / "objects")
    store.publish(numbered(2))
    publish()
    settings.refresh()
    before.account("acme")
    assert before.get_model_config("generate_content", "acme").max_tokens == 1


def test_the_name_of_a_remote(
    store: Store, opened: Open, publish: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.publish(numbered(1))
    publish()
    project = tmp_path / "project" / "deep"
    project.mkdir(parents=True)
    git(project.parent, "init", "--quiet")
    git(project.parent, "remote", "add", "origin", "../remote.git")
    monkeypatch.chdir(project)
    assert number(opened(store, store="git:origin#tenfold")) == 1


@pytest.mark.parametrize("remote", ["remote.git", "origin"])
def test_a_remote_stays_where_it_was_when_the_store_was_opened(
    store: Store,
    opened: Open,
    publish: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    remote: str,
) -> None:
    """A daemon may change its working directory later."""
    store.publish(numbered(1))
    publish()
    project = tmp_path / "project"
    project.mkdir()
    if remote == "origin":
        git(project, "init", "--quiet")
        git(project, "remote", "add", "origin", "../remote.git")
    monkeypatch.chdir(tmp_path if remote == "remote.git" else project)
    settings = opened(store, store=f"git:{remote}#tenfold")
    monkeypatch.chdir("/")
    (tmp_path / "remote.git").rename(tmp_path / "away")
    settings.refresh()
    (tmp_path / "away").rename(tmp_path / "remote.git")
    store.publish(numbered(2))
    publish()
    assert settings.refresh() is True
    assert number(settings) == 2


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Any]]:
    """Lists the programs that were started, and that nobody has waited for."""
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen.__init__

    def noted(process: Any, *arguments: Any, **named: Any) -> None:
        start(process, *arguments, **named)
        started.append(process)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    return lambda: [one.args for one in started if one.returncode is None]


def test_a_failed_fetch_leaves_no_program(
    store: Store,
    opened: Open,
    publish: Any,
    children: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.publish(numbered(1))
    publish()
    settings = opened(store, store=f"git:{tmp_path / 'remote.git'}#tenfold")
    store.publish(numbered(2))
    publish()

    def fail(_: GitRepository) -> str:
        raise GitFailed("fatal: the remote end hung up")

    with monkeypatch.context() as patch:
        patch.setattr(GitRepository, "_take", fail)
        assert settings.refresh() is False
    assert children() == []
    assert settings.refresh() is True


def test_one_that_fails_leaves_no_program_of_others(
    store: Store, opened: Open, publish: Any, children: Any, tmp_path: Path
) -> None:
    """Another thread may be reading from the repository that is given up."""
    store.publish(numbered(1))
    publish()
    settings = opened(store, store=f"git:{tmp_path / 'remote.git'}#tenfold", mode="lazy")
    reader: Any = settings._decided.manner.store
    tip = reader._tips[0]

    def fail(repository: GitRepository) -> None:
        raise GitFailed("fatal: it fails")

    def late(repository: GitRepository) -> Any:
        assert code_of(lambda: reader._during(fail)) == "store_unreadable"
        return repository.read(f"{tip}:head.json", 65_536)

    assert reader._during(late) == (store.folder / "head.json").read_bytes()
    assert children() == []


def test_whoever_interrupts_git_leaves_no_program(
    store: Store,
    opened: Open,
    publish: Any,
    children: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.publish(numbered(1))
    publish()
    settings = opened(store, store=f"git:{tmp_path / 'remote.git'}#tenfold")

    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    for where, name in ((subprocess.Popen, "communicate"), (git_repository, "_answer")):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, interrupted)
            with pytest.raises(KeyboardInterrupt):
                settings.refresh()
        assert children() == []
    assert settings.refresh() is False
    assert settings.status.state == "ready"


def test_absence(store: Store, opened: Open, publish: Any, tmp_path: Path) -> None:
    store.publish(numbered(1))
    publish()
    for url, code in (
        (f"git:{tmp_path / 'remote.git'}#other", "store_not_found"),
        (f"git:{tmp_path / 'nowhere.git'}#tenfold", "store_unreadable"),
        ("git:#tenfold", "unsupported_store"),
        ("git:ext::sh -c x#tenfold", "unsupported_store"),
        ("git:--upload-pack=x#tenfold", "unsupported_store"),
        ("git:remote#a..b", "unsupported_store"),
    ):
        assert code_of(lambda url=url: opened(store, store=url)) == code  # type: ignore[misc]


def test_a_repository_that_others_made_is_not_used(
    store: Store, opened: Open, publish: Any, tmp_path: Path
) -> None:
    store.publish(numbered(1))
    publish()
    url = f"git:{tmp_path / 'remote.git'}#tenfold"
    cache = tmp_path / "cache"
    opened(store, store=url, cache_dir=cache)
    (made,) = (cache / "git" / "git").iterdir()
    assert made.stat().st_mode & 0o077 == 0
    (made / "hooks").mkdir()
    (made / "config").write_text("[core]\n\tfsmonitor = touch owned\n")
    shutil.rmtree(cache / "objects")
    assert number(opened(store, store=url, cache_dir=cache)) == 1
    assert "fsmonitor" in (made / "config").read_text()


def test_no_message_shows_a_password(store: Store, opened: Open) -> None:
    with pytest.raises(TenfoldError) as raised:
        opened(store, store="git:https://me:secret@127.0.0.1:1/x.git#tenfold")
    assert raised.value.code == "store_unreadable"
    assert "secret" not in str(raised.value)
    assert masked("ssh://git:secret@host/x https://token@host/y") == (
        "ssh://git:***@host/x https://***@host/y"
    )


def test_git_knows_no_keys() -> None:
    ambient = {
        "PATH": "/bin",
        "OPENAI_API_KEY": "secret",
        "GIT_DIR": "elsewhere",
        "GIT_SSH_COMMAND": "ssh -i key",
        "GIT_EXTERNAL_DIFF": "sh",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "http.extraheader",
        "GIT_CONFIG_VALUE_0": "x",
        "GIT_CONFIG_KEY_1": "core.pager",
        "GIT_CONFIG_VALUE_1": "sh",
        "GIT_ALLOW_PROTOCOL": "https:ext",
    }
    environment = git_environment(ambient, "/made")
    assert "secret" not in environment.values()
    assert environment["GIT_DIR"] == "/made"
    assert environment["GIT_SSH_COMMAND"] == "ssh -i key"
    assert environment["GIT_ALLOW_PROTOCOL"] == "https"
    assert "GIT_EXTERNAL_DIFF" not in environment
    settings = {
        environment[f"GIT_CONFIG_KEY_{i}"] for i in range(int(environment["GIT_CONFIG_COUNT"]))
    }
    assert "http.extraheader" in settings
    assert "core.pager" not in settings


def test_urls() -> None:
    place = parse_git_url("git:git@github.com:acme/settings.git")
    assert place is not None
    assert (place.remote, place.branch) == ("git@github.com:acme/settings.git", "tenfold")
    place = parse_git_url("git:/a#b/c#releases/x")
    assert place is not None
    assert (place.remote, place.branch) == ("/a#b/c", "releases/x")
