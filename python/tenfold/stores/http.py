"""A store behind `https://…`: any server of plain files."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from tenfold.errors import TenfoldError
from tenfold.format.head import MAX_HEAD_BYTES
from tenfold.format.references import Ref, length_of, path_of
from tenfold.stores.headers import headers_from
from tenfold.stores.reader import Missing, StoreReader, head_in, object_in
from tenfold.stores.requests import Answer, Request, Requests
from tenfold.stores.urls import in_ascii
from tenfold.wording import shown_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenfold.stores.headers import HeaderSource

TIMEOUT_MS = 10_000
"""For one request with its whole answer, and once more for each MiB of a long one."""
_DENIED = (401, 403)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class HttpStore(StoreReader):
    """Reads a store over HTTP, through the proxy that the environment names."""

    def __init__(
        self,
        url: str,
        timeout_ms: float = TIMEOUT_MS,
        headers: HeaderSource | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url
        self._base = base_of(url)
        self._source = headers

        def failed(path: str, why: str) -> TenfoldError:
            return TenfoldError("store_unreadable", f"cannot read {path} of {url}: {why}")

        self._requests = Requests(self._base, timeout_ms, failed, environment)
        # The server's last answer and its entity tag: callers get it again, and check it again, as
        # long as the server says that nothing has changed.
        self._last: tuple[str, bytes] | None = None
        self.after_fork()

    def after_fork(self) -> None:
        """Forget the connections of the parent process."""
        self._lock = threading.Lock()
        self._headers: dict[str, str] | None = None
        self._requests.after_fork()

    def head(self) -> bytes:
        """Return the bytes of head.json, with one conditional request."""
        last = self._last
        # Each poll asks for headers anew, since a token lasts for a limited time.
        self._headers = None
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

    def _found(self, answer: Answer, path: str) -> bytes | Missing:
        if answer.status in (404, 410):
            return Missing.ABSENT
        if answer.status != 200:
            raise self._requests.failed(path, f"the server answered {answer.status}")
        return answer.body

    def _get(self, path: str, most: int, headers: Mapping[str, str]) -> Answer:
        url = self._base._replace(path=self._base.path + path)

        def ask(send: Callable[[Request], Answer]) -> Answer:
            own = self._own_headers()
            answer = send(Request(url, {**(own or {}), **headers}, most))
            if own is None or answer.status not in _DENIED:
                return answer
            # A token may have expired. Another request may have asked for a new one already.
            with self._lock:
                if self._headers is own:
                    self._headers = None
            return send(Request(url, {**(self._own_headers() or {}), **headers}, most))

        return self._requests.send(path, most, ask)

    def _own_headers(self) -> dict[str, str] | None:
        """Return this poll's headers; after a failure they are asked for again."""
        if self._source is None:
            return None
        with self._lock:
            if self._headers is None:
                self._headers = headers_from(self._source)
            return self._headers


def base_of(url: str) -> SplitResult:
    """Return the URL below which a store's files are; raises `unsupported_store`."""
    try:
        base = urlsplit(url)
        port = base.port
        plain = in_ascii(base)
    except ValueError:
        raise _refused(url, "this is no URL") from None
    if not base.hostname or port == 0:
        raise _refused(url, "this is no URL")
    if base.username is not None or base.password is not None:
        raise _refused(url, "keep credentials out of the URL")
    if plain is None:
        raise _refused(url, "its host is no name; one that is not in ASCII may begin with xn--")
    if base.query or base.fragment or url.endswith(("?", "#")):
        raise _refused(url, "a store's URL has no query and no fragment")
    # Anyone on the way could read the prompts; a connection to this machine uses no network.
    if plain.scheme != "https" and not is_loopback(plain):
        raise _refused(url, "use https")
    return plain if plain.path.endswith("/") else plain._replace(path=f"{plain.path}/")


def is_loopback(url: SplitResult) -> bool:
    """Whether a server is on this machine."""
    return url.hostname in _LOOPBACK


def _refused(url: str, why: str) -> TenfoldError:
    return TenfoldError("unsupported_store", f"{shown_url(url)} cannot be a store: {why}")
