"""The platform's API keys: from the environment, or sealed into the release."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from tenfold.errors import TenfoldError
from tenfold.format.decoding import Malformed
from tenfold.key_flaws import flaw_of
from tenfold.trust.root_document import SECRET_NAME
from tenfold.trust.sealed import unseal
from tenfold.wording import is_text, quote

if TYPE_CHECKING:
    from tenfold.format.head import Release
    from tenfold.stores.reader import StoreReader

_IDENTITY = re.compile(r"AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{20,}")


class Key:
    """What is set for a secret: a key, nothing, or a value that is no key for a `flaw`.

    The value is behind a function, so that no printed object and no frame of a traceback shows it.
    """

    __slots__ = ("flaw", "reveal")

    def __init__(self, value: str | None) -> None:
        is_set = value is not None and value != ""
        self.flaw = flaw_of(value) if value is not None and is_set else None
        self.reveal: Callable[[], str] | None = None
        if value is not None and is_set and self.flaw is None:
            self.reveal = _revealing(value)

    def __repr__(self) -> str:
        return "Key()"


def _revealing(value: str) -> Callable[[], str]:
    return lambda: value


class Keys(ABC):
    """The keys that answers refer to. `remedy` says how to set one that is not available."""

    remedy: str

    @abstractmethod
    def find(self, secret: str) -> Key:
        """Return what is set for the name of a secret now."""

    def key(self, secret: str) -> str:
        """Return a key; raises `missing_key` or `invalid_key`, naming the secret."""
        found = self.find(secret)
        if found.reveal is not None:
            return found.reveal()
        if found.flaw is not None:
            message = f"the secret {secret} is no key: {found.flaw}"
            raise TenfoldError("invalid_key", message)
        message = f"the API key {secret} is not available: {self.remedy}"
        raise TenfoldError("missing_key", message)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys cannot be pickled")


class _EnvironmentKeys(Keys):
    """Keys from variables, looked up on demand; an empty one counts as missing."""

    remedy = "set it in the environment"

    def __init__(self, variables: Mapping[str, str]) -> None:
        # Behind a function: the process's environment is no part of any printed object.
        self._look_up: Callable[[str], str | None] = lambda name: variables.get(name)  # noqa: PLW0108
        self._judged: dict[str, tuple[Callable[[], str], Key]] = {}

    def find(self, secret: str) -> Key:
        # A store may name API keys only: else whoever writes to it could have a service send any
        # variable of its environment to a provider.
        if SECRET_NAME.fullmatch(secret) is None:
            return Key(None)
        judged = self._judged.get(secret)
        value = self._look_up(secret)
        if not isinstance(value, str):
            return Key(None)
        # Each value is judged once, not at every reading.
        if judged is not None and judged[0]() == value:
            return judged[1]
        key = Key(value)
        self._judged[secret] = (_revealing(value), key)
        return key


class _SealedKeys(Keys):
    """Keys that were sealed into a release."""

    remedy = "it is not among the sealed ones: release again with it"

    def __init__(self, keys: Mapping[str, str]) -> None:
        # Every key is judged, even if it was sealed when a release judged only its characters.
        self._keys = {name: Key(value) for name, value in keys.items()}

    def find(self, secret: str) -> Key:
        return self._keys.get(secret) or Key(None)


KeysOf: TypeAlias = "Callable[[Release, StoreReader, tuple[Release, Keys] | None], Keys]"
"""Returns a release's keys, those of the present one where they are the same."""

Identity: TypeAlias = "Callable[[], Sequence[str]]"
"""Reads the identities when keys are opened, so that a file may be replaced meanwhile."""


def keys_from_environment(variables: Mapping[str, str] | None) -> KeysOf:
    """Return keys from environment variables, those of the process by default."""
    keys = _EnvironmentKeys(os.environ if variables is None else variables)
    return lambda _release, _store, _present: keys


def sealed_keys(identity: Identity) -> KeysOf:
    """Return keys that are opened with an age identity; raises `unseal_failed`."""

    def keys_of(release: Release, store: StoreReader, present: tuple[Release, Keys] | None) -> Keys:
        if present is not None and present[0].secrets == release.secrets:
            return present[1]
        if release.secrets is None:
            return _SealedKeys({})
        ciphertext = store.read(release.secrets)
        reason = ""
        try:
            return _SealedKeys(unseal(ciphertext, identity(), release.environment))
        except Malformed as error:
            # Only our own words: a library's may repeat an identity that it cannot read.
            reason = str(error)
        message = f"release {release.seq} of {store.url}: {reason}"
        raise TenfoldError("unseal_failed", message)

    return keys_of


def identity_of(given: object) -> Identity:
    """Return an identity as it is given: itself, `env:NAME`, or the path of an identity file.

    Messages name where an identity was looked for, but never what was found there.
    """
    text = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(text, str) or text in ("", "env:") or not is_text(text):
        message = (
            "keys.identity has to be an age identity, `env:NAME` or the path of an identity file"
        )
        raise TenfoldError("invalid_option", message)
    if re.search(r"(?i)AGE-SECRET-KEY-", text):
        return lambda: _identities_in(text, "keys.identity")
    if text.startswith("env:") and text is given:
        name = text.removeprefix("env:")
        where = f"the environment variable {quote(name)}"
        return lambda: _identities_in(os.environ.get(name, ""), where)
    path = text.removeprefix("file:")
    # An identity without its prefix could be taken for a path, and must not be shown as one.
    is_suspicious = re.search(r"(?i)[0-9a-z]{40}", path) is not None
    where = "the file that keys.identity names" if is_suspicious else f"the file {quote(path)}"
    return lambda: _identities_in(_content_of(path, where), where)


def _content_of(path: str, where: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no path"
        message = f"cannot read an age identity from {where}: {reason}"
        raise TenfoldError("unseal_failed", message) from None


def _identities_in(text: str, where: str) -> Sequence[str]:
    # One that is commented out is not used.
    found = _IDENTITY.findall(re.sub(r"(?m)^\s*#.*$", "", text))
    if not found:
        raise TenfoldError("unseal_failed", f"there is no age identity in {where}")
    return found
