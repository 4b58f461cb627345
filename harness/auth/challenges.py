"""Which challenges does a refusal carry, and with which parameters (RFC 9110, 11.6.1)?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.request.grammar import TOKEN
from harness.request.prepared import Answered

__all__ = ["Challenge", "challenge_of", "is_refusal", "parameters_of"]

_MAX_LENGTH = 16_384  # of one header line; a longer one is no challenge that anybody means
_REFUSALS = frozenset({401, 403})  # Postman answers both
_SCHEME = re.compile(f"({TOKEN})" + r"[ \t]*")
_PARAMETER = re.compile(f"({TOKEN})" + r'[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"=]+))[ \t]*(?=[\s,]|\Z)')
_TOKEN68 = re.compile(r"([A-Za-z0-9\-._~+/]+=*)[ \t]*(?=,|\Z)")
_SEPARATOR = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way in that a server offers: `Digest realm="x", nonce="y"` or `NTLM dG9rZW4=`."""

    scheme: str
    """In lower case."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """By their lower-case names."""
    token: str = ""


def is_refusal(answer: Answered) -> bool:
    """Return whether an answer may be a challenge."""
    return answer.status in _REFUSALS


def parameters_of(value: str) -> Mapping[str, str]:
    """Return the parameters of a header that is written like a challenge without its scheme (RFC 9110, 11.6.3)."""
    if len(value) > _MAX_LENGTH:
        return {}
    return next((challenge.parameters for challenge in _challenges(f"info {value}")), {})


def challenge_of(answer: Answered, *schemes: str) -> Iterator[Challenge]:
    """Yield the challenges of a refusal for these (lower-case) schemes, in the server's order."""
    if is_refusal(answer):
        for name, value in answer.headers:
            if name.lower() == "www-authenticate" and len(value) <= _MAX_LENGTH:
                yield from (challenge for challenge in _challenges(value) if challenge.scheme in schemes)


def _challenges(text: str) -> Iterator[Challenge]:
    at = _after(_SEPARATOR, text, 0)
    while (scheme := _SCHEME.match(text, at)) is not None:
        at, token, parameters = scheme.end(), "", {}
        found = None if _PARAMETER.match(text, at) else _TOKEN68.match(text, at)
        if found is not None:
            token, at = found[1], found.end()
        while (parameter := _PARAMETER.match(text, at)) is not None:
            quoted, bare = parameter[2], parameter[3]
            parameters[parameter[1].lower()] = bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            at = _after(_SEPARATOR, text, parameter.end())
        yield Challenge(scheme[1].lower(), parameters, token)
        at = _after(_SEPARATOR, text, at)


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match is not None else at
