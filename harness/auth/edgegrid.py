"""Akamai EdgeGrid: a keyed hash over the request (https://techdocs.akamai.com/developer/docs/authenticate-with-edgegrid)."""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import b64encode

from harness.auth.params import AuthParams
from harness.request.encoding import utf8
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]

_MAX_BODY = 131_072


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its Authorization header. Raises `AuthError` without all three of its secrets."""
    access, client = params.required("accessToken"), params.required("clientToken")
    secret = params.required("clientSecret")
    moment = time.strftime("%Y%m%dT%H:%M:%S+0000", time.gmtime(params.means.now()))
    timestamp = params.text("timestamp", moment)
    nonce = params.text("nonce") or params.means.uuid()
    unsigned = f"EG1-HMAC-SHA256 client_token={client};access_token={access};timestamp={timestamp};nonce={nonce};"
    data = "\t".join(
        (
            request.method,
            request.url.scheme,
            _host(request, params),
            request.url.target,
            _signed_headers(request, params),
            _body_hash(request, params.whole("maxBodySize", _MAX_BODY) or _MAX_BODY),
            unsigned,
        )
    )
    signature = _keyed(data, _keyed(timestamp, secret))
    signed = request.with_credential("Authorization", f"{unsigned}signature={signature}", secret, access, client)
    return signed.with_fleeting(signature)


def _host(request: PreparedRequest, params: AuthParams) -> str:
    """Return the host that is signed: that of `baseURL`, else that of the request."""
    base = params.text("baseURL")
    return (base.partition("://")[2] or base).partition("/")[0].lower() or request.url.authority


def _signed_headers(request: PreparedRequest, params: AuthParams) -> str:
    names = [name.strip().lower() for name in params.text("headersToSign").split(",")]
    values = [(name, request.header(name)) for name in names if name]
    return "\t".join(f"{name}:{' '.join(value.split())}" for name, value in values if value)


def _body_hash(request: PreparedRequest, limit: int) -> str:
    """Return the hash of the beginning of the body; only that of a POST is signed."""
    if request.method != "POST" or not request.body.content:
        return ""
    return b64encode(hashlib.sha256(request.body.content[:limit]).digest()).decode("ascii")


def _keyed(text: str, key: str) -> str:
    return b64encode(hmac.digest(utf8(key), utf8(text), "sha256")).decode("ascii")
