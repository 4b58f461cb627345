"""Bearer: a token in the Authorization header (RFC 6750)."""

from __future__ import annotations

from harness.auth.params import AuthParams
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its Authorization header."""
    token = params.required("token")
    return request.with_credential("Authorization", f"Bearer {token}", token)
