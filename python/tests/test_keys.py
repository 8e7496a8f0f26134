"""The platform's keys: from the environment, or sealed into the release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import Open, code_of
from support.publisher import Content, Store
from support.sample import GLOBALS, KEYS, TEXTS, numbered
from tenfold import TenfoldError
from tenfold.format.encoding import canonical
from tenfold.key_flaws import flaw_of

pyrage = pytest.importorskip("pyrage")


def key(settings: Any) -> str:
    return str(settings.get_model_config("generate_content", "acme").api_key)


def test_the_environment(store: Store, opened: Open) -> None:
    store.publish(numbered(1))
    variables = {**KEYS, "DALLE_API_KEY": "", "RUNWARE_API_KEY": "  quoted "}
    settings = opened(store, keys={"from": "env", "env": variables})
    assert settings.missing_keys == ("DALLE_API_KEY", "RUNWARE_API_KEY")
    config = settings.get_model_config("generate_content", "acme")
    assert config.api_key == "sk-openai-very-secret"
    # They are looked up when they are read.
    variables["OPENAI_API_KEY"] = "sk-openai-another"
    assert config.api_key == "sk-openai-another"
    variables["OPENAI_API_KEY"] = "'sk-openai-another'"
    assert code_of(lambda: config.api_key) == "invalid_key"
    del variables["OPENAI_API_KEY"]
    assert code_of(lambda: config.api_key) == "missing_key"


def test_the_environment_of_the_process(
    store: Store, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.publish(numbered(1))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-the-process")
    assert key(opened(store, keys=None)) == "sk-from-the-process"


def test_no_other_variable_is_read(store: Store, opened: Open) -> None:
    from copy import deepcopy

    globals_ = deepcopy(GLOBALS)
    globals_["providers"]["openai"]["secret"] = "DATABASE_URL"
    store.publish(Content(globals_, TEXTS, {}))
    # No root grants such a name, so that only the embedded store could ask for one.
    from tenfold.keys import keys_from_environment

    found = keys_from_environment({"DATABASE_URL": "postgres"})(None, None, None)  # type: ignore[arg-type]
    assert found.find("DATABASE_URL").reveal is None
    assert code_of(lambda: opened(store)) == "secret_refused"


def sealed(
    given: dict[str, str], recipients: list[Any], environment: str = "production", **over: Any
) -> bytes:
    plain = {"environment": environment, "format": 1, "keys": given, "set": sorted(given), **over}
    return bytes(pyrage.encrypt(canonical(plain), recipients))


@pytest.fixture
def person() -> Any:
    return pyrage.x25519.Identity.generate()


def publish(store: Store, data: bytes, value: int = 1) -> None:
    store.publish(numbered(value), secrets=store.put(data))


@pytest.mark.parametrize("form", ["itself", "env", "file", "file:", "path", "several"])
def test_sealed_keys(
    store: Store,
    opened: Open,
    person: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
) -> None:
    publish(store, sealed(KEYS, [person.to_public()]))
    file = tmp_path / "identity"
    other = pyrage.x25519.Identity.generate()
    file.write_text(f"# {other}\n{other}\n{person}\n" if form == "several" else f"{person}\n")
    monkeypatch.setenv("IDENTITY", str(person))
    given = {
        "itself": str(person),
        "env": "env:IDENTITY",
        "file": str(file),
        "file:": f"file:{file}",
        "path": file,
        "several": str(file),
    }[form]
    settings = opened(store, keys={"from": "sealed", "identity": given})
    assert key(settings) == "sk-openai-very-secret"
    assert settings.missing_keys == ()
    assert "very-secret" not in repr(vars(settings._present.keys))


def test_sealed_keys_of_the_next_release(
    store: Store, opened: Open, person: Any, errors: Any
) -> None:
    publish(store, sealed(KEYS, [person.to_public()]))
    settings = opened(store, keys={"from": "sealed", "identity": str(person)})
    before = settings.get_model_config("generate_content", "nobody")
    publish(store, sealed({**KEYS, "OPENAI_API_KEY": "sk-the-next-one"}, [person.to_public()]), 2)
    assert settings.refresh()
    assert (key(settings), before.api_key) == ("sk-the-next-one", "sk-openai-very-secret")
    publish(store, sealed({"DALLE_API_KEY": "k"}, [person.to_public()]), 3)
    assert settings.refresh()
    assert settings.missing_keys == ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "RUNWARE_API_KEY")
    codes = errors(settings)
    publish(store, sealed(KEYS, [pyrage.x25519.Identity.generate().to_public()]), 4)
    assert settings.refresh() is False
    assert codes == ["unseal_failed"]


def test_nothing_sealed(store: Store, opened: Open, person: Any) -> None:
    store.publish(numbered(1))
    settings = opened(store, keys={"from": "sealed", "identity": str(person)})
    assert len(settings.missing_keys) == 4
    with pytest.raises(TenfoldError, match="release again"):
        key(settings)


@pytest.mark.parametrize(
    "over",
    [
        {"environment": "staging"},
        {"format": 2},
        {"format": True},
        {"set": []},
        {"set": ["OPENAI_API_KEY", "DALLE_API_KEY", "ANTHROPIC_API_KEY", "RUNWARE_API_KEY"]},
        {"keys": {"OPENAI_API_KEY": 1}},
        {"keys": []},
    ],
)
def test_sealed_keys_of_another_form(
    store: Store, opened: Open, person: Any, over: dict[str, Any]
) -> None:
    environment = over.pop("environment", "production")
    publish(store, sealed(KEYS, [person.to_public()], environment, **over))
    keys = {"from": "sealed", "identity": str(person)}
    assert code_of(lambda: opened(store, keys=keys)) == "unseal_failed"


def test_what_is_no_ciphertext(store: Store, opened: Open, person: Any) -> None:
    keys = {"from": "sealed", "identity": str(person)}
    for data in (b"", b"plain", sealed(KEYS, [person.to_public()])[:-1]):
        publish(store, data)
        assert code_of(lambda: opened(store, keys=keys)) == "unseal_failed"


@pytest.mark.parametrize(
    "identity",
    [
        "/nowhere/identity",
        "env:NOWHERE",
        "AGE-SECRET-KEY-1" + "Q" * 58,
        "a" * 59,
        "AGE-SECRET-KEY-1x",
    ],
)
def test_identities_of_no_use(store: Store, opened: Open, person: Any, identity: str) -> None:
    publish(store, sealed(KEYS, [person.to_public()]))
    with pytest.raises(TenfoldError) as raised:
        opened(store, keys={"from": "sealed", "identity": identity})
    assert raised.value.code == "unseal_failed"
    assert "QQQ" not in str(raised.value)
    assert "aaa" not in str(raised.value)


@pytest.mark.parametrize(
    "keys",
    [
        "sk-secret",
        {},
        {"from": "vault"},
        {"from": "env", "identity": "x"},
        {"from": "env", "env": "x"},
        {"from": "sealed"},
        {"from": "sealed", "identity": ""},
        {"from": "sealed", "identity": 5},
        {"from": "sealed", "identity": "x", "env": {}},
    ],
)
def test_keys_of_no_use(store: Store, opened: Open, keys: Any) -> None:
    store.publish(numbered(1))
    with pytest.raises(TenfoldError) as raised:
        opened(store, keys=keys)
    assert raised.value.code == "invalid_option"
    assert "sk-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        ('"sk-abc"', "begins with a quote"),
        ("%22sk-abc", "begins with a quote"),
        ("sk-abc'", "ends with a quote"),
        ("-----BEGIN PRIVATE KEY-----", "private key"),
        ('{"key": "x"}', "JSON"),
        ("${OPENAI_API_KEY}", "nobody resolved"),
        ("$OPENAI", "nobody resolved"),
        ("{{ secrets.KEY }}", "nobody resolved"),
        ("%OPENAI%", "nobody resolved"),
        ("OPENAI_API_KEY", "nobody resolved"),
        ("op://vault/item", "nobody resolved"),
        ("/run/secrets/key", "nobody resolved"),
        ("arn:aws:secretsmanager:x", "nobody resolved"),
        ("vault:secret/x", "nobody resolved"),
        ("env:KEY", "nobody resolved"),
        ("<your key>", "placeholder in brackets"),
        ("sk-...abc", "middle hidden"),
        ("sk-***", "middle hidden"),
        ("undefined", "no value"),
        ("Authorization: Bearer x", "name of a header"),
        ("Bearer sk-abc", "scheme of a header"),
        ("a" * 16 + "," + "b" * 16, "two keys"),
        ("export KEY=x", "begins with a name"),
        ("KEY=sk-abc", "begins with a name"),
        ("api_key: sk-abc", "begins with a name"),
        ("\nsk-abc", "begins with a line break"),
        ("sk-abc\n", "ends with a line break"),
        ("sk-abc\\n", "ends with a line break"),
        ("sk\nabc", "holds a line break"),
        (" sk-abc", "begins with a space"),
        ("sk-abc ", "ends with a space"),
        ("sk abc", "holds a space"),
        ("sk\tabc", "holds a tab"),
        ("sk-abc,", "comma"),
        ("sk\u200babc", "invisible"),
        ("sk\u00a0abc", "invisible"),
        ("sk\x00abc", "control"),
        ("sk\u00e9abc", "other than printable"),
        ("a" * 8001, "8,000"),
    ],
)
def test_flaws(value: str, flaw: str) -> None:
    found = flaw_of(value)
    assert found is not None
    assert flaw in found
    assert value not in found


@pytest.mark.parametrize(
    "value",
    ["dummy", "x", "sk-proj-abc_DEF-123", "a" * 8000, "QUJDRA==", "abc/def+ghi=", "key-1:2"],
)
def test_no_flaws(value: str) -> None:
    assert flaw_of(value) is None
