"""A client certificate and its key from one file of PKCS #12 (PFX), which Python's own TLS does not read."""

from __future__ import annotations

import os
import ssl
import tempfile
from contextlib import suppress
from pathlib import Path

from harness.errors import InvalidRequest

__all__ = ["load_pfx"]


def load_pfx(context: ssl.SSLContext, file: Path, passphrase: str | None) -> None:
    """Let connections of this context show the certificate in a file.

    Raises `ValueError` for a file that is none, or a passphrase that does not open it, `OSError` for one that cannot be
    read, and `InvalidRequest` where the library that reads it is not installed.
    """
    data = file.read_bytes()
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import (
            BestAvailableEncryption,
            Encoding,
            PrivateFormat,
            pkcs12,
        )
    except ImportError as error:
        raise InvalidRequest(
            "a client certificate as PFX needs a library that is not installed: cryptography",
            hint="pip install 'postman-harness[auth]'; or `openssl pkcs12 -in FILE.pfx -out FILE.pem` makes PEM of it",
        ) from error
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase.encode() if passphrase else None)
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from error
    if key is None or certificate is None:
        raise ValueError("it holds no certificate with its key")
    # OpenSSL takes a chain from a file only: the key stands in it for a moment, under a passphrase that nobody knows.
    secret = os.urandom(24).hex().encode()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret))
    pem += b"".join(each.public_bytes(Encoding.PEM) for each in (certificate, *others))
    descriptor, name = tempfile.mkstemp(prefix="harness-", suffix=".pem")
    try:
        with open(descriptor, "wb") as written:
            written.write(pem)
        context.load_cert_chain(name, password=secret)
    finally:
        with suppress(OSError):
            os.unlink(name)
