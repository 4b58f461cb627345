"""What stands at a URL, or in Postman's cloud under an id?

Fetched over the same guarded transport as everything else, with limits of time and size. The API key goes to Postman's
own hosts over https and nowhere else, whatever they redirect to.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from harness.collection.document import decoded_source
from harness.errors import LoadError, RunError, UsageError
from harness.location import Location
from harness.request.address.host import encode_host
from harness.request.encoding import encode_path, encode_query
from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source
from harness.transport.client import Transport
from harness.transport.exchange import Response
from harness.transport.options import TransportOptions

__all__ = ["Kind", "Remote"]

Kind = Literal["collection", "environment", "globals", "data"]

_API = "https://api.postman.com"
_API_HOSTS = frozenset({"api.postman.com", "api.getpostman.com"})
_FOLDERS: Mapping[str, str] = {"collection": "collections", "environment": "environments"}
_TIMEOUT_S = 60.0
_MAX_BYTES = 100 * 1024 * 1024
_URL = re.compile(r"https?://", re.IGNORECASE)
_UUID = r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"
_POSTMAN_ID = re.compile(rf"(?:[0-9A-Z]+-)?{_UUID}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Remote:
    """What is needed to fetch files from elsewhere."""

    api_key: str | None = field(default=None, repr=False)
    authorities: Path | None = None
    """A file of authorities to trust beside the usual ones; there is no fetching from a server that is not trusted."""
    proxies: Mapping[str, str] | None = field(default=None, repr=False)
    """As in `RunOptions`."""

    def covers(self, text: str) -> bool:
        """Return whether an argument means something elsewhere: a URL, or an id of Postman's; a file there is wins."""
        return bool(_URL.match(text)) or (_POSTMAN_ID.fullmatch(text) is not None and not Path(text).exists())

    def local_or_fetched(self, text: str, kind: Kind) -> str | Source:
        """Return the path of a file as it is, and the text of what stands elsewhere. Raises what `fetch` raises."""
        return self.fetch(text, kind) if self.covers(text) else text

    def fetch(self, text: str, kind: Kind) -> Source:
        """Return the text that stands at a URL or under an id.

        Raises `LoadError` when it cannot be fetched, `UsageError` for an id without a key and for what is no URL.
        """
        request = self._request(text, kind)
        name = str(request.url).partition("?")[0]
        # What the query says may be a key: it is neither shown nor carried to another host.
        secrets = [value for value in (self.api_key, request.url.query) if value]

        def carries_secret(sent: str) -> bool:
            return any(secret in sent for secret in secrets)

        try:
            with Transport(self._options(), carries_secret=carries_secret) as client:
                answer = client.send(request).response
        except RunError as error:
            raise LoadError(f"cannot fetch the {kind} {name}: {error.summary}", hint=error.hint) from error
        if answer.status != 200:
            raise LoadError(
                f"cannot fetch the {kind} {name}: {answer.status} {answer.reason}".rstrip(), hint=_said(answer)
            )
        source = decoded_source(name, answer.body, LoadError)
        if kind in ("environment", "globals") and "{{$env." in source.text:
            raise LoadError(
                f"{kind} from elsewhere may not read the process environment: it holds `{{{{$env.`",
                location=Location(source, offset=source.text.index("{{$env.")),
                hint="give the value with `--env-var NAME=env:OTHER`",
            )
        return source

    def _options(self) -> TransportOptions:
        return TransportOptions(
            timeout_s=_TIMEOUT_S,
            max_body_bytes=_MAX_BYTES,
            authorities=self.authorities,
            proxies=self.proxies,
        )

    def _request(self, text: str, kind: Kind) -> PreparedRequest:
        if not _URL.match(text):
            return self._of_postman(text, kind)
        parts = _parts(text)
        key = None
        if (parts.hostname or "").lower() in _API_HOSTS:
            pairs = parse_qsl(parts.query, keep_blank_values=True)
            key = dict(pairs).get("apikey") or self.api_key
            rest = [pair for pair in pairs if pair[0] != "apikey"]
            if len(rest) != len(pairs):  # as Newman does: in the query it would stand in logs
                parts = parts._replace(query=urlencode(rest))
        return _get(parts, key)

    def _of_postman(self, postman_id: str, kind: Kind) -> PreparedRequest:
        folder = _FOLDERS.get(kind)
        if folder is None:
            raise UsageError(f"{kind} cannot be had by an id of Postman's: {postman_id}", hint="name a file or a URL")
        if not self.api_key:
            raise UsageError(
                f"no file, and Postman wants a key for the {kind} of this id: {postman_id}",
                hint="give it with `--postman-api-key` or POSTMAN_API_KEY",
            )
        return _get(urlsplit(f"{_API}/{folder}/{postman_id}"), self.api_key)


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port, encode_host(_bracketed(parts.hostname or "localhost"))
    except ValueError as error:
        raise UsageError("this is no URL that can be fetched", hint=str(error)) from error
    if not parts.hostname:
        raise UsageError("a URL to be fetched names no host")
    return parts


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _get(parts: SplitResult, key: str | None) -> PreparedRequest:
    query = encode_query(parts.query) or None
    host = encode_host(_bracketed(parts.hostname or ""))
    url = RequestUrl(parts.scheme.lower(), host, parts.port, encode_path(parts.path or "/"), query)
    headers = [("User-Agent", "postman-harness"), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate, br")]
    if key:
        if url.scheme != "https":
            raise UsageError(f"the API key goes out over https only, not to {url.scheme}://{url.authority}")
        headers.append(("X-Api-Key", key))
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
    return PreparedRequest(
        "GET",
        url,
        tuple(headers),
        PreparedBody(),
        Location(Source("", "")),
        credential_headers=frozenset({"x-api-key"}),
    )


def _said(answer: Response) -> str | None:
    """Return what Postman's API says about an error, as a hint."""
    try:
        error = json.loads(answer.body[:10_000]).get("error")
    except (ValueError, AttributeError, RecursionError):
        return None
    message = error.get("message") if isinstance(error, dict) else error
    if not isinstance(message, str):
        return None
    return "the server says: " + "".join(each if each.isprintable() else " " for each in message[:200])
