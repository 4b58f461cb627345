"""Which values of a run must never be shown?"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from harness.request.prepared import PreparedRequest
from harness.variables.redact import Redactor
from harness.variables.scope import Value, VariableScope

__all__ = ["add_request_secrets", "add_scope_secrets", "add_value"]

_AUTHORIZATION = frozenset({"authorization", "proxy-authorization"})


def add_scope_secrets(redactor: Redactor, scope: VariableScope, names: Iterable[str]) -> None:
    """Hand over the secrets among the variables: marked ones, those of `names`, and those that are named like one."""
    wanted = frozenset(names)
    for name, value in scope.items():
        add_value(redactor, name, value, wanted)


def add_request_secrets(redactor: Redactor, request: PreparedRequest) -> None:
    """Hand over the credentials a request was signed with, and those that stand in its headers by hand."""
    for credential in request.credentials:
        redactor.add(credential)
    for secret in request.fleeting:
        redactor.add_fleeting(secret)
    for name, value in request.headers:
        if name.lower() in _AUTHORIZATION and any(secret in unquote(value) for secret in request.fleeting):
            redactor.add_fleeting(value.partition(" ")[2].strip() or value)
        elif name.lower() in _AUTHORIZATION:
            redactor.add(value.partition(" ")[2].strip() or value)
        else:
            redactor.add_named(name, value)


def add_value(redactor: Redactor, name: str, value: Value, wanted: frozenset[str]) -> None:
    """Hand over one variable's value if it is a secret."""
    if value.secret or name in wanted:
        redactor.add(value.text, name)
        for part in value.parts:  # `Bearer {{$env.TOKEN}}`: the token is a secret by itself
            redactor.add(part, name)
    else:
        redactor.add_named(name, value.text)
