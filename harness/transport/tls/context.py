"""With which TLS settings is a connection opened?"""

from __future__ import annotations

import functools
import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from harness.errors import UsageError
from harness.transport.tls.certificates import ClientCertificate

__all__ = ["Trust", "check_authorities", "tls_context"]


@dataclass(frozen=True, slots=True)
class Trust:
    """Which servers are believed."""

    verify: bool = True
    """Whether certificates are checked."""
    authorities: Path | None = None
    """A PEM file of authorities that are trusted beside the usual ones."""


@functools.cache
def tls_context(trust: Trust, certificate: ClientCertificate | None = None) -> ssl.SSLContext:
    """Return the TLS settings; made only when the first https URL comes, since that takes long."""
    context = httpx.create_ssl_context(verify=trust.verify)
    if trust.verify and trust.authorities is not None:
        context.load_verify_locations(cafile=trust.authorities)
    if certificate is not None:
        certificate.put_into(context)
    return context


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
