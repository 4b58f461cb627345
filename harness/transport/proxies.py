"""Which proxy does a request go through, by the call and by the environment's variables?

HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY in either case, read as the standard library reads them; what the call
says wins.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from harness.errors import ConnectFailed, UsageError
from harness.request.prepared import RequestUrl
from harness.transport.guard import numeric_address

__all__ = ["Proxy", "parse_proxy", "passwords", "proxies_of_call", "proxies_of_environment", "proxy_for"]


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


def proxies_of_call(proxy: str | None, no_proxy: str | None) -> dict[str, str] | None:
    """Return the proxy URLs that hold when the call names one for every request, hosts that go without, or both.

    None where it names neither: the environment alone decides. What it leaves out is the environment's. Raises
    `UsageError` for what is no http or https proxy, without showing it.
    """
    if proxy is None and no_proxy is None:
        return None
    proxies = proxies_of_environment()
    if proxy is not None:
        try:
            parse_proxy(proxy)
        except ValueError as error:
            raise UsageError(f"--proxy {error}", hint="write it as http://user:password@host:port") from error
        proxies = {"all": proxy, "no": proxies.get("no", "")}
    if no_proxy is not None:
        proxies["no"] = no_proxy
    return proxies


def proxy_for(url: RequestUrl, proxies: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for a URL, or None; this machine is always asked directly.

    Raises `ConnectFailed` for what is no http or https proxy. Its URL is never shown: it may hold a password.
    """
    variable = url.scheme if proxies.get(url.scheme) else "all"
    text = proxies.get(variable)
    if not text or _is_this_machine(url.host) or _bypassed(url, proxies):
        return None
    try:
        return parse_proxy(text)
    except ValueError as error:
        raise ConnectFailed(
            f"{variable.upper()}_PROXY in the environment {error}",
            hint="name the host in NO_PROXY to go without it",
        ) from error


def parse_proxy(text: str) -> Proxy:
    """Return the proxy of a URL, or of `host:port`. Raises `ValueError` with what is wrong, without the URL."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is no URL of a proxy") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"names a `{parts.scheme}` proxy; only http and https ones are supported")
    if not host:
        raise ValueError("is no URL of a proxy")
    user = None if parts.username is None else unquote(parts.username)
    return Proxy(
        parts.scheme, host, port or (443 if parts.scheme == "https" else 80), user, unquote(parts.password or "")
    )


def passwords(proxies: Mapping[str, str] | None) -> Iterator[str]:
    """Yield the passwords of proxies, of those of the environment for None; they are never shown."""
    for text in (proxies_of_environment() if proxies is None else proxies).values():
        with suppress(ValueError):
            if password := parse_proxy(text).password:
                yield password


def _is_this_machine(host: str) -> bool:
    address = numeric_address(host)
    if address is not None:
        return address.is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _bypassed(url: RequestUrl, proxies: Mapping[str, str]) -> bool:
    where = f"{url.host}:{url.effective_port}"
    return bool(urllib.request.proxy_bypass_environment(where, dict(proxies)))  # type: ignore[attr-defined]
