"""What a request asks for of the TLS connection that carries it.

The switches of `protocolProfileBehavior` that concern TLS; they mean what they mean in Node, which Postman runs on.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from harness.collection.behavior import flag, names
from harness.errors import InvalidRequest, did_you_mean

__all__ = ["TlsSettings"]

_VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
"""Those that are spoken at all, oldest first; older ones are off in Node, too."""
_KNOWN_VERSIONS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3")
_TWO_VERSIONS = "TLSv1_2 and TLSv1_3 are spoken, the latter with the suites named TLS_…; one of them must stay"
_SUITE = re.compile(r"TLS_[A-Z0-9_]+")
_CIPHER = re.compile(r"[A-Za-z0-9+_-]+")  # no `@SECLEVEL=0`, no `!`: a name is chosen, the rules of the list are ours
_NO_ANONYMITY = "!aNULL:!eNULL"  # a server without a certificate, or a connection in clear, whatever a name stands for


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """The TLS switches of one request, by value, so that requests with the same share their connections."""

    verify: bool | None = None
    """Whether the certificate of the server is checked; None leaves it to the call."""
    disabled: tuple[str, ...] = ()
    """Versions of the protocol that are not offered, as OpenSSL names them in its options: `TLSv1_2`."""
    ciphers: tuple[str, ...] = ()
    """The cipher suites that are offered, in order; none offers the usual ones."""
    prefers_server: bool = False

    @classmethod
    def of(cls, behavior: Mapping[str, Any]) -> Self:
        """Return what `protocolProfileBehavior` says of TLS."""
        return cls(
            verify=strict if isinstance(strict := behavior.get("strictSSL"), bool) else None,
            disabled=tuple(sorted({*(names(behavior, "tlsDisabledProtocols") or ())})),
            ciphers=names(behavior, "tlsCipherSelection") or (),
            prefers_server=flag(behavior, "tlsPreferServerCiphers"),
        )

    def apply_to(self, context: ssl.SSLContext) -> None:
        """Set versions and cipher suites. Raises `InvalidRequest` where nothing is left that could be offered."""
        if not self.disabled and not self.ciphers:
            return
        ciphers, suites = self._usable()
        enabled = [version for version in self._versions(ciphers, suites) if version.name not in self.disabled]
        if not enabled:
            raise InvalidRequest("`tlsDisabledProtocols` leaves no version of TLS to speak", hint=_TWO_VERSIONS)
        context.minimum_version, context.maximum_version = enabled[0], enabled[-1]
        if ciphers:
            context.set_ciphers(":".join((*ciphers, _NO_ANONYMITY)))
        if suites and (set_suites := getattr(context, "set_ciphersuites", None)) is not None:  # from Python 3.15 on
            set_suites(":".join(suites))

    def _versions(self, ciphers: list[str], suites: list[str]) -> list[ssl.TLSVersion]:
        """Return the versions that there are suites for; where none is chosen for one it is not offered, as in Node."""
        if not self.ciphers:
            return list(_VERSIONS)
        if not ciphers and not suites:
            raise InvalidRequest(
                f"no cipher suite of `tlsCipherSelection` can be used: {', '.join(self.ciphers)[:200]}",
                hint="suites have OpenSSL's names, such as ECDHE-RSA-AES128-GCM-SHA256",
            )
        return [version for version, given in zip(_VERSIONS, (ciphers, suites), strict=True) if given]

    def _usable(self) -> tuple[list[str], list[str]]:
        """Return the chosen suites that OpenSSL has: those of TLS 1.2, and those of TLS 1.3."""
        known = {cipher["name"] for cipher in ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).get_ciphers()}
        ciphers = [name for name in self.ciphers if _CIPHER.fullmatch(name) and not _SUITE.fullmatch(name)]
        suites = [name for name in self.ciphers if _SUITE.fullmatch(name) and name in known]
        return [name for name in ciphers if _is_cipher(name)], suites

    def notes(self) -> Iterator[str]:
        """Yield what a person should know of a request that goes out with these settings."""
        if self.verify is False:
            yield "the server's certificate is not verified: `strictSSL` is false"
        for name in self.disabled:
            if name not in _KNOWN_VERSIONS:
                hint = did_you_mean(name, _KNOWN_VERSIONS)
                yield f"`{name[:60]}` in `tlsDisabledProtocols` is no version of TLS{f' ({hint})' if hint else ''}"
        if self.ciphers:
            yield from self._cipher_notes()
        if self.prefers_server:
            # Node passes it on as `honorCipherOrder`, which OpenSSL heeds in servers only.
            yield "`tlsPreferServerCiphers` has no effect: which of the suites offered is taken is up to the server"

    def _cipher_notes(self) -> Iterator[str]:
        ciphers, suites = self._usable()
        for name in self.ciphers:
            if name not in ciphers and name not in suites:
                yield f"`{name[:60]}` in `tlsCipherSelection` is no cipher suite that can be used here: it is left out"
        if suites and not hasattr(ssl.SSLContext, "set_ciphersuites"):
            yield "the suites of TLS 1.3 in `tlsCipherSelection` cannot be chosen singly: all of them are offered"


def _is_cipher(name: str) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.set_ciphers(name)
    except ssl.SSLError:
        return False
    return True
