"""TLS within TLS, for a store behind a proxy that is reached over TLS itself."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class NestedTls:
    """TLS to a store within the TLS of a proxy, which `ssl` does not wrap by itself.

    What is one wait to a caller may be several of the outer connection; all of them together end
    with the time that was set.
    """

    def __init__(
        self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str, seconds: float
    ) -> None:
        self._outer = outer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._end = 0.0
        self.settimeout(seconds)
        while not self._has_shaken_hands():
            self._receive()

    def settimeout(self, value: float) -> None:
        """Bound what is next, in seconds."""
        self._end = time.monotonic() + value

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
            self._wait_no_longer()
            self._outer.sendall(pending)

    def _receive(self) -> None:
        self._wait_no_longer()
        received = self._outer.recv(16_384)
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()

    def _wait_no_longer(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._outer.settimeout(left)
