"""What does `crypto.subtle` give without an extra, and what does it refuse to begin?

That its results are those of Node.js is for tests/oracle to show.
"""

from __future__ import annotations

import base64
import sys
from typing import Any

import pytest

from harness.script.web_crypto.failure import CryptoFailure
from harness.script.web_crypto.operations import crypto


def b64(data: bytes) -> str:
    """Return bytes as scripts send them."""
    return base64.b64encode(data).decode()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the libraries of the extra be missing."""
    for name in [each for each in sys.modules if each.partition(".")[0] in ("cryptography", "jwt")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("cryptography", "jwt"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("method", "details", "expected"),
    [
        ("digest", {"hash": "SHA-1", "data": b64(b"abc")}, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (  # RFC 4231, 4.3
            "sign",
            {"name": "HMAC", "hash": "SHA-256", "key": b64(b"Jefe"), "data": b64(b"what do ya want for nothing?")},
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (  # RFC 6070
            "derive",
            {"name": "PBKDF2", "hash": "SHA-1", "key": b64(b"password"), "salt": b64(b"salt"), "iterations": 2,
             "length": 160},
            "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957",
        ),
    ],
    ids=["digest", "HMAC", "PBKDF2"],
)  # fmt: skip
def test_digests_and_secrets_need_no_extra(method: str, details: dict[str, Any], expected: str) -> None:
    """Digests, HMAC and derived bits come from Python's own library."""
    assert expected == base64.b64decode(crypto(method, details)).hex()


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("method", "details"),
    [
        ("encrypt", {"name": "AES-CBC", "key": b64(bytes(16)), "iv": b64(bytes(16)), "data": ""}),
        ("sign", {"name": "RSA-PSS", "type": "private", "key": "", "data": ""}),
        ("import", {"name": "ECDSA", "format": "raw", "data": ""}),
        ("generate", {"name": "Ed25519"}),
    ],
)
def test_the_rest_names_the_extra(method: str, details: dict[str, Any]) -> None:
    """Where the library is missing, the rejection says how to install it."""
    with pytest.raises(CryptoFailure, match=r"pip install 'postman-harness\[auth\]'") as caught:
        crypto(method, details)
    assert caught.value.name == "NotSupportedError"


@pytest.mark.parametrize(
    ("method", "details"),
    [
        ("derive", {"name": "PBKDF2", "hash": "SHA-512", "key": "", "iterations": 10**9, "length": 256}),
        ("derive", {"name": "PBKDF2", "hash": "SHA-512", "key": "", "iterations": 1, "length": 2**40}),
        ("derive", {"name": "HKDF", "hash": "SHA-1", "key": "", "length": 8 * 256 * 20}),
        ("generate", {"name": "RSA-PSS", "modulusLength": 16384, "publicExponent": b64(b"\1\0\1")}),
        ("encrypt", {"name": "AES-CTR", "key": b64(bytes(16)), "counter": b64(bytes(16)), "length": 1,
                     "data": b64(bytes(99))}),
    ],
    ids=["iterations", "bits", "HKDF", "RSA", "counter"],
)  # fmt: skip
def test_what_would_not_end_is_not_begun(method: str, details: dict[str, Any]) -> None:
    """No script can make Python work for minutes, where nothing could stop it."""
    with pytest.raises(CryptoFailure) as caught:
        crypto(method, details)
    assert caught.value.name == "OperationError"


def test_nonsense_is_a_rejection() -> None:
    """What no browser would send ends as a rejection, not as an error of Python."""
    for method, details in (("digest", {"hash": "x", "data": ""}), ("sign", {"name": "HMAC"}), ("nothing", {})):
        with pytest.raises(CryptoFailure):
            crypto(method, details)
