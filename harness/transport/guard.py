"""Which requests may go out at all, and to which hosts and addresses?

Pure: knows the rules of one environment, opens nothing. A refusal is a sentence that says why, for the caller to show.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.request.address.host import encode_host

__all__ = ["Address", "Guard", "is_public", "numeric_address", "tightest_hosts"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ENTRY = re.compile(r"(?P<wild>\*\.)?(?P<host>\[[^\]]*\]|[^:]*|[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*)(?::(?P<port>\d{1,5}))?\Z")
# Where clouds hand out credentials beside 169.254.0.0/16: AWS over IPv6, Alibaba, Oracle.
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def numeric_address(host: str) -> Address | None:
    """Return the address that `host` writes out, or None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _innermost(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for (mapped, 6to4, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def is_public(address: Address) -> bool:
    """Return whether the address is one of the open internet."""
    inner = _innermost(address)
    return inner.is_global and not inner.is_multicast


def _folded(host: str) -> str:
    """Return a host as it is compared: lower case, ASCII, without brackets and trailing dot; addresses in one form."""
    name = host.strip().removesuffix(".")
    address = numeric_address(name)
    if address is not None:
        return str(address)
    try:
        return encode_host(name)
    except ValueError:
        return name.lower()


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One entry of a list of hosts: an exact host or, `wild`, all below a domain; any port unless one is named."""

    host: str
    wild: bool = False
    port: int | None = None

    @classmethod
    def of(cls, entry: str) -> _Pattern | None:
        """Return the entry taken apart, or None for one that can name no host."""
        text = entry.strip()
        if text == "*":
            return cls("", wild=True)
        if numeric_address(text) is not None:
            return cls(_folded(text))
        match = _ENTRY.match(text)
        if match is None or not match["host"].strip("[]"):
            return None
        return cls(_folded(match["host"]), bool(match["wild"]), int(match["port"]) if match["port"] else None)

    def covers(self, host: str, port: int | None) -> bool:
        """Return whether a folded host and port are among those meant."""
        if self.port is not None and self.port != port:
            return False
        return self._covers_host(host)

    def _covers_host(self, host: str) -> bool:
        if self.wild:
            return not self.host or host.endswith(f".{self.host}")
        return host == self.host

    def meet(self, other: _Pattern) -> _Pattern | None:
        """Return what both patterns mean, or None when that is nothing."""
        if self.port is not None and other.port is not None and self.port != other.port:
            return None
        narrow = next((one for one, two in ((self, other), (other, self)) if two._holds(one)), None)
        return narrow and _Pattern(narrow.host, narrow.wild, self.port if self.port is not None else other.port)

    def _holds(self, other: _Pattern) -> bool:
        if other.wild and self.wild and self.host == other.host:
            return True
        return (self.wild or not other.wild) and self._covers_host(other.host)

    def __str__(self) -> str:
        if self.wild and not self.host:
            return "*"
        host = f"[{self.host}]" if ":" in self.host and self.port is not None else self.host
        return ("*." if self.wild else "") + host + (f":{self.port}" if self.port is not None else "")


def _patterns(entries: Iterable[str]) -> list[_Pattern]:
    return [pattern for entry in entries if (pattern := _Pattern.of(entry)) is not None]


def tightest_hosts(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return the entries for the hosts that every list allows; None, any host, when there is no list."""
    met: list[_Pattern] | None = None
    for entries in lists:
        patterns = _patterns(entries)
        if met is not None:
            patterns = [both for one in met for other in patterns if (both := one.meet(other)) is not None]
        met = list(dict.fromkeys(patterns))
    return None if met is None else tuple(map(str, met))


@dataclass(frozen=True, slots=True)
class Guard:
    """What an environment lets out: with `protected` only reading methods, and only to `hosts` where there are any.

    An entry of `hosts` is `api.example.com`, `*.example.com` (everything below it), `localhost:8080`, `[::1]:8080`
    or an address; without a port it means every port.
    """

    protected: bool = False
    hosts: tuple[str, ...] | None = None

    def method_refusal(self, method: str) -> str | None:
        """Return why a request of this method is kept back, or None."""
        if not self.protected or method.upper() in _SAFE_METHODS:
            return None
        return f"the environment is protected: {method.upper()} requests are not sent"

    def host_refusal(self, host: str, port: int | None, scheme: str = "http") -> str | None:
        """Return why nothing may be sent to this host and port, or None. `port` None is the scheme's own."""
        if self.hosts is None:
            return None
        default = _DEFAULT_PORTS.get(scheme)
        folded = _folded(host)
        if any(pattern.covers(folded, port or default) for pattern in _patterns(self.hosts)):
            return None
        shown = f"[{host}]" if ":" in host else host
        where = shown if port is None or port == default else f"{shown}:{port}"
        allowed = ", ".join(f"`{entry}`" for entry in self.hosts) or "none"
        return f"`{where}` is not among the allowed hosts: {allowed}"

    def address_refusal(self, host: str, address: Address, *, redirected_from_public: bool) -> str | None:
        """Return why `host` may not be reached at `address`, or None; naming it in `hosts` allows every address.

        Link-local addresses are where clouds hand out credentials, and a redirect from the open internet to an
        inner address is how a server makes its client ask there (server-side request forgery, OWASP).
        """
        inner = _innermost(address)
        sensitive = inner.is_link_local or address.is_link_local or inner in _METADATA
        if not sensitive and (not redirected_from_public or is_public(address)):
            return None
        if self._names(host):
            return None
        where = f"`{host}`" if numeric_address(host) == address else f"`{host}` ({address})"
        if sensitive:
            return f"{where} is a link-local or metadata address, which can hand out credentials"
        return f"a public server redirects to the inner address {where}"

    def _names(self, host: str) -> bool:
        folded = _folded(host)
        return any(not pattern.wild and pattern.host == folded for pattern in _patterns(self.hosts or ()))
