"""Which switches of a request (`protocolProfileBehavior`) cannot be honoured here?

https://learning.postman.com/docs/sending-requests/create-requests/request-settings/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.errors import did_you_mean
from harness.request.headers import disabled_headers

__all__ = ["unheeded"]

_HEEDED = frozenset(
    {
        "disableBodyPruning",
        "disableCookies",
        "disableUrlEncoding",
        "disabledSystemHeaders",
        "followAuthorizationHeader",
        "followOriginalHttpMethod",
        "followRedirects",
        "maxRedirects",
        "removeRefererHeaderOnRedirect",
        "strictSSL",
        "tlsCipherSelection",
        "tlsDisabledProtocols",
        "tlsPreferServerCiphers",
    }
)
_NEEDED_BY_HTTP = frozenset({"host", "content-length", "transfer-encoding"})


def unheeded(behavior: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the switches ask for that will not be done, a sentence each."""
    # HTTP/1.1 cannot do without them (RFC 9112, 3.2 and 6.3), and so neither can the library that writes it. Node can.
    for name in sorted(disabled_headers(behavior) & _NEEDED_BY_HTTP):
        yield f"`disabledSystemHeaders` cannot leave out `{name}`: the header is sent"
    for name, value in behavior.items():
        if name in _HEEDED:
            continue
        if name == "insecureHTTPParser":
            # The parser reads what the RFC allows and no more: what is beyond that may hide a second answer.
            if value is True:
                yield "`insecureHTTPParser` is not supported: an answer must be valid HTTP"
        elif name == "protocolVersion":
            if value not in (None, "http1", "auto"):
                yield f"`protocolVersion` is not supported beyond HTTP/1.1: `{value}` is not asked for"
        else:
            hint = did_you_mean(name, _HEEDED)
            yield f"`{name}` in `protocolProfileBehavior` is not known, and not heeded{f' ({hint})' if hint else ''}"
