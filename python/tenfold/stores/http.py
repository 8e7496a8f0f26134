"""A store behind `https://…`: any server of plain files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from tenfold.stores.headers import headers_from
from tenfold.stores.reader import TIMEOUT_MS, Missing
from tenfold.stores.requests import Answer, Request
from tenfold.stores.server import ServerStore
from tenfold.stores.service import OfService
from tenfold.stores.urls import in_ascii, is_loopback, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenfold.stores.connection import Deadline
    from tenfold.stores.headers import HeaderSource

_DENIED = (401, 403)


class HttpStore(ServerStore):
    """Reads a store over HTTP, through the proxy that the environment names."""

    def __init__(
        self,
        url: str,
        timeout_ms: float = TIMEOUT_MS,
        headers: HeaderSource | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(url, base_of(url), timeout_ms, environment)
        self._own = None if headers is None else OfService("headers", lambda: headers_from(headers))
        self.after_fork()

    def after_fork(self) -> None:
        """Forget the connections of the parent process."""
        super().after_fork()
        if self._own is not None:
            self._own.after_fork()

    def _begin_poll(self) -> None:
        if self._own is not None:
            self._own.begin_poll()

    def _found(self, answer: Answer, path: str) -> bytes | Missing:
        if answer.status in (404, 410):
            return Missing.ABSENT
        if answer.status != 200:
            raise self._requests.failed(path, f"the server answered {answer.status}")
        return answer.body

    def _get(self, path: str, most: int, headers: Mapping[str, str]) -> Answer:
        url = self._url_of(path)

        def ask(send: Callable[[Request], Answer], deadline: Deadline) -> Answer:
            if self._own is None:
                return send(Request(url, headers, most))
            call = self._own.called(deadline)
            answer = send(Request(url, {**call.result(), **headers}, most))
            if answer.status not in _DENIED:
                return answer
            # A token may have expired. Another request may have asked for a new one already.
            self._own.forget(call)
            call = self._own.called(deadline)
            return send(Request(url, {**call.result(), **headers}, most))

        return self._requests.send(path, most, ask)


def base_of(url: str) -> SplitResult:
    """Return the URL below which a store's files are; raises `unsupported_store`."""
    try:
        base = urlsplit(url)
        port = base.port
        plain = in_ascii(base)
    except ValueError:
        raise refused(url, "this is no URL") from None
    if not base.hostname or port == 0:
        raise refused(url, "this is no URL")
    if base.username is not None or base.password is not None:
        raise refused(url, "keep credentials out of the URL")
    if plain is None:
        raise refused(url, "its host is no name; one that is not in ASCII may begin with xn--")
    if base.query or base.fragment or url.endswith(("?", "#")):
        raise refused(url, "a store's URL has no query and no fragment")
    # Anyone on the way could read the prompts; a connection to this machine uses no network.
    if plain.scheme != "https" and not is_loopback(plain):
        raise refused(url, "use https")
    return plain if plain.path.endswith("/") else plain._replace(path=f"{plain.path}/")
