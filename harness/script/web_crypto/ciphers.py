"""What do `encrypt` and `decrypt` of `crypto.subtle` give: AES in three modes, and RSA-OAEP?"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from harness.script.web_crypto.failure import CryptoFailure, extra
from harness.script.web_crypto.keys import load_key

__all__ = ["decrypt", "encrypt"]

_TAG_BITS = (32, 64, 96, 104, 112, 120, 128)
_BLOCK = 16


def encrypt(details: Mapping[str, Any]) -> bytes:
    """Return the data encrypted."""
    name, data = details["name"], _bytes(details, "data")
    with extra(name):
        from cryptography.hazmat.primitives import padding
        from cryptography.hazmat.primitives.ciphers import modes
    if name == "RSA-OAEP":
        return bytes(load_key(details).encrypt(data, _oaep(details)))
    if name == "AES-CTR":
        return _counted(details, data)
    if name == "AES-CBC":
        pad = padding.PKCS7(_BLOCK * 8).padder()
        return _whole(_cipher(details, modes.CBC(_iv(details))).encryptor(), pad.update(data) + pad.finalize())
    encryptor = _cipher(details, modes.GCM(_bytes(details, "iv"))).encryptor()
    encryptor.authenticate_additional_data(_bytes(details, "additionalData"))
    encrypted = _whole(encryptor, data)
    return encrypted + bytes(encryptor.tag[: _tag_size(details)])


def decrypt(details: Mapping[str, Any]) -> bytes:
    """Return the data decrypted. Raises `CryptoFailure` where it was not encrypted so."""
    name, data = details["name"], _bytes(details, "data")
    with extra(name):
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives import padding
        from cryptography.hazmat.primitives.ciphers import modes
    if name == "RSA-OAEP":
        return bytes(load_key(details).decrypt(data, _oaep(details)))
    if name == "AES-CTR":
        return _counted(details, data)
    if name == "AES-CBC":
        pad = padding.PKCS7(_BLOCK * 8).unpadder()
        found = _whole(_cipher(details, modes.CBC(_iv(details))).decryptor(), data)
        return bytes(pad.update(found) + pad.finalize())
    size = _tag_size(details)
    if len(data) < size:
        raise CryptoFailure("OperationError", "The provided data is too small.")
    mode = modes.GCM(_bytes(details, "iv"), data[-size:], min_tag_length=size)
    decryptor = _cipher(details, mode).decryptor()
    decryptor.authenticate_additional_data(_bytes(details, "additionalData"))
    try:
        return _whole(decryptor, data[:-size])
    except InvalidTag as error:
        raise CryptoFailure("OperationError", "The operation failed for an operation-specific reason") from error


def _counted(details: Mapping[str, Any], data: bytes) -> bytes:
    """Return the data in counter mode, where only the last `length` bits of the block count and begin anew at 0."""
    from cryptography.hazmat.primitives.ciphers import modes

    counter, bits = _bytes(details, "counter"), int(details["length"])
    if len(counter) != _BLOCK or not 1 <= bits <= _BLOCK * 8:
        raise CryptoFailure("OperationError", "AES-CTR needs a counter of 16 bytes and a length of 1 to 128 bits")
    start = int.from_bytes(counter)
    before_zero = (1 << bits) - start % (1 << bits)
    if -(-len(data) // _BLOCK) > 1 << bits:
        raise CryptoFailure("OperationError", "the data is longer than the counter can count")
    first = _whole(_cipher(details, modes.CTR(counter)).encryptor(), data[: before_zero * _BLOCK])
    rest = data[before_zero * _BLOCK :]
    if not rest:
        return first
    again = (start >> bits << bits).to_bytes(_BLOCK)
    return first + _whole(_cipher(details, modes.CTR(again)).encryptor(), rest)


def _cipher(details: Mapping[str, Any], mode: Any) -> Any:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

    return Cipher(algorithms.AES(_bytes(details, "key")), mode)


def _whole(context: Any, data: bytes) -> bytes:
    return bytes(context.update(data) + context.finalize())


def _oaep(details: Mapping[str, Any]) -> Any:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    chosen = getattr(hashes, str(details["hash"]).replace("-", ""))
    return padding.OAEP(padding.MGF1(chosen()), chosen(), _bytes(details, "label") or None)


def _iv(details: Mapping[str, Any]) -> bytes:
    iv = _bytes(details, "iv")
    if len(iv) != _BLOCK:
        raise CryptoFailure("OperationError", "AES-CBC needs an iv of 16 bytes")
    return iv


def _tag_size(details: Mapping[str, Any]) -> int:
    bits = details.get("tagLength", 128)
    if bits not in _TAG_BITS:
        raise CryptoFailure("OperationError", f"{bits} is not a valid AES-GCM tag length")
    return int(bits) // 8


def _bytes(details: Mapping[str, Any], name: str) -> bytes:
    return base64.b64decode(details.get(name) or "")
