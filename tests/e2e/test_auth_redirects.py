"""Do credentials stay with the server they are for, whatever the scheme and wherever a redirect leads?"""

from __future__ import annotations

import json
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import harness
from harness.record.item import ItemRecord
from harness.record.status import Status

CERTIFICATE = Path(__file__).parent / "tls" / "localhost.pem"
STATUSES = (301, 302, 303, 307, 308)
PLACES = ("another port", "another host", "another host without a scheme", "http", "the same server")
DIGEST = 'Digest realm="r", nonce="n0nce", qop="auth"'
NTLM = bytes.fromhex(  # the CHALLENGE_MESSAGE of MS-NLMP 4.2.4.3
    "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000060070170000000f"
    "53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000"
)
KEY = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
OAUTH1 = {"type": "oauth1", "consumerKey": "ck", "consumerSecret": "5ecret-cs", "token": "5ecret-tk"}
AWS = {"type": "awsv4", "accessKey": "AKID", "secretKey": "5ecret-ak", "sessionToken": "5ecret-st"}
JWT = {"type": "jwt", "algorithm": "HS256", "secret": "5ecret-js", "payload": '{"s": "5ecret"}'}

AUTHS: dict[str, dict[str, Any]] = {
    "apikey in a header": {"type": "apikey", "key": "X-Key", "value": "5ecret-key"},
    "apikey in the query": {"type": "apikey", "key": "k", "value": "5ecret-key", "in": "query"},
    "asap": {"type": "asap", "kid": "k", "iss": "me", "aud": "you", "privateKey": KEY},
    "awsv4 in headers": AWS,
    "awsv4 in the query": AWS | {"addAuthDataToQuery": True},
    "basic": {"type": "basic", "username": "me", "password": "5ecret-pw"},
    "bearer": {"type": "bearer", "token": "5ecret-token"},
    "digest": {"type": "digest", "username": "me", "password": "5ecret-pw"},
    "edgegrid": {"type": "edgegrid", "clientToken": "5ecret-c", "accessToken": "5ecret-a", "clientSecret": "5ecret-x"},
    "hawk": {"type": "hawk", "authId": "me", "authKey": "5ecret-hk", "algorithm": "sha256"},
    "jwt in a header": JWT,
    "jwt in the query": JWT | {"addTokenTo": "queryParam"},
    "ntlm": {"type": "ntlm", "username": "me", "password": "5ecret-pw"},
    "oauth1 in a header": OAUTH1 | {"addParamsToHeader": True},
    "oauth1 in the query": OAUTH1,
    "oauth1 in the body": OAUTH1 | {"form": True},
    "oauth2 in a header": {"type": "oauth2", "accessToken": "5ecret-token"},
    "oauth2 in the query": {"type": "oauth2", "accessToken": "5ecret-token", "addTokenTo": "queryParams"},
}


@dataclass
class Site:
    """A server on loopback: it redirects `/from/STATUS/NUMBER`, and keeps what reaches any other path."""

    targets: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    echo: bool = False
    """Whether a redirect repeats the query, as servers do."""
    port: int = 0


