"""TLS, and the proxy that the environment names."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from conftest import Open
from support.certificates import certify
from support.publisher import Store
from support.sample import numbered
from support.server import Proxy, Server
from tenfold import TenfoldError
from tenfold.stores.proxy import proxy_for

PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """That of a server on this machine, by an authority that this process knows."""
    authority, context = certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    return context


@pytest.fixture
def secure(store: Store, context: ssl.SSLContext) -> Iterator[Server]:
    """The store behind TLS."""
    store.publish(numbered(1))
    server = Server(store.folder)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = f"https://localhost:{server.server_port}"
    yield server
    server.stop()


def number(settings: Any) -> int:
    return int(settings.get_model_config("generate_content", "acme").max_tokens)


def test_tls(store: Store, opened: Open, secure: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = opened(store, store=secure.url)
    settings.refresh()
    assert number(settings) == 1
    assert len(secure.connections) == 1
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(TenfoldError, match="certificate"):
        opened(store, store=secure.url)


@pytest.mark.parametrize("is_secure", [False, True])
def test_a_proxy(
    store: Store,
    opened: Open,
    secure: Server,
    context: ssl.SSLContext,
    monkeypatch: Any,
    is_secure: bool,
) -> None:
    proxy = Proxy(context=context if is_secure else None)
    scheme = "https" if is_secure else "http"
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://me:p%40ss@{proxy.address}")
    settings = opened(store, store=secure.url)
    settings.refresh()
    assert number(settings) == 1
    ((place, authorization),) = proxy.asked
    assert place == f"localhost:{secure.server_port}"
    assert authorization.split(" ")[-1] == base64.b64encode(b"me:p@ss").decode()
    proxy.stop()


@pytest.mark.parametrize(
    ("status", "words"), [(407, "a name and a password"), (403, "403"), (502, "502")]
)
def test_a_proxy_that_refuses(
    store: Store, opened: Open, secure: Server, monkeypatch: Any, status: int, words: str
) -> None:
    proxy = Proxy(status)
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@{proxy.address}")
    with pytest.raises(TenfoldError, match=words) as raised:
        opened(store, store=secure.url)
    assert raised.value.code == "store_unreadable"
    assert proxy.address in str(raised.value)
    assert "secret" not in str(raised.value)
    assert len(proxy.asked) == (3 if status == 502 else 1)
    proxy.stop()


def test_a_proxy_that_is_not_there(
    store: Store, opened: Open, secure: Server, monkeypatch: Any
) -> None:
    proxy = Proxy()
    proxy.stop()
    monkeypatch.setenv("https_proxy", proxy.address)
    with pytest.raises(TenfoldError, match="cannot be used"):
        opened(store, store=secure.url)
    monkeypatch.setenv("https_proxy", "://secret")
    with pytest.raises(TenfoldError, match="names no proxy") as raised:
        opened(store, store=secure.url)
    assert "secret" not in str(raised.value)


def test_this_machine_without_tls_uses_none(store: Store, opened: Open, monkeypatch: Any) -> None:
    store.publish(numbered(1))
    server = Server(store.folder)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert number(opened(store, store=server.url)) == 1
    server.stop()


@pytest.mark.parametrize(
    ("url", "exceptions", "is_proxied"),
    [
        ("https://a.example.org", "", True),
        ("https://a.example.org", "*", False),
        ("https://a.example.org", "example.org", False),
        ("https://a.example.org", ".example.org", False),
        ("https://a.example.org", "*.example.org", False),
        ("https://example.org", ".example.org", False),
        ("https://badexample.org", "example.org", True),
        ("https://a.example.org", "b.org, A.EXAMPLE.ORG.", False),
        ("https://a.example.org", "b.org a.example.org", False),
        ("https://a.example.org:8443", "a.example.org:8443", False),
        ("https://a.example.org", "a.example.org:8443", True),
        ("https://a.example.org", "a.example.org:443", False),
        ("https://10.1.2.3", "10.0.0.0/8", False),
        ("https://10.1.2.3", "2.3", True),
        ("https://11.1.2.3", "10.0.0.0/8", True),
        ("https://[fd00::1]", "fd00::/8", False),
        ("https://[fd00::1]", "[fd00::1]", False),
        ("https://a.example.org", "10.0.0.0/99", True),
        ("http://localhost", "", False),
    ],
)
def test_exceptions(url: str, exceptions: str, is_proxied: bool) -> None:
    variables = {"HTTPS_PROXY": "proxy:3128", "NO_PROXY": exceptions}
    proxy = proxy_for(urlsplit(url), variables)
    assert (proxy is not None) == is_proxied


def test_which_variable_counts() -> None:
    url = urlsplit("https://a.example.org")
    variables = {"ALL_PROXY": "http://d", "all_proxy": "http://c", "HTTPS_PROXY": "https://b:1"}
    proxy = proxy_for(url, variables)
    assert proxy is not None
    assert (proxy.host, proxy.port, proxy.is_secure) == ("b", 1, True)
    proxy = proxy_for(url, {**variables, "https_proxy": "a", "no_proxy": "", "NO_PROXY": "*"})
    assert proxy is not None
    assert (proxy.shown, proxy.authorization) == ("a:80", None)


def test_certificates_are_checked() -> None:
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
