"""A cookie jar in a file, as tough-cookie, Newman's library, writes it.

The shape is that of npm tough-cookie 4.1 (`CookieJar.toJSON`), which Newman's `--export-cookie-jar` writes: members
that say no more than the default are left out.
"""

from __future__ import annotations

import json
import math
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.collection.document import read_json
from harness.collection.reader import Node
from harness.errors import LoadError
from harness.location import Location
from harness.moment import iso_utc
from harness.transport.cookies.cookie import Cookie, octets
from harness.transport.cookies.jar import MAX_COOKIES, CookieJar
from harness.transport.cookies.set_cookie import RefusedCookie, same_site

__all__ = ["dump_cookies", "load_cookies", "moment_text", "read_cookie", "written_cookie"]

_HEAD = {
    "version": "tough-cookie@4.1.3-postman.1",
    "storeType": "MemoryCookieStore",
    "rejectPublicSuffixes": False,
    "enableLooseMode": True,
    "allowSpecialUseDomain": True,
    "prefixSecurity": "silent",
}
_NEVER = "Infinity"
_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC).timestamp()
_LAST_MOMENT = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()


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
    cookies = [cookie for cookie in map(read_cookie, entries[:MAX_COOKIES]) if cookie is not None]
    if root.problems:
        raise LoadError.of(root.problems)
    jar = CookieJar()
    for cookie in sorted(cookies, key=lambda cookie: cookie.created):
        jar.put(cookie)
    return jar


def read_cookie(entry: Node) -> Cookie | None:
    """Return one cookie, or None with a fault of the node."""
    domain = entry.value.get("domain")
    name, value = entry.text("key") or "", entry.text("value") or ""
    if not isinstance(domain, str) or not domain.removeprefix(".") or not (name or value):
        entry.fault("a cookie has the strings `key`, `value` and `domain`")
        return None
    now = time.time()
    created = _moment(entry, "creation") or now
    expires = entry.value.get("expires")
    extensions = entry.value.get("extensions")
    try:
        return Cookie(
            name=_octets(name),
            value=_octets(value),
            domain=_octets(domain.lower().removeprefix(".")),
            path=_octets(entry.text("path") or "/"),
            created=created,
            set_at=created,
            used=_moment(entry, "lastAccessed") or now,
            host_only=entry.value.get("hostOnly") is not False,
            path_is_default=entry.flag("pathIsDefault"),
            secure=entry.flag("secure"),
            http_only=entry.flag("httpOnly"),
            same_site=same_site(entry.text("sameSite") or ""),
            max_age=_age(entry.value.get("maxAge")),
            expires=None if expires in (None, _NEVER) else _date(entry, "expires"),
            extensions=tuple(_octets(str(text)) for text in extensions) if isinstance(extensions, list) else (),
        )
    except RefusedCookie as reason:
        entry.fault(f"the cookie cannot be kept: {reason}")
        return None


def _octets(text: str) -> str:
    """Return the octets of a text: as they stand where Newman wrote them so, else those of UTF-8."""
    return octets(text) if any(character > "\xff" for character in text) else text


def _age(age: Any) -> float | None:
    """Return a `maxAge` in seconds, or None; where there is one, it wins over `expires` (RFC 6265, 4.1.2.2)."""
    if isinstance(age, bool) or not isinstance(age, int | float | str):
        return None
    try:
        seconds = float(age)  # `Infinity` is one, too
    except ValueError:
        return None
    except OverflowError:
        return math.inf
    return int(seconds) if seconds.is_integer() else None if math.isnan(seconds) else seconds


def _moment(entry: Node, key: str) -> float | None:
    date = _date(entry, key)
    return None if date is None else date.timestamp()


def _date(entry: Node, key: str) -> datetime | None:
    text = entry.value.get(key)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        entry.fault(f"`{key}` of a cookie is no ISO 8601 time")
        return None


def dump_cookies(jar: CookieJar) -> str:
    """Return the jar as the text of a file, its cookies in the order of their creation; those that ended left out."""
    written = [written_cookie(cookie) for cookie in jar]
    return json.dumps({**_HEAD, "cookies": written}, indent=2, ensure_ascii=False) + "\n"


def written_cookie(cookie: Cookie) -> dict[str, Any]:
    """Return one cookie as it stands in a file."""
    fields = {
        "key": cookie.name or None,
        "value": cookie.value or None,
        "expires": None if cookie.expires is None else iso_utc(cookie.expires),
        "maxAge": _written_age(cookie),
        "domain": cookie.domain,
        "path": cookie.path,
        "secure": cookie.secure or None,
        "httpOnly": cookie.http_only or None,
        "extensions": list(cookie.extensions) or None,
        "hostOnly": cookie.host_only,
        "pathIsDefault": cookie.path_is_default or None,
        "creation": moment_text(cookie.created),
        "lastAccessed": moment_text(cookie.used),
        "sameSite": cookie.same_site,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _written_age(cookie: Cookie) -> float | str | None:
    """Return the `maxAge` of a file, which counts from the creation, even where the cookie was set anew later."""
    if cookie.max_age is None:
        return None
    if math.isinf(cookie.max_age):
        return _NEVER if cookie.max_age > 0 else f"-{_NEVER}"
    return cookie.max_age + round(cookie.set_at - cookie.created)


def moment_text(moment: float) -> str:
    """Return a moment, in seconds since the epoch, as JavaScript writes dates into JSON."""
    # Half a millisecond more, since what is beyond a millisecond is cut off, and floats come out a little too small.
    return iso_utc(min(max(moment, _FIRST_MOMENT), _LAST_MOMENT) + 0.0005)
