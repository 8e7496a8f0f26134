"""What stores behind a server have in common: one conditional request for each poll."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from urllib.parse import SplitResult

from tenfold.errors import TenfoldError
from tenfold.format.head import MAX_HEAD_BYTES
from tenfold.format.references import Ref, length_of, path_of
from tenfold.stores.reader import Missing, StoreReader, head_in, object_in
from tenfold.stores.requests import Answer, Requests


class ServerStore(StoreReader):
    """A store below a URL. What it needs of the service, a token or a key, each poll asks for."""

    def __init__(
        self, url: str, base: SplitResult, timeout_ms: float, environment: Mapping[str, str] | None
    ) -> None:
        self.url = url
        self._base = base

        def failed(path: str, why: str) -> TenfoldError:
            return TenfoldError("store_unreadable", f"cannot read {path} of {url}: {why}")

        self._requests = Requests(base, timeout_ms, failed, environment)
        # The server's last answer and its entity tag: callers get it again, and check it again, as
        # long as the server says that nothing has changed.
        self._last: tuple[str, bytes] | None = None

    def after_fork(self) -> None:
        """Forget the connections of the parent process."""
        self._requests.after_fork()

    def head(self) -> bytes:
        """Return the bytes of head.json, with one conditional request."""
        last = self._last
        self._begin_poll()
        # No cache on the way may answer for the server: a stale answer would pass as current.
        conditions = {"cache-control": "no-cache"}
        if last is not None:
            conditions["if-none-match"] = last[0]
        answer = self._get("head.json", MAX_HEAD_BYTES, conditions)
        if answer.status == 304 and last is not None:
            return last[1]
        data = head_in(self._found(answer, "head.json"), self.url, "it has no head.json")
        self._last = (answer.etag, data) if answer.etag else None
        return data

    def read(self, ref: Ref) -> bytes:
        """Return an object."""
        path = path_of(ref)
        answer = self._get(path, length_of(ref), {})
        return object_in(self._found(answer, path), self.url, ref)

    def interrupt(self) -> None:
        """Abort pending requests."""
        self._requests.interrupt()

    def rest(self) -> None:
        """Let go of connections that only a load needs."""
        self._requests.rest()

    def _url_of(self, path: str) -> SplitResult:
        return self._base._replace(path=self._base.path + path)

    @abstractmethod
    def _begin_poll(self) -> None:
        """Forget what lasts for a limited time, such as a token."""

    @abstractmethod
    def _get(self, path: str, most: int, headers: Mapping[str, str]) -> Answer:
        """Ask for a file."""

    @abstractmethod
    def _found(self, answer: Answer, path: str) -> bytes | Missing:
        """Return a file's bytes; raises `store_unreadable` for a refusal."""
