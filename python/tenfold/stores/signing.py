"""AWS Signature Version 4, for requests without a body."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from urllib.parse import SplitResult, quote

from tenfold.stores.credentials import AwsKey

_NOTHING = hashlib.sha256(b"").hexdigest()
_ALGORITHM = "AWS4-HMAC-SHA256"


def signed_headers(
    url: SplitResult, key: AwsKey, region: str, headers: Mapping[str, str], now: float | None = None
) -> dict[str, str]:
    """Return the headers of a signed GET, `headers` among them. `now` is seconds since 1970."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    every = {
        **headers,
        "x-amz-content-sha256": _NOTHING,
        "x-amz-date": moment,
        **({} if key.token is None else {"x-amz-security-token": key.token}),
    }
    signed = {"host": url.netloc, **every}
    names = sorted(name.lower() for name in signed)
    request = "\n".join(
        [
            "GET",
            quote(url.path or "/", safe="/-_.~%"),
            url.query,
            *[f"{name}:{' '.join(signed[name].split())}" for name in names],
            "",
            ";".join(names),
            _NOTHING,
        ]
    )
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    signature = _signature(key, scope, f"{_ALGORITHM}\n{moment}\n{scope}\n{digest}")
    authorization = (
        f"{_ALGORITHM} Credential={key.id}/{scope}, "
        f"SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    return {**every, "authorization": authorization}


def _signature(key: AwsKey, scope: str, text: str) -> str:
    derived = f"AWS4{key.secret()}".encode()
    for part in scope.split("/"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return hmac.digest(derived, text.encode(), "sha256").hex()
