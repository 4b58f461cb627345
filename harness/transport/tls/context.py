"""The TLS settings that a connection is opened with, and whom they trust."""

from __future__ import annotations

import functools
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError
from harness.transport.tls.certificates import ClientCertificate
from harness.transport.tls.settings import TlsSettings

__all__ = ["Trust", "check_authorities", "tls_context"]

_USUAL = TlsSettings()


@dataclass(frozen=True, slots=True)
class Trust:
    """Which servers are believed."""

    verify: bool = True
    """Whether certificates are checked."""
    authorities: Path | None = None
    """A PEM file of authorities that are trusted beside the usual ones."""


@functools.cache
def tls_context(
    trust: Trust,
    settings: TlsSettings = _USUAL,
    certificate: ClientCertificate | None = None,
    *,
    http2: bool = False,
) -> ssl.SSLContext:
    """Return what a connection is opened with, the same for the same terms; made late, as that takes long.

    With `http2` it is offered to the server beside HTTP/1.1. Raises `InvalidRequest` for settings that leave nothing to
    offer, and for a certificate that cannot be used.
    """
    context = _context(verify=trust.verify)
    if trust.verify and trust.authorities is not None:
        context.load_verify_locations(cafile=trust.authorities)
    settings.apply_to(context)
    if certificate is not None:
        certificate.put_into(context)
    context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
    return context


def _context(*, verify: bool) -> ssl.SSLContext:
    """Return settings that trust the authorities of SSL_CERT_FILE or SSL_CERT_DIR, else those of certifi."""
    if not verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        return ssl.create_default_context(cafile=file)
    if folder:
        return ssl.create_default_context(capath=folder)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def check_authorities(file: Path | str) -> Path:
    """Return the path of a file of further authorities. Raises `UsageError` when it is not one."""
    path = Path(file)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError as error:
        raise UsageError(f"no certificates in PEM in the file of --ssl-extra-ca-certs: {path}") from error
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()
        raise UsageError(f"cannot read the file of --ssl-extra-ca-certs: {path}: {reason}") from error
    return path
