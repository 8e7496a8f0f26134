"""One connection to a server, each wait of which ends with the time of the request it is for."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from tenfold.errors import TenfoldError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

    from tenfold.stores.proxy import Proxy


_LONGEST_WAIT = 86_400.0
"""One day. A socket counts milliseconds in 32 bits, and would wait for what is left of more."""


class Deadline:
    """The moment at which a request with its whole answer is given up."""

    __slots__ = ("_end", "milliseconds")

    def __init__(self, milliseconds: float) -> None:
        self.milliseconds = milliseconds
        self._end = time.monotonic() + milliseconds / 1000

    def left(self) -> float:
        """Return the seconds for the next wait; raises `TimeoutError` once there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError(f"no whole answer within {self.milliseconds:.0f} ms")
        return min(seconds, _LONGEST_WAIT)


class Stream(Protocol):
    """What a connection needs of a socket, or of TLS within TLS."""

    def settimeout(self, value: float | None, /) -> None:
        """Bound the next wait, in seconds."""
        ...

    def recv_into(self, buffer: WriteableBuffer, /) -> int:
        """Read what there is."""
        ...

    def sendall(self, data: ReadableBuffer, /) -> None:
        """Send all of it."""
        ...

    def shutdown(self, how: int, /) -> None:
        """End both directions, also for a thread that waits."""
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
        self._stream: Stream | None = None
        self.deadline = Deadline(0)

    def begin(self, deadline: Deadline) -> None:
        """Begin a request that has to be answered by then."""
        self.deadline = deadline
        if isinstance(self.sock, TimedSocket):
            self.sock.deadline = deadline

    def connect(self) -> None:
        """Open the connection."""
        stream: Stream
        if self._proxy is None:
            raw = socket.create_connection((self.host, self.port), self.deadline.left())
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = raw if self._context is None else self._secured(raw)
        else:
            stream = self._through(self._proxy)
        self._stream = stream
        self.sock = TimedSocket(stream, self.deadline)

    def abort(self) -> None:
        """End it, also for a thread that waits for an answer."""
        if self._stream is not None:
            with suppress(OSError):
                self._stream.shutdown(socket.SHUT_RDWR)

    def _secured(self, raw: socket.socket) -> ssl.SSLSocket:
        if self._context is None:
            raise ValueError("a connection without TLS has no context")
        try:
            raw.settimeout(self.deadline.left())
            return self._context.wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise

    def _through(self, proxy: Proxy) -> Stream:
        try:
            raw = socket.create_connection((proxy.host, proxy.port), self.deadline.left())
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            outer: socket.socket = raw
            if proxy.is_secure:
                outer = ssl.create_default_context().wrap_socket(raw, server_hostname=proxy.host)
            status = self._ask(proxy, outer)
        except (OSError, http.client.HTTPException) as error:
            raise OSError(f"the proxy {proxy.shown} cannot be used: {words_of(error)}") from error
        if not 200 <= status < 300:
            outer.close()
            raise _refusal(status, proxy)
        if isinstance(outer, ssl.SSLSocket):
            return NestedTls(outer, self._context or ssl.create_default_context(), self.host)
        return self._secured(outer)

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


class NestedTls:
    """TLS to a store within the TLS of a proxy, which `ssl` does not wrap by itself."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str) -> None:
        self._outer = outer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        while not self._has_shaken_hands():
            self._receive()

    def settimeout(self, value: float | None) -> None:
        """Bound the next wait, in seconds."""
        self._outer.settimeout(value)

    def recv_into(self, buffer: WriteableBuffer) -> int:
        """Read what there is."""
        view = memoryview(buffer).cast("B")
        while (data := self._read(len(view))) is None:
            self._receive()
        view[: len(data)] = data
        return len(data)

    def sendall(self, data: ReadableBuffer) -> None:
        """Send all of it."""
        view = memoryview(data).cast("B")
        while view:
            view = view[self._tls.write(view) :]
            self._flush()

    def shutdown(self, how: int) -> None:
        """End both directions."""
        self._outer.shutdown(how)

    def close(self) -> None:
        """Free the descriptor."""
        self._outer.close()

    def _read(self, most: int) -> bytes | None:
        """Return decrypted bytes; None where more have to arrive first."""
        try:
            return self._tls.read(most)
        except ssl.SSLWantReadError:
            self._flush()
            return None
        except ssl.SSLZeroReturnError:
            return b""

    def _has_shaken_hands(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self._flush()
        return True

    def _flush(self) -> None:
        pending = self._outgoing.read()
        if pending:
            self._outer.sendall(pending)

    def _receive(self) -> None:
        received = self._outer.recv(16_384)
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()


def words_of(error: BaseException) -> str:
    """Return what an error of a connection says, in a few words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
