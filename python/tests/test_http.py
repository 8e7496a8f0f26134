"""A store behind a server that is slow, that lies, and that leads elsewhere."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import Content, Store
from support.sample import GLOBALS, TEXTS, many, numbered
from support.server import Handler, Server, drip, times
from tenfold import TenfoldError
from tenfold.stores.http import base_of


@pytest.fixture
def server(store: Store) -> Iterator[Server]:
    store.publish(numbered(1))
    server = Server(store.folder, "/deep/store")
    yield server
    server.stop()


@pytest.fixture
def at(store: Store, opened: Open, server: Server) -> Any:
    """Opens the store behind the server."""
    return lambda **over: opened(store, store=server.url, **over)


def number(settings: Any) -> int:
    return int(settings.get_model_config("generate_content", "acme").max_tokens)


QUICK = {"every_ms": 0, "timeout_ms": 300}


def test_polls(store: Store, server: Server, at: Any) -> None:
    settings = at()
    assert number(settings) == 1
    begun = len(server.requests)
    assert settings.refresh() is False
    ((path, headers),) = server.requests[begun:]
    assert path == "/deep/store/head.json"
    assert headers["if-none-match"]
    assert headers["cache-control"] == "no-cache"
    assert headers["accept-encoding"] == "identity"
    store.publish(numbered(2))
    assert settings.refresh() is True
    assert number(settings) == 2
    # head, root, leaf; the globals and their text are the same.
    assert len(server.requests) - begun - 1 == 3


def test_connections_are_kept(store: Store, server: Server, at: Any) -> None:
    settings = at()
    for _ in range(5):
        settings.refresh()
    assert len(server.connections) == 1


def test_many_objects(store: Store, server: Server, at: Any) -> None:
    store.publish(Content(GLOBALS, TEXTS, many(3000)))
    settings = at()
    assert settings.get_model_config("generate_content", "a2999").max_tokens == 3000
    assert len(server.connections) <= 17


def test_slow_bodies(server: Server, at: Any, errors: Any) -> None:
    settings = at(refresh=QUICK)
    codes = errors(settings)
    for where in ("body", "head"):
        server.faults = [drip(0.02, where)]
        begun = time.monotonic()
        assert settings.refresh() is False
        assert time.monotonic() - begun < 5
    assert codes == ["store_unreadable"] * 2
    server.faults = []
    settings.refresh()
    assert settings.status.state == "ready"


def test_resets(server: Server, at: Any) -> None:
    def reset(handler: Handler, _: Path) -> bool:
        handler.reset()
        return True

    settings = at()
    server.faults = [times(2, reset)]
    assert settings.refresh() is False
    assert settings.status.state == "ready"
    server.faults = [reset]
    told: list[TenfoldError] = []
    settings.on("error", told.append)
    settings.refresh()
    assert [one.code for one in told] == ["store_unreadable"]
    assert "head.json" in str(told[0])


def test_a_kept_connection_that_the_server_closed(server: Server, at: Any) -> None:
    def close(handler: Handler, file: Path) -> bool:
        handler.serve(file)
        handler.close_connection = True
        return True

    server.faults = [close]
    settings = at()
    for _ in range(3):
        settings.refresh()
    assert settings.status.state == "ready"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble(server: Server, at: Any, status: int) -> None:
    def trouble(handler: Handler, _: Path) -> bool:
        handler.reply(status, b"later", Retry_After="0")
        return True

    server.faults = [times(2, trouble)]
    assert number(at()) == 1
    server.faults = [trouble]
    begun = len(server.requests)
    assert code_of(at) == "store_unreadable"
    assert len(server.requests) - begun == 3


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "store_not_found"), (410, "store_not_found"), (403, "store_unreadable")],
)
def test_refusals(server: Server, at: Any, status: int, code: str) -> None:
    def refuse(handler: Handler, _: Path) -> bool:
        handler.reply(status, b"no")
        return True

    server.faults = [refuse]
    begun = len(server.requests)
    assert code_of(at) == code
    assert len(server.requests) - begun == 1


def test_lies(store: Store, server: Server, at: Any) -> None:
    def longer(handler: Handler, file: Path) -> bool:
        handler.reply(200, file.read_bytes() + b" ")
        return True

    def shorter(handler: Handler, file: Path) -> bool:
        data = file.read_bytes()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:-1])
        handler.close_connection = True
        return True

    def endless(handler: Handler, _: Path) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", str(1 << 40))
        handler.end_headers()
        try:
            for _ in range(1000):
                handler.wfile.write(bytes(1 << 20))
        except OSError:
            pass
        handler.close_connection = True
        return True

    def only_objects(fault: Any) -> Any:
        return lambda handler, file: file.name != "head.json" and fault(handler, file)

    for fault, code in (
        (longer, "store_damaged"),
        (shorter, "store_unreadable"),
        (endless, "store_damaged"),
    ):
        server.faults = [only_objects(fault)]
        assert code_of(at) == code
    server.faults = [endless]
    assert code_of(at) == "store_damaged"


def test_packed_bodies(server: Server, at: Any) -> None:
    def packed(handler: Handler, file: Path) -> bool:
        handler.reply(200, gzip.compress(file.read_bytes()), Content_Encoding="gzip")
        return True

    server.faults = [packed]
    assert code_of(at) == "store_unreadable"
    # What an upload tool wrote there means nothing.
    server.faults = [lambda handler, file: handler.serve(file, Content_Encoding="utf-8") or True]
    assert number(at()) == 1


def test_chunks(server: Server, at: Any) -> None:
    def chunked(handler: Handler, file: Path) -> bool:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        data = file.read_bytes()
        for i in range(0, len(data), 100):
            part = data[i : i + 100]
            handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")
        return True

    server.faults = [chunked]
    settings = at()
    settings.refresh()
    assert number(settings) == 1
    assert len(server.connections) == 1


def test_bodies_that_end_with_the_connection(server: Server, at: Any) -> None:
    def until_the_end(handler: Handler, file: Path) -> bool:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + file.read_bytes())
        handler.close_connection = True
        return True

    server.faults = [until_the_end]
    assert number(at()) == 1


def test_redirects(store: Store, opened: Open, server: Server, at: Any) -> None:
    other = Server(store.folder)

    def lead(to: str) -> Any:
        def fault(handler: Handler, file: Path) -> bool:
            if "moved" in handler.path:
                return False
            handler.reply(302, b"", Location=to.replace("PATH", handler.path))
            return True

        return fault

    # Within the server it is followed.
    def moved(handler: Handler, file: Path) -> bool:
        if "/moved" not in handler.path:
            handler.reply(301, b"", Location=f"/moved{handler.path}")
            return True
        handler.serve(store.folder / handler.path.removeprefix("/moved/deep/store/"))
        return True

    server.faults = [moved]
    assert number(at()) == 1
    told = []
    for place in (
        other.url + "PATH",
        f"http://a:b@127.0.0.1:{server.server_port}/",
        "ftp://x/",
        "http://[",
    ):
        server.faults = [lead(place)]
        with pytest.raises(TenfoldError) as raised:
            at(headers=lambda: {"authorization": "Bearer token"})
        assert raised.value.code == "store_unreadable"
        told.append(str(raised.value))
    assert other.requests == []
    assert "a:b" not in "".join(told)
    server.faults = [lead("PATH")]
    assert code_of(at) == "store_unreadable"
    other.stop()


def test_headers(server: Server, at: Any) -> None:
    tokens = iter(["old", "new", "newer", "newest", "last"])

    def guarded(handler: Handler, _: Path) -> bool:
        if handler.headers.get("authorization") in (None, "Bearer old"):
            handler.reply(401, b"")
            return True
        return False

    server.faults = [guarded]
    assert code_of(at) == "store_unreadable"
    settings = at(headers=lambda: {"Authorization": f"Bearer {next(tokens)}"})
    assert number(settings) == 1
    # Once for a poll, and once more where the token has expired.
    assert next(tokens) == "newer"
    settings.refresh()
    assert next(tokens) == "last"


@pytest.mark.parametrize(
    "given",
    [
        {"host": "x"},
        {"If-None-Match": "x"},
        {"x": "a\r\nb"},
        {"x": 1},
        {"a b": "x"},
        "authorization: x",
        None,
        5,
        ["ab"],
    ],
)
def test_headers_of_no_use(server: Server, at: Any, given: Any) -> None:
    assert code_of(lambda: at(headers=lambda: given)) == "invalid_option"
    assert server.requests == []


def test_headers_that_fail(server: Server, at: Any) -> None:
    def fail() -> dict[str, str]:
        raise RuntimeError("no token for Bearer secret" + "x" * 1000)

    with pytest.raises(TenfoldError) as raised:
        at(headers=fail)
    assert raised.value.code == "store_unreadable"
    cause = raised.value.__cause__
    assert cause is not None
    assert str(cause).startswith("RuntimeError: no token")
    assert len(str(cause)) < 500
    assert "test_http.py" in str(cause)
    assert cause.__traceback__ is None


class Hanging:
    """A function of the service that hangs until it is let go, once it is told to."""

    def __init__(self, value: Any) -> None:
        self.calls = 0
        self.let_go = threading.Event()
        self.let_go.set()
        self._value = value

    def __call__(self) -> Any:
        self.calls += 1
        self.let_go.wait(20)
        return self._value


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    function = Hanging({"authorization": "Bearer token"})
    yield function
    function.let_go.set()


def test_headers_that_hang_have_the_time_of_the_request(at: Any, hanging: Hanging) -> None:
    hanging.let_go.clear()
    begun = time.monotonic()
    with pytest.raises(TenfoldError, match="`headers` returned nothing within 300 ms") as raised:
        at(headers=hanging, refresh=QUICK)
    assert raised.value.code == "store_unreadable"
    assert time.monotonic() - begun < 5
    # The tries wait for the same call.
    assert hanging.calls == 1


def test_closing_does_not_wait_for_headers(at: Any, hanging: Hanging) -> None:
    settings = at(headers=hanging)
    hanging.let_go.clear()
    thread = threading.Thread(target=settings.refresh)
    thread.start()
    while hanging.calls < 2:
        time.sleep(0.01)
    begun = time.monotonic()
    settings.close()
    thread.join(2)
    assert not thread.is_alive()
    assert time.monotonic() - begun < 2


def test_headers_that_hang_at_the_start(at: Any, tmp_path: Path, hanging: Hanging) -> None:
    at(headers=hanging, cache_dir=tmp_path / "cache")
    hanging.let_go.clear()
    settings = at(headers=hanging, cache_dir=tmp_path / "cache", refresh=QUICK)
    assert (number(settings), settings.status.state) == (1, "stale")


def test_few_calls_for_headers_hang_at_once(at: Any, hanging: Hanging) -> None:
    settings = at(headers=hanging, refresh={"every_ms": 0, "timeout_ms": 20})
    hanging.let_go.clear()
    begun = hanging.calls
    for _ in range(8):
        settings.refresh()
    assert hanging.calls - begun == 4
    hanging.let_go.set()
    settings.refresh()
    assert settings.status.state == "ready"
    begun = hanging.calls
    settings.refresh()
    assert hanging.calls - begun == 1


def test_headers_are_for_servers(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    assert code_of(lambda: opened(store, headers=dict)) == "invalid_option"


def test_closing_does_not_wait(server: Server, at: Any) -> None:
    settings = at()
    waiting = threading.Event()

    def hang(handler: Handler, _: Path) -> bool:
        waiting.set()
        time.sleep(3)
        handler.close_connection = True
        return True

    server.faults = [hang]
    thread = threading.Thread(target=settings.refresh)
    thread.start()
    assert waiting.wait(5)
    begun = time.monotonic()
    settings.close()
    thread.join(2)
    assert not thread.is_alive()
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/a b/é/東京", "/a%20b/%C3%A9/%E6%9D%B1%E4%BA%AC"),
        ("/a%20b/%C3%A9", "/a%20b/%C3%A9"),
        ('/"<>`{}|^[]', "/%22%3C%3E%60%7B%7D|^[]"),
        ("/100%/a&b=c;d,e'(f)*!$@:~+", "/100%/a&b=c;d,e'(f)*!$@:~+"),
    ],
)
def test_paths_of_urls(store: Store, opened: Open, written: str, asked: str) -> None:
    """As every other program writes them."""
    store.publish(numbered(1))
    server = Server(store.folder, asked)
    url = server.url.removesuffix(asked) + written
    assert number(opened(store, store=url)) == 1
    assert server.requests[0][0] == f"{asked}/head.json"
    server.stop()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://bücher.example.org/", "xn--bcher-kva.example.org"),
        ("https://BÜCHER.example.org:8443/", "xn--bcher-kva.example.org:8443"),
        ("https://例え。テスト/", "xn--r8jz45g.xn--zckzah"),
        ("https://[FD00::1]:8443/", "[fd00::1]:8443"),
        ("https://a_b.example.org/", "a_b.example.org"),
    ],
)
def test_hosts_of_urls(url: str, host: str) -> None:
    assert base_of(url).netloc == host


def test_a_redirect_to_a_path_with_a_space(store: Store, server: Server, at: Any) -> None:
    def lead(handler: Handler, _: Path) -> bool:
        if "%20" in handler.path:
            handler.serve(store.folder / handler.path.split("/", 3)[3])
            return True
        there = f"/deep/a b/{handler.path.removeprefix('/deep/store/')}"
        handler.reply(302, b"", Location=there)
        return True

    server.faults = [lead]
    assert number(at()) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://ex ample.org/",
        "https://example.org\\store",
        "https://straße.example.org/",
        "https://a..example.org/",
        "https://%65xample.org/",
        f"https://{'a' * 64}.example.org/",
        "https://[fe80::1%25eth0]/",
        "s3:bucket?endpoint=https://ex ample.org",
        "file:///%zz",
        "file:///%ff",
        "file:///a%2Fb",
        "http://example.org/store",
        "https://me:secret@example.org/store",
        "https://example.org/store?token=secret",
        "https://example.org/store#x",
        "https://",
        "https://[",
        "http://localhost.example.org/",
        "oci:example.org/store",
        "ftp://example.org",
        "/path",
        "",
        "file:",
        "file://elsewhere/path",
    ],
)
def test_no_stores(store: Store, opened: Open, url: str) -> None:
    with pytest.raises(TenfoldError) as raised:
        opened(store, store=url)
    assert raised.value.code == "unsupported_store"
    assert "secret" not in str(raised.value)
    if url.startswith("oci:"):
        assert "container registries" in str(raised.value)


def test_urls_of_folders(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    assert number(opened(store, store=f"file://{store.folder}")) == 1
    assert number(opened(store, store=f"file://localhost{store.folder}")) == 1


def test_failover(store: Store, opened: Open, server: Server, tmp_path: Path, errors: Any) -> None:
    behind = Server(store.folder)
    copy = tmp_path / "copy"
    import shutil

    shutil.copytree(store.folder, copy)
    store.publish(numbered(2))
    settings = opened(store, store=[f"file:{copy}", server.url, server.url])
    assert number(settings) == 2
    codes = errors(settings)
    server.faults = [lambda handler, _: handler.reply(503, b"") or True]
    settings.refresh()
    assert codes == ["rollback_refused"]
    server.faults = []
    (copy / "head.json").unlink()
    store.publish(numbered(3))
    assert settings.refresh() is True
    assert codes == ["rollback_refused", "store_not_found"]
    assert number(settings) == 3
    behind.stop()
    server.stop()
    assert code_of(lambda: opened(store, store=[f"file:{copy}", server.url])) == "store_not_found"


def test_stores_that_hang_are_waited_for_at_once(store: Store, opened: Open, errors: Any) -> None:
    store.publish(numbered(1))
    hanging = [Server(store.folder), Server(store.folder)]
    for one in hanging:
        one.faults = [lambda *_: time.sleep(2) is None]
    begun = time.monotonic()
    urls = [*(one.url for one in hanging), store.url]
    settings = opened(store, store=urls, refresh=QUICK)
    # Three tries of each, and the pauses between them.
    assert time.monotonic() - begun < 2.2
    assert number(settings) == 1
    assert errors(settings) == ["store_unreadable"] * 2
    for one in hanging:
        one.stop()
