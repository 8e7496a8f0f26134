"""Closing ends whatever waits, and leaves nothing open."""

from __future__ import annotations

import gc
import math
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from conftest import Open
from support.certificates import certify
from support.publisher import Content, Store
from support.sample import GLOBALS, TEXTS, many, numbered
from support.server import Handler, Server
from tenfold import TenfoldError
from tenfold.polling import Watcher
from tenfold.stores.connection import Connection, Deadline
from tenfold.stores.proxy import Proxy
from tenfold.stores.requests import Request, Requests
from test_packs import packed


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that accepts connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def crowded() -> Iterator[socket.socket]:
    """A server with no room for another connection, so that one is never opened."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = []
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
            waiting.append(one)
        yield listener
        for one in waiting:
            one.close()


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def requests_to(url: str, timeout_ms: float = 60_000, **environment: str) -> Requests:
    def failed(what: str, why: str) -> TenfoldError:
        return TenfoldError("store_unreadable", f"{what}: {why}")

    return Requests(urlsplit(url), timeout_ms, failed, environment)


def seconds_until_interrupted(requests: Requests, url: str) -> float:
    """How long a request outlasts its interruption."""
    failures: list[TenfoldError] = []

    def ask() -> None:
        try:
            requests.send("it", 1, lambda send, _: send(Request(urlsplit(url), {}, 1)))
        except TenfoldError as error:
            failures.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    time.sleep(0.3)
    assert thread.is_alive()
    begun = time.monotonic()
    requests.interrupt()
    thread.join(4)
    assert "closed" in str(failures)
    return time.monotonic() - begun


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing(silent: socket.socket, scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{port_of(silent)}/"
    assert seconds_until_interrupted(requests_to(url), url) < 1


def test_a_connection_that_is_never_opened(crowded: socket.socket) -> None:
    url = f"http://127.0.0.1:{port_of(crowded)}/"
    assert seconds_until_interrupted(requests_to(url), url) < 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_says_nothing(silent: socket.socket, scheme: str) -> None:
    url = "https://store.example.org/"
    requests = requests_to(url, https_proxy=f"{scheme}://127.0.0.1:{port_of(silent)}")
    assert seconds_until_interrupted(requests, url) < 1


def slow_names(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def slow(*args: Any, flags: int = 0, **named: Any) -> Any:
        if not flags & socket.AI_NUMERICHOST:
            time.sleep(3)
        return resolve(*args, flags=flags, **named)

    monkeypatch.setattr(socket, "getaddrinfo", slow)


def test_a_name_that_nobody_resolves(monkeypatch: pytest.MonkeyPatch) -> None:
    slow_names(monkeypatch)
    url = "https://localhost:1/"
    assert seconds_until_interrupted(requests_to(url), url) < 1


def test_the_time_for_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    slow_names(monkeypatch)
    url = "https://localhost:1/"
    begun = time.monotonic()
    with pytest.raises(TenfoldError, match="within 200 ms"):
        requests_to(url, 200).send("it", 1, lambda send, _: send(Request(urlsplit(url), {}, 1)))
    assert time.monotonic() - begun < 2.5


def test_a_pause_between_tries(store: Store) -> None:
    server = Server(store.folder)
    server.faults = [lambda handler, _: handler.reply(503, b"", Retry_After="1") or True]
    assert seconds_until_interrupted(requests_to(server.url), server.url) < 0.6
    server.stop()


def test_closing_during_a_connect(store: Store, opened: Open, tmp_path: Path) -> None:
    store.publish(numbered(1))
    server = Server(store.folder)
    server.faults = [lambda handler, _: setattr(handler, "close_connection", True) is not None]
    settings = opened(store, store=server.url, refresh={"every_ms": 20})
    settings.get_model_config("generate_content", "acme")
    address = server.server_address
    server.stop()
    with socket.create_server(address[:2], backlog=0):  # type: ignore[arg-type]
        time.sleep(0.4)
        begun = time.monotonic()
        settings.close()
        assert time.monotonic() - begun < 2
        assert not settings._watcher._thread.is_alive()  # type: ignore[union-attr]


def test_closing_between_requests(store: Store, opened: Open) -> None:
    """What a poll computes cannot be interrupted, but it asks for nothing more."""
    packed(store, many(10))
    server = Server(store.folder)
    settings = opened(store, store=server.url, refresh={"every_ms": 20})
    settings.get_model_config("generate_content", "a1")
    packed(store, many(3000))
    asked = threading.Event()

    def slow(handler: Handler, file: Path) -> bool:
        if file.name != "head.json":
            asked.set()
            time.sleep(0.3)
        return False

    server.faults = [slow]
    assert asked.wait(5)
    begun = time.monotonic()
    settings.close()
    assert time.monotonic() - begun < 2
    assert not settings._watcher._poll.is_alive()  # type: ignore[union-attr]
    counted = len(server.requests)
    time.sleep(0.5)
    assert len(server.requests) == counted
    server.stop()


def test_a_pack_that_closing_interrupts(store: Store, opened: Open) -> None:
    """It is no reason to read its objects one by one."""
    packed(store, many(10))
    server = Server(store.folder)
    settings = opened(store, store=server.url)
    release = packed(store, many(9000))
    pack = store.file(release["packs"]).read_text().split('"')[1]
    reading = threading.Event()

    def hang(handler: Handler, file: Path) -> bool:
        if file != store.file(pack):
            return False
        reading.set()
        time.sleep(3)
        return True

    server.faults = [hang]
    thread = threading.Thread(target=settings.refresh)
    thread.start()
    assert reading.wait(5)
    counted = len(server.requests)
    settings.close()
    thread.join(1)
    assert not thread.is_alive()
    assert len(server.requests) == counted
    server.stop()


def test_nothing_stays_open(store: Store, opened: Open) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(300)))
    server = Server(store.folder)
    settings = opened(store, store=server.url)
    requests = settings._decided.manner.store._requests  # type: ignore[attr-defined]
    held = [connection.sock.stream for connection in requests._idle]
    assert held
    settings.close()
    assert [stream.fileno() for stream in held] == [-1] * len(held)
    server.stop()


def test_a_poll_by_hand_leaves_nothing_open_after_closing(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    server = Server(store.folder)
    settings = opened(store, store=server.url)
    reader = settings._decided.manner.store
    head = reader.head

    def late() -> bytes:
        settings.close()
        return head()

    reader.head = late  # type: ignore[method-assign]
    assert settings.refresh() is False
    assert reader._requests._idle == []  # type: ignore[attr-defined]
    server.stop()


def watchers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "tenfold-watch"]


def test_closing_during_the_first_look_up(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread may close between a look-up's check and the start of its watcher."""
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 60_000})
    before = set(watchers())

    def late(*arguments: Any) -> Watcher:
        settings.close()
        return Watcher(*arguments)

    monkeypatch.setattr("tenfold.settings.Watcher", late)
    settings.get_model_config("generate_content", "acme")
    assert set(watchers()) <= before
    assert (settings._overdue_at, settings._attend_at) == (math.inf, math.inf)


