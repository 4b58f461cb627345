"""AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).

A signer of our own: the vendor's is part of a client for all its services, of many times our size.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote_plus

from harness.auth.params import AuthParams
from harness.request.encoding import utf8
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_EXPIRES_S = "86400"  # what Postman asks S3 for when the URL names nothing
_OURS_HEADERS = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
_OURS_QUERY = (
    "X-Amz-Security-Token", "X-Amz-Date", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders",
    "X-Amz-Signature",
)  # fmt: skip
# What proxies and our own client may change on the way.
_NEVER_SIGNED = frozenset({
    "authorization", "connection", "content-length", "cookie", "expect", "host", "presigned-expires", "range",
    "transfer-encoding", "user-agent", "x-amzn-trace-id",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Key:
    """Who signs, for which service, and when."""

    access: str
    secret: str
    region: str
    service: str
    moment: str
    """As in `20150830T123600Z`."""

    @property
    def scope(self) -> str:
        """The credential scope."""
        return f"{self.moment[:8]}/{self.region}/{self.service}/aws4_request"

    def signature(self, canonical: str) -> str:
        """Return the signature of a canonical request."""
        text = f"{_ALGORITHM}\n{self.moment}\n{self.scope}\n{hashlib.sha256(utf8(canonical)).hexdigest()}"
        key = utf8(f"AWS4{self.secret}")
        for part in (self.moment[:8], self.region, self.service, "aws4_request"):
            key = hmac.digest(key, utf8(part), "sha256")
        return hmac.digest(key, utf8(text), "sha256").hex()


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its signature, in headers or in the query.

    Raises `AuthError` without an access or secret key. Service and region have Postman's defaults.
    """
    service = params.text("service", "execute-api")
    key = _Key(
        access=params.required("accessKey"),
        secret=params.required("secretKey"),
        region=params.text("region", "us-east-1"),
        service="ses" if service == "email" else service,
        moment=time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(params.means.now())),
    )
    session = params.text("sessionToken")
    bare = request.without_headers(*_OURS_HEADERS).with_secrets(key.secret, session)
    bare = replace(bare, url=bare.url.without_query(*_OURS_QUERY))
    return _in_query(bare, key, session) if params.flag("addAuthDataToQuery") else _in_headers(bare, key, session)


def _in_headers(request: PreparedRequest, key: _Key, session: str) -> PreparedRequest:
    payload = hashlib.sha256(request.body.content).hexdigest()
    if request.body.content or key.service == "s3":
        request = request.with_header("X-Amz-Content-Sha256", payload)
    if session:
        request = request.with_credential("X-Amz-Security-Token", session)
    request = request.with_header("X-Amz-Date", key.moment)
    headers = _signed_headers(request)
    signature = key.signature(_canonical(request, headers, payload, key.service))
    value = (
        f"{_ALGORITHM} Credential={key.access}/{key.scope}, SignedHeaders={';'.join(headers)}, Signature={signature}"
    )
    return request.with_credential("Authorization", value).with_fleeting(signature)


def _in_query(request: PreparedRequest, key: _Key, session: str) -> PreparedRequest:
    headers = _signed_headers(request)
    added = {"X-Amz-Security-Token": session}
    if key.service == "s3" and not any(pair.startswith("X-Amz-Expires=") for pair in request.url.query_pairs):
        added["X-Amz-Expires"] = _EXPIRES_S
    added |= {
        "X-Amz-Date": key.moment,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{key.access}/{key.scope}",
        "X-Amz-SignedHeaders": ";".join(headers),
    }
    for name, value in added.items():
        if value:
            request = replace(request, url=request.url.with_query(f"{name}={_encoded(value)}"))
    payload = _UNSIGNED if key.service == "s3" else hashlib.sha256(request.body.content).hexdigest()
    signature = key.signature(_canonical(request, headers, payload, key.service))
    signed = request.with_secrets(_encoded(session)).with_fleeting(signature)
    return replace(signed, url=signed.url.with_query(f"X-Amz-Signature={signature}"))


def _signed_headers(request: PreparedRequest) -> dict[str, str]:
    """Return the headers to sign, in order: all of the file's own, and those of the signature."""
    values: dict[str, list[str]] = {"host": [request.header("host") or request.url.authority]}
    for name, value in request.headers:
        folded = name.lower()
        if folded not in _NEVER_SIGNED and folded not in request.implicit:
            values.setdefault(folded, []).append(" ".join(value.split()))
    return {name: ",".join(values[name]) for name in sorted(values)}


def _canonical(request: PreparedRequest, headers: dict[str, str], payload: str, service: str) -> str:
    lines = [
        request.method,
        _canonical_path(request.url.path, service),
        _canonical_query(request.url.query_pairs),
        *(f"{name}:{value}" for name, value in headers.items()),
        "",
        ";".join(headers),
        payload,
    ]
    return "\n".join(lines)


def _canonical_path(path: str, service: str) -> str:
    """Return the path as it is signed: normalized and encoded once more, but for S3, where it is a key as it stands."""
    if service == "s3":
        return quote(unquote_plus(path), safe="/~")  # S3 reads a plus as a space
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(quote(segment, safe="~"))
    closing = "/" if kept and path.endswith(("/", "/.", "/..")) else ""
    return f"/{'/'.join(kept)}{closing}"


def _canonical_query(pairs: Iterable[str]) -> str:
    split = [pair.partition("=") for pair in pairs]
    encoded = [(_encoded(unquote_plus(name)), _encoded(unquote_plus(value))) for name, _, value in split]
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def _encoded(text: str) -> str:
    return quote(utf8(text), safe="~")
