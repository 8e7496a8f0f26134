"""The proxy that the environment names for a store."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from tenfold.errors import TenfoldError

_NAMES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@dataclass(frozen=True, slots=True, repr=False)
class Proxy:
    """Where a connection is asked for in place of the store; `authorization` is never shown."""

    is_secure: bool
    host: str
    port: int
    authorization: str | None

    @property
    def shown(self) -> str:
        """Host and port, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"Proxy({self.shown})"


def proxy_for(url: SplitResult, environment: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for a URL, by the first of curl's variables that is set.

    A store without TLS is on this machine, and never uses one.
    """
    if url.scheme != "https":
        return None
    name = next((one for one in _NAMES if environment.get(one)), None)
    exceptions = environment.get("no_proxy", environment.get("NO_PROXY", ""))
    if name is None or _is_excepted(url, exceptions):
        return None
    proxy = _parse(environment[name].strip())
    # The value may hold a password, even if it is no URL.
    if proxy is None:
        message = f"{name} names no proxy such as http://HOST:PORT or https://HOST:PORT"
        raise TenfoldError("store_unreadable", message)
    return proxy


def _parse(given: str) -> Proxy | None:
    has_scheme = re.match(r"(?i)[a-z][a-z0-9+.-]*://", given) is not None
    try:
        url = urlsplit(given if has_scheme else f"http://{given}")
        port = url.port
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not url.hostname:
        return None
    is_secure = url.scheme == "https"
    credentials = f"{unquote(url.username or '')}:{unquote(url.password or '')}"
    authorization = None
    if credentials != ":":
        authorization = f"Basic {base64.b64encode(credentials.encode()).decode('ascii')}"
    return Proxy(is_secure, url.hostname, port or (443 if is_secure else 80), authorization)


def _is_excepted(url: SplitResult, exceptions: str) -> bool:
    """Whether `NO_PROXY` covers the host.

    `*` covers every host, `example.org` and `.example.org` cover it and all hosts below it, and
    `10.0.0.0/8` the addresses that a URL has as such. A port narrows it.
    """
    host = (url.hostname or "").rstrip(".").lower()
    port = str(url.port or 443)
    for entry in re.split(r"[\s,]+", exceptions.lower()):
        if entry == "*":
            return True
        if "/" in entry:
            if _is_in(host, entry):
                return True
            continue
        match = re.fullmatch(r"(\[[^\]]*\]|[^:]*):([0-9]+)", entry)
        name, only_at = (match[1], match[2]) if match else (entry, None)
        if only_at is not None and only_at != port:
            continue
        suffix = re.sub(r"^\*?\.", "", name.strip("[]")).rstrip(".")
        if suffix and (host == suffix or (_address(host) is None and host.endswith(f".{suffix}"))):
            return True
    return False


def _is_in(host: str, network: str) -> bool:
    address = _address(host)
    try:
        return address is not None and address in ipaddress.ip_network(
            network.replace("[", "").replace("]", ""), strict=False
        )
    except ValueError:
        return False


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
