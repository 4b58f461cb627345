"""Does a URL fit a match pattern, as Postman writes them beside client certificates?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from harness.request.prepared import RequestUrl

__all__ = ["ALL_URLS", "UrlPattern"]

ALL_URLS = "<all_urls>"
_PATTERN = re.compile(
    r"(?P<schemes>(?:https?|file|ftp|\*)(?:\+(?:https?|file|ftp))*)://(?P<host>\[[^\]/]*\]|\*|\*\.[^*/:]+|[^*/:]+)"
    r"(?P<port>:(?:\*|\d{1,5}))?(?P<path>/.*)"
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True)
class UrlPattern:
    """One pattern such as `https://*.example.com:8443/v1/*`, with the rules of npm postman-collection 4.4.

    `*.example.com` is the domain itself too; without a port the scheme's own is meant, `:*` is any; in a path `*`
    stands for any text and `?` for one character. `<all_urls>` is every URL.
    """

    text: str

    @property
    def valid(self) -> bool:
        """Whether this is a pattern at all."""
        return self.text == ALL_URLS or self._match is not None

    @property
    def any_host(self) -> bool:
        """Whether the pattern names no host."""
        return self.text == ALL_URLS or (self._match is not None and self._match["host"] == "*")

    def covers(self, url: RequestUrl) -> bool:
        """Return whether the URL is among those meant."""
        if self.text == ALL_URLS:
            return True
        match = self._match
        if match is None:
            return False
        schemes = match["schemes"].split("+")
        fits_scheme = "*" in schemes or url.scheme in schemes
        return fits_scheme and self._covers_host(match["host"], url.host) and self._covers_rest(match, url)

    @cached_property
    def _match(self) -> re.Match[str] | None:
        return _PATTERN.fullmatch(self.text)

    def _covers_host(self, wanted: str, host: str) -> bool:
        wanted = wanted.lower().strip("[]")
        if wanted == "*":
            return True
        if wanted.startswith("*."):
            return host == wanted[2:] or host.endswith(wanted[1:])
        return host == wanted

    def _covers_rest(self, match: re.Match[str], url: RequestUrl) -> bool:
        port = (match["port"] or "").lstrip(":") or _DEFAULT_PORTS.get(url.scheme)
        return port in ("*", str(url.effective_port)) and _glob_fits(match["path"], url.path)


def _glob_fits(glob: str, text: str) -> bool:
    """Return whether a text fits a glob; in time that grows with their lengths' product at most."""
    place = at = 0
    star = kept = -1
    while at < len(text):
        if place < len(glob) and glob[place] == "*":
            star, kept = place, at
            place += 1
        elif place < len(glob) and glob[place] in ("?", text[at]):
            place, at = place + 1, at + 1
        elif star >= 0:
            kept += 1
            place, at = star + 1, kept
        else:
            return False
    return not glob[place:].strip("*")
