"""A server's URL as requests need it: in ASCII, whatever a person wrote."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, quote

# What the rules of the web leave as it is in a path; an escape that is there already, too.
_PLAIN = "!$%&'()*+,-./:;=@[]^_|~"
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
