"""A leaf: lines of JSON, one per account. Lines are kept as bytes, and parsed when asked for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenfold.domain.shapes import (
    PLANS,
    Account,
    ContentRecord,
    Overrides,
    PlanName,
    PromptRecord,
    RecordValue,
    plan_named,
)
from tenfold.format.decoding import (
    Malformed,
    Members,
    boolean,
    items,
    members,
    scalar,
    string,
    table,
)
from tenfold.format.encoding import parse_json
from tenfold.format.references import REF_LENGTH, Ref, is_ref, read_ref

if TYPE_CHECKING:
    from tenfold.format.encoding import Json

HEADER_BYTES = len('{"provenance":""}\n') + REF_LENGTH
"""The first line with its line end: the same length for every leaf."""

_HEADER = re.compile(rb'\{"provenance":"[\w-]{43}[0-9a-f]{6}"\}\n')
_PLAN = b"|".join(plan.encode() for plan in PLANS)
LINE = re.compile(rb'\["([a-z0-9][a-z0-9_-]{0,62})",("(?:' + _PLAN + rb')"[^\n]*)\n')
"""An account's line: its id, and what accounts with the same content share."""

_PROMPTS = b'"prompts":'
# A prompt's record in the one encoding. No string of a line can hold its unescaped quotes.
_PROMPT_RECORD = re.compile(
    rb'"customized":(?:true|false),"default":"([\w-]{43}[0-9a-f]{6})"'
    rb'(?:,"value":"([\w-]{43}[0-9a-f]{6})")?\}'
)


@dataclass(frozen=True, slots=True)
class StoredPrompt:
    """A prompt's record of an account, its texts by reference."""

    customized: bool
    default: Ref
    value: Ref | None


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account as its line holds it."""

    plan: PlanName
    overrides: Overrides | None
    prompts: Mapping[str, StoredPrompt] | None
    author_profiles: Mapping[str, ContentRecord] | None
    strategies: Mapping[str, ContentRecord] | None

    def text_refs(self) -> Iterator[Ref]:
        """Yield the references of its texts."""
        for record in (self.prompts or {}).values():
            yield record.default
            if record.value is not None:
                yield record.value

    def with_texts(self, text: Callable[[Ref], str]) -> Account:
        """Return the account with its texts in place of their references."""
        prompts = None
        if self.prompts is not None:
            prompts = {
                name: PromptRecord(
                    one.customized,
                    text(one.default),
                    None if one.value is None else text(one.value),
                )
                for name, one in self.prompts.items()
            }
        return Account(self.plan, self.overrides, prompts, self.author_profiles, self.strategies)


def read_rest(rest: bytes) -> StoredAccount:
    """Read what follows the id in a line: `"growth",{…}]`."""
    row = parse_json(b"[" + rest, "an account line")
    if not isinstance(row, list) or not 1 <= len(row) <= 2:
        raise Malformed("an account line is malformed")
    plan = plan_named(row[0])
    if plan is None:
        raise Malformed(f"a plan is none of {', '.join(PLANS)}")
    left = Members(row[1] if len(row) == 2 else {}, "an account")
    overrides, has_overrides = left.take_if_there("overrides")
    prompts, has_prompts = left.take_if_there("prompts")
    profiles, has_profiles = left.take_if_there("author_profiles")
    strategies, has_strategies = left.take_if_there("strategies")
    left.end()
    return StoredAccount(
        plan,
        table(overrides, "overrides", _section) if has_overrides else None,
        table(prompts, "prompts", _stored_prompt) if has_prompts else None,
        read_records(profiles, "author_profiles") if has_profiles else None,
        read_records(strategies, "strategies") if has_strategies else None,
    )


def find_rest(leaf: bytes, account: str, start: int = 0, end: int | None = None) -> bytes | None:
    """Return what follows an account's id in its line, without reading any other line."""
    stop = len(leaf) if end is None else end
    # No line holds a line feed, and every account's line follows one. The whole id is compared.
    mark = f'\n["{account}",'.encode()
    at = leaf.find(mark, start, stop)
    if at < 0:
        return None
    until = leaf.find(b"\n", at + len(mark), stop)
    if until < 0:
        raise Malformed("a leaf does not end with its last line")
    return leaf[at + len(mark) : until]


def provenance_of(leaf: bytes | memoryview) -> Ref:
    """Return the reference in a leaf's first line."""
    header = parse_json(bytes(leaf[:HEADER_BYTES]), "a leaf")
    return read_ref(members(header, "a leaf").get("provenance"), "a leaf's provenance")


def check_lines(leaf: bytes, start: int, end: int, depth: int, prefix: int) -> int:
    """Return the number of a leaf's lines.

    Raises unless it has its header, and lines that are sorted by account; the hash of each account
    has to begin with the `depth` bits of the leaf's place in the tree.
    """
    if _HEADER.match(leaf, start, end) is None:
        raise Malformed("a leaf has no header")
    at = start + HEADER_BYTES
    shift = 256 - depth
    last = b""
    count = 0
    for match in LINE.finditer(leaf, at, end):
        account = match[1]
        if match.start() != at:
            break
        if account <= last:
            raise Malformed("a leaf is not sorted by account")
        if int.from_bytes(hashlib.sha256(account).digest(), "big") >> shift != prefix:
            raise Malformed(f'"{account.decode()}" is in a leaf of other accounts')
        at = match.end()
        last = account
        count += 1
    if at != end:
        raise Malformed("a leaf has a line without an account")
    return count


def text_refs_in(leaf: bytes, start: int, end: int) -> set[Ref]:
    """Return the references of all texts of a leaf, sooner than parsing would."""
    if leaf.find(_PROMPTS, start, end) < 0:
        return set()
    found: set[Ref] = set()
    records = 0
    for match in _PROMPT_RECORD.finditer(leaf, start, end):
        records += 1
        found.update(ref.decode("ascii") for ref in match.groups() if ref is not None)
    is_every = records > 0 and records == leaf.count(b'"customized":', start, end)
    if is_every and all(map(is_ref, found)):
        return found
    return {
        ref
        for match in LINE.finditer(leaf, start, end)
        if _PROMPTS in match[2]
        for ref in read_rest(match[2]).text_refs()
    }


def read_records(value: Json, what: str) -> dict[str, ContentRecord]:
    """Read profiles or strategies by id."""
    return table(value, what, lambda record, at: table(record, at, _record_value))


def _record_value(value: Json, what: str) -> RecordValue:
    if isinstance(value, list):
        return items(value, what, string)
    return value if isinstance(value, bool) else string(value, what)


def _section(value: Json, what: str) -> dict[str, str | int | float | bool]:
    return table(value, what, scalar)


def _stored_prompt(value: Json, what: str) -> StoredPrompt:
    record = members(value, what)
    own = record.get("value")
    if "value" in record and own is None:
        raise Malformed(f"{what} is not a reference")
    return StoredPrompt(
        boolean(record.get("customized"), what),
        read_ref(record.get("default"), what),
        None if own is None else read_ref(own, what),
    )
