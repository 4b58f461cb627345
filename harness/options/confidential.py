"""What came in by options and must never be shown: passphrases, passwords of proxies, session cookies, a key."""

from __future__ import annotations

import re

from harness.redaction.redactor import Redactor
from harness.runner.options import RunOptions
from harness.transport.cookies.cookie import readable
from harness.transport.proxies import passwords

__all__ = ["add_call_secrets"]

_PLAIN_WORD = re.compile(r"[a-z]*\Z")
_SHORTEST_COOKIE = 8


def add_call_secrets(redactor: Redactor, options: RunOptions, api_key: str | None = None) -> None:
    """Hand over the secrets among the choices of a run, but for those in variables."""
    if api_key:
        redactor.add(api_key, "postman-api-key")
    for certificate in options.certificates:
        if certificate.passphrase:
            redactor.add(certificate.passphrase, "ssl-client-passphrase")
    for password in passwords(options.proxies):
        redactor.add(password, "proxy")
    for cookie in options.cookie_jar or ():
        value = readable(cookie.value)
        if value != cookie.value:
            redactor.add(cookie.value, cookie.name)  # as it stands in the Cookie header, an octet in each character
        if len(value) < _SHORTEST_COOKIE or _PLAIN_WORD.match(value):  # a setting, such as a language
            redactor.add_named(cookie.name, value)
        else:
            redactor.add(value, cookie.name)
