"""How is an access token asked for without a person (RFC 6749, 4.3, 4.4 and 6)?

Once for a run and the same parameters; a token that has run out is asked for again. The request goes out through the
guarded transport, as any other does: to `hosts` only where these are named, under `--mock` to the mock. It is let out
of a protected environment although it is a POST, since it changes nothing there but who we are.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from harness.auth.means import Token
from harness.auth.params import AuthParams
from harness.errors import AuthError
from harness.request.encoding import encode_form
from harness.request.prepared import Answered, BodyPart, PreparedBody, PreparedRequest
from harness.request.url import parse_url

__all__ = ["HEADLESS", "obtain"]

HEADLESS = {
    "client_credentials": "client_credentials",
    "password_credentials": "password",
    "password": "password",
    "refresh_token": "refresh_token",
}
"""Postman's names of the grants, and those of RFC 6749."""

_FORM = "application/x-www-form-urlencoded"
_EARLY_S = 10.0  # so long before its end a token is no longer used
_SECRETS = ("access_token", "refresh_token", "id_token")
_MAX_TOLD = 200


@dataclass(frozen=True, slots=True)
class _Grant:
    """One request for a token: what is asked, by whom, and where."""

    url_key: str
    url: str
    fields: tuple[tuple[str, str], ...]
    client_id: str
    client_secret: str
    in_header: bool
    extra: tuple[tuple[str, str, str], ...]
    """Name, value, and whether in the body, the URL or a header."""

    @property
    def key(self) -> tuple[str, ...]:
        """What two requests have in common that are given the same token."""
        return (self.url, str(self.fields), self.client_id, self.client_secret, str(self.in_header), str(self.extra))


def obtain(params: AuthParams) -> Token | None:
    """Return the token, asked for unless the run has it already; None where nothing may be sent.

    Raises `AuthError` for a missing parameter and a refusal; what the transport raises passes through.
    """
    grant = _grant(params)
    request = _request(grant, params)
    send = params.means.send
    if send is None or params.faulty:
        return None
    with params.means.tokens.held() as tokens:
        known = tokens.get(grant.key)
        if isinstance(known, AuthError):  # asking again could lock the account
            raise known
        if known is not None and (known.expires_at is None or params.means.now() < known.expires_at):
            return known
        if known is not None and known.refresh and dict(grant.fields)["grant_type"] == "refresh_token":
            request = _request(replace(grant, fields=_renewed(grant, known.refresh)), params)
        try:
            token = tokens[grant.key] = _token(send(request), grant, params)
        except AuthError as error:
            tokens[grant.key] = error
            raise
    return token


def _renewed(grant: _Grant, refresh: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, refresh if name == "refresh_token" else value) for name, value in grant.fields)


def _grant(params: AuthParams) -> _Grant:
    kind = HEADLESS.get(params.text("grant_type").lower(), "refresh_token")
    refreshing = kind == "refresh_token"
    fields = {"grant_type": kind}
    if kind == "password":
        fields |= {"username": params.required("username"), "password": params.required("password")}
    if refreshing:
        fields["refresh_token"] = params.required("refreshToken")
    fields["scope"] = params.text("scope")
    for name in ("audience", "resource"):
        fields[name] = params.text(name)
    url_key = "refreshTokenUrl" if refreshing and params.given("refreshTokenUrl") else "accessTokenUrl"
    return _Grant(
        url_key=url_key,
        url=params.required(url_key),
        fields=tuple((name, value) for name, value in fields.items() if value),
        client_id=params.required("clientId"),
        client_secret=params.required("clientSecret") if kind == "client_credentials" else params.text("clientSecret"),
        in_header=params.choice("client_authentication", "header", "body") == "header",
        extra=tuple(_extra(params, "refreshRequestParams" if refreshing else "tokenRequestParams")),
    )


def _extra(params: AuthParams, key: str) -> list[tuple[str, str, str]]:
    return [
        (entry["key"], entry.get("value", ""), entry.get("send_as", "request_body"))
        for entry in params.entries(key)
        if entry.get("key")
    ]


def _request(grant: _Grant, params: AuthParams) -> PreparedRequest:
    place = params.place(grant.url_key)
    fields = [*grant.fields, *((name, value) for name, value, where in grant.extra if where == "request_body")]
    secrets = [value for name, value in grant.fields if name in ("password", "refresh_token")]
    headers = [("Content-Type", _FORM), ("Accept", "application/json")]
    headers += [(name, value) for name, value, where in grant.extra if where == "request_header"]
    if grant.in_header and grant.client_secret:
        # RFC 6749, 2.3.1: encoded as in a form before it is put together.
        pair = b64encode(f"{encode_form(grant.client_id)}:{encode_form(grant.client_secret)}".encode()).decode("ascii")
        headers.append(("Authorization", f"Basic {pair}"))
        secrets.append(pair)
    else:
        fields += [("client_id", grant.client_id), ("client_secret", grant.client_secret)]
    sent = [(name, value) for name, value in fields if value]
    content = "&".join(f"{encode_form(name)}={encode_form(value)}" for name, value in sent)
    url = parse_url(grant.url, place) if not params.faulty else parse_url("http://unknown.invalid", place)
    for name, value, where in grant.extra:
        if where == "request_url":
            url = url.with_query(f"{encode_form(name)}={encode_form(value)}")
    return PreparedRequest(
        method="POST",
        url=url,
        headers=tuple(headers),
        body=PreparedBody(content.encode("ascii"), _FORM, "urlencoded", tuple(BodyPart(*pair) for pair in sent)),
        location=place,
        credentials=tuple(filter(None, (grant.client_secret, *secrets))),
        credential_headers=frozenset({"authorization"}),
    )


def _token(answer: Answered, grant: _Grant, params: AuthParams) -> Token:
    members = _members(answer)
    text = members.get("access_token")
    if answer.status >= 300 or not isinstance(text, str) or not text:
        told = " ".join(str(members[name]) for name in ("error", "error_description") if members.get(name))
        shown = f": {told[:_MAX_TOLD]}" if told else ""
        raise AuthError(
            f"the token server gave no token, but {answer.status}{shown}", location=params.place(grant.url_key)
        )
    secrets = tuple(value for name in _SECRETS if isinstance(value := members.get(name), str) and value)
    params.note(f"a token was asked for at {grant.url.partition('?')[0]}")
    refresh = members.get("refresh_token")
    return Token(text, secrets, _expiry(members.get("expires_in"), params), refresh if isinstance(refresh, str) else "")


def _members(answer: Answered) -> dict[str, Any]:
    if answer.media_type == _FORM:
        return dict(parse_qsl(answer.text))
    try:
        value = json.loads(answer.text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _expiry(lifetime: object, params: AuthParams) -> float | None:
    """Return when a token runs out; without a word of the server not before the run does."""
    try:
        seconds = float(str(lifetime))
    except ValueError:
        return None
    return params.means.now() + max(seconds - _EARLY_S, seconds / 2) if 0 < seconds < time.time() else None