def test_closing_while_the_next_poll_is_planned(store: Store, opened: Open) -> None:
    """Nobody misses a poll that is not going to be."""
    store.publish(numbered(1))
    settings = opened(store, refresh={"every_ms": 60_000})

    class Interval(float):
        def __truediv__(self, other: float) -> float:
            settings.close()
            return float(self) / other

    object.__setattr__(settings._decided, "every_ms", Interval(60_000))
    settings.refresh()
    assert (settings._overdue_at, settings._attend_at) == (math.inf, math.inf)


def test_a_poll_that_waits_while_the_settings_are_closed(store: Store, opened: Open) -> None:
    """What an earlier poll brought is not what this one brings."""
    store.publish(numbered(1))
    settings = opened(store)
    store.publish(numbered(2))
    assert settings.refresh() is True
    found: list[bool] = []
    with settings._polling:
        thread = threading.Thread(target=lambda: found.append(settings.refresh()))
        thread.start()
        time.sleep(0.1)
        settings.close()
    thread.join(5)
    assert found == [False]


def test_few_connections_stay_between_polls(store: Store, opened: Open) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(9000)))
    server = Server(store.folder)
    server.faults = [lambda *_: time.sleep(0.01) is not None]
    settings = opened(store, store=server.url)
    requests = settings._decided.manner.store._requests  # type: ignore[attr-defined]
    assert len(server.connections) > 4
    assert len(requests._idle) == 4
    counted = len(server.connections)
    settings.refresh()
    assert len(server.connections) == counted
    server.stop()


