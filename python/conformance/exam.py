"""Takes the vectors in one process, without starting a program for each verb."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias, TypedDict

from conformance.adapter import Memory
from conformance.questions import Plain, Question, answer
from tenfold.content.loaded import Accounts, Line, LoadedContent, LoadedGlobals
from tenfold.errors import TenfoldError
from tenfold.evaluation import AnsweringRelease
from tenfold.format.encoding import Json, canonical
from tenfold.format.globals_object import read_globals
from tenfold.format.references import Ref
from tenfold.format.times import milliseconds
from tenfold.keys import keys_from_environment
from tenfold.snapshot import Reader
from tenfold.stores.folder import FolderStore

Mode: TypeAlias = Literal["full", "lazy"]


class _RequiredAnswer(TypedDict):
    question: dict[str, object]
    answer: object


class Answer(_RequiredAnswer, total=False):
    """A question with its answer, at another time than the step's if `now` says so."""

    now: str


class _RequiredStep(TypedDict):
    store: str
    now: str
    want: object


class Step(_RequiredStep, total=False):
    """A refresh with its outcome, and what is answered then."""

    answers: list[Answer]


class _RequiredVector(TypedDict):
    about: str
    modes: list[Mode]
    steps: list[Step]


class Vector(_RequiredVector, total=False):
    """`want.json` of a vector."""

    environment: str
    identity: str
    init: object


def vector_in(folder: Path) -> Vector:
    """Return what a vector wants."""
    vector: Vector = json.loads((folder / "want.json").read_text(encoding="utf-8"))
    return vector


def take(folder: Path, mode: Mode) -> list[str]:
    """Take one vector in one mode, and return what is other than it should be."""
    vector = vector_in(folder)
    wrong: list[str] = []

    def compare(what: str, said: object, wanted: object) -> None:
        # As text, so that true is not 1.
        if _text(said) != _text(wanted):
            wrong.append(f"{what}: {_text(said)}, and not {_text(wanted)}")

    with tempfile.TemporaryDirectory(prefix="py-vector-") as state:
        memory = Memory(Path(state) / "state")
        identity = vector.get("identity")
        own = None if identity is None else str(folder / identity)
        init: object = {}
        try:
            memory.begin(folder / "trust.json", vector.get("environment"), own, mode)
        except TenfoldError as error:
            init = {"error": error.code}
        compare("init", init, vector.get("init", {}))
        for number, step in enumerate(vector["steps"], 1):
            said: object
            store = f"file:{folder / step['store']}"
            try:
                said = memory.refresh(store, milliseconds(step["now"]))
            except TenfoldError as error:
                said = {"error": error.code}
            compare(f"refresh {number}", said, step["want"])
            for one in step.get("answers", []):
                now = milliseconds(one.get("now", step["now"]))
                (got,) = memory.get(store, [one["question"]], now)
                compare(f"get {number}, {_text(one['question'])}", got, one["answer"])
    return wrong


class _OneAccount(Accounts):
    """A release of one account at most."""

    count = 1
    answer_bytes = 1 << 20
    is_lazy = False

    def __init__(self, row: str | None, texts: dict[Ref, str]) -> None:
        self._row = row
        self._texts = texts

    def find(self, account: str) -> Line | None:
        mark = f'["{account}",'
        if self._row is None or not self._row.startswith(mark):
            return None
        return Line(self._row.removeprefix(mark).encode(), self._texts.__getitem__)

    def need(self, account: str) -> bool:
        return self.find(account) is not None

    def provenance(self, account: str) -> Ref | None:
        del account
        return None

    def needed(self) -> Iterator[Ref]:
        return iter(self._texts)


def resolve(stored: Json, texts: dict[Ref, str], row: str | None, question: Question) -> Plain:
    """Return the answer to a question about one account, given as globals and a line."""
    parsed = read_globals(canonical(stored))
    loaded = LoadedGlobals("", parsed.with_texts(texts.__getitem__), parsed.provenance, texts)
    content = LoadedContent("", loaded, _OneAccount(row, texts), ())
    label = AnsweringRelease("stable", 1, None, None)
    store = FolderStore("nowhere")
    keys = keys_from_environment({})(None, store, None)  # type: ignore[arg-type]
    return answer(Reader(label, content, store, keys, "globals"), question)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
