"""Digest: a proof of the password, made for the server's challenge (RFC 7616, RFC 2617, RFC 2069).

The first request to a server goes out without one unless the file knows realm and nonce; the next ones go on with the
challenge that was met, as from Postman.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harness.auth.challenges import Challenge, challenge_of, is_refusal, parameters_of
from harness.auth.digest_terms import ALGORITHMS, FIRST, Key, Terms
from harness.auth.params import AuthParams
from harness.request.encoding import utf8
from harness.request.prepared import Answered, PreparedRequest

__all__ = ["sign"]

_SPECIAL = re.compile(r'(["\\])')
_CNONCE_LENGTH = 8  # Postman's


@dataclass(slots=True)
class _Dialogue:
    """What one request and its server say to each other about who is asking."""

    user: str
    password: str
    params: AuthParams
    key: Key
    retries: bool
    """Whether a challenge is met; without `disableRetryRequest` it is."""
    terms: Terms | None = None
    """What the last request was signed for."""
    met: bool = False
    """Whether those are the terms of a challenge that met this very request, and not of an earlier one."""

    def answer(self, refused: PreparedRequest, answered: Answered) -> PreparedRequest | None:
        """Return the request signed for the challenge that met it; None when the response is the answer."""
        if not is_refusal(answered):
            self._go_on(answered)
            return None
        terms = _terms_of(answered, self.params) if self.retries else None
        if terms is None:
            return None
        if self.terms is not None:
            self.params.means.challenges.forget(self.key, self.terms.nonce)
        if self._is_final(refused, answered, terms):
            return None
        self.terms, self.met = terms, True
        return _signed(refused, self.user, self.password, terms)

    def _is_final(self, refused: PreparedRequest, answered: Answered, terms: Terms) -> bool:
        """Return whether the server has seen our answer to this challenge for this very target, and refused it."""
        if self.terms is None or f"uri={_quoted(refused.url.target)}" not in (refused.header("authorization") or ""):
            return False
        if any(it.parameters.get("stale", "").lower() == "true" for it in challenge_of(answered, "digest")):
            return False
        return self.met or (terms.realm, terms.nonce) == (self.terms.realm, self.terms.nonce)

    def _go_on(self, answered: Answered) -> None:
        """Have the next request to this server signed for the terms that it has just taken an answer to."""
        if self.terms is None:
            return
        means = self.params.means
        cnonce = means.nonce(_CNONCE_LENGTH)
        info = next((value for name, value in answered.headers if name.lower() == "authentication-info"), "")
        nonce = parameters_of(info).get("nextnonce", "")
        following = self.terms.renewed(nonce, cnonce) if nonce else self.terms.used_again(cnonce)
        means.challenges.keep(self.key, following)


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request ready to meet the server's challenge, or with its answer where the challenge is known.

    Raises `AuthError` without a user name, and for an unknown algorithm or quality of protection.
    """
    user, password = params.required("username"), params.text("password")
    algorithm = params.choice("algorithm", *ALGORITHMS)
    qop = params.choice("qop", "", "auth", "auth-int")
    key = (*map(str, request.url.origin), user, password)
    dialogue = _Dialogue(user, password, params, key, retries=not params.flag("disableRetryRequest"))
    if dialogue.retries:
        dialogue.terms = params.means.challenges.take(key, params.means.nonce(_CNONCE_LENGTH))
    if dialogue.terms is None and params.given("realm") and params.given("nonce"):
        dialogue.terms = Terms(
            realm=params.text("realm"),
            nonce=params.text("nonce"),
            algorithm=algorithm,
            qop=qop,
            opaque=params.text("opaque"),
            cnonce=params.text("clientNonce") or params.means.nonce(_CNONCE_LENGTH),
            count=params.text("nonceCount", FIRST),
        )
    signed = replace(request.with_secrets(password), answer=dialogue.answer)
    return signed if dialogue.terms is None else _signed(signed, user, password, dialogue.terms)


def _terms_of(answered: Answered, params: AuthParams) -> Terms | None:
    """Return the first challenge that can be met, one with the file's own algorithm before others."""
    found = [terms for challenge in challenge_of(answered, "digest") if (terms := _terms(challenge, params))]
    wanted = params.text("algorithm").lower()
    return min(found, key=lambda terms: terms.algorithm.lower() != wanted, default=None)


def _terms(challenge: Challenge, params: AuthParams) -> Terms | None:
    given = challenge.parameters
    algorithm = given.get("algorithm") or params.choice("algorithm", *ALGORITHMS)
    offered = [word.strip().lower() for word in given.get("qop", "").split(",") if word.strip()]
    wanted = (params.text("qop").lower(), "auth", "auth-int")
    qop = next((word for word in wanted if word in offered), None)
    if "nonce" not in given or algorithm.lower() not in map(str.lower, ALGORITHMS) or (offered and qop is None):
        return None
    return Terms(
        realm=given.get("realm", ""),
        nonce=given["nonce"],
        algorithm=algorithm,
        qop=qop or "",
        opaque=given.get("opaque", ""),
        hash_user=given.get("userhash", "").lower() == "true",
        cnonce=params.means.nonce(_CNONCE_LENGTH),
    )


def _signed(request: PreparedRequest, user: str, password: str, terms: Terms) -> PreparedRequest:
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
    if terms.qop or terms.is_session:
        fields.append(f"cnonce={_quoted(terms.cnonce)}")
    fields.append(f'response="{proof}"')
    if terms.opaque:
        fields.append(f"opaque={_quoted(terms.opaque)}")
    if terms.hash_user:
        fields.append("userhash=true")
    return request.with_credential("Authorization", f"Digest {', '.join(fields)}").with_fleeting(proof)


def _proof(request: PreparedRequest, user: str, password: str, terms: Terms) -> str:
    """Return the response value (RFC 7616, 3.4.1 to 3.4.3; without a quality of protection that of RFC 2069)."""
    digest = terms.digest
    first = digest(utf8(f"{user}:{terms.realm}:{password}"))
    if terms.is_session:
        first = digest(utf8(f"{first}:{terms.nonce}:{terms.cnonce}"))
    second = f"{request.method}:{request.url.target}"
    if terms.qop == "auth-int":
        second += f":{digest(request.body.content)}"
    middle = f"{terms.nonce}:{terms.count}:{terms.cnonce}:{terms.qop}" if terms.qop else terms.nonce
    return digest(utf8(f"{first}:{middle}:{digest(utf8(second))}"))


def _quoted(text: str) -> str:
    return '"' + _SPECIAL.sub(r"\\\1", text) + '"'
