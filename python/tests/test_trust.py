"""Whom a service trusts, and which keys it takes for keys."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import PrivateKey, RootOfTrust, Store
from support.sample import GRANTED, numbered
from tenfold.format.decoding import Malformed
from tenfold.format.encoding import indented
from tenfold.trust.descent import Descent
from tenfold.trust.public_key import Untrusted, read_key
from tenfold.trust.root_document import check_form, parse_root_document

P = 2**255 - 19
SMALL = (
    0,
    1,
    P - 1,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
)


def key_of(y: int, sign: int = 0) -> str:
    data = (y | sign << 255).to_bytes(32, "little")
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", [*SMALL, P, P + 1, 2**255 - 1])
def test_keys_under_which_anybody_could_sign(y: int, sign: int) -> None:
    with pytest.raises(Malformed, match="anybody"):
        read_key(key_of(y, sign), "it")


def test_keys_have_one_spelling() -> None:
    good = PrivateKey().x
    assert read_key(good, "it").text == good
    last = {"A": "B", "Q": "R", "g": "h", "w": "x"}
    others = [good + "=", good + "\n", good[:-1], f"{good}A", 1, None, ""]
    others += [good[:-1] + last[good[-1]]] if good[-1] in last else []
    for wrong in others:
        with pytest.raises(Malformed):
            read_key(wrong, "it")  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["path", "pathlike", "text", "bytes", "value"])
def test_forms_of_trust(store: Store, opened: Open, tmp_path: Path, form: str) -> None:
    store.publish(numbered(1))
    file = tmp_path / "root.json"
    file.write_bytes(store.first_root)
    given: dict[str, Any] = {
        "path": str(file),
        "pathlike": file,
        "text": "\n" + store.first_root.decode(),
        "bytes": store.first_root,
        "value": json.loads(store.first_root),
    }
    assert opened(store, trust=given[form]).status.seq == 1


@pytest.mark.parametrize(
    "given",
    ["", "{", "nowhere.json", b"\xff", 5, {}, {"signed": 1}, [], {"signed": object()}, "\0"],
)
def test_no_root_of_trust(store: Store, opened: Open, given: object) -> None:
    store.publish(numbered(1))
    assert code_of(lambda: opened(store, trust=given)) == "invalid_trust"


def test_a_root_that_its_own_keys_did_not_sign(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    document = json.loads(store.first_root)
    document["signed"]["secrets"]["openai"] = ["RUNWARE_API_KEY"]
    document["signed"]["secrets"]["runware"] = ["OPENAI_API_KEY"]
    assert code_of(lambda: opened(store, trust=document)) == "invalid_trust"


def test_trust_is_required(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    assert code_of(lambda: opened(store, trust=None)) == "trust_required"
    assert code_of(lambda: opened(store, store="https://a.example", trust=None)) == "trust_required"


def test_the_embedded_store(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    local = Store(tmp_path / "project" / ".tenfold", GRANTED)
    open_it = lambda **over: opened(local, trust=None, **over)  # noqa: E731
    assert code_of(open_it) == "store_not_found"
    machine = PrivateKey()
    release = local.release(local.content(numbered(1)), trust=None, issued=None, expires=None)
    local.write(local.head(release, core_by=[machine], by=[machine]))
    assert code_of(open_it) == "trust_required"
    (state / "tenfold").mkdir(parents=True)
    (state / "tenfold" / "local.pub").write_text(machine.x + "\n")
    settings = open_it()
    assert settings.status.seq == 1
    link = tmp_path / "link"
    link.symlink_to(local.folder)
    assert open_it(store=f"file:{link}").status.seq == 1
    (state / "tenfold" / "local.pub").write_text(PrivateKey().x)
    assert code_of(open_it) == "signature_invalid"
    # Another store of this name is not the machine's own for that.
    assert (
        code_of(lambda: opened(local, trust=None, store=f"file:{tmp_path}/x")) == "trust_required"
    )


def test_a_user_without_a_home(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/")
    local = Store(tmp_path / ".tenfold", GRANTED)
    machine = PrivateKey()
    (tmp_path / ".tenfold" / "local.pub").write_text(machine.x)
    release = local.release(local.content(numbered(1)), trust=None, issued=None, expires=None)
    local.write(local.head(release, core_by=[machine], by=[machine]))
    assert opened(local, trust=None).status.seq == 1


def test_versions_are_followed_one_by_one() -> None:
    trust = RootOfTrust({"openai": ["OPENAI_API_KEY"]}, root_keys=2)
    for _ in range(4):
        trust.rotate("root")
    first, last = (parse_root_document(trust.document(n)) for n in (1, None))
    assert Descent().newer(first, last).root.version == 5
    assert Descent().newer(last, first).root.version == 5
    middle = trust.chain[2]
    middle["signatures"] = []
    with pytest.raises(Untrusted, match="root 3"):
        Descent().newer(first, parse_root_document(trust.document()))
    # With the first three versions at hand, their signatures are not looked at again.
    newer = Descent().newer(parse_root_document(trust.document(3)), last)
    assert newer.root.version == 5


def test_a_version_that_is_left_out() -> None:
    trust = RootOfTrust({})
    trust.rotate("root")
    trust.rotate("root")
    first = parse_root_document(trust.document(1))
    del trust.chain[1]
    with pytest.raises(Untrusted, match="comes after"):
        Descent().newer(first, parse_root_document(trust.document()))


def test_false_signatures_are_counted() -> None:
    trust = RootOfTrust({})
    trust.rotate("root")
    first = parse_root_document(trust.document(1))
    one = trust.chain[1]["signatures"][0]
    false = {"keyid": one["keyid"], "sig": base64.b64encode(bytes(64)).decode()}
    # A signature of another key comes between: only those by a relevant key are looked at.
    trust.chain[1]["signatures"] = [false] * 31 + trust.chain[1]["signatures"][:1]
    with pytest.raises(Untrusted, match="of its own"):
        Descent().newer(first, parse_root_document(trust.document()))
    trust.chain[1]["signatures"] = [false] * 32
    with pytest.raises(Untrusted):
        Descent().newer(first, parse_root_document(trust.document()))


def test_bounds_of_a_root_document() -> None:
    trust = RootOfTrust({})
    document = json.loads(trust.document())
    document["previous"] = [trust.chain[0]] * 64
    with pytest.raises(Malformed, match="more than 63"):
        parse_root_document(indented(document))
    with pytest.raises(Malformed, match="256 KiB"):
        parse_root_document(b" " * 262_145)
    document = json.loads(trust.document())
    document["signatures"] *= 33
    with pytest.raises(Malformed, match="more than 32"):
        parse_root_document(indented(document))
    keys = [PrivateKey().x for _ in range(17)]
    document = json.loads(trust.document())
    document["signed"]["release"] = {"keys": keys, "threshold": 1}
    with pytest.raises(Malformed, match="more than 16"):
        parse_root_document(indented(document))


def test_the_one_form_of_a_root_document() -> None:
    data = RootOfTrust({"openai": ["OPENAI_API_KEY"]}).document()
    check_form(parse_root_document(data), data)
    other = json.dumps(json.loads(data)).encode()
    with pytest.raises(Malformed, match="edited by hand"):
        check_form(parse_root_document(other), other)


@pytest.mark.parametrize("name", ["OPENAI_KEY", "openai_API_KEY", "OPENAI_API_KEY\n", "_API_KEY"])
def test_names_of_secrets(name: str) -> None:
    trust = RootOfTrust({"openai": [name]})
    with pytest.raises(Malformed, match="name such as"):
        parse_root_document(trust.document())


def test_one_secret_for_two_providers() -> None:
    trust = RootOfTrust({"openai": ["A_API_KEY"], "dalle": ["A_API_KEY"]})
    with pytest.raises(Malformed, match="two providers"):
        parse_root_document(trust.document())
