"""A store in a private bucket: `s3:BUCKET[/PREFIX][?endpoint=URL&region=REGION]`."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from tenfold.stores.connection import Deadline
from tenfold.stores.credentials import ADVICE, CredentialSource, key_from, key_in
from tenfold.stores.reader import TIMEOUT_MS, Missing
from tenfold.stores.requests import Answer, Request
from tenfold.stores.server import ServerStore
from tenfold.stores.service import OfService
from tenfold.stores.signing import signed_headers
from tenfold.stores.urls import in_ascii, is_loopback, refused
from tenfold.wording import quote as shown

_FORM = "s3:BUCKET[/PREFIX][?endpoint=URL&region=REGION]"
_DEFAULT_REGION = "us-east-1"
_MOST_OF_REFUSAL = 16_384
_KNOWN = {
    "InvalidAccessKeyId": "nobody has the access key id that was sent",
    "SignatureDoesNotMatch": "the secret access key is not the one of the access key id",
    "ExpiredToken": "the session token has expired",
    "InvalidToken": "the session token is not one of this server's",
    "TokenRefreshRequired": "the session token has to be renewed",
    "NoSuchBucket": "there is no such bucket",
    "AccessDenied": "access is denied",
    "AllAccessDisabled": "access is switched off",
    "SlowDown": "the server has too many requests",
}


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """Where a store is. `prefix` is empty, or has a slash at its end; no endpoint is AWS itself."""

    bucket: str
    prefix: str
    endpoint: SplitResult | None
    region: str | None


class BucketStore(ServerStore):
    """Reads a private bucket with signed requests. A public one is read by `https:`."""

    def __init__(
        self,
        url: str,
        timeout_ms: float = TIMEOUT_MS,
        credentials: CredentialSource | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        variables = os.environ if environment is None else environment
        place = parse_bucket_url(url)
        named = variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION")
        self._region = place.region or named or _DEFAULT_REGION
        super().__init__(url, _base_of(place, self._region), timeout_ms, variables)
        self._environment = variables
        self._given = (
            None if credentials is None else OfService("credentials", lambda: key_from(credentials))
        )
        self.after_fork()

    def after_fork(self) -> None:
        """Forget the connections of the parent process."""
        super().after_fork()
        if self._given is not None:
            self._given.after_fork()

    def _begin_poll(self) -> None:
        if self._given is not None:
            self._given.begin_poll()

    def _found(self, answer: Answer, path: str) -> bytes | Missing:
        if answer.status == 200:
            return answer.body
        text = b"" if isinstance(answer.body, Missing) else answer.body
        if answer.status == 404 and b"<Code>NoSuchBucket</Code>" not in text:
            return Missing.ABSENT
        raise self._requests.failed(path, _explained(answer, text.decode("utf-8", "replace")))

    def _get(self, path: str, most: int, headers: Mapping[str, str]) -> Answer:
        url = self._url_of(path)

        def ask(send: Callable[[Request], Answer], deadline: Deadline) -> Answer:
            given = self._given
            key = key_in(self._environment) if given is None else given.called(deadline).result()
            signed = signed_headers(url, key, self._region, headers)
            # Another server must not get a request that is signed for this one.
            return send(Request(url, signed, most, _MOST_OF_REFUSAL, follows=False))

        return self._requests.send(path, most, ask)


def parse_bucket_url(url: str) -> BucketPlace:
    """Read a bucket's URL; raises `unsupported_store`, and shows nothing that may be a key."""
    match = re.fullmatch(r"s3:(?://)?([^?#]*)(?:\?([^#]*))?", url)
    place, query = ("", "") if match is None else (match[1].rstrip("/"), match[2] or "")
    bucket, *folders = place.split("/")
    if "@" in place:
        raise refused(url, f"keep credentials out of the URL: {ADVICE}")
    if re.fullmatch(r"(?i)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]", bucket) is None:
        raise refused(url, f"it names no bucket; write {_FORM}")
    # Such a part would be taken for a path, and lead elsewhere.
    if any(re.search(r"^\.{0,2}\Z|[\0-\x1f\x7f\\]", part) for part in folders):
        raise refused(url, "a part of its prefix is empty, `.` or `..`")
    named = dict(parse_qsl(query, keep_blank_values=True))
    for name in named:
        if name not in ("endpoint", "region"):
            raise refused(url, f"{shown(name)} is not for a bucket's URL; write {_FORM}")
    region = named.get("region")
    if region is not None and re.fullmatch(r"(?i)[a-z0-9-]{1,64}", region) is None:
        raise refused(url, "its region is not the name of one")
    prefix = f"{'/'.join(folders)}/" if folders else ""
    return BucketPlace(bucket, prefix, _endpoint_in(url, named.get("endpoint")), region)


def _endpoint_in(url: str, given: str | None) -> SplitResult | None:
    if given is None:
        return None
    try:
        endpoint = urlsplit(given)
        port, plain = endpoint.port, in_ascii(endpoint)
    except ValueError:
        endpoint, port, plain = urlsplit(""), None, None
    if endpoint.scheme not in ("http", "https") or plain is None or port == 0:
        raise refused(url, "its endpoint is no URL such as https://s3.example.com")
    if endpoint.username is not None or endpoint.password is not None:
        raise refused(url, "keep credentials out of the endpoint")
    if endpoint.query or endpoint.fragment:
        raise refused(url, "its endpoint has a query or a fragment")
    # Anyone on the way could read the prompts.
    if endpoint.scheme == "http" and not is_loopback(endpoint):
        raise refused(url, "use https for its endpoint")
    return plain


def _base_of(place: BucketPlace, region: str) -> SplitResult:
    """Return the URL below which the keys are. An endpoint is asked by path, as all understand."""
    path = quote(place.prefix, safe="/~")
    if place.endpoint is not None:
        above = place.endpoint.path.rstrip("/")
        return place.endpoint._replace(path=f"{above}/{place.bucket}/{path}")
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    # A certificate for all buckets does not cover a name with a dot in it.
    if "." in place.bucket:
        return urlsplit(f"https://s3.{region}.{domain}/{place.bucket}/{path}")
    return urlsplit(f"https://{place.bucket}.s3.{region}.{domain}/{path}")


def _explained(answer: Answer, text: str) -> str:
    """Explain a refusal by the code in it."""
    code = _member_of(text, "Code")
    said = f"the server answered {answer.status}{f' {code}' if code else ''}"
    if code in _KNOWN:
        return f"{_KNOWN[code]} ({said})"
    if code == "RequestTimeTooSkewed":
        return f"this machine's clock is {_skew(answer.headers.get('date', ''))} ({said})"
    if 300 <= answer.status < 400 or code == "AuthorizationHeaderMalformed":
        region = answer.headers.get("x-amz-bucket-region") or _member_of(text, "Region")
        if re.fullmatch(r"[a-z0-9-]{2,64}", region):
            return f"the bucket is in the region {region}: add region={region} to the URL ({said})"
        return f"the server leads elsewhere, and is not followed ({said})"
    return said


def _skew(date: str) -> str:
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return "wrong"
    minutes = round(abs(time.time() - theirs) / 60)
    return f"{minutes} minutes {'ahead of' if time.time() > theirs else 'behind'} the server's"


def _member_of(xml: str, name: str) -> str:
    match = re.search(f"<{name}>([^<]{{1,200}})</{name}>", xml)
    return "" if match is None else match[1]
