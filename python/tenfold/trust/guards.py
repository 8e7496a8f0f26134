"""What keeps a verified release from answering."""

from __future__ import annotations

from tenfold.content.loaded import LoadedContent
from tenfold.errors import TenfoldError
from tenfold.trust.root_document import RootDocument
from tenfold.wording import quote

_SUSPECT_ACCOUNTS = 20
"""Below this many accounts, a percentage means little."""


def check_shrinking(before: int, after: int, is_meant: bool, what: str) -> None:
    """Raise `shrink_refused` where most accounts are gone, and no signature says so on purpose."""
    if is_meant or before < _SUSPECT_ACCOUNTS or 2 * (before - after) <= before:
        return
    message = f"{what} has {after} of {before} accounts, and does not say that this is meant"
    raise TenfoldError("shrink_refused", message)


def check_secrets(content: LoadedContent, document: RootDocument | None) -> None:
    """Raise `secret_refused` where a provider would be sent a key that the root does not grant."""
    if document is None:
        return
    for name, provider in content.globals.value.providers.items():
        if provider.secret not in document.root.secrets.get(name, ()):
            message = (
                f"the root of trust does not let {quote(name)} use the secret "
                f"{quote(provider.secret)}"
            )
            raise TenfoldError("secret_refused", message)
