"""A bare repository of our own, into which a branch is fetched at depth 1."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import threading
import time
from typing import IO

from tenfold.stores.git_environment import git_environment
from tenfold.stores.own_folders import is_private, make_private, temporary_folder
from tenfold.stores.reader import Missing

_TIMEOUT = 120
_MOST_TRIES = 8
_CROWDED = re.compile(
    r"(?i)shallow file has changed|\.lock'|cannot lock ref|not our ref|find remote ref"
)
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
"""All that the configuration of our own repositories holds; anything else others wrote."""
# Settings that lead git elsewhere, or have it run something. A repository that we made has none.
_FOREIGN = (
    "hooks",
    "commondir",
    "gitdir",
    "config.worktree",
    "worktrees",
    "modules",
    "info/attributes",
    "info/grafts",
    "objects/info/alternates",
    "objects/info/http-alternates",
    "refs/replace",
)


class GitFailed(Exception):
    """git ended with an error; the message is git's own."""


class GitRepository:
    """A cache of one branch: it may be thrown away, and many processes may use it at once."""

    def __init__(self, name: str, folder: str, remote: str, branch: str) -> None:
        self._place = _own_place(name, folder)
        self._remote = remote
        self._ref = f"refs/heads/{branch}"
        self._environment = git_environment(os.environ, self._place)
        self._lock = threading.Lock()
        self._is_over = False
        self._reading: subprocess.Popen[bytes] | None = None
        self._running: subprocess.Popen[bytes] | None = None

    def fetch(self) -> str | None:
        """Return the commit that the branch is at in the remote, with all that it holds."""
        for tries in range(_MOST_TRIES + 1):
            listed = self._run("ls-remote", "--", self._remote, self._ref)
            current = _commit_in(listed, self._ref)
            if current is None or self.has(f"{current}^{{tree}}"):
                return current
            try:
                return self._take()
            except GitFailed as error:
                # Others fetch into the same cache, or the branch was replaced between two requests.
                if tries == _MOST_TRIES or not _CROWDED.search(str(error)):
                    raise
                time.sleep(0.02 + 0.05 * tries)
        return None

    def read(self, name: str, most: int) -> bytes | Missing:
        """Return the blob `COMMIT:PATH`; one of more bytes is unfit, and is not kept."""
        return self._answer_to(name, most)

    def has(self, name: str) -> bool:
        """Whether an object is here. A fetch that was cut off leaves nothing behind."""
        return self._answer_to(name, -1) is not Missing.ABSENT

    def rest(self) -> None:
        """End the process that reads objects. The next question starts another one."""
        with self._lock:
            reading, self._reading = self._reading, None
        if reading is not None:
            _end(reading)

    def end(self) -> None:
        """Do the same where nobody rests any more: other threads may still have a question."""
        self._is_over = True
        self.rest()

    def interrupt(self) -> None:
        """End whatever is running."""
        for process in (self._running, self._reading):
            if process is not None:
                process.kill()

    def _take(self) -> str:
        # A ref of its own: others may be fetching into this repository.
        mine = f"refs/fetched/{secrets.token_hex(6)}"
        self._run(
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--depth=1",
            "--",
            self._remote,
            f"+{self._ref}:{mine}",
        )
        commit = self._run("rev-parse", "--verify", mine).strip()
        try:
            # The next fetch goes on from this one; the process that comes second may set it.
            self._run("update-ref", "refs/fetched/last", commit)
        finally:
            self._run("update-ref", "-d", mine)
        return commit

    def _run(self, *arguments: str) -> str:
        if not os.path.exists(os.path.join(self._place, "HEAD")):
            self._make()
        return self._git(self._place, self._environment, arguments)

    def _git(self, folder: str, environment: dict[str, str], arguments: tuple[str, ...]) -> str:
        process = subprocess.Popen(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._running = process
        try:
            out, err = process.communicate(timeout=_TIMEOUT)
        except BaseException as error:  # a person may interrupt it
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise GitFailed(f"git did not end within {_TIMEOUT} s") from None
            raise
        finally:
            self._running = None
        if process.returncode != 0:
            words = err.decode("utf-8", "replace").strip()
            raise GitFailed(words or f"git ended with exit code {process.returncode}")
        return out.decode("utf-8", "replace")

    def _make(self) -> None:
        """Make the repository beside its place, so that no process uses half of it."""
        made = f"{self._place}.{secrets.token_hex(6)}.tmp"
        make_private(made)
        try:
            environment = git_environment(os.environ, made)
            self._git(made, environment, ("init", "--quiet", "--bare", "--template="))
            with open(os.path.join(made, "config"), "w", encoding="utf-8") as file:
                file.write(_CONFIG)
            os.rename(made, self._place)
        except (OSError, GitFailed):
            shutil.rmtree(made, ignore_errors=True)
            if not os.path.exists(os.path.join(self._place, "HEAD")):
                raise

    def _answer_to(self, name: str, most: int) -> bytes | Missing:
        try:
            with self._lock:
                return self._ask(name, most)
        finally:
            if self._is_over:
                self.rest()

    def _ask(self, name: str, most: int) -> bytes | Missing:
        """Ask the process that stays while a release is loaded: starting one takes long."""
        process = self._reading
        if process is None or process.poll() is not None:
            if not os.path.exists(os.path.join(self._place, "HEAD")):
                self._make()
            process = self._reading = subprocess.Popen(
                ["git", "cat-file", "--batch"],
                cwd=self._place,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        given, found = process.stdin, process.stdout
        if given is None or found is None:
            raise GitFailed("git cannot be asked")
        try:
            given.write(f"{name}\n".encode())
            given.flush()
            return _answer(found, most)
        except BaseException:  # the rest of an answer must not be taken for the next one
            self._reading = None
            _end(process)
            raise


def _answer(found: IO[bytes], most: int) -> bytes | Missing:
    line = found.readline()
    match = re.fullmatch(rb"[0-9a-f]+ (blob|tree|commit|tag) ([0-9]+)\n", line)
    if match is None:
        if not line.endswith(b"\n"):
            raise GitFailed("git ended before it answered")
        return Missing.ABSENT
    left = int(match[2])
    if match[1] == b"blob" and left <= most:
        data = found.read(left + 1)
        if len(data) != left + 1:
            raise GitFailed("git ended before it answered")
        return data[:-1]
    left += 1
    while left > 0:
        skipped = len(found.read(min(left, 1 << 16)))
        if skipped == 0:
            raise GitFailed("git ended before it answered")
        left -= skipped
    return Missing.UNFIT


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue
    process.wait()


def _commit_in(listed: str, ref: str) -> str | None:
    for line in listed.splitlines():
        commit, _, name = line.partition("\t")
        if name == ref:
            return commit
    return None


def _own_place(name: str, folder: str) -> str:
    """Return where the repository is to be.

    One that we did not make is not used, whoever put it there: its configuration and its hooks are
    programs. Then, and where nothing can be made there, it is in a temporary folder.
    """
    place = os.path.join(folder, "git", name)
    try:
        above = os.path.dirname(place)
        make_private(above)
        if is_private(above) and (not os.path.lexists(place) or _is_ours(place)):
            return place
    except OSError:
        pass
    return os.path.join(temporary_folder(), name)


def _is_ours(place: str) -> bool:
    if not is_private(place):
        return False
    if any(os.path.lexists(os.path.join(place, name)) for name in _FOREIGN):
        return False
    try:
        with open(os.path.join(place, "config"), encoding="utf-8") as file:
            return file.read() == _CONFIG
    except (OSError, UnicodeDecodeError):
        return False
