"""Do Digest and NTLM talk to a server as often as in Newman 6.2.2, and with the same words?

The cases are those of postman-runtime's own tests of these schemes, here with a server of this machine that signs in
`postman` of the domain `domain`. What is in the words is held to the specifications in tests/e2e/test_auth_verified.py.
"""

from __future__ import annotations

import json
import subprocess
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.newman.conftest import NTLM_CHALLENGE

pytestmark = pytest.mark.slow

NEWMAN = Path(__file__).parent / "node_modules" / "newman" / "bin" / "newman.js"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
DIGEST = {"username": "postman", "password": "password", "algorithm": "MD5"}
NTLM = {"username": "postman", "password": "NTLM@123", "domain": "domain", "workstation": "workstation"}
KNOWN = {"nonce": "random", "realm": "random", "clientNonce": "random", "nonceCount": "1", "qop": "auth"}
CHALLENGES = {
    "auth": 'Digest realm="Users", nonce="n1", qop="auth"',
    "auth-int": 'Digest realm="Users", nonce="n1", qop="auth-int"',
    "none": 'Digest realm="Users", nonce="n1"',
    "session": 'Digest realm="Users", nonce="n1", qop="auth", algorithm=MD5-sess',
    "domain": 'Digest realm="Users", nonce="n1", qop="auth", domain="/elsewhere"',
    "basic": 'Basic realm="Users"',
    "ntlm": "NTLM",
}
REFUSED, MET = ["- 401"], ["- 401", "Digest 200"]
HANDSHAKE = ["- 401", "NTLM 1 401", "NTLM 3 200"]
UNKNOWN = ["- 401", "NTLM 1 401", "NTLM 3 401"]
CASES: dict[str, tuple[list[tuple[str, dict[str, Any]]], list[str]]] = {
    "digest auth": ([("auth", DIGEST)], MET),
    "digest auth-int": ([("auth-int", DIGEST)], MET),
    "digest without qop": ([("none", DIGEST)], MET),
    "digest MD5-sess": ([("session", {**DIGEST, "algorithm": "MD5-sess", "qop": "auth"})], MET),
    "digest without retrying": ([("auth", {**DIGEST, "disableRetryRequest": True})], REFUSED),
    "digest of another user": ([("auth", {**DIGEST, "username": "other"})], ["- 401", "Digest 401"]),
    "digest at a server of Basic": ([("basic", DIGEST)], REFUSED),
    "digest twice": ([("auth", DIGEST), ("auth", DIGEST)], [*MET, "Digest 200"]),
    "digest of a domain elsewhere": ([("domain", DIGEST), ("domain", DIGEST)], [*MET, "Digest 200"]),
    "ntlm": ([("ntlm", NTLM)], HANDSHAKE),
    "ntlm at a server of Digest": ([("auth", NTLM)], REFUSED),
    "ntlm without retrying": ([("ntlm", {**NTLM, "disableRetryRequest": True})], REFUSED),
    "ntlm of another user": ([("ntlm", {**NTLM, "username": "foo"})], UNKNOWN),
    "ntlm with a down-level name": ([("ntlm", {**NTLM, "username": "domain\\postman", "domain": ""})], HANDSHAKE),
    "ntlm with a principal name": ([("ntlm", {**NTLM, "username": "postman@domain", "domain": ""})], HANDSHAKE),
    "ntlm with both": ([("ntlm", {**NTLM, "username": "domain\\postman@domain", "domain": ""})], UNKNOWN),
}


class _Asked(BaseHTTPRequestHandler):
    """One connection; NTLM signs in the whole of it."""

    protocol_version = "HTTP/1.1"
    signed_in = False

    def do_GET(self) -> None:
        """Answer, and note what was said and what was answered."""
        kind = self.path.strip("/")
        scheme, _, words = self.headers.get("Authorization", "").partition(" ")
        status, challenge = 401, CHALLENGES[kind]
        said = scheme or "-"
        if scheme == "Digest":
            status = 200 if 'username="postman"' in words else 401
        elif scheme == "NTLM":
            message = b64decode(words)
            said += f" {message[8]}"
            challenge = NTLM_CHALLENGE if message[8] == 1 else challenge
            self.signed_in = message[8] == 3 and _names(message) == ("domain", "postman")
        if kind == "ntlm" and self.signed_in:
            status = 200
        self.server.said.append(f"{said} {status}")  # type: ignore[attr-defined]
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Print nothing."""


def _names(message: bytes) -> tuple[str, ...]:
    """Return domain and user of an AUTHENTICATE_MESSAGE in Unicode (MS-NLMP 2.2.1.3)."""

    def field(offset: int) -> str:
        length, start = int.from_bytes(message[offset : offset + 2], "little"), message[offset + 4 : offset + 8]
        begin = int.from_bytes(start, "little")
        return message[begin : begin + length].decode("utf-16-le")

    return field(28).lower(), field(36)


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """Return a server that notes in `said` what comes."""
    found = ThreadingHTTPServer(("127.0.0.1", 0), _Asked)
    found.said = []  # type: ignore[attr-defined]
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
def sides(server: Any, newman: Any, tmp_path: Path, run_cli: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """Return a function that sends requests of the given auth on both sides; it returns what each server heard."""

    def send(requests: list[tuple[str, dict[str, Any]]]) -> tuple[list[str], list[str]]:
        items = [
            {
                "name": f"{number} {kind}",
                "request": {
                    "url": f"http://127.0.0.1:{server.server_address[1]}/{kind}",
                    "method": "GET",
                },
            }
            for number, (kind, _) in enumerate(requests)
        ]
        parameters = requests[0][1]
        scheme = "ntlm" if "workstation" in parameters else "digest"
        auth = {"type": scheme, scheme: [{"key": key, "value": value} for key, value in parameters.items()]}
        document = {"info": {"name": "c", "schema": SCHEMA}, "item": items, "auth": auth}
        (tmp_path / "c.json").write_text(json.dumps(document), "utf-8")
        server.said.clear()
        run_cli("run", "c.json", cwd=tmp_path)
        here = [*server.said]
        server.said.clear()
        subprocess.run([newman.node, str(NEWMAN), "run", "c.json"], cwd=tmp_path, timeout=60, check=False)
        return here, [*server.said]

    return send


@pytest.mark.parametrize("case", CASES)
def test_the_exchange_is_newmans(case: str, sides: Callable[..., tuple[Any, Any]]) -> None:
    """As many requests, each with the same kind of words, and the same answers."""
    requests, expected = CASES[case]

    here, there = sides(requests)

    assert (expected, expected) == (here, there)


OTHERWISE: dict[str, tuple[list[tuple[str, dict[str, Any]]], list[str], list[str]]] = {
    "digest with a nonce that is not known": (
        [("auth", {**DIGEST, **KNOWN})], ["Digest 200"], ["Digest 200"],
    ),
    "digest of another user with everything given": (
        [("auth", {**DIGEST, **KNOWN, "username": "other"})], ["Digest 401", "Digest 401"], ["Digest 401"],
    ),
    "ntlm without a user": ([("ntlm", {**NTLM, "username": ""})], [], UNKNOWN),
    "ntlm twice": ([("ntlm", NTLM), ("ntlm", NTLM)], HANDSHAKE * 2, [*HANDSHAKE, "- 200"]),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERWISE)
def test_where_the_exchange_is_another(case: str, sides: Callable[..., tuple[Any, Any]]) -> None:
    """What docs/newman.md says of both sides holds."""
    requests, ours, theirs = OTHERWISE[case]

    here, there = sides(requests)

    assert (ours, theirs) == (here, there)
