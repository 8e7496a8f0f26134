"""A store in a folder."""

from __future__ import annotations

import errno
import os
import stat

from tenfold.errors import TenfoldError
from tenfold.format.head import MAX_HEAD_BYTES
from tenfold.format.references import Ref, length_of, path_of
from tenfold.stores.reader import Missing, StoreReader, head_in, object_in

# Opening a pipe would wait for a writer for ever; with this it is opened, and found to be no file.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_ABSENT = (errno.ENOENT, errno.ENOTDIR)
_NO_FILE = (errno.EISDIR, errno.ESPIPE, errno.ENXIO)


class FolderStore(StoreReader):
    """Reads `file:DIR`."""

    def __init__(self, folder: str, url: str | None = None) -> None:
        self.folder = folder
        self.url = f"file:{folder}" if url is None else url

    def head(self) -> bytes:
        """Return the bytes of head.json."""
        found = self._find("head.json", MAX_HEAD_BYTES)
        return head_in(found, self.url, f"{self.folder} has no head.json")

    def read(self, ref: Ref) -> bytes:
        """Return an object."""
        return object_in(self._find(path_of(ref), length_of(ref)), self.url, ref)

    def _find(self, path: str, most: int) -> bytes | Missing:
        try:
            return read_at_most(os.path.join(self.folder, path), most)
        except OSError as error:
            if error.errno in _ABSENT:
                return Missing.ABSENT
            if error.errno in _NO_FILE:
                return Missing.UNFIT
            message = f"cannot read {path} of {self.url}: {error.strerror or error}"
            raise TenfoldError("store_unreadable", message) from error


def read_at_most(file: str, most: int) -> bytes | Missing:
    """Return a file's bytes; unfit where there are more, which are not read."""
    descriptor = os.open(file, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Missing.UNFIT
        chunks: list[bytes] = []
        left = most + 1
        while left > 0:
            chunk = os.read(descriptor, left)
            if not chunk:
                break
            chunks.append(chunk)
            left -= len(chunk)
        return Missing.UNFIT if left == 0 else b"".join(chunks)
    finally:
        os.close(descriptor)
