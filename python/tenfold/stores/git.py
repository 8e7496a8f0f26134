"""A store on a branch: `git:REMOTE#BRANCH`, read by the installed git."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenfold.errors import TenfoldError
from tenfold.format.head import MAX_HEAD_BYTES
from tenfold.format.references import Ref, hex_of, length_of, path_of
from tenfold.stores.git_environment import git_environment
from tenfold.stores.git_repository import GitFailed, GitRepository
from tenfold.stores.own_folders import temporary_folder
from tenfold.stores.reader import Missing, StoreReader, damaged, head_in, object_in
from tenfold.wording import quote

T = TypeVar("T")

_DEFAULT_BRANCH = "tenfold"
_TIPS = 3
"""The number of commits that a reader may still be reading from."""


@dataclass(frozen=True, slots=True)
class GitPlace:
    """A URL, a path or the name of a remote, and a branch of it."""

    remote: str
    branch: str


class GitStore(StoreReader):
    """Reads a branch, fetched at depth 1 into a repository of our own."""

    def __init__(self, place: GitPlace, folder: str | None = None) -> None:
        self.url = masked(f"git:{place.remote}#{place.branch}")
        self._place = place
        self._folder = folder
        # A daemon may change its working directory later, and a failure opens the branch anew.
        is_relative = not _is_elsewhere(place.remote) and not os.path.isabs(place.remote)
        self._from = os.getcwd() if is_relative else os.sep
        self._tips: tuple[str, ...] = ()
        self.after_fork()

    def after_fork(self) -> None:
        """Forget the process of the parent that reads objects."""
        self._lock = threading.Lock()
        self._repository: GitRepository | None = None

    def head(self) -> bytes:
        """Fetch the branch, and return the bytes of its head.json."""
        commit = self._during(lambda repository: repository.fetch())
        if commit is None:
            return head_in(Missing.ABSENT, self.url, "it has no such branch")
        found = self._find(commit, "head.json", MAX_HEAD_BYTES)
        data = head_in(found, self.url, "the branch has no head.json")
        if commit not in self._tips[:1]:
            self._tips = (commit, *self._tips)[:_TIPS]
        return data

    def read(self, ref: Ref) -> bytes:
        """Return an object.

        One of an older release may be gone from the newest commit, but not from its own.
        """
        if not self._tips:
            self.head()
        for tip in self._tips:
            found = self._find(tip, path_of(ref), length_of(ref))
            if found is not Missing.ABSENT:
                return object_in(found, self.url, ref)
        raise damaged(self.url, f"object {hex_of(ref)} is missing")

    def interrupt(self) -> None:
        """End git."""
        if self._repository is not None:
            self._repository.interrupt()

    def rest(self) -> None:
        """End the process that reads objects."""
        if self._repository is not None:
            self._repository.rest()

    def _find(self, commit: str, path: str, most: int) -> bytes | Missing:
        return self._during(lambda repository: repository.read(f"{commit}:{path}", most))

    def _during(self, work: Callable[[GitRepository], T]) -> T:
        repository: GitRepository | None = None
        try:
            with self._lock:
                repository = self._repository
                if repository is None:
                    repository = self._repository = self._open()
            return work(repository)
        except (GitFailed, OSError, subprocess.SubprocessError) as error:
            # The next request starts anew. The cause would show what the message hides.
            if repository is not None:
                self._give_up(repository)
            message = f"cannot read {self.url}: {_reason_of(error)}"
            raise TenfoldError("store_unreadable", message) from None

    def _give_up(self, repository: GitRepository) -> None:
        with self._lock:
            if self._repository is repository:
                self._repository = None
        repository.end()

    def _open(self) -> GitRepository:
        remote = _absolute(_url_of(self._place.remote, self._from), self._from)
        branch = self._place.branch
        name = hashlib.sha256(f"{remote}#{branch}".encode()).hexdigest()[:32]
        return GitRepository(name, self._folder or temporary_folder(), remote, branch)


def parse_git_url(url: str) -> GitPlace | None:
    """Read a branch's URL; None where git would take a part of it for something else."""
    # A URL or a path may hold one; a branch hardly does.
    remote, has_branch, branch = url.removeprefix("git:").rpartition("#")
    if not has_branch:
        remote, branch = branch, _DEFAULT_BRANCH
    return GitPlace(remote, branch) if _is_remote(remote) and _is_branch(branch) else None


def masked(text: str) -> str:
    """Hide the credentials of every URL in a text; for HTTP the name goes too, as a token may."""
    text = re.sub(r"(?i)\b(https?://)[^\s/?#'\"]*@", r"\1***@", text)
    return re.sub(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s/?#:'\"@]*):[^\s/?#'\"]*@", r"\1:***@", text)


def _is_remote(remote: str) -> bool:
    """Whether it is no option, and no `TRANSPORT::ADDRESS`, which runs a program."""
    if remote == "" or remote.startswith("-"):
        return False
    return re.search(r"^[A-Za-z0-9_]+::|[\0-\x1f\x7f]", remote) is None


def _is_branch(branch: str) -> bool:
    if re.fullmatch(r"[^\s\0-\x1f\x7f~^:?*\[\\-][^\s\0-\x1f\x7f~^:?*\[\\]*", branch) is None:
        return False
    if re.search(r"\.\.|@\{|//|\.\Z|/\Z|^/|^@\Z", branch) is not None:
        return False
    return not any(part.startswith(".") or part.endswith(".lock") for part in branch.split("/"))


def _is_elsewhere(remote: str) -> bool:
    """Whether a remote is `git@host:path` or has a scheme: not in a folder here."""
    if re.match(r"(?i)[a-z][a-z0-9+.-]*://", remote):
        return True
    return not os.path.isabs(remote) and re.match(r"[^/\\]{2,}:", remote) is not None


def _absolute(remote: str, folder: str) -> str:
    return remote if _is_elsewhere(remote) else os.path.normpath(os.path.join(folder, remote))


def _url_of(remote: str, folder: str) -> str:
    """Resolve the name of a remote in the repository that a folder is in."""
    may_be_path = re.search(r"[./\\]", remote) is not None
    is_path = may_be_path and os.path.exists(os.path.join(folder, remote))
    top = None if _is_elsewhere(remote) or is_path else _top_of(os.path.realpath(folder))
    if top is None:
        return remote
    environment = {
        **git_environment(os.environ),
        "GIT_CEILING_DIRECTORIES": os.path.dirname(top),
    }
    found = subprocess.run(
        ["git", "remote", "get-url", remote],
        cwd=top,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    if found.returncode != 0:
        return remote
    # A remote's path is relative to the top of its repository.
    return _absolute(found.stdout.decode("utf-8", "replace").strip(), top)


def _top_of(folder: str) -> str | None:
    """Return the working tree that a folder is in: the nearest one with a `.git`."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def _reason_of(error: Exception) -> str:
    """Return the line in which git says why, or the system's error."""
    if isinstance(error, FileNotFoundError):
        return "there is no git here"
    lines = [line for line in str(error).splitlines() if line.strip()]
    said = re.compile(r"(?:fatal|error|remote): ")
    line = next((one for one in lines if said.match(one)), lines[0] if lines else "git failed")
    return quote(masked(said.sub("", line, count=1)))
