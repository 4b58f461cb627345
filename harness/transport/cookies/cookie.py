"""One cookie as a jar keeps it, and the rules by which it goes with a request (RFC 6265bis, 5.1, 5.7 and 5.8)."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime

from harness.request.prepared import RequestUrl
from harness.transport.cookies.set_cookie import CONTROL, RefusedCookie, SetCookie
from harness.transport.cookies.suffixes import is_public_suffix

__all__ = ["Cookie", "domain_matches", "is_trustworthy", "octets", "path_matches", "readable", "received"]


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie. A character of its texts is one octet, so that it goes back byte for byte (`readable`, `octets`).

    Raises `RefusedCookie` when a control character stands in it, wherever it comes from: it could not be sent, and with
    it no request to its server.
    """

    name: str
    value: str
    domain: str
    """In lower case, without a leading dot; an IPv6 address without its brackets."""
    path: str
    created: float
    """When a cookie of this domain, path and name was first set, in seconds since the epoch."""
    set_at: float
    """When it got this value, from which `max_age` counts."""
    used: float
    """When it was last set or sent."""
    host_only: bool = True
    """Whether it goes to the very host `domain`, and to no host below."""
    path_is_default: bool = False
    secure: bool = False
    http_only: bool = False
    same_site: str | None = None
    """strict, lax or none; kept, and of no effect, since no page of another site asks here."""
    max_age: float | None = None
    expires: datetime | None = None
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(CONTROL.search(text) for text in (self.name, self.value, self.domain, self.path, *self.extensions)):
            raise RefusedCookie("it holds a line break or another control character")

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same cookie as another: domain, path and name, as in RFC 6265 and in Postman."""
        return self.domain, self.path, self.name

    @property
    def ends(self) -> float:
        """When it ends, in seconds since the epoch; `Max-Age` wins over `Expires`."""
        if self.max_age is not None:
            return self.set_at + self.max_age if self.max_age > 0 else -math.inf
        return math.inf if self.expires is None else self.expires.timestamp()

    @property
    def pair(self) -> str:
        """Its part of a Cookie header."""
        return f"{self.name}={self.value}" if self.name else self.value

    def goes_with(self, url: RequestUrl) -> bool:
        """Return whether it may go with a request to `url`, its end aside."""
        at_home = url.host == self.domain if self.host_only else domain_matches(url.host, self.domain)
        return at_home and path_matches(url.path, self.path) and (not self.secure or is_trustworthy(url))


def received(given: SetCookie, url: RequestUrl, now: float) -> Cookie:
    """Return the cookie that an answer of `url` sets. Raises `RefusedCookie` for one that it may not set."""
    domain = _domain(given, url)
    if given.secure and not is_trustworthy(url):
        raise RefusedCookie("it is Secure, and came over plain HTTP")
    _check_prefix(given, host_only=domain is None)
    return Cookie(
        name=given.name,
        value=given.value,
        domain=url.host if domain is None else domain,
        path=_default_path(url.path) if given.path is None else given.path,
        created=now,
        set_at=now,
        used=now,
        host_only=domain is None,
        path_is_default=given.path is None,
        secure=given.secure,
        http_only=given.http_only,
        same_site=given.same_site,
        max_age=given.max_age,
        expires=given.expires,
        extensions=tuple(given.extensions),
    )


def _domain(given: SetCookie, url: RequestUrl) -> str | None:
    """Return the domain that the cookie is for with all hosts below; None when it is for its host alone."""
    if given.domain is None:
        return None
    domain = given.domain
    if domain.startswith("[") and domain.endswith("]"):
        domain = domain[1:-1]
    if not domain_matches(url.host, domain):
        raise RefusedCookie(f"its Domain `{readable(domain)}` is not that of `{url.host}`")
    if _address(domain) is None and is_public_suffix(domain):
        if domain == url.host:
            return None
        raise RefusedCookie(f"anybody may have a name below its Domain `{domain}` (a public suffix)")
    return domain


def _check_prefix(given: SetCookie, *, host_only: bool) -> None:
    """Hold a cookie to what its name promises (RFC 6265bis, 5.7, steps 20 to 22)."""
    # Servers take a value without a name that looks like a pair for that pair.
    name = (given.name or given.value).lower()
    if name.startswith(("__secure-", "__host-")):
        if not given.name:
            raise RefusedCookie("it has no name, and a value that looks like the name of a protected cookie")
        if not given.secure:
            raise RefusedCookie("its name is for cookies that are Secure")
        if name.startswith("__host-") and not (host_only and given.path == "/"):
            raise RefusedCookie("its name is for cookies with `Path=/` and no Domain")


def domain_matches(host: str, domain: str) -> bool:
    """Return whether a host is that domain or below it; an address is below nothing (RFC 6265bis, 5.1.3)."""
    return host == domain or (bool(domain) and host.endswith(f".{domain}") and _address(host) is None)


def path_matches(path: str, parent: str) -> bool:
    """Return whether a path is that of a cookie or below it (RFC 6265bis, 5.1.4)."""
    return path.startswith(parent) and (path == parent or parent.endswith("/") or path[len(parent)] == "/")


def _default_path(path: str) -> str:
    """Return the path of a cookie that names none: the folder of the URL."""
    return path[: path.rfind("/")] or "/"


def is_trustworthy(url: RequestUrl) -> bool:
    """Return whether nobody on the way can read along: https, or a server on this machine, as browsers see it."""
    if url.scheme == "https":
        return True
    host = url.host.removesuffix(".")
    address = _address(host)
    return host == "localhost" or host.endswith(".localhost") or (address is not None and address.is_loopback)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def octets(text: str) -> str:
    """Return the octets of a text, one in each character: UTF-8, as browsers store what scripts set."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def readable(text: str) -> str:
    """Return octets as a person reads them: as UTF-8 where they are, else one by one."""
    try:
        return text if text.isascii() else text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
