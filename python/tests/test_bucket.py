"""A store in a private bucket."""

from __future__ import annotations

import calendar
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from conftest import Open, code_of
from support.publisher import Store
from support.sample import numbered
from support.server import Handler, Server, times
from tenfold import TenfoldError
from tenfold.stores.bucket import BucketStore, parse_bucket_url
from tenfold.stores.credentials import AwsKey
from tenfold.stores.signing import signed_headers

KEY = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret/of+it"}


@pytest.fixture
def server(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    store.publish(numbered(1))
    for name, value in KEY.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    server = Server(store.folder, "/settings/a%20b/production")
    yield server
    server.stop()


@pytest.fixture
def at(store: Store, opened: Open, server: Server) -> Any:
    endpoint = f"http://127.0.0.1:{server.server_port}"
    url = f"s3:settings/a b/production?endpoint={endpoint}&region=eu-central-1"
    return lambda **over: opened(store, store=url, **over)


def number(settings: Any) -> int:
    return int(settings.get_model_config("generate_content", "acme").max_tokens)


def test_polls(store: Store, server: Server, at: Any) -> None:
    settings = at()
    assert number(settings) == 1
    begun = len(server.requests)
    settings.refresh()
    ((path, headers),) = server.requests[begun:]
    assert path == "/settings/a%20b/production/head.json"
    assert headers["if-none-match"]
    names = "cache-control;host;if-none-match;x-amz-content-sha256;x-amz-date"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert f"/eu-central-1/s3/aws4_request, SignedHeaders={names}, " in headers["authorization"]
    store.publish(numbered(2))
    assert settings.refresh() is True
    assert number(settings) == 2


def test_the_signature_is_aws_own() -> None:
    """The example of "Authenticating Requests: Using the Authorization Header"."""
    key = AwsKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None)
    url = urlsplit("https://examplebucket.s3.amazonaws.com/test.txt")
    now = calendar.timegm((2013, 5, 24, 0, 0, 0))
    signed = signed_headers(url, key, "us-east-1", {"range": "bytes=0-9"}, now)
    assert signed["authorization"].endswith(
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


def test_credentials_of_the_service(server: Server, at: Any) -> None:
    given = iter(range(10))

    def credentials() -> dict[str, str]:
        number_ = next(given)
        return {
            "access_key_id": f"KEY{number_}",
            "secret_access_key": "secret",
            "session_token": f"token-{number_}",
        }

    settings = at(credentials=credentials)
    settings.refresh()
    tokens = [headers["x-amz-security-token"] for _, headers in server.requests]
    assert set(tokens) == {"token-0", "token-1"}
    assert "x-amz-security-token" in server.requests[0][1]["authorization"]


def test_credentials_that_hang_have_the_time_of_the_request(at: Any) -> None:
    let_go = threading.Event()
    begun = time.monotonic()
    with pytest.raises(TenfoldError, match="`credentials` returned nothing within") as raised:
        at(credentials=lambda: let_go.wait(20), refresh={"every_ms": 0, "timeout_ms": 300})
    let_go.set()
    assert raised.value.code == "store_unreadable"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "invalid_option"),
        ({}, "store_unreadable"),
        ({"access_key_id": "a b", "secret_access_key": "s"}, "store_unreadable"),
        ({"access_key_id": "a", "secret_access_key": "s\n"}, "store_unreadable"),
    ],
)
def test_credentials_of_no_use(at: Any, given: Any, code: str) -> None:
    assert code_of(lambda: at(credentials=lambda: given)) == code


def test_no_credentials(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(TenfoldError, match="AWS_SECRET_ACCESS_KEY is not set"):
        at()

    def fail() -> Any:
        raise RuntimeError("secret")

    assert code_of(lambda: at(credentials=fail)) == "store_unreadable"
    assert code_of(lambda: at(credentials="AKID:secret")) == "invalid_option"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, "InvalidAccessKeyId", "nobody has the access key id"),
        (403, "SignatureDoesNotMatch", "is not the one of"),
        (403, "AccessDenied", "access is denied"),
        (404, "NoSuchBucket", "no such bucket"),
        (403, "RequestTimeTooSkewed", "clock is"),
        (403, "Other", "answered 403 Other"),
    ],
)
def test_refusals(server: Server, at: Any, status: int, body: str, words: str) -> None:
    def refuse(handler: Handler, _: Path) -> bool:
        handler.reply(status, f"<Error><Code>{body}</Code></Error>".encode())
        return True

    server.faults = [refuse]
    with pytest.raises(TenfoldError, match=words) as raised:
        at()
    assert raised.value.code == "store_unreadable"
    assert "secret/of+it" not in str(raised.value)


def test_absence(server: Server, at: Any) -> None:
    server.faults = [
        times(1, lambda handler, _: handler.reply(404, b"<Code>NoSuchKey</Code>") or True)  # type: ignore[func-returns-value]
    ]
    assert code_of(at) == "store_not_found"


def test_a_bucket_elsewhere_is_not_followed(store: Store, server: Server, at: Any) -> None:
    other = Server(store.folder)

    def lead(handler: Handler, _: Path) -> bool:
        handler.reply(301, b"", Location=other.url, x_amz_bucket_region="us-west-2")
        return True

    server.faults = [lead]
    with pytest.raises(TenfoldError, match="add region=us-west-2 to the URL"):
        at()
    assert other.requests == []
    other.stop()


@pytest.mark.parametrize(
    "url",
    [
        "s3:",
        "s3:a",
        "s3:ab/../c",
        "s3:bucket//x",
        "s3:key:secret@bucket",
        "s3:bucket?endpoint=http://example.org",
        "s3:bucket?endpoint=https://a:secret@example.org",
        "s3:bucket?endpoint=https://example.org?x=1",
        "s3:bucket?endpoint=example.org",
        "s3:bucket?region=a/b",
        "s3:bucket?key=secret",
        "s3:bucket#x",
    ],
)
def test_no_buckets(url: str) -> None:
    with pytest.raises(TenfoldError) as raised:
        parse_bucket_url(url)
    assert raised.value.code == "unsupported_store"
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("s3:bucket", "https://bucket.s3.us-east-1.amazonaws.com/"),
        ("s3://bucket/a/b/", "https://bucket.s3.us-east-1.amazonaws.com/a/b/"),
        ("s3:my.bucket/a?region=eu-west-1", "https://s3.eu-west-1.amazonaws.com/my.bucket/a/"),
        ("s3:bucket?region=cn-north-1", "https://bucket.s3.cn-north-1.amazonaws.com.cn/"),
        ("s3:bucket?endpoint=https://s3.example/x/", "https://s3.example/x/bucket/"),
    ],
)
def test_places(url: str, base: str) -> None:
    assert BucketStore(url, environment=KEY)._base.geturl() == base


def test_regions_of_the_environment() -> None:
    store = BucketStore("s3:bucket", environment={**KEY, "AWS_REGION": "eu-west-3"})
    assert "eu-west-3" in store._base.geturl()
