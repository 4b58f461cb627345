"""OAuth 2.0: a token that the file has or that a server gives out, in a header or the query (RFC 6749, RFC 6750)."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from harness.auth.grants import HEADLESS, obtain
from harness.auth.means import Token
from harness.auth.params import AuthParams
from harness.errors import AuthError
from harness.request.encoding import encode_query, in_query
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]

_PARAMETER = "access_token"


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its token: the stored one, else one that is asked for once in a run.

    Raises `AuthError` where there is no token and only a person in a browser could get one, for a refusal of the token
    server, and for a MAC token.
    """
    where = params.choice("addTokenTo", "header", "queryParams")
    if params.text("tokenType").lower() == "mac":
        raise params.error("tokenType", "the auth `oauth2` cannot sign with a MAC token, as Postman cannot either")
    if params.given("accessToken"):
        stored = params.text("accessToken")
        token = Token(stored, (stored,))
    else:
        obtained = obtain(params) if _is_headless(params) else None
        if obtained is None:  # nothing may be sent at this point
            return request.with_secrets(*map(params.text, ("clientSecret", "password", "refreshToken")))
        token = obtained
    if where == "header":
        prefix = params.text("headerPrefix").strip() if params.has("headerPrefix") else "Bearer"
        return request.with_credential("Authorization", f"{prefix} {token.text}".lstrip(), *token.secrets)
    bare = request.without_headers("authorization").with_secrets(*token.secrets, quote(token.text, safe=""))
    url = bare.url.without_query(_PARAMETER).with_query(encode_query(f"{_PARAMETER}={in_query(token.text)}"))
    return replace(bare, url=url)


def _is_headless(params: AuthParams) -> bool:
    """Return whether a token can be had without a person. Raises `AuthError` otherwise."""
    grant = params.text("grant_type")
    if grant.lower() in HEADLESS or params.given("refreshToken"):
        return True
    hint = "store one, such as {{access_token}} from an environment, or use the grant client_credentials"
    if not grant:
        raise AuthError("the auth `oauth2` has no `accessToken`", location=params.place("accessToken"), hint=hint)
    raise params.error(
        "grant_type", f"the auth `oauth2` has no `accessToken`, and `{grant}` needs a person in a browser", hint=hint
    )
