"""Folders of this machine's own, where no checkout can put anything."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping

_made: tuple[int, str] | None = None


def state_folder(environment: Mapping[str, str] | None = None) -> str | None:
    """Return the folder of the key that signs this machine's stores; None without a home."""
    every = os.environ if environment is None else environment
    named = every.get("XDG_STATE_HOME")
    # A relative path counts as none, as the XDG specification demands.
    if named is not None and os.path.isabs(named):
        return os.path.join(named, "tenfold")
    home = every.get("HOME") or os.path.expanduser("~")
    if not os.path.isabs(home) or home == "/" or not os.path.isdir(home):
        return None
    return os.path.join(home, ".local", "state", "tenfold")


def make_private(folder: str) -> None:
    """Make a folder that only we may enter, and those above it."""
    missing: list[str] = []
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for one in reversed(missing):
        try:
            os.mkdir(one, 0o700)
        except FileExistsError:  # noqa: PERF203 -- another process has just made it
            continue


def is_private(folder: str) -> bool:
    """Whether a folder is ours alone: no link, owned by us, and closed to others."""
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    if not stat.S_ISDIR(status.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and status.st_mode & 0o077 == 0


def temporary_folder() -> str:
    """Make a folder that no other user can prepare for us, gone with this process."""
    global _made  # noqa: PLW0603 -- one for the whole of a process
    if _made is not None and _made[0] == os.getpid() and is_private(_made[1]):
        return _made[1]
    folder = tempfile.mkdtemp(prefix="tenfold-")
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    _made = (owner, folder)
    return folder
