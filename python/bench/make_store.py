"""Makes a store of many accounts, each with content of its own, to measure with `lookup.py`.

    python bench/make_store.py FOLDER 1000000

Writes `FOLDER/store` and `FOLDER/root.json`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from support.publisher import Content, Objects, Store  # noqa: E402
from support.sample import GLOBALS, GRANTED, TEXTS  # noqa: E402

PACK_BYTES = 16_000_000


def packs_of(objects: Objects, root: str, leaves: list[str]) -> list[list[str]]:
    """Put the tree in a pack of its own, then the leaves, as a publisher does."""
    of_leaves = set(leaves)
    tree = [root, *(r for r, d in objects.all.items() if r not in of_leaves and d[:1] == b"\1")]
    groups: list[list[str]] = [tree, []]
    size = 0
    for ref in leaves:
        size += 3 + len(objects.all[ref])
        if size > PACK_BYTES:
            groups.append([])
            size = 3 + len(objects.all[ref])
        groups[-1].append(ref)
    return groups


def main(folder: str, count: int) -> None:
    """Write the store."""
    begun = time.monotonic()
    models = ("gpt-4", "gpt-4o-mini")
    accounts = {
        f"account-{i}": (
            "growth",
            {
                "overrides": {
                    "openai": {"max_tokens": 1 + i % 8000, "model": models[i % 2]},
                    "image": {"max_in_article": i % 10},
                }
            },
        )
        for i in range(count)
    }
    store = Store(Path(folder), GRANTED)
    store.now = time.time() * 1000
    objects = Objects()
    root = Content(GLOBALS, TEXTS, accounts).emit(objects)
    leaves = [ref for ref, data in objects.all.items() if data.startswith(b'{"provenance":')]
    store.put_all(objects)
    packs = store.pack(*packs_of(objects, root, leaves))
    store.write(store.head(store.release(root, packs=packs)))
    (Path(folder) / "root.json").write_bytes(store.trust.document())
    print(f"{count} accounts, {len(leaves)} leaves, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
