"""NTLM: three messages on one connection, which the server then takes for the user's (MS-NTHT, MS-NLMP)."""

from __future__ import annotations

import logging
import os
import threading
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from harness.auth.challenges import challenge_of
from harness.auth.params import AuthParams
from harness.errors import AuthError
from harness.request.prepared import Answered, PreparedRequest

if TYPE_CHECKING:
    from spnego import ContextProxy

__all__ = ["sign"]

_WORKSTATION = "NETBIOS_COMPUTER_NAME"  # where the library looks, before it asks the machine for its name
_workstation_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Account:
    """Who signs in, and from where."""

    user: str
    domain: str
    workstation: str
    password: str = field(repr=False)


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request ready to shake hands on a connection of its own. Raises `AuthError` without a user name.

    With `disableRetryRequest` it goes out as it is, and the refusal is the answer. Where the file has no `domain`, the
    user name may bring one: `DOMAIN\\user` or `user@domain`. Both as in Postman.
    """
    user, domain = params.required("username"), params.text("domain")
    if not domain:
        user, domain = _split(user)
    account = _Account(user, domain, params.text("workstation"), params.text("password"))
    with params.extra():
        import spnego

    # Its own lines tell every message, from which a password can be guessed.
    if logging.getLogger(spnego.__name__).level == logging.NOTSET:
        logging.getLogger(spnego.__name__).setLevel(logging.INFO)

    def answer(refused: PreparedRequest, answered: Answered) -> PreparedRequest | None:
        message = _next_message(refused, answered, account, params)
        if message is None:
            return None
        return refused.with_credential("Authorization", f"NTLM {message}").with_fleeting(message)

    signed = request.without_headers("authorization").with_secrets(account.password)
    if params.flag("disableRetryRequest"):
        return signed
    return replace(signed, answer=answer, own_connection=True)


def _next_message(refused: PreparedRequest, answered: Answered, account: _Account, params: AuthParams) -> str | None:
    """Return the first message for an offer, the third for a challenge; None when there is nothing left to say."""
    challenge = next(challenge_of(answered, "ntlm"), None)
    began = refused.header("authorization") is not None
    # A refusal of the third message names the scheme once more, without a token.
    if challenge is None or began != bool(challenge.token):
        return None
    context = _context(account)
    with _workstation(account.workstation):
        message = context.step() or b""
        if challenge.token:
            message = _third(context, challenge.token, params)
    return b64encode(message).decode("ascii")


def _third(context: ContextProxy, token: str, params: AuthParams) -> bytes:
    from spnego.exceptions import SpnegoError

    try:
        return context.step(b64decode(token, validate=True)) or b""
    except (SpnegoError, Base64Error, ValueError, IndexError, OverflowError) as error:
        summary = f"the server's NTLM challenge cannot be read: {error}"
        raise AuthError(summary, location=params.place("username")) from error


def _context(account: _Account) -> ContextProxy:
    import spnego

    user = f"{account.domain}\\{account.user}" if account.domain else account.user
    return spnego.client(user, account.password, protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)


@contextmanager
def _workstation(name: str) -> Iterator[None]:
    """Have the library tell the file's workstation and not this machine's name."""
    with _workstation_lock:
        before = os.environ.get(_WORKSTATION)
        os.environ[_WORKSTATION] = name
        try:
            yield
        finally:
            if before is None:
                del os.environ[_WORKSTATION]
            else:
                os.environ[_WORKSTATION] = before


def _split(user: str) -> tuple[str, str]:
    """Return user and domain of `DOMAIN\\user` or `user@domain`; a name of both forms, or of neither, stays whole."""
    down, up = user.split("\\"), user.split("@")
    if len(down) == 2 and all(down) and len(up) == 1:
        return down[1], down[0]
    if len(up) == 2 and all(up) and len(down) == 1:
        return up[0], up[1]
    return user, ""
