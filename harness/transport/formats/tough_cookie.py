"""How does a cookie jar stand in a file: as tough-cookie, Newman's library, writes it?

The shape is that of npm tough-cookie 4.1 (`CookieJar.toJSON`), which Newman's `--export-cookie-jar` writes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any

from harness.collection.document import read_json
from harness.collection.reader import Node
from harness.errors import LoadError
from harness.location import Location
from harness.transport.cookies import MAX_COOKIES, CookieJar

__all__ = ["dump_cookies", "load_cookies", "read_cookie", "written_cookie"]

_LOCAL = ".local"  # what the standard library appends to a host name without a dot
_HEAD = {
    "version": "tough-cookie@4.1.3",
    "storeType": "MemoryCookieStore",
    "rejectPublicSuffixes": True,
    "enableLooseMode": False,
    "allowSpecialUseDomain": True,
    "prefixSecurity": "silent",
}
_NEVER = "Infinity"


def load_cookies(path: Path | str) -> CookieJar:
    """Return the jar that a file holds. Raises `LoadError` with every fault."""
    source, document = read_json(path, LoadError)
    root = Node(document, Location(source), [])
    if not root.is_object or not isinstance(document.get("cookies"), list):
        raise LoadError(
            "not a cookie jar",
            location=root.location,
            hint='it holds {"cookies": [{"key": …, "value": …, "domain": …}]}, as --export-cookie-jar writes it',
        )
    entries = list(root.objects("cookies"))
    if len(entries) > MAX_COOKIES:
        root.fault(f"{len(entries):,} cookies; at most {MAX_COOKIES:,} are kept")
    jar = CookieJar()
    for entry in entries[:MAX_COOKIES]:
        cookie = read_cookie(entry)
        if cookie is not None:
            jar.put(cookie)
    if root.problems:
        raise LoadError.of(root.problems)
    return jar


def read_cookie(entry: Node) -> Cookie | None:
    """Return one cookie, or None with a fault of the node."""
    name, domain = entry.value.get("key"), entry.value.get("domain")
    value = entry.value.get("value") or ""
    if not isinstance(name, str) or not isinstance(domain, str) or not domain or not isinstance(value, str):
        entry.fault("a cookie has the strings `key`, `value` and `domain`")
        return None
    if any(character in text for text in (name, value) for character in "\r\n;\0"):
        entry.fault("the name or value of a cookie holds a line break or `;`")
        return None
    host_only = entry.value.get("hostOnly") is not False
    domain = domain.lower().removeprefix(".")
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        domain=_local(domain) if host_only else f".{domain}",
        domain_specified=not host_only,
        domain_initial_dot=not host_only,
        path=entry.text("path") or "/",
        path_specified=not entry.flag("pathIsDefault"),
        secure=entry.flag("secure"),
        expires=_expiry(entry),
        discard=False,
        comment=None,
        comment_url=None,
        rest=dict(_attributes(entry)),
    )


def _local(domain: str) -> str:
    return domain if "." in domain or ":" in domain else domain + _LOCAL


def _expiry(entry: Node) -> int | None:
    """Return when a cookie ends, in seconds since the epoch; `maxAge` wins over `expires` (RFC 6265, 4.1.2.2)."""
    age = entry.value.get("maxAge")
    if isinstance(age, int | float) and not isinstance(age, bool) and math.isfinite(age):
        created = _moment(entry, "creation")
        return int((datetime.now(UTC) if created is None else created).timestamp() + age)
    if age == f"-{_NEVER}":
        return 0
    if age == _NEVER or entry.value.get("expires") in (None, _NEVER):
        return None
    ends = _moment(entry, "expires")
    return None if ends is None else int(ends.timestamp())


def _moment(entry: Node, key: str) -> datetime | None:
    text = entry.value.get(key)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment.timestamp()
    except (ValueError, OverflowError):
        entry.fault(f"`{key}` of a cookie is no ISO 8601 time")
        return None
    return moment


def _attributes(entry: Node) -> Iterator[tuple[str, Any]]:
    if entry.flag("httpOnly"):
        yield "HttpOnly", None
    if (same_site := entry.text("sameSite")) is not None:
        yield "SameSite", same_site
    extensions = entry.value.get("extensions")
    for text in extensions if isinstance(extensions, list) else []:
        name, equals, value = str(text).partition("=")
        yield name, value if equals else None


def dump_cookies(jar: CookieJar) -> str:
    """Return the jar as the text of a file, its cookies by domain, path and name; those that ended left out."""
    now = datetime.now(UTC)
    cookies = sorted(jar, key=lambda cookie: (cookie.domain.lstrip("."), cookie.path, cookie.name))
    written = [written_cookie(cookie, _text(now)) for cookie in cookies if not cookie.is_expired(int(now.timestamp()))]
    return json.dumps({**_HEAD, "cookies": written}, indent=2, ensure_ascii=False) + "\n"


def written_cookie(cookie: Cookie, now: str) -> dict[str, Any]:
    """Return one cookie as it stands in a file."""
    domain = cookie.domain
    if not cookie.domain_specified and domain.count(".") == 1:
        domain = domain.removesuffix(_LOCAL)
    rest: dict[str, Any] = {name.lower(): (name, value) for name, value in getattr(cookie, "_rest", {}).items()}
    fields: dict[str, Any] = {"key": cookie.name, "value": cookie.value or ""}
    if cookie.expires is not None:
        fields["expires"] = _text(datetime.fromtimestamp(cookie.expires, UTC))
    fields |= {"domain": domain.removeprefix("."), "path": cookie.path}
    if cookie.secure:
        fields["secure"] = True
    if rest.pop("httponly", None) is not None:
        fields["httpOnly"] = True
    same_site = rest.pop("samesite", None)
    if rest:
        fields["extensions"] = [name if value is None else f"{name}={value}" for name, value in rest.values()]
    fields["hostOnly"] = not cookie.domain_specified
    if not cookie.path_specified:
        fields["pathIsDefault"] = True
    fields |= {"creation": now, "lastAccessed": now}
    if same_site is not None:
        fields["sameSite"] = str(same_site[1]).lower()
    return fields


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
