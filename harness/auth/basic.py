"""Basic: user name and password in the Authorization header (RFC 7617, in UTF-8)."""

from __future__ import annotations

from base64 import b64encode

from harness.auth.params import AuthParams
from harness.request.prepared import PreparedRequest

__all__ = ["sign", "sign_with"]


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its Authorization header.

    Many APIs take a key as the user name or as the password alone: one of the two may be empty in the file.
    """
    username = params.text("username") if params.given("password") else params.required("username")
    return sign_with(request, username, params.text("password"))


def sign_with(request: PreparedRequest, username: str, password: str) -> PreparedRequest:
    """Return the request with the Authorization header for this user."""
    pair = b64encode(f"{username}:{password}".encode("utf-8", "surrogatepass")).decode("ascii")
    return request.with_credential("Authorization", f"Basic {pair}", password or username, pair)
