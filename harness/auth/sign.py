"""Which scheme signs a request?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from harness.auth import apikey, asap, awsv4, basic, bearer, digest, edgegrid, hawk, jwt, ntlm, oauth1, oauth2
from harness.auth.means import Means
from harness.auth.params import AuthParams
from harness.collection.model import Auth
from harness.errors import AuthError, did_you_mean
from harness.request.headers import check_header
from harness.request.prepared import PreparedRequest
from harness.variables.render import Renderer

__all__ = ["SCHEMES", "scheme_fault", "sign"]

Scheme = Callable[[PreparedRequest, AuthParams], PreparedRequest]

SCHEMES: Mapping[str, Scheme] = {
    "noauth": lambda request, _params: request,
    "apikey": apikey.sign,
    "asap": asap.sign,
    "awsv4": awsv4.sign,
    "basic": basic.sign,
    "bearer": bearer.sign,
    "digest": digest.sign,
    "edgegrid": edgegrid.sign,
    "hawk": hawk.sign,
    "jwt": jwt.sign,
    "ntlm": ntlm.sign,
    "oauth1": oauth1.sign,
    "oauth2": oauth2.sign,
}


def scheme_fault(auth: Auth | None) -> AuthError | None:
    """Return the error of an auth whose scheme is unknown, or not given at all."""
    if auth is None or auth.type in SCHEMES:
        return None
    if not auth.type:
        hint = 'use {"type": "noauth"} for none, or remove it to inherit'
        return AuthError("auth without a `type`", location=auth.location, hint=hint)
    return AuthError(
        f"unknown auth scheme `{auth.type}`",
        location=auth.location.child("type"),
        hint=did_you_mean(auth.type, SCHEMES),
    )


def sign(
    request: PreparedRequest, auth: Auth | None, renderer: Renderer, means: Means | None = None
) -> PreparedRequest:
    """Return the request with the credentials of `auth`; without any, with those that stood in its URL.

    A parameter without a value is a fault of `renderer`. Raises `AuthError` for an unknown scheme, for a missing or
    wrong parameter and where a token cannot be had, and `InvalidRequest` for what cannot stand in a header.
    """
    fault = scheme_fault(auth)
    if fault is not None:
        raise fault
    signed = request
    if auth is not None:
        try:
            signed = SCHEMES[auth.type](request, AuthParams(auth, renderer, means))
        except ValueError as error:  # of the library that a scheme is left to, such as over a URL without a host
            summary = f"the request cannot be signed by the auth `{auth.type}`: {error}"
            raise AuthError(summary, location=auth.location) from error
        for name, value in set(signed.headers).difference(request.headers):
            check_header(name, value, auth.location, auth.location)
    if signed.userinfo is None or signed.answer is not None or signed.header("authorization") is not None:
        return signed
    # As Postman's client does with `https://user:password@host/`.
    username, _, password = signed.userinfo.partition(":")
    return basic.sign_with(signed, unquote(username), unquote(password))
