"""Packs are hints: they save requests, and nothing depends on them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from conftest import Open
from support.publisher import Content, Objects, Store, Tree
from support.sample import GLOBALS, TEXTS, many, openai
from tenfold.format.decoding import Malformed
from tenfold.format.pack import objects_of_pack, read_pack_list


class Counting:
    """Counts what is read of a settings' store."""

    def __init__(self, settings: Any) -> None:
        self.store = settings._decided.manner.store
        self.paths: list[str] = []
        find = self.store._find

        def counted(path: str, most: int) -> Any:
            self.paths.append(path)
            return find(path, most)

        self.store._find = counted


def packed(store: Store, accounts: dict[str, Any], **over: Any) -> dict[str, Any]:
    """Publish accounts with packs: the tree in one, the rest in two more."""
    objects = Objects()
    root = Content(GLOBALS, TEXTS, accounts).emit(objects)
    store.put_all(objects)
    tree = [root, *(ref for ref, data in objects.all.items() if data[:1] in (b"\1", b"{"))]
    others = [ref for ref in objects.all if ref not in tree and objects.all[ref]]
    half = len(others) // 2
    packs = store.pack(tree, others[:half], others[half:])
    release = store.release(root, packs=packs, **over)
    store.write(store.head(release))
    return release


def prompted(value: str) -> tuple[str, dict[str, Any]]:
    record = {"customized": True, "default": "before", "value": value}
    return "growth", {"prompts": {"clustering": record}}


def test_a_load_reads_packs_alone(store: Store, opened: Open, monkeypatch: Any) -> None:
    from tenfold.stores.folder import FolderStore

    read: list[str] = []
    find = FolderStore._find

    def counted(self: FolderStore, path: str, most: int) -> Any:
        read.append(path)
        return find(self, path, most)

    packed(store, many(2000, prompted=prompted("A text of its own.")))
    monkeypatch.setattr(FolderStore, "_find", counted)
    settings = opened(store)
    # The head, the root of trust is the given one, the list, and three packs.
    assert len(read) <= 6
    assert settings.get_model_config("generate_content", "a1999").max_tokens == 2000
    prompt = settings.get_effective_prompt("prompted", "clustering")
    assert (prompt.prompt_value, prompt.default_prompt) == ("A text of its own.", "before")


def test_one_change_reads_the_way_to_it(store: Store, opened: Open) -> None:
    # So much that the tree goes on in nodes.
    profile = {"house": {"description": "d" * 600, "name": "House"}}
    accounts = {f"a{i}": ("growth", {"author_profiles": profile}) for i in range(4000)}
    packed(store, accounts)
    settings = opened(store)
    assert len(settings._present.content.accounts.branches) > 1  # type: ignore[attr-defined]
    counting = Counting(settings)
    release = packed(store, {**accounts, "a7": openai("growth", max_tokens=5)})
    assert settings.refresh()
    # head, root, node, leaf.
    assert len(counting.paths) == 4
    assert settings.get_model_config("generate_content", "a7").max_tokens == 5
    assert release["packs"] is not None


def test_many_changes_read_the_packs(store: Store, opened: Open) -> None:
    packed(store, many(9000))
    settings = opened(store)
    counting = Counting(settings)
    packed(store, {name: openai("scale", max_tokens=9) for name in many(9000)})
    assert settings.refresh()
    # The head, the root, the list, and three packs.
    assert len(counting.paths) == 6
    assert settings.get_model_config("generate_content", "a7").plan == "scale"


@pytest.mark.parametrize("seed", range(6))
def test_releases_one_after_another(store: Store, opened: Open, seed: int) -> None:
    """What is shared between releases is what a new start reads."""
    rand = random.Random(seed)
    accounts: dict[str, Any] = many(300)
    packed(store, accounts)
    settings = opened(store)
    for _ in range(8):
        for _ in range(rand.choice([1, 40, 300])):
            name = f"a{rand.randrange(900)}"
            accounts.pop(name, None)
            if rand.random() < 0.7:
                accounts[name] = rand.choice(
                    [
                        openai("growth", max_tokens=rand.randrange(1, 9)),
                        prompted(f"t{rand.random()}"),
                    ]
                )
        if rand.random() < 0.5:
            packed(store, accounts, shrunk_at=store.seq + 1)
        else:
            store.publish(Content(GLOBALS, TEXTS, accounts), shrunk_at=store.seq + 1)
        assert settings.refresh()
        fresh = opened(store)
        for i in range(900):
            for ask in (
                lambda s, i=i: s.get_model_config("generate_content", f"a{i}"),
                lambda s, i=i: s.get_effective_prompt(f"a{i}", "clustering"),
            ):
                assert ask(settings) == ask(fresh)


def test_obsolete_packs_are_freed(store: Store, opened: Open) -> None:
    packed(store, many(3000))
    settings = opened(store)
    store.publish(Content(GLOBALS, TEXTS, dict(list(many(3000).items())[:1600])))
    assert settings.refresh()
    store.publish(
        Content(GLOBALS, TEXTS, {**dict(list(many(3000).items())[:1600]), "b": ("free", {})})
    )
    assert settings.refresh()
    leaves = settings._present.content.accounts.leaves  # type: ignore[attr-defined]
    pieces = [leaves.piece(ref) for ref in leaves]
    held = {id(piece.data): len(piece.data) for piece in pieces}
    assert sum(held.values()) <= 2 * sum(piece.end - piece.start for piece in pieces)


