"""`TransportOptions`: the limits and ways of sending that whoever starts a run may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.transport.tls.certificates import ClientCertificate

__all__ = ["TransportOptions"]


@dataclass(frozen=True, slots=True)
class TransportOptions:
    """How requests are sent, and how long and how much that may take."""

    timeout_s: float | None = 120.0
    """For one request: connecting, sending, every redirect, the whole body. None waits for ever."""
    max_body_bytes: int = 100 * 1024 * 1024
    """For the bodies of an answer and the redirects before it, as received and as decoded."""
    verify: bool = True
    """Whether certificates are checked."""
    authorities: Path | None = None
    """A PEM file of certificate authorities that are trusted beside the usual ones."""
    certificates: tuple[ClientCertificate, ...] = ()
    """What we show to servers that ask who we are; the first that fits a URL."""
    http2: bool = False
    """Whether HTTP/2 is offered to https servers; needs the extra `[http2]`."""
    follow_redirects: bool = True
    """What an item's `protocolProfileBehavior` says wins, here and for `max_redirects`."""
    max_redirects: int = 10
    proxies: Mapping[str, str] | None = None
    """Proxy URLs by scheme, with `all` and `no`; None takes those of the environment."""
