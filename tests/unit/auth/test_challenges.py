"""Are the challenges of a refusal told apart, in whatever way servers write them?"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.auth.challenges import Challenge, challenge_of


@dataclass(frozen=True, slots=True)
class _Refusal:
    headers: tuple[tuple[str, str], ...]
    status: int = 401
    text: str = ""
    media_type: str = ""


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("NTLM", [Challenge("ntlm")]),
        ("Negotiate, NTLM", [Challenge("ntlm")]),
        ("Negotiate , NTLM TlRMTVNTUAAC==", [Challenge("ntlm", {}, "TlRMTVNTUAAC==")]),
        ('Digest realm="a, b", nonce=n', [Challenge("digest", {"realm": "a, b", "nonce": "n"})]),
        ('Digest realm="say \\"a\\""', [Challenge("digest", {"realm": 'say "a"'})]),
        ('DIGEST Realm = "a" ,nonce="n=="', [Challenge("digest", {"realm": "a", "nonce": "n=="})]),
        ('Digest realm="a" nonce="n"', [Challenge("digest", {"realm": "a", "nonce": "n"})]),
        (
            'Basic realm="x", Digest nonce="1", qop="auth,auth-int", Digest nonce="2"',
            [Challenge("digest", {"nonce": "1", "qop": "auth,auth-int"}), Challenge("digest", {"nonce": "2"})],
        ),
        ('Digest realm="never closed', [Challenge("digest", {}, "")]),
        ("", []),
        (", ,", []),
        ("Bearer", []),
        ("Digest " + "a" * 20_000, []),
    ],
)
def test_challenges_are_told_apart(header: str, expected: list[Challenge]) -> None:
    """Schemes, parameters and tokens are found; what is no challenge, or an endless one, is none."""
    refusal = _Refusal((("Www-Authenticate", header),))
    found = [it for it in challenge_of(refusal, "digest", "ntlm") if it.scheme in ("digest", "ntlm")]

    assert expected == found


def test_several_headers_are_one_list() -> None:
    """A server may send each challenge in a header of its own."""
    refusal = _Refusal((("WWW-Authenticate", "Negotiate"), ("X", "NTLM"), ("www-authenticate", "NTLM")))

    assert [Challenge("ntlm")] == list(challenge_of(refusal, "ntlm"))


def test_only_a_refusal_challenges() -> None:
    """An answer that refuses nothing is never met with credentials."""
    assert [] == list(challenge_of(_Refusal((("WWW-Authenticate", "NTLM"),), status=200), "ntlm"))
