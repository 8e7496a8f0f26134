"""One connection to a server, each wait of which ends with the time of the request it is for."""

from __future__ import annotations

import errno
import http.client
import io
import os
import select
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from tenfold.errors import TenfoldError
from tenfold.stores.nested_tls import NestedTls
from tenfold.stores.parallel import Ahead

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

    from tenfold.stores.proxy import Proxy

S = TypeVar("S", bound=socket.socket)
_Found: TypeAlias = "tuple[int, int, int, str, Any]"

_UNDER_WAY = (errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK, errno.EINTR)
_SLICE = 0.05
"""How many seconds pass until a connection that is being opened finds that nobody wants it."""

_LONGEST_WAIT = 86_400.0
"""One day. A socket counts milliseconds in 32 bits, and would wait for what is left of more."""


class Deadline:
    """The moment at which a request with its whole answer is given up, or an earlier one."""

    __slots__ = ("_end", "_interruption", "milliseconds")

    def __init__(self, milliseconds: float, interruption: threading.Event | None = None) -> None:
        self.milliseconds = milliseconds
        self._interruption = interruption
        self._end = time.monotonic() + milliseconds / 1000

    @property
    def is_cut_short(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._interruption is not None and self._interruption.is_set()

    def left(self) -> float:
        """Return the seconds for the next wait; raises `OSError` once there is to be none."""
        if self.is_cut_short:
            raise ConnectionAbortedError("it was interrupted")
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError(f"no whole answer within {self.milliseconds:.0f} ms")
        return min(seconds, _LONGEST_WAIT)


class Stream(Protocol):
    """What a connection needs of a socket, or of TLS within TLS."""

    def settimeout(self, value: float, /) -> None:
        """Bound the next wait, in seconds."""
        ...

    def recv_into(self, buffer: WriteableBuffer, /) -> int:
        """Read what there is."""
        ...

    def sendall(self, data: ReadableBuffer, /) -> None:
        """Send all of it."""
        ...

    def close(self) -> None:
        """Free the descriptor."""
        ...


class TimedSocket:
    """A socket as `http.client` uses one. A server that drips bytes does not outlast a deadline."""

    def __init__(self, stream: Stream, deadline: Deadline) -> None:
        self.stream = stream
        self.deadline = deadline
        self._answers = 0
        self._is_closing = False

    def sendall(self, data: ReadableBuffer) -> None:
        """Send a request."""
        self.stream.settimeout(self.deadline.left())
        self.stream.sendall(data)

    def makefile(self, mode: str = "rb", *_: object, **__: object) -> io.BufferedReader:
        """Return what the answer is read from."""
        del mode
        self._answers += 1
        return io.BufferedReader(_Answer(self))

    def receive(self, buffer: WriteableBuffer) -> int:
        """Read what there is, within the time of the request."""
        self.stream.settimeout(self.deadline.left())
        return self.stream.recv_into(buffer)

    def close(self) -> None:
        """Close the connection, once the answer that is being read has ended."""
        self._is_closing = True
        if self._answers == 0:
            self.stream.close()

    def end_answer(self) -> None:
        """Note that an answer has ended, or is given up."""
        self._answers -= 1
        if self._is_closing and self._answers == 0:
            self.stream.close()


class _Answer(io.RawIOBase):
    """The bytes of an answer. Closing it leaves the connection open for the next one."""

    def __init__(self, sock: TimedSocket) -> None:
        self._sock = sock

    def close(self) -> None:
        if not self.closed:
            self._sock.end_answer()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._sock.receive(buffer)


class Connection(http.client.HTTPConnection):
    """A connection to one server, directly or through a proxy that is asked to `CONNECT`."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, proxy: Proxy | None):
        super().__init__(host, port)
        self._context = context
        self._proxy = proxy
        # What is being opened, or open: the socket under all layers.
        self._held: socket.socket | None = None
        self.deadline = Deadline(0)

    def begin(self, deadline: Deadline) -> None:
        """Begin a request that has to be answered by then."""
        self.deadline = deadline
        if isinstance(self.sock, TimedSocket):
            self.sock.deadline = deadline

    def connect(self) -> None:
        """Open the connection. One that fails on the way leaves nothing open."""
        stream: Stream
        try:
            if self._proxy is not None:
                stream = self._through(self._proxy)
            else:
                raw = self._reached(self.host, self.port)
                stream = (
                    raw if self._context is None else self._secured(raw, self._context, self.host)
                )
        except BaseException:
            if self._held is not None:
                self._held.close()
            raise
        self.sock = TimedSocket(stream, self.deadline)

    def abort(self) -> None:
        """End what waits, once its deadline is cut short: opening it, or waiting for an answer."""
        if self._held is not None:
            with suppress(OSError):
                # That of TLS would have the other thread go on without it.
                socket.socket.shutdown(self._held, socket.SHUT_RDWR)

    def _reached(self, host: str, port: int) -> socket.socket:
        """Connect to the first of a host's addresses that answers.

        Each has its share of the time, so that one which nobody answers at leaves some.
        """
        found = self._addresses_of(host, port)
        failure = OSError("it has no address")
        for index, (family, kind, protocol, _, address) in enumerate(found):
            share = self.deadline.left() / (len(found) - index)
            raw = self._hold(socket.socket(family, kind, protocol))
            try:
                self._connect(raw, address, share)
            except OSError as error:
                raw.close()
                failure = error
            else:
                raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return raw
        raise failure

    def _addresses_of(self, host: str, port: int) -> Sequence[_Found]:
        try:
            return socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        except OSError:
            # A name. Nothing ends the system's search for it, so that it is made elsewhere.
            search = Ahead(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        while not search.is_done(min(_SLICE, self.deadline.left())):
            continue
        return search.result()

    def _connect(self, raw: socket.socket, address: Any, seconds: float) -> None:
        """Connect within so many seconds, in slices: not every system ends a wait from outside."""
        end = time.monotonic() + seconds
        raw.setblocking(False)
        outcome = raw.connect_ex(address)
        while outcome in _UNDER_WAY:
            left = min(end - time.monotonic(), self.deadline.left())
            if left <= 0:
                raise TimeoutError("timed out")
            if _is_writable(raw, min(_SLICE, left)):
                outcome = raw.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if outcome != 0:
            raise OSError(outcome, os.strerror(outcome))

    def _secured(self, raw: socket.socket, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
        """Return TLS over a socket, which may be aborted while it shakes hands."""
        raw.settimeout(self.deadline.left())
        secured = context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
        self._hold(secured)
        secured.do_handshake()
        return secured

    def _hold(self, held: S) -> S:
        """Note what an interruption has to end; one that came before is noticed here."""
        self._held = held
        self.deadline.left()
        return held

    def _through(self, proxy: Proxy) -> Stream:
        outer: socket.socket
        try:
            outer = self._reached(proxy.host, proxy.port)
            if proxy.is_secure:
                outer = self._secured(outer, ssl.create_default_context(), proxy.host)
            status = self._ask(proxy, outer)
        except (OSError, http.client.HTTPException) as error:
            raise OSError(f"the proxy {proxy.shown} cannot be used: {words_of(error)}") from error
        if not 200 <= status < 300:
            raise _refusal(status, proxy)
        context = self._context or ssl.create_default_context()
        if isinstance(outer, ssl.SSLSocket):
            return NestedTls(outer, context, self.host, self.deadline.left())
        return self._secured(outer, context, self.host)

    def _ask(self, proxy: Proxy, outer: socket.socket) -> int:
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = f"{host}:{self.port}"
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}", "User-Agent: tenfold"]
        if proxy.authorization is not None:
            lines.append(f"Proxy-Authorization: {proxy.authorization}")
        timed = TimedSocket(outer, self.deadline)
        timed.sendall("".join(f"{line}\r\n" for line in [*lines, ""]).encode("ascii"))
        answer = http.client.HTTPResponse(timed, method="CONNECT")  # type: ignore[arg-type]
        answer.begin()
        return answer.status


def _refusal(status: int, proxy: Proxy) -> Exception:
    """Return the error: a proxy's own decision will not change, a failure behind it may."""
    shown = f"the proxy {proxy.shown}"
    if status == 407:
        message = f"{shown} wants a name and a password, in the proxy's URL (407)"
        return TenfoldError("store_unreadable", message)
    message = f"{shown} answered {status}"
    return TenfoldError("store_unreadable", message) if status < 500 else OSError(message)


def _is_writable(raw: socket.socket, seconds: float) -> bool:
    """Wait until a socket is connected, or will never be."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(raw, select.POLLOUT)
        return bool(poll.poll(seconds * 1000))
    return any(select.select([], [raw], [raw], seconds))


def words_of(error: BaseException) -> str:
    """Return what an error of a connection says, in a few words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
