"""Takes the exam by its protocol of three verbs.

python conformance/adapter.py init --state DIR --trust FILE [--environment NAME] [--identity FILE]
                                   [--mode full|lazy]
python conformance/adapter.py refresh --state DIR --store URL --now TIME
python conformance/adapter.py get --state DIR --store URL --now TIME < questions.json

Exit 0: done. Exit 1: refused, and one line of JSON, `{"error": CODE}`. Exit 2: not supported.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conformance.questions import Plain, Question, Unsupported, answer
from tenfold.current_release import CurrentRelease, Manner, start, start_kept
from tenfold.errors import TenfoldError
from tenfold.format.times import milliseconds
from tenfold.options import Decided, KeySource, decide
from tenfold.stores.folder import FolderStore
from tenfold.trust.trust_option import trust_of

_EVENTS = ("candidate_unusable", "pack_unusable")
"""Warnings that the exam speaks of."""


class Memory:
    """What a reader remembers: its options and its cache, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._options = folder / "options.json"

    def begin(self, trust: Path, environment: str | None, identity: str | None, mode: str) -> None:
        """Begin anew; raises `invalid_trust`."""
        try:
            root = trust.read_bytes()
        except OSError as error:
            raise TenfoldError("invalid_trust", f"{trust} cannot be read") from error
        trust_of(root, FolderStore(str(self._folder)))
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        (self._folder / "root.json").write_bytes(root)
        self._write(
            {
                "environment": environment,
                "identity": None if identity is None else str(Path(identity).resolve()),
                "mode": mode,
            }
        )

    def refresh(self, store: str, now: float) -> dict[str, object]:
        """Go from what is remembered to what the store offers; raises why it is refused."""
        decided = self._decided(store, now)
        started = start(decided.manner)
        if started.failure is not None:
            raise started.failure
        release = started.present.verified.release
        rollout = started.present.rollout
        return {
            "seq": release.seq,
            "commit": release.commit,
            "stage": None if rollout is None else rollout.stage_at(now),
            "events": sorted(one.code for one in started.warnings if one.code in _EVENTS),
        }

    def get(self, store: str, questions: Sequence[Question], now: float) -> list[Plain]:
        """Answer from what is remembered; a lazy reader alone reads accounts from the store."""
        is_lazy = self._read()["mode"] == "lazy"
        manner = self._decided(store if is_lazy else f"file:{self._folder / 'nowhere'}", now).manner
        try:
            present = _kept(manner)
        except TenfoldError as error:
            return [{"error": error.code} for _ in questions]
        rollout = present.rollout
        is_running = rollout is not None and rollout.stage_at(now) is not None
        reader = rollout.reader if rollout is not None and is_running else present.reader
        return [answer(reader, question) for question in questions]

    def _decided(self, store: str, now: float) -> Decided:
        options = self._read()
        identity = options["identity"]
        keys = {"from": "env", "env": {}} if identity is None else None
        return decide(
            store,
            (self._folder / "root.json").read_bytes(),
            cast("KeySource", keys or {"from": "sealed", "identity": identity}),
            options["environment"],
            "lazy" if options["mode"] == "lazy" else "full",
            {"every_ms": 0},
            self._folder / "cache",
            None,
            "globals",
            None,
            None,
            lambda: now,
        )

    def _read(self) -> dict[str, str | None]:
        options: dict[str, str | None] = json.loads(self._options.read_text(encoding="utf-8"))
        return options

    def _write(self, options: dict[str, str | None]) -> None:
        self._options.write_text(json.dumps(options), encoding="utf-8")


def _kept(manner: Manner) -> CurrentRelease:
    if manner.cache is None:
        raise TenfoldError("store_not_found", "nothing is remembered")
    return start_kept(manner, manner.cache)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    init = verbs.add_parser("init")
    init.add_argument("--trust", type=Path, required=True)
    init.add_argument("--environment")
    init.add_argument("--identity")
    init.add_argument("--mode", choices=("full", "lazy"), default="full")
    refresh = verbs.add_parser("refresh")
    get = verbs.add_parser("get")
    for verb in (init, refresh, get):
        verb.add_argument("--state", type=Path, required=True)
    for verb in (refresh, get):
        verb.add_argument("--store", required=True)
        verb.add_argument("--now", required=True)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb, and return its exit code."""
    given = _parser().parse_args(arguments)
    memory = Memory(given.state)
    try:
        if given.verb == "init":
            memory.begin(given.trust, given.environment, given.identity, given.mode)
            print(json.dumps({}))
        elif given.verb == "refresh":
            print(json.dumps(memory.refresh(given.store, milliseconds(given.now))))
        else:
            questions = json.load(sys.stdin)
            print(json.dumps(memory.get(given.store, questions, milliseconds(given.now))))
    except TenfoldError as error:
        print(json.dumps({"error": error.code}))
        return 2 if error.code == "unsupported_store" else 1
    except Unsupported as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
