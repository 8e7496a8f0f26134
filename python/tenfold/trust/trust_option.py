"""Whom to trust for a store: a root document, or for the embedded store the machine's own key."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from tenfold.errors import TenfoldError
from tenfold.format.decoding import Malformed
from tenfold.format.encoding import Json, parse_json, parse_text
from tenfold.stores.folder import FolderStore
from tenfold.stores.own_folders import state_folder
from tenfold.stores.reader import StoreReader
from tenfold.trust.descent import verify_root_document
from tenfold.trust.heads import LocalTrust, Roots, RootTrust
from tenfold.trust.public_key import Role, Untrusted, read_key
from tenfold.trust.root_document import root_document


def trust_of(given: object, store: StoreReader) -> RootTrust | LocalTrust:
    """Return whom to trust; raises `trust_required` or `invalid_trust`.

    `given` is the value, the text or the bytes of `config/trust/root.json`, or the file's path.
    """
    if given is None:
        return _local_trust(store)
    try:
        document = root_document(_parsed(given))
        verify_root_document(document)
    except (Malformed, Untrusted, RecursionError) as error:
        # What was given may be anything, even a key by mistake, and is not shown.
        message = f"trust is no root of trust: {error}"
        raise TenfoldError("invalid_trust", message) from None
    return RootTrust(document, Roots())


def _parsed(given: object) -> Json:
    if isinstance(given, Mapping):
        try:
            return parse_text(json.dumps(given), "it")
        except (TypeError, ValueError):
            raise Malformed("it is no JSON data") from None
    if isinstance(given, (bytes, bytearray, memoryview)):
        return parse_json(bytes(given), "it")
    if isinstance(given, str) and given.lstrip().startswith("{"):
        return parse_text(given, "it")
    if isinstance(given, (str, os.PathLike)):
        return parse_json(_content_of(given), "it")
    raise Malformed("it is neither JSON nor a file that can be read")


def _content_of(path: str | os.PathLike[str]) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "no path"
        message = f"it is neither JSON nor a file that can be read ({reason})"
        raise Malformed(message) from None


def _local_trust(store: StoreReader) -> LocalTrust:
    folder = _embedded(store.folder) if isinstance(store, FolderStore) else None
    if folder is None:
        message = (
            f"the store {store.url} needs a root of trust: pass config/trust/root.json as `trust`; "
            "only .tenfold/store goes without"
        )
        raise TenfoldError("trust_required", message)
    file = os.path.join(state_folder() or os.path.dirname(folder), "local.pub")
    try:
        with open(file, encoding="utf-8") as opened:
            key = read_key(opened.read().strip(), file)
    except (OSError, UnicodeDecodeError, Malformed):
        # Without a store there is nothing to sign, and that it is missing is the better hint.
        if not os.path.exists(os.path.join(folder, "head.json")):
            message = f"there is no store at {store.url}: {folder} has no head.json"
            raise TenfoldError("store_not_found", message) from None
        message = (
            f"the store {store.url} was not written here: there is no key of this machine "
            f"({file}); pass a root of trust as `trust`"
        )
        raise TenfoldError("trust_required", message) from None
    return LocalTrust(Role(1, (key,)))


def _embedded(folder: str) -> str | None:
    """Return the embedded store's path, also for a link to it."""
    for path in (folder, os.path.realpath(folder)):
        above, name = os.path.split(path)
        if name == "store" and os.path.basename(above) == ".tenfold":
            return path
    return None