@contextmanager
def serving(site: Site, *, tls: bool = False) -> Iterator[Site]:
    """Serve a site while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sent = self.headers.get("Authorization", "")
            if self.path.startswith("/from/"):
                _, _, status, scheme, number = self.path.partition("?")[0].split("/")
                challenge = self.challenge(scheme, sent)
                if challenge is not None:
                    return self.reply(401, ("WWW-Authenticate", challenge))
                query = f"?{self.path.partition('?')[2]}" if site.echo else ""
                return self.reply(int(status), ("Location", site.targets[int(number)] + query))
            site.arrived.append(f"{self.requestline}\n{self.headers}\n{body.decode()}")
            # What is offered here is another server's business, and must not be taken up.
            return self.reply(401, ("WWW-Authenticate", DIGEST), ("WWW-Authenticate", "NTLM"))

        def challenge(self, scheme: str, sent: str) -> str | None:
            if scheme == "digest" and not sent:
                return DIGEST
            if scheme == "ntlm" and len(sent) < 120:
                return f"NTLM {b64encode(NTLM).decode()}" if sent else "NTLM"
            return None

        def reply(self, status: int, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", "0")):
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, *args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def item(auth: dict[str, Any], method: str, origin: str, status: int, number: int) -> dict[str, Any]:
    """Return an item whose request is redirected with `status` to the target of that number."""
    kind = auth["type"]
    request: dict[str, Any] = {"method": method, "url": f"{origin}/from/{status}/{kind}/{number}?q=1"}
    if auth.get("form"):
        request["body"] = {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}]}
    return {"name": f"{status} {number}", "request": request | {"auth": {"type": kind, kind: auth}}}


def run(tmp_path: Path, items: list[dict[str, Any]]) -> tuple[ItemRecord, ...]:
    """Run a collection of these items and return what became of each."""
    path = tmp_path / "auth.postman_collection.json"
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    path.write_text(json.dumps({"info": {"name": "auth", "schema": schema}, "item": items}), encoding="utf-8")
    return harness.run(harness.load(path), harness.RunOptions(keep_results=True, seed=7, verify=False)).results


def credentials_in(arrived: str) -> list[str]:
    """Return what of a request's text is a credential."""
    marks = ("authorization:", "5ecret", "x-key:", "x-amz-security-token", "x-amz-signature=", "oauth_signature")
    return [mark for mark in (*marks, "access_token=", "token=") if mark in arrived.lower()]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", AUTHS)
def test_no_credential_reaches_another_server(name: str, method: str, tmp_path: Path) -> None:
    """After no kind of redirect to another port, host or to plain http does a credential arrive there."""
    auth = AUTHS[name]
    with serving(Site(), tls=True) as start, serving(Site()) as plain, serving(Site(), tls=True) as other:
        start.targets = [
            f"https://127.0.0.1:{other.port}/arrived",
            f"https://localhost:{start.port}/arrived",
            f"//localhost:{start.port}/arrived",
            f"http://127.0.0.1:{plain.port}/arrived",
        ]
        origin = f"https://127.0.0.1:{start.port}"
        items = [item(auth, method, origin, status, number) for status in STATUSES for number in range(4)]
        results = run(tmp_path, items)
    arrived = [*start.arrived, *plain.arrived, *other.arrived]
    refused = [result for result in results if result.error_type == "GuardError"]

    assert [] == [found for text in arrived if (found := credentials_in(text))]
    assert len(items) == len(arrived) + len(refused)
    # Only a body that is sent again can hold them; everything else has nothing to refuse.
    assert (8 if auth.get("form") and method == "POST" else 0) == len(refused)


@pytest.mark.parametrize("name", [name for name in AUTHS if "query" in name])
def test_a_query_that_the_server_repeats_is_refused(name: str, tmp_path: Path) -> None:
    """A redirect that carries the credentials of the query along to another server is not followed."""
    with serving(Site(echo=True)) as start, serving(Site()) as other:
        start.targets = [f"http://127.0.0.1:{other.port}/arrived"]
        origin = f"http://127.0.0.1:{start.port}"
        results = run(tmp_path, [item(AUTHS[name], "GET", origin, status, 0) for status in STATUSES])

    assert [] == other.arrived
    assert {"GuardError"} == {result.error_type for result in results}


@pytest.mark.parametrize("name", AUTHS)
def test_the_same_server_keeps_them(name: str, tmp_path: Path) -> None:
    """Credentials in headers go along within a server, so that the tests above do not pass for want of any."""
    with serving(Site()) as start:
        start.targets = ["/arrived"]
        results = run(tmp_path, [item(AUTHS[name], "GET", f"http://127.0.0.1:{start.port}", 302, 0)])

    assert {Status.FAILED} == {result.status for result in results}
    placed = "query" in name or "body" in name
    assert placed or all(credentials_in(text) for text in start.arrived)
