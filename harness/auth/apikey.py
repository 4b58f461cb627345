"""API key: a name and a value, as a header or in the query (Postman's own scheme)."""

from __future__ import annotations

from dataclasses import replace

from harness.auth.params import AuthParams
from harness.request.encoding import encode_query, in_query
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with the key where `in` says: `header` (the default) or `query`."""
    name, value = params.required("key"), params.required("value")
    if params.choice("in", "header", "query") == "header":
        return request.with_credential(name, value, value)
    pair = f"{in_query(name, name=True)}={in_query(value)}"  # as Postman: what is encoded already stays
    return replace(request.with_secrets(value), url=request.url.with_query(encode_query(pair)))