def damage(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


@pytest.mark.parametrize("which", ["list missing", "list damaged", "pack missing", "pack cut"])
def test_packs_of_no_use(store: Store, opened: Open, errors: Any, which: str) -> None:
    release = packed(store, many(500))
    listing = store.file(release["packs"])
    packs = read_pack_list(listing.read_bytes())
    if which == "list missing":
        listing.unlink()
    elif which == "list damaged":
        damage(listing)
    elif which == "pack missing":
        store.file(packs[1]).unlink()
    else:
        content = store.file(packs[1]).read_bytes()[:-10]
        cut = store.put(content)
        over = store.put(f'["{packs[0]}","{cut}"]'.encode())
        store.write(store.head({**release, "packs": over}))
    settings = opened(store)
    assert errors(settings) == ["pack_unusable"]
    assert settings.get_model_config("generate_content", "a499").max_tokens == 500


def test_strangers_in_a_pack_are_dropped(store: Store, opened: Open) -> None:
    objects = Objects()
    root = Content(GLOBALS, TEXTS, many(300)).emit(objects)
    store.put_all(objects)
    strangers = [store.put(f"stranger {i}".encode()) for i in range(100)]
    packs = store.pack([*strangers, *(ref for ref, data in objects.all.items() if data)])
    store.write(store.head(store.release(root, packs=packs)))
    assert opened(store).get_model_config("generate_content", "a7").max_tokens == 8


def test_forms_of_packs() -> None:
    good = b"\0\0\3one\0\0\3two\0\0\5three"
    assert [good[start:end] for start, end in objects_of_pack(good)] == [b"one", b"two", b"three"]
    for wrong in (b"\0", b"\0\0\0", b"\0\0\3on", b"\0\0\1a\0\0\0", b"\0\0\1a" * 65_537):
        with pytest.raises(Malformed):
            list(objects_of_pack(wrong))
    ref = "j0NDRmSPa5bfid2pAcUXaxCm2Dlh3TwayItZstwyeqQ000002"
    assert read_pack_list(f'["{ref}"]'.encode()) == (ref,)
    for text in ("[]", f'["{ref}","{ref}"]', f'[ "{ref}"]', '["x"]', "{}"):
        with pytest.raises(Malformed):
            read_pack_list(text.encode())


def test_malformed_trees(store: Store, opened: Open, code: Any) -> None:
    """Each of these is under a good signature."""
    objects = Objects()
    content = Content(GLOBALS, TEXTS, many(300))
    root = objects.all[content.emit(objects)]
    line, region = root.split(b"\n", 1)
    count = line.replace(b'"count":300', b'"count":301')
    leaf = next(data for data in objects.all.values() if data.startswith(b'{"provenance"'))
    tree = Tree(objects)
    row = b'["acme","growth"]\n'

    def with_leaf(data: bytes) -> bytes:
        only = line.replace(b'"count":300', b'"count":1')
        return only + b"\nL" + tree_ref(objects, data)

    header = leaf[: leaf.index(b"\n") + 1]
    wrong = {
        "count": count + b"\n" + region,
        "trailing": root + b"\0",
        "cut": root[:-1],
        "kind": root[: len(line) + 1] + b"\x02" + region,
        "other format": line.replace(b'"format":2', b'"format":3') + b"\n" + region,
        "leaf without header": with_leaf(row),
        "leaf without end": with_leaf(header + row[:-1]),
        "twice in a leaf": with_leaf(header + row + row).replace(b'"count":1', b'"count":2'),
        "no plan": with_leaf(header + b'["acme","pro"]\n'),
        "no id": with_leaf(header + b'["","growth"]\n'),
        "empty line": with_leaf(header + b"\n" + row),
        "in the wrong half": line.replace(b'"count":300', b'"count":1')
        + b"\n\1L"
        + tree_ref(objects, header + row)
        + b"\0",
        "one leaf twice": line
        + b"\n\1L"
        + tree_ref(objects, leaf)
        + b"L"
        + tree_ref(objects, leaf),
    }
    del tree
    for what, data in wrong.items():
        store.put_all(objects)
        store.write(store.head(store.release(store.put(data))))
        expected = "unsupported_format" if what == "other format" else "store_damaged"
        assert code(lambda: opened(store)) == expected, what


def tree_ref(objects: Objects, data: bytes) -> bytes:
    from support.publisher import raw

    return raw(objects.put(data))


def test_searches_in_a_branch() -> None:
    """By bisection, the same as bit by bit; deeper than any honest tree, too."""
    from tenfold.content.branch import Branch
    from tenfold.format.tree import Below, Region, find_in

    ref = "j0NDRmSPa5bfid2pAcUXaxCm2Dlh3TwayItZstwyeqQ000002"
    rand = random.Random(1)

    def grown(depth: int, prefix: int, levels: int) -> Region:
        if levels == 0 or rand.random() < 0.2:
            kind = rand.choice(("leaf", "node"))
            return rand.choice((None, Below(kind, ref, depth, prefix)))  # type: ignore[arg-type]
        zeros = grown(depth + 1, prefix << 1, levels - 1)
        return zeros, grown(depth + 1, prefix << 1 | 1, levels - 1)

    for depth in (0, 7, 47, 63, 71):
        start = rand.getrandbits(depth) if depth else 0
        region = grown(depth, start, 8)
        branch = Branch(region, depth, start)
        for _ in range(500):
            hash_ = start << (256 - depth) | rand.getrandbits(256 - depth)
            assert branch.find(hash_, depth) == find_in(region, hash_, depth)
        assert all(branch.find(at.prefix << (256 - at.depth), depth) == at for at in branch.below())
