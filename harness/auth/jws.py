"""How is a JSON web token put together and signed (RFC 7515, RFC 7519)?"""

from __future__ import annotations

import json
import re
import textwrap
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from harness.auth.params import AuthParams
from harness.request.encoding import utf8

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["ASYMMETRIC", "HMACS", "base64_bytes", "compact_token", "private_key", "signature_of"]

HMACS = ("HS256", "HS384", "HS512")
ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_DATA_URI = re.compile(r"data:application/pkcs8;kid=([\w.\-+/]+);base64,([A-Za-z0-9+/=]+)")


def compact_token(
    header: Mapping[str, Any], payload: Mapping[str, Any], key: bytes | PrivateKeyTypes, params: AuthParams, name: str
) -> str:
    """Return the token in its compact form; members keep their order, as from Postman.

    `name` is the parameter that the key came from. Raises `AuthError` for a key that does not fit the algorithm.
    """
    data = f"{_encoded(_json(header))}.{_encoded(_json(payload))}"
    with params.extra():
        import jwt
    try:
        return f"{data}.{_encoded(signature_of(data.encode('ascii'), key, header['alg']))}"
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise params.error(
            name, f"the `{name}` of the auth `{params.scheme}` does not fit {header['alg']}: {error}"
        ) from error


def signature_of(data: bytes, key: bytes | PrivateKeyTypes, algorithm: str) -> bytes:
    """Return the signature by an algorithm of RFC 7518. Raises the library's own errors for a key that does not fit."""
    import jwt

    method: Any = jwt.PyJWS().get_algorithm_by_name(algorithm)
    signature: bytes = method.sign(data, method.prepare_key(key))
    return signature


def private_key(params: AuthParams, name: str, key_id: str | None = None) -> PrivateKeyTypes:
    """Return the private key in a parameter: PEM, its line breaks lost or not, or a data URI that names its key id.

    Raises `AuthError` for anything else, and for a data URI of another key id.
    """
    text = params.required(name).strip().strip('"')
    with params.extra():
        from cryptography.exceptions import UnsupportedAlgorithm
    try:
        return _loaded(text, key_id)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise params.error(
            name,
            f"the `{name}` of the auth `{params.scheme}` is no private key: {str(error).partition('. ')[0]}",
            hint="give it as PEM: -----BEGIN PRIVATE KEY----- …",
        ) from error


@lru_cache(maxsize=16)
def _loaded(text: str, key_id: str | None) -> PrivateKeyTypes:
    """Read a key once: making sure that it is sound takes longer than a request."""
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    uri = _DATA_URI.fullmatch(unquote(text)) if text.startswith("data") else None
    if uri is None:
        return load_pem_private_key(_pem(text), password=None)
    if key_id not in (None, uri[1]):
        raise ValueError("its data URI is of another key id")
    return load_der_private_key(b64decode(uri[2]), password=None)


def base64_bytes(text: str) -> bytes:
    """Return what a base64 text stands for, with either alphabet and with or without padding, as Node reads it.

    Raises `ValueError` for other text.
    """
    plain = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (Base64Error, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error


def _pem(text: str) -> bytes:
    match = _PEM.search(unquote(text) if "%20" in text else text)
    if match is None:
        return utf8(text)
    kind, body = match[1], "".join(match[2].split())
    if ":" in body:  # an old key with its cipher in headers
        return utf8(text)
    return utf8(f"-----BEGIN {kind}-----\n{textwrap.fill(body, 64)}\n-----END {kind}-----\n")


def _json(value: Mapping[str, Any]) -> bytes:
    return utf8(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
