"""Opening a store by its URL. Only this module knows which kinds of stores there are."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tenfold.errors import TenfoldError
from tenfold.stores.folder import FolderStore
from tenfold.wording import is_text, quote, shown_url

if TYPE_CHECKING:
    from tenfold.stores.credentials import CredentialSource
    from tenfold.stores.headers import HeaderSource
    from tenfold.stores.reader import StoreReader

_KINDS = "this version reads file:DIR, https://…, git:REMOTE#BRANCH and s3:BUCKET/PREFIX"


def open_store(
    url: str,
    timeout_ms: float,
    headers: HeaderSource | None = None,
    credentials: CredentialSource | None = None,
    cache_dir: str | None = None,
) -> StoreReader:
    """Return the reader of a store. Nothing is read yet.

    Raises `unsupported_store`, and `invalid_option` for headers that no server would get.
    """
    if not is_text(url):
        raise TenfoldError("unsupported_store", f"{shown_url(url)} is no text")
    match = re.match(r"(?i)([a-z][a-z0-9+.-]+):", url)
    scheme = None if match is None else match[1]
    if scheme is not None and scheme.lower() in ("http", "https"):
        from tenfold.stores.http import HttpStore

        return HttpStore(url, timeout_ms, headers)
    if headers is not None:
        message = f"headers is for a store at https://…, and {shown_url(url)} is none"
        raise TenfoldError("invalid_option", message)
    if scheme == "file":
        return FolderStore(os.path.abspath(_folder_in(url)), url)
    if scheme == "s3":
        from tenfold.stores.bucket import BucketStore

        return BucketStore(url, timeout_ms, credentials)
    if scheme == "git":
        from tenfold.stores.git import GitStore, masked, parse_git_url

        place = parse_git_url(url)
        if place is None:
            message = f"{quote(masked(url))} names no branch; write git:REMOTE#BRANCH"
            raise TenfoldError("unsupported_store", message)
        return GitStore(place, None if cache_dir is None else os.path.join(cache_dir, "git"))
    raise TenfoldError(
        "unsupported_store", f"{shown_url(url)} is not a store: {_why_not(url, scheme)}"
    )


def _folder_in(url: str) -> str:
    folder = url.removeprefix("file:")
    if url.startswith("file://"):
        # A real URL names a host, which has to be this machine, and encodes its path.
        parts = urlsplit(url)
        is_here = parts.netloc in ("", "localhost") and not parts.query and not parts.fragment
        folder = _decoded(parts.path) if is_here else ""
    if folder == "" or "\0" in folder:
        message = f"{shown_url(url)} is not the URL of a folder here"
        raise TenfoldError("unsupported_store", message)
    return folder


def _decoded(path: str) -> str:
    """Return a path without its escapes; empty where one of them encodes no character of a name."""
    if re.search(r"(?i)%(?![0-9a-f]{2})|%2f", path):
        return ""
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError:
        return ""


def _why_not(url: str, scheme: str | None) -> str:
    if scheme is None and url != "":
        return f"write {shown_url(f'file:{url}')} for a folder"
    if scheme == "oci":
        return (
            "this library does not read container registries; copy the release to a bucket, "
            "a server, a branch or a folder, or ask a `tenfold serve` beside the registry"
        )
    return _KINDS
