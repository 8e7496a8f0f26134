"""Why an account gets what it gets: every place where a field is written, and which one wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenfold.content.loaded import LoadedContent
from tenfold.domain.explaining import ExplainedField, Position, explain_function
from tenfold.domain.shapes import Account, PlanName
from tenfold.errors import as_damage
from tenfold.format.provenance import Provenance, find_provenance, read_global_provenance
from tenfold.records import Records
from tenfold.stores.reader import StoreReader


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation of one function's answer.

    `commit` is the release's, to which the line numbers refer; None if it was not made from a
    commit. `fields` are by the names of `get_model_config`'s answer, `provider` among them.
    """

    account: str
    function: str
    known: bool
    plan: PlanName | None
    commit: str | None
    fields: Mapping[str, ExplainedField]


class _Places:
    """The places of a store's provenance."""

    def __init__(self, files: Mapping[str, Provenance], account_file: str | None) -> None:
        self._files = files
        self.account_file = account_file

    def position(self, file: str, path: str) -> Position | None:
        found = self._files.get(file)
        return None if found is None else found.at.get(path)


def explain(
    store: StoreReader,
    content: LoadedContent,
    account: Account | None,
    asked: tuple[str, str, PlanName | None],
    commit: str | None,
) -> Explanation:
    """Explain an answer. Provenance is read only now, since nothing else needs it.

    `asked` is the account's id, the function, and the live plan where it matters.
    """
    name, function, live = asked
    try:
        files = read_global_provenance(store.read(content.globals.provenance))
        account_file = None
        if account is not None:
            ref = content.accounts.provenance(name)
            if ref is not None:
                own = find_provenance(store.read(ref), name)
                files[own.file] = own
                account_file = own.file
        places = _Places(files, account_file)
        fields = explain_function(content.globals.value, account, function, live, places)
    except Exception as error:
        raise as_damage(error, f"the store {store.url}")  # noqa: B904 -- it names the cause itself
    plan = None if account is None else account.plan
    return Explanation(name, function, account is not None, plan, commit, Records(fields))
