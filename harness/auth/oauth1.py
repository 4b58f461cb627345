"""OAuth 1.0a: a signature over method, URL, query and form (RFC 5849), placed in a header, the query or the body."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

from harness.auth.jws import private_key
from harness.auth.params import AuthParams
from harness.request.encoding import encode_form
from harness.request.prepared import BodyPart, PreparedRequest

__all__ = ["sign"]

Pairs = list[tuple[str, str]]

_METHODS = (
    "HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT",
)  # fmt: skip
_EVER = ("consumer_key", "token", "signature_method", "timestamp", "nonce", "version")
"""What `addEmptyParamsToSign` signs although it is empty; the rest belongs to extensions."""
_NAMES = tuple(f"oauth_{name}" for name in (*_EVER, "signature", "callback", "verifier", "body_hash"))
_FORM = "application/x-www-form-urlencoded"
_NONCE_LENGTH = 11  # Postman's


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its OAuth parameters.

    Raises `AuthError` without a consumer key and what signs (consumer secret or private key), and for an unknown
    signature method.
    """
    method = params.choice("signatureMethod", *_METHODS)
    consumer_key = params.required("consumerKey")
    secret = params.required("privateKey" if method.startswith("RSA") else "consumerSecret")
    bare = _without_oauth(request.without_headers("authorization"))
    values = {
        "consumer_key": consumer_key,
        "token": params.text("token"),
        "signature_method": method,
        "timestamp": params.text("timestamp", str(int(params.means.now()))),
        "nonce": params.text("nonce") or params.means.nonce(_NONCE_LENGTH),
        "version": params.text("version"),
        "body_hash": _body_hash(bare, method) if params.flag("includeBodyHash") else "",
        "callback": params.text("callback"),
        "verifier": params.text("verifier"),
    }
    empty_too = _EVER if params.flag("addEmptyParamsToSign") else ()
    oauth = [(f"oauth_{name}", value) for name, value in values.items() if value.strip() or name in empty_too]
    signature = _signature(bare, oauth, method, params)
    signed = bare.with_secrets(secret, params.text("tokenSecret"), values["token"]).with_fleeting(signature)
    return _placed(signed, [*oauth, ("oauth_signature", signature)], params)


def _without_oauth(request: PreparedRequest) -> PreparedRequest:
    """Return the request without OAuth parameters by hand, its query encoded as RFC 5849 wants it, as Postman does."""
    url = request.url.without_query(*_NAMES)
    if url.query:
        pairs = [map(encode_form, map(unquote_plus, pair.split("=", 1))) for pair in url.query_pairs]
        url = replace(url, query="&".join(map("=".join, pairs)))
    return _with_form(replace(request, url=url), [part for part in request.body.parts if part.name not in _NAMES])


def _with_form(request: PreparedRequest, parts: list[BodyPart]) -> PreparedRequest:
    """Return the request with these fields in its urlencoded form; another body stays."""
    if request.body.mode != "urlencoded" or parts == list(request.body.parts):
        return request
    content = "&".join(f"{encode_form(part.name)}={encode_form(part.value)}" for part in parts)
    body = replace(request.body, content=content.encode("ascii"), parts=tuple(parts), media_type=_FORM)
    filled = replace(request, body=body)
    return filled if request.header("content-type") is not None else filled.with_header("Content-Type", _FORM)


def _body_hash(request: PreparedRequest, method: str) -> str:
    """Return the hash of a body that is no form (draft-eaton-oauth-bodyhash); PLAINTEXT has none."""
    algorithm = method.partition("-")[2].lower()
    if request.body.mode == "urlencoded" or not algorithm:
        return ""
    return b64encode(hashlib.new(algorithm, request.body.content, usedforsecurity=False).digest()).decode("ascii")


def _signature(request: PreparedRequest, oauth: Pairs, method: str, params: AuthParams) -> str:
    with params.extra():
        from oauthlib.oauth1 import Client
        from oauthlib.oauth1.rfc5849 import signature

        if method.startswith("RSA"):
            import jwt  # noqa: F401  # the library's own import comes too late for our error
    query = [pair.partition("=") for pair in request.url.query_pairs]
    form = [(part.name, part.value) for part in request.body.parts] if request.body.mode == "urlencoded" else []
    pairs = [*oauth, *((unquote_plus(name), unquote_plus(value)) for name, _, value in query), *form]
    rules: Any = signature  # its stubs take fewer methods than HTTP has
    base = rules.signature_base_string(
        request.method,
        rules.base_string_uri(f"{request.url.scheme}://{request.url.authority}{request.url.path}"),
        rules.normalize_parameters(pairs),
    )
    client = Client(
        params.text("consumerKey"),
        client_secret=params.text("consumerSecret"),
        resource_owner_secret=params.text("tokenSecret"),
        rsa_key=_pem(params) if method.startswith("RSA") else None,
    )
    signed: str = Client.SIGNATURE_METHODS[method](base, client)
    return signed


def _pem(params: AuthParams) -> str:
    """Return the private key in PEM, having made sure that it is one and of the right kind."""
    key = private_key(params, "privateKey")
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if not isinstance(key, RSAPrivateKey):
        raise params.error("privateKey", "the `privateKey` of the auth `oauth1` is no RSA key")
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def _placed(request: PreparedRequest, oauth: Pairs, params: AuthParams) -> PreparedRequest:
    """Return the request with the parameters where the file wants them; without its word, in query or form."""
    if params.flag("addParamsToHeader"):
        return request.with_credential("Authorization", f"OAuth {_header(oauth, params)}")
    if request.body.mode == "urlencoded" and request.method in ("POST", "PUT"):
        return _with_form(request, [*request.body.parts, *(BodyPart(name, value) for name, value in oauth)])
    query = "&".join(f"{encode_form(name)}={encode_form(value)}" for name, value in oauth)
    return replace(request, url=request.url.with_query(query))


def _header(oauth: Pairs, params: AuthParams) -> str:
    realm = params.text("realm").strip()
    pairs = [("realm", realm)] if realm else []
    pairs += [(name, value.strip()) for name, value in oauth if value.strip()]
    encode = (lambda text: text) if params.flag("disableHeaderEncoding") else encode_form
    return ",".join(f'{name}="{encode(value)}"' for name, value in pairs)
