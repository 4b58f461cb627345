"""JWT: a token made and signed for each request, in a header or the query (RFC 7519)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from harness.auth.jws import ASYMMETRIC, HMACS, base64_bytes, compact_token, private_key
from harness.auth.params import AuthParams
from harness.request.encoding import encode_query, in_query, utf8
from harness.request.prepared import PreparedRequest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["sign"]


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its token.

    Raises `AuthError` for a header or payload that is no JSON object, an unknown algorithm, and a key that does not
    fit it.
    """
    algorithm = params.choice("algorithm", *HMACS, *ASYMMETRIC)
    header = params.members("header") | {"alg": algorithm}
    payload = params.members("payload")
    name = "secret" if algorithm in HMACS else "privateKey"
    secret, key = _key(params, name)
    token = compact_token(header, payload, key, params, name)
    signed = request.with_secrets(secret).with_fleeting(token)
    if params.choice("addTokenTo", "header", "queryParam") == "header":
        prefix = params.text("headerPrefix") if params.has("headerPrefix") else "Bearer"
        return signed.with_credential("Authorization", f"{prefix} {token}".lstrip())
    parameter = params.text("queryParamKey", "token")
    pair = encode_query(f"{in_query(parameter, name=True)}={token}")
    return replace(signed, url=signed.url.without_query(parameter).with_query(pair))


def _key(params: AuthParams, name: str) -> tuple[str, bytes | PrivateKeyTypes]:
    """Return the key as the file has it, and ready for use."""
    if name == "privateKey":
        return params.required(name), private_key(params, name)
    secret = params.required(name)
    if not params.flag("isSecretBase64Encoded"):
        return secret, utf8(secret)
    try:
        return secret, base64_bytes(secret)
    except ValueError as error:
        raise params.error(name, f"the `{name}` of the auth `jwt` is not base64") from error
