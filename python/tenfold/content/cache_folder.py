"""The files of a folder in which a release is kept."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Container, Iterator
from contextlib import suppress

_PREFIX = re.compile(r"[0-9a-f]{2}")
_OBJECT = re.compile(r"[0-9a-f]{64}")
_TEMPORARY = re.compile(r"[0-9a-f]{16}\.tmp")


def write_file(folder: str, path: str, data: bytes, is_flushed: bool) -> None:
    """Write a file atomically: whoever reads it sees the old content or the new.

    An empty head after a power cut would forget which releases were seen, so that it is flushed; an
    object is simply read again.
    """
    file = os.path.join(folder, path)
    temporary = os.path.join(folder, f"{secrets.token_hex(8)}.tmp")
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            if is_flushed:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    if is_flushed:
        _flush_folder(folder)


def objects_in(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the objects in a folder, each by its name and its file."""
    objects = os.path.join(folder, "objects")
    for prefix in _names_in(objects):
        if _PREFIX.fullmatch(prefix) is None:
            continue
        for name in _names_in(os.path.join(objects, prefix)):
            if _OBJECT.fullmatch(name) is not None:
                yield name, os.path.join(objects, prefix, name)


def prune(folder: str, wanted: Container[str], min_age_ms: float) -> None:
    """Remove unwanted objects, and files that a killed process left half-written.

    Recent ones stay, since they may belong to a release that another process is writing.
    """
    files = [os.path.join(folder, name) for name in _names_in(folder) if _TEMPORARY.fullmatch(name)]
    files += [file for name, file in objects_in(folder) if name not in wanted]
    for file in files:
        with suppress(FileNotFoundError):
            if (time.time() - os.stat(file).st_mtime) * 1000 > min_age_ms:
                os.unlink(file)


def _flush_folder(folder: str) -> None:
    """Make a rename outlive a power cut; not every file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
