"""The options of `open_settings`: checked by name and type, with all defaults filled in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

from tenfold.content.cache import Cache
from tenfold.content.lazy import DEFAULT_BYTES
from tenfold.current_release import Manner
from tenfold.errors import TenfoldError, unknown
from tenfold.keys import KeysOf, identity_of, keys_from_environment, sealed_keys
from tenfold.snapshot import UnknownAccounts
from tenfold.stores.credentials import CredentialSource
from tenfold.stores.failover import FailoverStore
from tenfold.stores.folder import FolderStore
from tenfold.stores.headers import HeaderSource, caller_failed
from tenfold.stores.opening import open_store
from tenfold.stores.reader import TIMEOUT_MS, StoreReader
from tenfold.trust.trust_option import trust_of
from tenfold.wording import is_text, quote

if TYPE_CHECKING:
    from typing import TypeGuard

_EVERY_MS = 10_000
_STALE_AFTER_MS = 60_000
_MOST_MS = 315_576_000_000
"""Ten years, so that no sum of times is too large for a timer or a socket."""
_MOST_BYTES = 2**53 - 1
_FARTHEST_MS = 8_640_000_000_000_000
"""The last moment that a date of the program may have, from 1970 in either direction."""

_FromEnvironment = TypedDict("_FromEnvironment", {"from": Literal["env"]})


class EnvironmentKeys(_FromEnvironment, total=False):
    """`{"from": "env"}`: API keys from variables, by default those of the process.

    They are looked up when they are read, so that one which is set later is found.
    """

    env: Mapping[str, str]


_FromSealed = TypedDict("_FromSealed", {"from": Literal["sealed"]})


class SealedKeys(_FromSealed):
    """`{"from": "sealed", "identity": …}`: keys that were sealed into the release.

    `identity` is an age identity, `env:NAME`, or the path of an identity file, which is read anew
    for each set of keys. Needs the extra `sealed`.
    """

    identity: str | os.PathLike[str]


KeySource: TypeAlias = "EnvironmentKeys | SealedKeys"


class RefreshOptions(TypedDict, total=False):
    """How the store is polled; all in milliseconds.

    `every_ms`: between polls, 10,000 by default, 0 for never. `stale_after_ms`: of failed polls, or
    of one that hangs, after which the state is `stale`; by default six times `every_ms`, and at
    least 60,000. `timeout_ms`: what a server has for one answer with its body, 10,000 by default,
    and once more for each MiB of a long one.
    """

    every_ms: float
    stale_after_ms: float
    timeout_ms: float


class LazyOptions(TypedDict, total=False):
    """`max_bytes`: about what accounts in memory may take in lazy mode, 8 MiB by default."""

    max_bytes: int


Mode: TypeAlias = Literal["full", "lazy"]
Trust: TypeAlias = "str | bytes | os.PathLike[str] | Mapping[str, object]"
"""The path, the text, the bytes or the parsed value of `config/trust/root.json`."""


@dataclass(frozen=True)
class Decided:
    """The options, with all defaults filled in. Times are in milliseconds."""

    manner: Manner
    every_ms: float
    stale_after_ms: float
    failover: FailoverStore | None

    def take_problems(self) -> tuple[TenfoldError, ...]:
        """Return what was wrong with some of several stores at the last poll, once."""
        return () if self.failover is None else self.failover.take_problems()


def decide(
    store: str | Sequence[str],
    trust: Trust | None,
    keys: KeySource | None,
    environment: str | None,
    mode: Mode,
    refresh: RefreshOptions | None,
    cache_dir: str | os.PathLike[str] | None,
    lazy: LazyOptions | None,
    on_unknown_account: UnknownAccounts,
    headers: HeaderSource | None,
    credentials: CredentialSource | None,
    now: Callable[[], float] | None,
) -> Decided:
    """Check the options; raises `invalid_option`, `unsupported_store` and those of `trust`.

    Unknown names are refused, so that a typo never silently drops a protection.
    """
    if mode not in ("full", "lazy"):
        raise _invalid("mode", mode, '"full" or "lazy"')
    if on_unknown_account not in ("globals", "error"):
        raise _invalid("on_unknown_account", on_unknown_account, '"globals" or "error"')
    if environment is not None and (not isinstance(environment, str) or environment == ""):
        raise _invalid("environment", environment, "a name")
    # What is given in place of these functions may be a token or a key.
    for name, function in (("headers", headers), ("credentials", credentials), ("now", now)):
        if function is not None and not callable(function):
            raise TenfoldError("invalid_option", f"{name} has to be a function")
    polls = _members("refresh", refresh, ("every_ms", "stale_after_ms", "timeout_ms"))
    every_ms = _duration("refresh.every_ms", polls.get("every_ms", _EVERY_MS))
    least = min(max(6 * every_ms, _STALE_AFTER_MS), _MOST_MS)
    stale_after_ms = _duration("refresh.stale_after_ms", polls.get("stale_after_ms", least))
    timeout_ms = _duration("refresh.timeout_ms", polls.get("timeout_ms", TIMEOUT_MS))
    max_bytes = _bytes(_members("lazy", lazy, ("max_bytes",)).get("max_bytes", DEFAULT_BYTES))
    folder = None if cache_dir is None else _folder(cache_dir)
    stores = [open_store(url, timeout_ms, headers, credentials, folder) for url in _urls_of(store)]
    trusted = trust_of(trust, stores[0])
    failover = FailoverStore(stores, trusted) if len(stores) > 1 else None
    origin = failover or stores[0]
    cache = None if folder is None else _cache_of(folder, origin, stores)
    manner = Manner(
        store=cache or origin,
        cache=cache,
        trust=trusted,
        environment=environment,
        keys_of=_keys_of(keys),
        lazy_bytes=max_bytes if mode == "lazy" else None,
        on_unknown=on_unknown_account,
        now=_wall_clock if now is None else _checked(now),
    )
    return Decided(manner, every_ms, stale_after_ms, failover)


def _wall_clock() -> float:
    return time.time() * 1000


def _checked(now: Callable[[], object]) -> Callable[[], float]:
    """Return a caller's clock, which raises `invalid_option` where that one tells no time."""

    def tell() -> float:
        failure = None
        try:
            moment = now()
            if _is_number(moment) and abs(moment) <= _FARTHEST_MS:
                return moment
        except Exception as error:  # whatever the caller's own code raises
            failure = caller_failed(error)
        if failure is not None:
            raise TenfoldError("invalid_option", "the function `now` failed") from failure
        message = "what `now` returns is no number of milliseconds since 1970"
        raise TenfoldError("invalid_option", message)

    return tell


