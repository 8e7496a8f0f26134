"""A server's URL as requests need it: in ASCII, whatever a person wrote."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, quote

from tenfold.errors import TenfoldError
from tenfold.wording import shown_url

# What the rules of the web leave as it is in a path; an escape that is there already, too.
_PLAIN = "!$%&'()*+,-./:;=@[]^_|~"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"[a-z0-9._-]+")
# The two versions of the rules for such names disagree about them.
_DISPUTED = re.compile("[ßς\u200c\u200d]")


def in_ascii(url: SplitResult) -> SplitResult | None:
    """Return a URL with its host and its path in ASCII; None where the host is not one."""
    host = _host_in_ascii(url.hostname or "")
    if host is None:
        return None
    netloc = host if url.port is None else f"{host}:{url.port}"
    return url._replace(netloc=netloc, path=quote(url.path, safe=_PLAIN))


def is_loopback(url: SplitResult) -> bool:
    """Whether a server is on this machine."""
    return url.hostname in _LOOPBACK


def refused(url: str, why: str) -> TenfoldError:
    """Return the error for a store's URL."""
    return TenfoldError("unsupported_store", f"{shown_url(url)} cannot be a store: {why}")


def _host_in_ascii(host: str) -> str | None:
    if ":" in host:
        try:
            address = ipaddress.IPv6Address(host)
        except ValueError:
            return None
        return None if address.scope_id else f"[{address}]"
    if _DISPUTED.search(host):
        return None
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return name if _HOST.fullmatch(name) else None
