"""Which switches of a request (`protocolProfileBehavior`) cannot be honoured here?

https://learning.postman.com/docs/sending-requests/create-requests/request-settings/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.collection.behavior import MAX_REDIRECTS, SETTINGS, count, flag, misread
from harness.errors import did_you_mean
from harness.request.headers import disabled_headers

__all__ = ["unheeded"]

_NEEDED_BY_HTTP = frozenset({"host", "content-length", "transfer-encoding"})


def unheeded(behavior: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the switches ask for that will not be done, a sentence each.

    Those that concern TLS say so by themselves (`TlsSettings.notes`), where a request goes over TLS.
    """
    for name, value in behavior.items():
        if name not in SETTINGS:
            hint = did_you_mean(name, SETTINGS)
            yield f"`{name}` in `protocolProfileBehavior` is not known, and not heeded{f' ({hint})' if hint else ''}"
        elif (fault := misread(name, value)) is not None:
            yield f"{fault}: it is not heeded"
    # HTTP/1.1 cannot do without them (RFC 9112, 3.2 and 6.3), and so neither can the library that writes it. Node can.
    for name in sorted(disabled_headers(behavior) & _NEEDED_BY_HTTP):
        yield f"`disabledSystemHeaders` cannot leave out `{name}`: the header is sent"
    if flag(behavior, "insecureHTTPParser"):
        # The parser reads what the RFC allows and no more: what is beyond that may hide a second answer.
        yield "`insecureHTTPParser` is not supported: an answer must be valid HTTP"
    if count(behavior, "maxRedirects", 0) > MAX_REDIRECTS:
        yield f"`maxRedirects` is more than {MAX_REDIRECTS}: no more than {MAX_REDIRECTS} redirects are followed"
    if isinstance(behavior.get("useWhatWGUrlParser"), bool):
        yield "`useWhatWGUrlParser` has no effect: every URL is read and encoded in the same way here"
