"""Bearer: a token in the Authorization header (RFC 6750)."""

from __future__ import annotations

from dataclasses import replace

from harness.auth.params import AuthParams
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its Authorization header."""
    token = params.required("token")
    return replace(
        request.with_header("Authorization", f"Bearer {token}"),
        credentials=(*request.credentials, token),
        credential_headers=request.credential_headers | {"authorization"},
    )
