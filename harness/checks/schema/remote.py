"""How is a schema fetched that stands on another machine, where the user has allowed its host?

By default none is. Nothing of the run goes along: no variable, no credential, no cookie.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from harness.collection.document import decoded_source
from harness.errors import InvalidSchema, RunError, UsageError
from harness.location import Location
from harness.request.address.host import encode_host
from harness.request.encoding import encode_path, encode_query
from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source
from harness.transport.client import Transport
from harness.transport.guard import Guard, tightest_hosts
from harness.transport.options import TransportOptions

__all__ = ["RemoteRefs", "is_remote"]

_ONE_S = 10.0
_ALL_S = 60.0
_MAX_BYTES = 5 * 1024 * 1024
_MAX_FILES = 100
_HEADERS = (
    ("User-Agent", "postman-harness"),
    ("Accept", "application/json, */*"),
    ("Accept-Encoding", "gzip, deflate, br"),
)


def is_remote(url: str) -> bool:
    """Return whether a URL is one of http or https."""
    return urlsplit(url).scheme.lower() in ("http", "https")


class RemoteRefs:
    """Fetches schemas from the hosts that were allowed, each once."""

    def __init__(
        self, hosts: tuple[str, ...], authorities: Path | None = None, proxies: Mapping[str, str] | None = None
    ) -> None:
        """Get ready. Raises `UsageError` for what names no host."""
        for host in hosts:
            if "/" in host or host.strip() in ("", "*") or not tightest_hosts([(host,)]):
                hint = "such as schemas.example.com, *.example.com or localhost:8080"
                raise UsageError(f"remote references are allowed by host, and `{host}` names none", hint=hint)
        self._guard = Guard(hosts=hosts)
        self._authorities, self._proxies = authorities, proxies
        self._found: dict[str, Source] = {}
        self._ends_at: float | None = None

    def fetch(self, reference: str, location: Location) -> Source:
        """Return the text at a URL, its fragment aside. Raises `InvalidSchema` at `location` when it cannot be had."""
        url = urldefrag(reference).url
        if url not in self._found:
            try:
                self._found[url] = self._fetch(url)
            except (RunError, ValueError) as error:
                reason = error.summary if isinstance(error, RunError) else str(error)
                raise InvalidSchema(f"cannot fetch `{reference}`: {reason}", location=location) from error
        return self._found[url]

    def _fetch(self, url: str) -> Source:
        parts = urlsplit(url)
        if parts.username is not None or not parts.hostname:
            raise ValueError("a reference names a host, and no credentials")
        refusal = self._guard.host_refusal(parts.hostname, parts.port, parts.scheme.lower())
        if refusal is not None:
            raise ValueError(refusal)
        if len(self._found) >= _MAX_FILES:
            raise ValueError(f"more than {_MAX_FILES} schemas from elsewhere")
        self._ends_at = self._ends_at or time.monotonic() + _ALL_S
        options = TransportOptions(
            timeout_s=_ONE_S,
            max_body_bytes=_MAX_BYTES,
            authorities=self._authorities,
            proxies=self._proxies,
        )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        target = RequestUrl(
            parts.scheme.lower(), encode_host(host), parts.port, encode_path(parts.path or "/"),
            encode_query(parts.query) or None,
        )  # fmt: skip
        request = PreparedRequest("GET", target, _HEADERS, PreparedBody(), Location(Source("", "")))
        with Transport(options, self._guard, ends_at=self._ends_at) as client:
            answer = client.send(request).response
        if answer.status != 200:
            raise ValueError(f"{answer.status} {answer.reason}".rstrip())
        return decoded_source(url.partition("?")[0], answer.body, InvalidSchema)
