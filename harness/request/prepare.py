"""How does an item's request become one that can be sent?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.collection.behavior import flag
from harness.collection.model import Request
from harness.errors import InvalidRequest, UnresolvedVariable
from harness.request.behavior import unheeded
from harness.request.body import render_body
from harness.request.files import FileAccess
from harness.request.grammar import is_token
from harness.request.headers import add_implicit, disabled_headers, fit_form_type, render_headers
from harness.request.prepared import PreparedBody, PreparedRequest
from harness.request.url import render_url
from harness.variables.faults import Fault
from harness.variables.render import Renderer

__all__ = ["PrepareOptions", "prepare", "raise_faults"]

_NONE: frozenset[str] = frozenset()
# Postman sends these without their body unless `disableBodyPruning` is set (postman-runtime, requester/core.js).
_BODILESS = frozenset({"GET", "HEAD", "COPY", "PURGE", "UNLOCK"})


@dataclass(frozen=True, slots=True)
class PrepareOptions:
    """What a request is made with beside its variables."""

    files: FileAccess = field(default_factory=FileAccess)
    user_agent: str = "postman-harness"


def prepare(
    request: Request, renderer: Renderer, options: PrepareOptions, behavior: Mapping[str, Any] | None = None
) -> PreparedRequest:
    """Return the request with its placeholders filled in; it is still to be signed.

    Placeholders without a value are faults of `renderer`, which the caller raises (`raise_faults`) once the auth has
    added its own. Raises `InvalidRequest` for what cannot be sent.
    """
    behavior = behavior or {}
    method = renderer.braces(request.method, request.location.child("method")).strip().upper()  # as Postman does
    rendered = render_url(request.url, renderer, encode=not flag(behavior, "disableUrlEncoding"))
    headers = render_headers(request.headers, renderer)
    content_type = _content_type(headers) or _content_type(
        (param.key or "", param.value or "") for param in request.headers if param.disabled
    )  # for what a body is, Postman looks at a disabled header, too
    body = render_body(request.body, renderer, options.files, content_type)
    if not is_token(method):
        raise InvalidRequest(f"`{method}` cannot be a method", location=request.location.child("method"))
    if method in _BODILESS and body.mode and not flag(behavior, "disableBodyPruning"):
        if body.content:
            renderer.notes.append(f"the body is not sent: {method} has none unless `disableBodyPruning` is set")
        body = PreparedBody()
    disabled = disabled_headers(behavior) if behavior else _NONE
    if "content-type" not in disabled:
        headers = fit_form_type(headers, body, renderer)
    complete = add_implicit(headers, body.media_type, disabled, options.user_agent)
    if behavior:
        renderer.notes.extend(unheeded(behavior))
    return PreparedRequest(
        method=method,
        url=rendered.url,
        headers=complete,
        body=body,
        location=request.location,
        notes=tuple(dict.fromkeys(renderer.notes)),
        implicit=frozenset(name.lower() for name, _ in complete[len(headers) :]) - {"content-type"},
        own=len(headers) + (body.as_json and _content_type(complete[len(headers) :]) is not None),
        userinfo=rendered.userinfo,
        url_as_written=flag(behavior, "disableUrlEncoding"),
    )


def _content_type(headers: Iterable[tuple[str, str]]) -> str | None:
    return next((value for name, value in headers if name.lower() == "content-type"), None)


def raise_faults(faults: tuple[Fault, ...]) -> None:
    """Raise `UnresolvedVariable` when there is any fault; its `problems` are all of them."""
    if faults:
        raise UnresolvedVariable.of([fault.problem for fault in faults])
