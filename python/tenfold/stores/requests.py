"""Requests to one server: each within its time, bounded, and made again where that may help."""

from __future__ import annotations

import http.client
import os
import random
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from tenfold.errors import TenfoldError
from tenfold.stores.connection import Connection, Deadline, words_of
from tenfold.stores.proxy import Proxy, proxy_for
from tenfold.stores.reader import Missing
from tenfold.stores.urls import in_ascii
from tenfold.wording import quote

TRIES = 3
"""One failed answer would fail a whole load."""
_LONGEST_PAUSE = 1.0
_REDIRECTS = 3
_IDLE_CONNECTIONS = 16
_RESTING_CONNECTIONS = 4
"""Enough for a poll, and for accounts that are read one by one."""
_MIB = 1 << 20
# Upload tools write anything in place of an encoding; digests detect whatever that does.
_PACKED = frozenset(
    {"gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd", "dcb", "dcz"}
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    `most` is the most bytes that the body of an answer may have, `most_of_refusal` that of a
    refusal; `follows` whether redirects within the server are followed.
    """

    url: SplitResult
    headers: Mapping[str, str] = field(repr=False)
    most: int
    most_of_refusal: int = 0
    follows: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's whole answer; `body` is empty for a refusal whose text nobody asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Missing

    @property
    def etag(self) -> str:
        """The server's name for this version; empty where it gave none."""
        return self.headers.get("etag", "")


Ask = Callable[[Callable[[Request], Answer], Deadline], Answer]
"""Makes one or several requests through the function that it is given, until the deadline."""


class Requests:
    """Asks one server, through the proxy of the environment, over connections that are kept."""

    def __init__(
        self,
        base: SplitResult,
        timeout_ms: float,
        failed: Callable[[str, str], TenfoldError],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._base = base
        self._timeout_ms = timeout_ms
        self._failed = failed
        self._environment = os.environ if environment is None else environment
        self._context: ssl.SSLContext | None = None
        self._proxy: Proxy | None = None
        self._is_set_up = False
        self.after_fork()

    def after_fork(self) -> None:
        """Forget the connections of the parent process."""
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()
        # Set once: whatever is asked after an interruption waits for another one.
        self._interruption = threading.Event()

    def send(self, what: str, length: int, ask: Ask) -> Answer:
        """Return the server's answer to what `ask` requests.

        After a failure on the way, a server error or 429 it asks again; any other answer is final.
        A long answer (`length` bytes) has the time limit once more for each MiB.
        """
        interruption = self._interruption
        limit = self._timeout_ms * (1 + length // _MIB)
        for tried in range(1, TRIES + 1):
            pause = 0.0
            try:
                answer = self._try(ask, Deadline(limit, interruption))
                if (answer.status < 500 and answer.status != 429) or tried == TRIES:
                    return answer
                pause = _asked_pause(answer)
            except (OSError, http.client.HTTPException, ValueError) as error:
                if tried == TRIES and not interruption.is_set():
                    raise self.failed(what, words_of(error)) from error
            own = min(0.05 * 2**tried, 5) * (0.5 + random.random())  # noqa: S311
            if interruption.wait(max(pause, own)):
                raise self.failed(what, "the settings were closed")
        raise self.failed(what, "it was not asked")

    def failed(self, what: str, why: str) -> TenfoldError:
        """Return the error for a request, with the way to the server."""
        way = ""
        if self._proxy is not None and not why.startswith("the proxy "):
            way = f", through the proxy {self._proxy.shown}"
        return self._failed(what, why + way)

    def interrupt(self) -> None:
        """Abort pending requests, and close connections. Later requests open new ones."""
        with self._lock:
            self._interruption.set()
            self._interruption = threading.Event()
            idle, self._idle = self._idle, []
            busy = list(self._busy)
        for connection in busy:
            connection.abort()
        for connection in idle:
            connection.close()

    def rest(self) -> None:
        """Close connections that only a load needs; those that were used last stay."""
        with self._lock:
            count = max(0, len(self._idle) - _RESTING_CONNECTIONS)
            dropped, self._idle = self._idle[:count], self._idle[count:]
        for connection in dropped:
            connection.close()

    def _try(self, ask: Ask, deadline: Deadline) -> Answer:
        return ask(lambda request: self._follow(request, deadline), deadline)

    def _follow(self, request: Request, deadline: Deadline) -> Answer:
        """Ask, and follow redirects within the server."""
        url = request.url
        for _ in range(_REDIRECTS + 1):
            answer = self._ask(url, request, deadline)
            location = answer.headers.get("location")
            is_redirect = 300 <= answer.status < 400 and answer.status != 304
            if not is_redirect or location is None or not request.follows:
                return answer
            url = _inside(self._base, location, url)
        raise TenfoldError("store_unreadable", f"{request.url.geturl()} leads in a circle")

    def _ask(self, url: SplitResult, request: Request, deadline: Deadline) -> Answer:
        connection, is_kept = self._take(deadline)
        try:
            try:
                return self._exchange(connection, url, request, deadline)
            except (ConnectionError, http.client.BadStatusLine):
                # A server may have closed a kept connection meanwhile, which proves nothing.
                if not is_kept:
                    raise
                connection.close()
                return self._exchange(connection, url, request, deadline)
        except BaseException:
            connection.close()
            raise
        finally:
            self._give_back(connection)

    def _exchange(
        self, connection: Connection, url: SplitResult, request: Request, deadline: Deadline
    ) -> Answer:
        connection.begin(deadline)
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        # Objects are compared with their digests as they arrive; compressing them gains nothing.
        own = {"host": url.netloc, "user-agent": "tenfold", "accept": "*/*"}
        for name, value in {**own, **request.headers, "accept-encoding": "identity"}.items():
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders()
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        body = _body_of(response, headers, request)
        if not response.isclosed():
            # What was not read to its end cannot be followed by another answer.
            connection.close()
        return Answer(response.status, headers, body)

    def _take(self, deadline: Deadline) -> tuple[Connection, bool]:
        with self._lock:
            # From here on, an interruption finds it among the busy ones.
            deadline.left()
            if not self._is_set_up:
                self._proxy = proxy_for(self._base, self._environment)
                if self._base.scheme == "https":
                    self._context = ssl.create_default_context()
                self._is_set_up = True
            is_kept = bool(self._idle)
            if is_kept:
                connection = self._idle.pop()
            else:
                port = self._base.port or (443 if self._base.scheme == "https" else 80)
                host = self._base.hostname or ""
                connection = Connection(host, port, self._context, self._proxy)
            self._busy.add(connection)
        return connection, is_kept

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            self._busy.discard(connection)
            if connection.sock is None:
                return
            if len(self._idle) < _IDLE_CONNECTIONS and not connection.deadline.is_cut_short:
                self._idle.append(connection)
                return
        connection.close()


def _body_of(
    response: http.client.HTTPResponse, headers: Mapping[str, str], request: Request
) -> bytes | Missing:
    if not 200 <= response.status < 300:
        if response.status == 304 or request.most_of_refusal > 0:
            return _bounded(response, request.most_of_refusal)
        # A short refusal is read, so that its connection serves the next request.
        _bounded(response, 1024)
        return b""
    packing = headers.get("content-encoding", "")
    for label in packing.split(","):
        if label.strip().lower() in _PACKED:
            message = (
                f"cannot read {request.url.geturl()}: the server packs what it sends "
                f"({quote(label.strip())}) though it was asked not to"
            )
            raise TenfoldError("store_unreadable", message)
    return _bounded(response, request.most)


def _bounded(response: http.client.HTTPResponse, most: int) -> bytes | Missing:
    """Read a body, counted as it arrives: a header that states its length proves nothing."""
    chunks: list[bytes] = []
    length = 0
    while chunk := response.read1(1 << 18):
        length += len(chunk)
        if length > most:
            return Missing.UNFIT
        chunks.append(chunk)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    response.close()
    return b"".join(chunks)


def _asked_pause(answer: Answer) -> float:
    try:
        seconds = float(answer.headers.get("retry-after", "0"))
    except ValueError:
        return 0.0
    return min(max(0.0, seconds), _LONGEST_PAUSE)


def _inside(store: SplitResult, location: str, source: SplitResult) -> SplitResult:
    """Return where a redirect leads, as long as it is the same server."""
    origin = f"{store.scheme}://{store.netloc}"
    # A URL that is not followed is not shown either: it may hold a password or a token.
    try:
        following = urlsplit(urljoin(source.geturl(), location))
        port, plain = following.port, in_ascii(following)
    except ValueError:
        raise TenfoldError("store_unreadable", f"{origin} leads to what is no URL") from None
    if following.username is not None or following.password is not None:
        message = f"{origin} leads to a URL with a name or a password in it"
        raise TenfoldError("store_unreadable", message)
    if following.scheme not in ("http", "https"):
        message = f"{origin} leads to a {quote(following.scheme)} URL"
        raise TenfoldError("store_unreadable", message)
    if plain is not None and _origin_of(plain, port) == _origin_of(store, store.port):
        return plain
    elsewhere = quote(f"{following.scheme}://{following.netloc}")
    message = f"{origin} leads elsewhere, to {elsewhere}: name that store if it is meant"
    raise TenfoldError("store_unreadable", message)


def _origin_of(url: SplitResult, port: int | None) -> tuple[str, str, int]:
    return url.scheme, url.hostname or "", port or (443 if url.scheme == "https" else 80)
