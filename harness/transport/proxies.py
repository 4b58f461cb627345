"""Which proxy does a request go through, by the environment's variables?

HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY in either case, read as the standard library reads them.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from harness.errors import ConnectFailed
from harness.request.prepared import RequestUrl
from harness.transport.guard import numeric_address

__all__ = ["Proxy", "proxies_of_environment", "proxy_for"]


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy server, and how we name ourselves to it."""

    scheme: str
    host: str
    port: int
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def proxies_of_environment() -> dict[str, str]:
    """Return the proxy URL for each scheme, `all` and `no` among the keys."""
    return urllib.request.getproxies_environment()


def proxy_for(url: RequestUrl, proxies: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for a URL, or None; this machine is always asked directly.

    Raises `ConnectFailed` for what is no http or https proxy. Its URL is never shown: it may hold a password.
    """
    variable = url.scheme if proxies.get(url.scheme) else "all"
    text = proxies.get(variable)
    if not text or _is_this_machine(url.host) or _bypassed(url, proxies):
        return None
    name = f"{variable}_proxy".upper()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ConnectFailed(f"{name} in the environment is no URL of a proxy") from error
    if parts.scheme not in ("http", "https"):
        raise ConnectFailed(
            f"{name} in the environment names a `{parts.scheme}` proxy; only http and https ones are supported",
            hint="name the host in NO_PROXY to go without it",
        )
    if not host:
        raise ConnectFailed(f"{name} in the environment is no URL of a proxy")
    user = None if parts.username is None else unquote(parts.username)
    return Proxy(
        parts.scheme, host, port or (443 if parts.scheme == "https" else 80), user, unquote(parts.password or "")
    )


def _is_this_machine(host: str) -> bool:
    address = numeric_address(host)
    if address is not None:
        return address.is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _bypassed(url: RequestUrl, proxies: Mapping[str, str]) -> bool:
    where = f"{url.host}:{url.effective_port}"
    return bool(urllib.request.proxy_bypass_environment(where, dict(proxies)))  # type: ignore[attr-defined]
