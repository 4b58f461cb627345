"""Which scheme signs a request?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from harness.auth import apikey, basic, bearer
from harness.auth.params import AuthParams
from harness.collection.model import Auth
from harness.errors import AuthError, did_you_mean
from harness.request.headers import check_header
from harness.request.prepared import PreparedRequest
from harness.variables.render import Renderer

__all__ = ["NOT_YET", "SCHEMES", "scheme_fault", "sign"]

Scheme = Callable[[PreparedRequest, AuthParams], PreparedRequest]

SCHEMES: Mapping[str, Scheme] = {
    "noauth": lambda request, _params: request,
    "basic": basic.sign,
    "bearer": bearer.sign,
    "apikey": apikey.sign,
}
NOT_YET = frozenset({"asap", "awsv4", "digest", "edgegrid", "hawk", "jwt", "ntlm", "oauth1", "oauth2"})


def scheme_fault(auth: Auth | None) -> AuthError | None:
    """Return the error of an auth whose scheme is unknown or not supported."""
    if auth is None or auth.type in SCHEMES:
        return None
    if auth.type in NOT_YET:
        return AuthError(
            f"the auth scheme `{auth.type}` is not supported yet",
            location=auth.location.child("type"),
            hint=f"supported are {', '.join(sorted(SCHEMES))}",
        )
    return AuthError(
        f"unknown auth scheme `{auth.type}`",
        location=auth.location.child("type"),
        hint=did_you_mean(auth.type, [*SCHEMES, *NOT_YET]),
    )


def sign(request: PreparedRequest, auth: Auth | None, renderer: Renderer) -> PreparedRequest:
    """Return the request with the credentials of `auth`; without any, with those that stood in its URL.

    A parameter without a value is a fault of `renderer`. Raises `AuthError` for an unknown scheme or a missing
    parameter, and `InvalidRequest` for one that cannot stand in a header.
    """
    fault = scheme_fault(auth)
    if fault is not None:
        raise fault
    signed = request
    if auth is not None:
        signed = SCHEMES[auth.type](request, AuthParams(auth, renderer))
        for name, value in set(signed.headers).difference(request.headers):
            check_header(name, value, auth.location, auth.location)
    if signed.userinfo is None or signed.header("authorization") is not None:
        return signed
    # As Postman's client does with `https://user:password@host/`.
    username, _, password = signed.userinfo.partition(":")
    return basic.sign_with(signed, unquote(username), unquote(password))