class Slow(threading.Thread):
    """A server that sends a little now and then, so that no single wait is long."""

    def __init__(self, context: ssl.SSLContext, is_nested: bool) -> None:
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = port_of(self._listener)
        self._context = context
        self._is_nested = is_nested
        self.start()

    def run(self) -> None:
        client, _ = self._listener.accept()
        if self._is_nested:
            client = self._context.wrap_socket(client, server_side=True)
            while b"\r\n\r\n" not in client.recv(4096):
                continue
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        client.recv(4096)
        # The beginning of a message of the handshake, of 16 KiB.
        message = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc" + bytes(16_375)
        try:
            for byte in message[:200]:
                client.sendall(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            client.close()


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    authority, context = certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    return context


@pytest.mark.parametrize(("is_secure", "is_nested"), [(False, False), (True, False), (True, True)])
def test_a_handshake_that_drips(context: ssl.SSLContext, is_secure: bool, is_nested: bool) -> None:
    """The deadline is that of the whole, and what failed is closed."""
    server = Slow(context, is_nested)
    proxy = Proxy(True, "localhost", server.port, None) if is_secure else None
    connection = Connection("localhost", server.port, ssl.create_default_context(), proxy)
    begun = time.monotonic()
    connection.begin(Deadline(400))
    with pytest.raises(OSError, match=r"time|within"):
        connection.connect()
    assert time.monotonic() - begun < 3
    assert open_sockets_to(server.port) == []


def open_sockets_to(port: int) -> list[socket.socket]:
    """Sockets of this process that lead to a port."""
    found = []
    for one in gc.get_objects():
        if isinstance(one, socket.socket) and one.fileno() != -1:
            try:
                if one.getpeername()[1] == port:
                    found.append(one)
            except OSError:
                continue
    return found


@pytest.mark.parametrize("status", [407, 502])
def test_a_refusal_by_a_proxy_leaves_nothing_open(context: ssl.SSLContext, status: int) -> None:
    from support.server import Proxy as ProxyServer

    server = ProxyServer(status, context)
    port = int(server.address.rpartition(":")[2])
    connection = Connection(
        "localhost", 1, ssl.create_default_context(), Proxy(True, "localhost", port, None)
    )
    connection.begin(Deadline(5_000))
    with pytest.raises((OSError, TenfoldError)):
        connection.connect()
    assert open_sockets_to(port) == []
    server.stop()


def test_a_wrong_certificate_behind_a_proxy_leaves_nothing_open(
    context: ssl.SSLContext, store: Store
) -> None:
    from support.server import Proxy as ProxyServer

    proxy = ProxyServer(200, context)
    port = int(proxy.address.rpartition(":")[2])
    server = Server(store.folder)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    untrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    connection = Connection(
        "localhost", server.server_port, untrusting, Proxy(True, "localhost", port, None)
    )
    connection.begin(Deadline(5_000))
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.connect()
    assert open_sockets_to(port) == []
    proxy.stop()
    server.stop()


def test_a_body_that_drips_through_two_layers(
    context: ssl.SSLContext, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from support.server import Proxy as ProxyServer
    from support.server import drip

    store.publish(numbered(1))
    proxy = ProxyServer(200, context)
    server = Server(store.folder)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.faults = [drip(0.02)]
    url = f"https://localhost:{server.server_port}/head.json"
    requests = requests_to(url, 300, https_proxy=f"https://{proxy.address}")
    begun = time.monotonic()
    with pytest.raises(TenfoldError, match=r"within 300 ms|timed out"):
        requests.send("it", 65_536, lambda send, _: send(Request(urlsplit(url), {}, 65_536)))
    assert time.monotonic() - begun < 3
    proxy.stop()
    server.stop()