def _urls_of(store: object) -> list[str]:
    if isinstance(store, str):
        return [store]
    if isinstance(store, Sequence) and store and all(isinstance(one, str) for one in store):
        return list(dict.fromkeys(store))
    # A URL within something else may hold a password, and is not shown.
    kind = type(store).__name__
    message = f"store is a {kind}; it has to be a URL such as file:DIR, or several"
    raise TenfoldError("invalid_option", message)


def _keys_of(keys: object) -> KeysOf:
    if keys is None:
        return keys_from_environment(None)
    # What is given in their place may be a key, and is not shown.
    if not isinstance(keys, Mapping):
        message = 'keys has to be {"from": "env"} or {"from": "sealed", "identity": …}'
        raise TenfoldError("invalid_option", message)
    source = keys.get("from")
    if source == "env":
        variables = _members("keys", keys, ("from", "env")).get("env")
        if variables is not None and not isinstance(variables, Mapping):
            message = "keys.env is not a mapping of variables such as os.environ"
            raise TenfoldError("invalid_option", message)
        return keys_from_environment(variables)
    if source == "sealed":
        return sealed_keys(
            identity_of(_members("keys", keys, ("from", "identity")).get("identity"))
        )
    raise TenfoldError("invalid_option", 'keys.from has to be "env" or "sealed"')


def _cache_of(folder: str, origin: StoreReader, stores: Sequence[StoreReader]) -> Cache:
    """Return the cache; a store used as its own would delete what its publisher needs."""
    cache = Cache(folder, origin)
    for store in stores:
        if isinstance(store, FolderStore):
            same = os.path.realpath(store.folder) == os.path.realpath(cache.folder)
            if same:
                raise _invalid("cache_dir", folder, "another folder than the store")
    return cache


def _folder(given: object) -> str:
    path = os.fspath(given) if isinstance(given, (str, os.PathLike)) else None
    if not isinstance(path, str) or path == "" or not is_text(path) or "\0" in path:
        raise _invalid("cache_dir", given, "the path of a folder")
    return path


def _members(name: str, given: object, names: tuple[str, ...]) -> Mapping[str, object]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise _invalid(name, given, f'a mapping such as {{"{names[0]}": …}}')
    for member in given:
        if member not in names:
            raise unknown("invalid_option", "option", f"{name}.{member}", names)
    return given


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _duration(name: str, value: object) -> float:
    if _is_number(value) and 0 <= value <= _MOST_MS:
        return value
    raise _invalid(name, value, "milliseconds, from 0 to those of ten years")


def _bytes(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST_BYTES:
        return value
    raise _invalid("lazy.max_bytes", value, "a number of bytes")


def _invalid(name: str, value: object, expected: str) -> TenfoldError:
    message = f"{name} is {quote(value)}; it has to be {expected}"
    return TenfoldError("invalid_option", message)
