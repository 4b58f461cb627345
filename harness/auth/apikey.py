"""API key: a name and a value, as a header or in the query (Postman's own scheme)."""

from __future__ import annotations

from dataclasses import replace

from harness.auth.params import AuthParams
from harness.errors import AuthError
from harness.request.encoding import encode_query, in_query
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with the key where `in` says: `header` (the default) or `query`."""
    name, value, where = params.required("key"), params.required("value"), params.text("in", "header")
    if where not in ("header", "query"):
        raise AuthError(
            f"an API key goes into the header or the query, not into `{where}`", location=params.place("in")
        )
    signed = replace(request, credentials=(*request.credentials, value))
    if where == "query":
        pair = f"{in_query(name, name=True)}={in_query(value)}"  # as Postman: what is encoded already stays
        return replace(signed, url=signed.url.with_query(encode_query(pair)))
    return replace(
        signed.with_header(name, value), credential_headers=signed.credential_headers | {name.strip().lower()}
    )
