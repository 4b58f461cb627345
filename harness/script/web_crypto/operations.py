"""What does one call of `crypto.subtle` come to?

Digests, HMAC and derived bits of passwords come from Python's own library; the rest needs `cryptography`, which comes
with the extra `auth`. What a script asks for is bounded: no call of a script can be stopped while Python works.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from harness.script.web_crypto.ciphers import decrypt, encrypt
from harness.script.web_crypto.failure import CryptoFailure, extra
from harness.script.web_crypto.keys import export_key, generate_key, import_key, load_key

__all__ = ["crypto"]

_MOST_ITERATIONS = 10_000_000
_MOST_BITS = 8 * 65536

Details = Mapping[str, Any]


def crypto(method: str, details: Details) -> Any:
    """Do what a script asks of `crypto.subtle`; bytes are base64. Raises `CryptoFailure`."""
    try:
        done = _METHODS[method](details)
    except CryptoFailure:
        raise
    except (ValueError, TypeError, KeyError, OverflowError, ArithmeticError) as error:
        raise CryptoFailure("OperationError", f"The operation failed: {error}") from error
    return base64.b64encode(done).decode() if isinstance(done, bytes) else done


def _bytes(details: Details, name: str) -> bytes:
    return base64.b64decode(details.get(name) or "")


def _hash_name(details: Details) -> str:
    return str(details["hash"]).replace("-", "").lower()


def _digest(details: Details) -> bytes:
    return hashlib.new(_hash_name(details), _bytes(details, "data")).digest()


def _sign(details: Details) -> bytes:
    data, name = _bytes(details, "data"), details["name"]
    if name == "HMAC":
        return hmac.digest(_bytes(details, "key"), data, _hash_name(details))
    key = load_key(details)
    if name == "Ed25519":
        return bytes(key.sign(data))
    if name != "ECDSA":
        return bytes(key.sign(data, _padding(details, key), _hash(details)))
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    size = (key.key_size + 7) // 8
    r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(_hash(details))))
    return bytes(r.to_bytes(size) + s.to_bytes(size))


def _verify(details: Details) -> bool:
    data, signature, name = _bytes(details, "data"), _bytes(details, "signature"), details["name"]
    if name == "HMAC":
        return hmac.compare_digest(hmac.digest(_bytes(details, "key"), data, _hash_name(details)), signature)
    key = load_key(details)
    from cryptography.exceptions import InvalidSignature

    try:
        if name == "Ed25519":
            key.verify(signature, data)
        elif name == "ECDSA":
            _verify_ecdsa(key, signature, data, details)
        else:
            key.verify(signature, data, _padding(details, key), _hash(details))
    except InvalidSignature:
        return False
    return True


def _verify_ecdsa(key: Any, signature: bytes, data: bytes, details: Details) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    size = (key.key_size + 7) // 8
    if len(signature) != 2 * size:
        raise InvalidSignature
    encoded = utils.encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))
    key.verify(encoded, data, ec.ECDSA(_hash(details)))


def _hash(details: Details) -> Any:
    from cryptography.hazmat.primitives import hashes

    return getattr(hashes, _hash_name(details).upper())()


def _padding(details: Details, key: Any) -> Any:
    from cryptography.hazmat.primitives.asymmetric import padding

    if details["name"] == "RSASSA-PKCS1-v1_5":
        return padding.PKCS1v15()
    length = int(details["saltLength"])
    if length > key.key_size:
        raise CryptoFailure("OperationError", "the salt is longer than the key")
    return padding.PSS(padding.MGF1(_hash(details)), length)


def _derive(details: Details) -> bytes:
    name, bits = details["name"], details.get("length")
    if bits is not None and (not isinstance(bits, int) or bits % 8 or not 0 <= bits <= _MOST_BITS):
        raise CryptoFailure("OperationError", "length must be a multiple of 8 and not larger than 65536 bytes")
    if name in ("ECDH", "X25519"):
        return _agreed(details, bits)
    if bits is None:
        raise CryptoFailure("OperationError", "length cannot be null")
    if name == "HKDF":
        return _hkdf(details, bits // 8)
    iterations = int(details["iterations"])
    if not 0 < iterations <= _MOST_ITERATIONS:
        raise CryptoFailure("OperationError", f"iterations must be 1 to {_MOST_ITERATIONS}")
    if bits == 0:
        return b""
    return hashlib.pbkdf2_hmac(
        _hash_name(details), _bytes(details, "key"), _bytes(details, "salt"), iterations, bits // 8
    )


def _hkdf(details: Details, size: int) -> bytes:
    """Return bytes of RFC 5869."""
    name = _hash_name(details)
    if size > 255 * hashlib.new(name).digest_size:
        raise CryptoFailure("OperationError", "length is too long for this hash")
    key = hmac.digest(_bytes(details, "salt") or bytes(hashlib.new(name).digest_size), _bytes(details, "key"), name)
    found, block, number = b"", b"", 0
    while len(found) < size:
        number += 1
        block = hmac.digest(key, block + _bytes(details, "info") + bytes([number]), name)
        found += block
    return found[:size]


def _agreed(details: Details, bits: int | None) -> bytes:
    with extra(details["name"]):
        from cryptography.hazmat.primitives.asymmetric import ec
    private, public = load_key(details), load_key({**details, "type": "public", "key": details["public"]})
    secret = private.exchange(*((ec.ECDH(),) if details["name"] == "ECDH" else ()), public)
    if bits is not None and bits > len(secret) * 8:
        raise CryptoFailure("OperationError", "derived bit length is too long")
    return bytes(secret if bits is None else secret[: bits // 8])


_METHODS: Mapping[str, Callable[[Details], Any]] = {
    "digest": _digest,
    "sign": _sign,
    "verify": _verify,
    "encrypt": encrypt,
    "decrypt": decrypt,
    "derive": _derive,
    "generate": generate_key,
    "import": import_key,
    "export": export_key,
}
