"""How does a key of `crypto.subtle` come from a script and go back to it?

Between scripts and Python a private key is PKCS #8, a public one SPKI, a secret its bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from harness.script.web_crypto.failure import CryptoFailure, extra

__all__ = ["export_key", "generate_key", "import_key", "load_key"]

_CURVES = {"P-256": "SECP256R1", "P-384": "SECP384R1", "P-521": "SECP521R1"}
_MODULUS_BITS = range(512, 4097)
"""A script may make no larger RSA key: that takes minutes, and nothing could stop it."""


def generate_key(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return a new pair of keys."""
    name = details["name"]
    with extra(name):
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
    if name.startswith("RSA"):
        bits, exponent = details.get("modulusLength", 0), int.from_bytes(base64.b64decode(details["publicExponent"]))
        if bits not in _MODULUS_BITS or exponent not in (3, 65537):
            limit = f"{_MODULUS_BITS[0]} to {_MODULUS_BITS[-1]} bits and the exponents 3 and 65537"
            raise CryptoFailure("OperationError", f"RSA keys are made with {limit}")
        private: Any = rsa.generate_private_key(exponent, max(int(bits), 1024))
    elif name in ("ECDSA", "ECDH"):
        private = ec.generate_private_key(_curve(details.get("curve")))
    else:
        kind = ed25519.Ed25519PrivateKey if name == "Ed25519" else x25519.X25519PrivateKey
        private = kind.generate()
    return {"private": _described(private, name), "public": _described(private.public_key(), name)}


def import_key(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return a key of any format as scripts keep it. Raises `CryptoFailure` for what is none of this algorithm."""
    name, written = details["name"], details["format"]
    with extra(name):
        import cryptography.exceptions
    try:
        key = _read(written, details)
    except (ValueError, TypeError, KeyError, cryptography.exceptions.UnsupportedAlgorithm) as error:
        raise CryptoFailure("DataError", f"Invalid keyData: {error}") from error
    found = _described(key, name)
    if "curve" in found and found["curve"] != details.get("curve"):
        raise CryptoFailure("DataError", "Named curve mismatch")
    return found


def _read(written: str, details: Mapping[str, Any]) -> Any:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519

    if written == "jwk":
        return _from_jwk(details["jwk"])
    data = base64.b64decode(details["data"])
    if written == "pkcs8":
        return serialization.load_der_private_key(data, None)
    if written == "spki":
        return serialization.load_der_public_key(data)
    if written == "raw" and details["name"] in ("ECDSA", "ECDH"):
        return ec.EllipticCurvePublicKey.from_encoded_point(_curve(details.get("curve")), data)
    if written == "raw" and not details["name"].startswith("RSA"):
        kind = ed25519.Ed25519PublicKey if details["name"] == "Ed25519" else x25519.X25519PublicKey
        return kind.from_public_bytes(data)
    raise CryptoFailure("NotSupportedError", f"Unable to import {details['name']} using {written} format")


def _from_jwk(jwk: Mapping[str, Any]) -> Any:
    import jwt
    from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

    kinds: dict[str, Any] = {"RSA": RSAAlgorithm, "EC": ECAlgorithm, "OKP": OKPAlgorithm}
    try:
        return kinds[jwk["kty"]].from_jwk({key: value for key, value in jwk.items() if key != "key_ops"})
    except jwt.InvalidKeyError as error:
        raise ValueError(str(error)) from error


def export_key(details: Mapping[str, Any]) -> Any:
    """Return a key in the format that a script asks for: base64, or a JSON web key."""
    from cryptography.hazmat.primitives import serialization as der

    name, kind, written = details["name"], details["type"], details["format"]
    if (written, kind) in (("pkcs8", "private"), ("spki", "public")):
        return details["key"]
    key = load_key(details)
    if written == "jwk":
        return _to_jwk(key, details)
    if written == "raw" and kind == "public" and not name.startswith("RSA"):
        if name in ("ECDSA", "ECDH"):
            point = key.public_bytes(der.Encoding.X962, der.PublicFormat.UncompressedPoint)
        else:
            point = key.public_bytes(der.Encoding.Raw, der.PublicFormat.Raw)
        return base64.b64encode(point).decode()
    raise CryptoFailure("InvalidAccessError", f"Unable to export a {kind} {name} key using {written} format")


def _to_jwk(key: Any, details: Mapping[str, Any]) -> dict[str, Any]:
    from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

    name = details["name"]
    if name in ("ECDSA", "ECDH"):
        found = ECAlgorithm.to_jwk(key, as_dict=True)
    elif not name.startswith("RSA"):
        found = OKPAlgorithm.to_jwk(key, as_dict=True)
    else:
        found = RSAAlgorithm.to_jwk(key, as_dict=True)
        hash_bits = str(details["hash"]).removeprefix("SHA-")
        prefix = {"RSASSA-PKCS1-v1_5": "RS", "RSA-PSS": "PS", "RSA-OAEP": "RSA-OAEP-"}[name]
        found["alg"] = f"{prefix}{hash_bits}".removesuffix("-1")
    return {member: value for member, value in found.items() if member != "key_ops"}


def load_key(details: Mapping[str, Any]) -> Any:
    """Return the private or public key that a script works with."""
    with extra(details["name"]):
        from cryptography.hazmat.primitives import serialization
    data = base64.b64decode(details["key"])
    if details["type"] == "private":
        return serialization.load_der_private_key(data, None)
    return serialization.load_der_public_key(data)


def _described(key: Any, name: str) -> dict[str, Any]:
    from cryptography.hazmat.primitives import serialization as der
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519

    kinds: dict[str, tuple[type, ...]] = {
        "ECDSA": (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey),
        "ECDH": (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey),
        "Ed25519": (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey),
        "X25519": (x25519.X25519PrivateKey, x25519.X25519PublicKey),
    }
    private_kind, public_kind = kinds.get(name, (rsa.RSAPrivateKey, rsa.RSAPublicKey))
    if isinstance(key, private_kind):
        data = key.private_bytes(der.Encoding.DER, der.PrivateFormat.PKCS8, der.NoEncryption())  # type: ignore[attr-defined]
        found = {"type": "private", "data": base64.b64encode(data).decode()}
        key = key.public_key()  # type: ignore[attr-defined]
    elif isinstance(key, public_kind):
        data = key.public_bytes(der.Encoding.DER, der.PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
        found = {"type": "public", "data": base64.b64encode(data).decode()}
    else:
        raise CryptoFailure("DataError", f"Invalid key type for {name}")
    return {**found, **_numbers(key)}


def _numbers(public: Any) -> dict[str, Any]:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(public, rsa.RSAPublicKey):
        exponent = public.public_numbers().e
        data = exponent.to_bytes((exponent.bit_length() + 7) // 8)
        return {"modulusLength": public.key_size, "publicExponent": base64.b64encode(data).decode()}
    if isinstance(public, ec.EllipticCurvePublicKey):
        names = {theirs.lower(): ours for ours, theirs in _CURVES.items()}
        return {"curve": names.get(public.curve.name, public.curve.name)}
    return {}


def _curve(name: Any) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    if name not in _CURVES:
        raise CryptoFailure("NotSupportedError", f"Unrecognized namedCurve: {name}")
    return getattr(ec, _CURVES[name])()
