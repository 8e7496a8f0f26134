"""Opening a store: the one function that a service begins with."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from tenfold.current_release import start
from tenfold.errors import TenfoldError, as_damage, without_frames
from tenfold.options import (
    Decided,
    KeySource,
    LazyOptions,
    Mode,
    RefreshOptions,
    Trust,
    decide,
)
from tenfold.settings import Settings
from tenfold.snapshot import UnknownAccounts
from tenfold.stores.credentials import CredentialSource
from tenfold.stores.headers import HeaderSource, caller_failed


def open_settings(
    store: str | Sequence[str],
    *,
    trust: Trust | None = None,
    keys: KeySource | None = None,
    environment: str | None = None,
    mode: Mode = "full",
    refresh: RefreshOptions | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    lazy: LazyOptions | None = None,
    on_unknown_account: UnknownAccounts = "globals",
    headers: HeaderSource | None = None,
    credentials: CredentialSource | None = None,
    now: Callable[[], float] | None = None,
) -> Settings:
    """Open a store, and load its whole release: from then on answers need no waiting.

    - `store`: `file:DIR`, `https://…`, `s3:BUCKET/PREFIX?endpoint=URL&region=REGION` for a private
      bucket, `git:REMOTE#BRANCH`. Of several that hold the same releases, the latest head that
      verifies wins, and one of them may fail: then an `error` event tells.
    - `trust`: the root document whose keys have to sign releases. Ship it with the service: a root
      fetched along with the store proves nothing. Left out only for the local `.tenfold/store`.
    - `keys`: where API keys come from, by default the environment of the process.
    - `environment`: the only one whose releases are accepted, by default that of the first release.
    - `mode`: `full` keeps all accounts in memory, `lazy` reads one with `settings.account`.
    - `refresh`, `lazy`: see `RefreshOptions` and `LazyOptions`.
    - `cache_dir`: a folder of this service's own for the last good release. The service starts from
      it when the store cannot be reached, refuses any older release, and reads no object twice.
    - `on_unknown_account`: what an account that is not in the release gets, `globals` or `error`.
    - `headers`, `credentials`: functions that return what a private server or bucket requires,
      called for each poll.
    - `now`: returns milliseconds since 1970, for tests.

    Raises `TenfoldError` for the options and for the store. With a `cache_dir` that holds a good
    release, a store that cannot be used is an `error` event instead.
    """
    decided: Decided | None = None
    failure: BaseException
    try:
        decided = decide(
            store,
            trust,
            keys,
            environment,
            mode,
            refresh,
            cache_dir,
            lazy,
            on_unknown_account,
            headers,
            credentials,
            now,
        )
        return Settings(decided, start(decided.manner))
    except Exception as error:
        failure = without_frames(_named(error, decided))
    except BaseException as error:  # a person interrupts the start
        failure = without_frames(error)
    finally:
        if decided is not None:
            decided.manner.store.rest()
        # A debug page shows the variables of this frame, and these may hold an identity.
        keys = headers = credentials = trust = None
    if decided is not None:
        decided.manner.store.interrupt()
    raise failure


def _named(error: Exception, decided: Decided | None) -> TenfoldError:
    """Return the error for whatever opening raised. A mapping of options may be anyone's code."""
    if isinstance(error, TenfoldError):
        return error
    if decided is not None:
        return as_damage(error, f"the store {decided.manner.store.url}")
    named = TenfoldError("invalid_option", "the options of open_settings cannot be read")
    named.__cause__ = caller_failed(error)
    return named
