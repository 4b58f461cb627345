"""Where does a redirect lead, and what of the request may follow it there?

Pure: decides the next request, sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.collection.behavior import MAX_REDIRECTS, count, flag
from harness.errors import GuardError, TransportError
from harness.request.address.references import ForeignScheme, resolve
from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl

__all__ = ["RedirectRules", "next_request", "redirect_target", "same_server"]

CarriesSecret = Callable[[str], bool]

_STATUSES = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})
_OF_THE_BODY = frozenset({"transfer-encoding", "expect", "digest", "trailer"})
_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie"})


@dataclass(frozen=True, slots=True)
class RedirectRules:
    """How redirects of one request are followed; the defaults are Postman's."""

    follow: bool = True
    maximum: int = 10
    keep_method: bool = False
    keep_authorization: bool = False
    referer: bool = True
    """Whether each redirect tells where it comes from."""
    encode: bool = True
    """Whether a Location is encoded as URLs of requests are."""

    @classmethod
    def of(cls, behavior: Mapping[str, Any], *, follow: bool, maximum: int) -> RedirectRules:
        """Return the rules of an item: its `protocolProfileBehavior` wins over the settings of the call, as in Newman.

        https://learning.postman.com/docs/sending-requests/create-requests/request-settings/
        """
        return cls(
            follow=flag(behavior, "followRedirects", follow),
            maximum=min(count(behavior, "maxRedirects", maximum), MAX_REDIRECTS),
            keep_method=flag(behavior, "followOriginalHttpMethod", False),
            keep_authorization=flag(behavior, "followAuthorizationHeader", False),
            referer=not flag(behavior, "removeRefererHeaderOnRedirect", False),
            encode=not flag(behavior, "disableUrlEncoding", False),
        )


def next_request(
    request: PreparedRequest, status: int, location: str | None, rules: RedirectRules, carries_secret: CarriesSecret
) -> PreparedRequest | None:
    """Return the request that a response of `status` with that Location header asks for; None when it is the answer.

    Raises `TransportError` for a Location that leads nowhere, and `GuardError` when following it would carry a secret
    to another server.
    """
    if not rules.follow or status not in _STATUSES or not (location or "").strip():
        return None
    assert location is not None
    target = redirect_target(request, location, encode=rules.encode)
    following = replace(request, url=target, userinfo=None)
    if status not in _KEEP_METHOD and not rules.keep_method:
        following = _as_get(following)
    if rules.referer:
        following = _with_referer(following, request.url)
    if same_server(request.url, target):
        return following
    return _for_another_server(following, rules, carries_secret)


def redirect_target(request: PreparedRequest, location: str, *, encode: bool = True) -> RequestUrl:
    """Return the URL that a Location header means for an answer to `request` (RFC 9110, 10.2.2).

    A fragment is dropped, and so are a user and password: no server says with which credentials to come. Raises
    `TransportError` when it is no http or https URL.
    """
    try:
        return resolve(request.url, location, encode=encode)
    except ForeignScheme as error:
        raise TransportError(
            f"the server redirects to a `{_shown(str(error))}:` address; only http and https are followed",
            location=request.location,
        ) from error
    except ValueError as error:
        raise TransportError(
            f"the server redirects to what is no URL: `{_shown(location)}` has {_shown(str(error))}",
            location=request.location,
        ) from error


def _shown(text: str) -> str:
    printable = "".join(character if character.isprintable() else "�" for character in text.strip())
    return printable if len(printable) <= 200 else f"{printable[:200]}…"


def _as_get(request: PreparedRequest) -> PreparedRequest:
    """Return the request as GET without its body, as Postman and browsers go on after 301, 302 and 303; HEAD stays."""
    headers = tuple(
        (name, value)
        for name, value in request.headers
        if not name.lower().startswith("content-") and name.lower() not in _OF_THE_BODY
    )
    method = "HEAD" if request.method.upper() == "HEAD" else "GET"
    return replace(request, method=method, headers=headers, body=PreparedBody())


def _with_referer(request: PreparedRequest, origin: RequestUrl) -> PreparedRequest:
    """Return the request with the URL that led to it as its Referer, in place of one by hand, as Postman sends it.

    Not where the way goes from https to http, and never a user and password (RFC 9110, 10.1.3).
    """
    if origin.scheme == "https" and request.url.scheme == "http":
        return request.without_headers("referer")
    return request.with_header("Referer", str(origin))


def same_server(old: RequestUrl, new: RequestUrl) -> bool:
    """Return whether credentials may stay: the same origin, or the same host going over to https."""
    if old.origin == new.origin:
        return True
    return old.host == new.host and old.origin[::2] == ("http", 80) and new.origin[::2] == ("https", 443)


def _for_another_server(
    request: PreparedRequest, rules: RedirectRules, carries_secret: CarriesSecret
) -> PreparedRequest:
    """Return the request without what was meant for the first server only."""
    dropped = _CREDENTIALS | request.credential_headers
    if rules.keep_authorization:
        dropped = dropped - {"authorization"}

    def may_follow(name: str, value: str) -> bool:
        if name == "authorization" and rules.keep_authorization:
            return True
        return name != "host" and name not in dropped and not carries_secret(value)

    headers = tuple((name, value) for name, value in request.headers if may_follow(name.lower(), value))
    sent_along = (request.url.target, request.body.content.decode("utf-8", "replace"))
    if any(text and carries_secret(text) for text in sent_along):
        raise GuardError(
            f"the redirect to `{request.url.scheme}://{request.url.authority}` would carry a secret there",
            location=request.location,
            hint="send the request to that server directly if it may know the secret",
        )
    return replace(request, headers=headers, answer=None)
