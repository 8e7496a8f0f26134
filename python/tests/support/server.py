"""A server of plain files that does what it is told: drips, resets, lies, redirects."""

from __future__ import annotations

import hashlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Fault = Callable[["Handler", Path], bool]
"""Answers a request in its own way, and says whether it did."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        with self.server.counting:
            self.server.requests.append(
                (self.path, {k.lower(): v for k, v in self.headers.items()})
            )
            self.server.connections.add(self.client_address)
        path = self.path.removeprefix(self.server.prefix).lstrip("/")
        file = self.server.folder / path
        for fault in list(self.server.faults):
            if fault(self, file):
                return
        self.serve(file)

    def serve(self, file: Path, **headers: str) -> None:
        if not file.is_file():
            self.reply(404, b"not here")
            return
        data = file.read_bytes()
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        if self.headers.get("if-none-match") == etag:
            self.reply(304, b"", ETag=etag)
        else:
            self.reply(200, data, ETag=etag, **headers)

    def reply(self, status: int, data: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def reset(self) -> None:
        """End the connection as a failing network does."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, folder: Path, prefix: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.prefix = prefix
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.connections: set[Any] = set()
        self.counting = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}{prefix}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def handle_error(self, *_: Any) -> None:
        pass

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


def times(count: int, fault: Fault) -> Fault:
    """A fault that happens so many times."""
    left = [count]

    def limited(handler: Handler, file: Path) -> bool:
        if left[0] == 0:
            return False
        left[0] -= 1
        return fault(handler, file)

    return limited


def drip(seconds: float, where: str = "body") -> Fault:
    """Answers byte by byte, so that no single wait is long."""

    def fault(handler: Handler, file: Path) -> bool:
        data = file.read_bytes()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n"
        text = head.encode() if where == "head" else f"{head}\r\n".encode() + data
        try:
            for byte in text + b"X-More: " * 1000:
                handler.wfile.write(bytes([byte]))
                time.sleep(seconds)
        except OSError:
            pass
        handler.close_connection = True
        return True

    return fault


class Proxy:
    """A proxy that is asked to CONNECT, and that counts."""

    def __init__(self, status: int = 200, context: ssl.SSLContext | None = None) -> None:
        self.status = status
        self.asked: list[tuple[str, str]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        if context is not None:
            self._listener = context.wrap_socket(self._listener, server_side=True)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(1)
        lines = head.decode().split("\r\n")
        place = lines[0].split(" ")[1]
        given = next((one for one in lines if one.lower().startswith("proxy-auth")), "")
        self.asked.append((place, given))
        if self.status != 200:
            client.sendall(f"HTTP/1.1 {self.status} No\r\nContent-Length: 0\r\n\r\n".encode())
            client.close()
            return
        host, port = place.rsplit(":", 1)
        server = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=_pass, args=(client, server), daemon=True).start()
        _pass(server, client)

    def stop(self) -> None:
        with suppress(OSError):
            # So that the thread which listens ends as well.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _pass(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            target.sendall(data)
    except OSError:
        pass
    for one in (source, target):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
