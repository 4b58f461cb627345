"""ASAP: Atlassian's token between services (https://s2sauth.bitbucket.io/spec/)."""

from __future__ import annotations

from harness.auth.jws import ASYMMETRIC, compact_token, private_key
from harness.auth.params import AuthParams
from harness.errors import AuthError
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]

_LIFETIME_S = 3600


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its Authorization header; members of `claims` go before the parameters, as in Postman.

    Raises `AuthError` without issuer, audience, key id or private key, for claims that are no JSON object, and for an
    unknown algorithm.
    """
    claims = params.members("claims")
    issuer, audience = _given(params, "iss", claims), _given(params, "aud", claims)
    key_id = str(_given(params, "kid", claims))
    algorithm = params.choice("alg", "RS256", *ASYMMETRIC[1:])
    secret = params.required("privateKey")
    now = int(params.means.now())
    payload = claims | {
        "iat": claims.get("iat") or now,
        "iss": issuer,
        "sub": claims.get("sub") or params.text("sub") or issuer,
        "jti": claims.get("jti") or params.means.uuid(),
        "aud": audience,
        "exp": _expiry(params, claims) or now + (params.whole("exp", _LIFETIME_S) or _LIFETIME_S),
    }
    header = {"alg": algorithm, "kid": key_id}
    token = compact_token(header, payload, private_key(params, "privateKey", key_id), params, "privateKey")
    return request.with_credential("Authorization", f"Bearer {token}", secret).with_fleeting(token)


def _given(params: AuthParams, name: str, claims: dict[str, object]) -> object:
    return claims.get(name) or params.required(name)


def _expiry(params: AuthParams, claims: dict[str, object]) -> int:
    value = claims.get("exp") or 0
    if isinstance(value, bool) or not isinstance(value, int | float | str) or not str(value).strip().isdecimal():
        raise _no_time(params)
    return int(value)


def _no_time(params: AuthParams) -> AuthError:
    return params.error("claims", "the `exp` of the `claims` of the auth `asap` is no time in seconds")
