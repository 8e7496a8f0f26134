"""A key of AWS, or of a server that speaks its protocol. No message shows any part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypedDict

from tenfold.errors import TenfoldError
from tenfold.stores.headers import caller_failed

_FITS = re.compile(r"[\x21-\x7e]+")
ADVICE = (
    "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a temporary key, AWS_SESSION_TOKEN "
    "in the environment"
)


class _RequiredCredentials(TypedDict):
    access_key_id: str
    secret_access_key: str


class AwsCredentials(_RequiredCredentials, total=False):
    """What `credentials` returns; `session_token` is that of a temporary key."""

    session_token: str | None


CredentialSource: TypeAlias = "Callable[[], AwsCredentials]"


class AwsKey:
    """A key that was checked: whatever goes into a header must not end it."""

    __slots__ = ("id", "secret", "token")

    def __init__(self, access_key_id: object, secret_access_key: object, token: object) -> None:
        self.id = _checked(access_key_id, "access key id")
        secret = _checked(secret_access_key, "secret access key")

        def reveal() -> str:
            return secret

        self.secret: Callable[[], str] = reveal
        self.token = None if token is None else _checked(token, "session token")

    def __repr__(self) -> str:
        return "AwsKey()"


def key_in(environment: Mapping[str, str]) -> AwsKey:
    """Read a key from the environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if not environment.get(name):
            message = f"{name} is not set: {ADVICE}; a public bucket is read by its https: URL"
            raise TenfoldError("store_unreadable", message)
    return AwsKey(
        environment["AWS_ACCESS_KEY_ID"],
        environment["AWS_SECRET_ACCESS_KEY"],
        environment.get("AWS_SESSION_TOKEN") or None,
    )


def key_from(source: CredentialSource) -> AwsKey:
    """Ask the service for a key."""
    failure = None
    given: object = None
    try:
        given = source()
    except Exception as error:  # whatever the service's own code raises
        failure = caller_failed(error)
    if failure is not None:
        raise TenfoldError("store_unreadable", "the function `credentials` failed") from failure
    if not isinstance(given, Mapping):
        raise TenfoldError("invalid_option", "what `credentials` returns is no mapping with a key")
    return AwsKey(
        given.get("access_key_id"), given.get("secret_access_key"), given.get("session_token")
    )


def _checked(value: object, what: str) -> str:
    if isinstance(value, str) and _FITS.fullmatch(value) is not None:
        return value
    message = f"the {what} for the bucket is no text of letters, digits and signs"
    raise TenfoldError("store_unreadable", message)
