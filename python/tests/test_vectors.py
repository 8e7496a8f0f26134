"""The exam that every reader takes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.exam import Mode, resolve, take, vector_in
from tenfold.domain.rings import cohort_of
from tenfold.format.decoding import Malformed
from tenfold.format.encoding import canonical, parse_json

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
WHY = "the vectors of the repository are not beside this package"

pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY)


def plain(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def stores() -> list[Any]:
    if not (VECTORS / "stores").is_dir():
        return []
    return [
        pytest.param(folder, mode, id=f"{folder.name}-{mode}")
        for folder in sorted((VECTORS / "stores").iterdir())
        for mode in vector_in(folder)["modes"]
    ]


@pytest.mark.parametrize(("folder", "mode"), stores())
def test_store(folder: Path, mode: Mode) -> None:
    assert take(folder, mode) == []


def test_resolve() -> None:
    vectors = plain("resolve.json")
    wrong = []
    for case in vectors["cases"]:
        stored = vectors["globals"][case["globals"]]
        said = resolve(stored, vectors["texts"], case["line"], case["question"])
        if json.dumps(said, sort_keys=True) != json.dumps(case["answer"], sort_keys=True):
            wrong.append((case["line"], case["question"], said, case["answer"]))
    assert len(vectors["cases"]) >= 300
    assert wrong == []


def test_cohorts() -> None:
    for case in plain("cohort.json")["cases"]:
        assert cohort_of(case["id"], case["account"]) == case["cohort"], case


def test_canonical() -> None:
    for case in plain("canonical.json")["same"]:
        said = canonical(parse_json(case["json"].encode("utf-8", "surrogatepass"), "it"))
        assert said.decode() == case["canonical"]


def test_not_canonical() -> None:
    for case in plain("canonical.json")["refused"]:
        with pytest.raises(Malformed):
            parse_json(base64.b64decode(case["base64"]), case["why"])
