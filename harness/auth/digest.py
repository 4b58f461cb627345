"""Digest: a proof of the password, made for the server's challenge (RFC 7616, RFC 2617, RFC 2069).

The first request goes out without one unless the file knows realm and nonce, as from Postman.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.auth.challenges import Challenge, challenge_of
from harness.auth.params import AuthParams
from harness.request.encoding import utf8
from harness.request.prepared import Answered, PreparedRequest

__all__ = ["sign"]

_HASHES = {"md5": "md5", "sha-256": "sha256", "sha-512-256": "sha512_256"}
_ALGORITHMS = ("MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess")
_SPECIAL = re.compile(r'(["\\])')


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a server asks for, and what the file adds to it."""

    realm: str
    nonce: str
    algorithm: str
    qop: str = ""
    opaque: str = ""
    hash_user: bool = False
    cnonce: str = ""
    count: str = "00000001"

    @property
    def digest(self) -> Callable[[bytes], str]:
        """The hash function, in hexadecimal."""
        name = _HASHES[self.algorithm.lower().removesuffix("-sess")]
        return lambda data: hashlib.new(name, data, usedforsecurity=False).hexdigest()


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request ready to meet the server's challenge, or with its answer where the file knows the challenge.

    Raises `AuthError` without a user name, and for an unknown algorithm or quality of protection.
    """
    user, password = params.required("username"), params.text("password")
    params.choice("algorithm", *_ALGORITHMS)
    qop = params.choice("qop", "", "auth", "auth-int")

    def answer(refused: PreparedRequest, answered: Answered) -> PreparedRequest | None:
        terms = _terms_of(answered, params)
        if terms is None or _already_answered(refused, answered):
            return None
        return _signed(refused, user, password, terms)

    signed = replace(request.with_secrets(password), answer=answer)
    if not (params.given("realm") and params.given("nonce")):
        return signed
    count = params.text("nonceCount", "00000001")
    terms = _Terms(
        realm=params.text("realm"),
        nonce=params.text("nonce"),
        algorithm=params.choice("algorithm", *_ALGORITHMS),
        qop=qop,
        opaque=params.text("opaque"),
        cnonce=params.text("clientNonce") or params.means.nonce(8),
        count=count,
    )
    return _signed(signed, user, password, terms)


def _terms_of(answered: Answered, params: AuthParams) -> _Terms | None:
    """Return the first challenge that can be met, one with the file's own algorithm before others."""
    found = [terms for challenge in challenge_of(answered, "digest") if (terms := _terms(challenge, params))]
    wanted = params.text("algorithm").lower()
    return min(found, key=lambda terms: terms.algorithm.lower() != wanted, default=None)


def _terms(challenge: Challenge, params: AuthParams) -> _Terms | None:
    given = challenge.parameters
    algorithm = given.get("algorithm") or params.choice("algorithm", *_ALGORITHMS)
    offered = [word.strip().lower() for word in given.get("qop", "").split(",") if word.strip()]
    wanted = (params.text("qop").lower(), "auth", "auth-int")
    qop = next((word for word in wanted if word in offered), None)
    if "nonce" not in given or algorithm.lower() not in map(str.lower, _ALGORITHMS) or (offered and qop is None):
        return None
    return _Terms(
        realm=given.get("realm", ""),
        nonce=given["nonce"],
        algorithm=algorithm,
        qop=qop or "",
        opaque=given.get("opaque", ""),
        hash_user=given.get("userhash", "").lower() == "true",
        cnonce=params.means.nonce(8),
    )


def _already_answered(request: PreparedRequest, answered: Answered) -> bool:
    """Return whether the server has seen our answer for this very target and did not just find its nonce too old."""
    sent = request.header("authorization") or ""
    stale = any(it.parameters.get("stale", "").lower() == "true" for it in challenge_of(answered, "digest"))
    return sent.startswith("Digest ") and f"uri={_quoted(request.url.target)}" in sent and not stale


def _signed(request: PreparedRequest, user: str, password: str, terms: _Terms) -> PreparedRequest:
    proof = _proof(request, user, password, terms)
    name = terms.digest(utf8(f"{user}:{terms.realm}")) if terms.hash_user else user
    fields = [
        f"username={_quoted(name)}",
        f"realm={_quoted(terms.realm)}",
        f"nonce={_quoted(terms.nonce)}",
        f"uri={_quoted(request.url.target)}",
        f"algorithm={terms.algorithm}",  # bare, as RFC 7616 has it; Postman quotes it
    ]
    if terms.qop:
        fields += [f"qop={terms.qop}", f"nc={terms.count}"]
    if terms.qop or terms.algorithm.lower().endswith("-sess"):
        fields.append(f"cnonce={_quoted(terms.cnonce)}")
    fields.append(f'response="{proof}"')
    if terms.opaque:
        fields.append(f"opaque={_quoted(terms.opaque)}")
    if terms.hash_user:
        fields.append("userhash=true")
    return request.with_credential("Authorization", f"Digest {', '.join(fields)}").with_fleeting(proof)


def _proof(request: PreparedRequest, user: str, password: str, terms: _Terms) -> str:
    """Return the response value (RFC 7616, 3.4.1 to 3.4.3; without a quality of protection that of RFC 2069)."""
    digest = terms.digest
    first = digest(utf8(f"{user}:{terms.realm}:{password}"))
    if terms.algorithm.lower().endswith("-sess"):
        first = digest(utf8(f"{first}:{terms.nonce}:{terms.cnonce}"))
    second = f"{request.method}:{request.url.target}"
    if terms.qop == "auth-int":
        second += f":{digest(request.body.content)}"
    middle = f"{terms.nonce}:{terms.count}:{terms.cnonce}:{terms.qop}" if terms.qop else terms.nonce
    return digest(utf8(f"{first}:{middle}:{digest(utf8(second))}"))


def _quoted(text: str) -> str:
    return '"' + _SPECIAL.sub(r"\\\1", text) + '"'
