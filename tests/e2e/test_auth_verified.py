"""Does a server that follows the specification, and not our code, accept what each scheme sends?

Every verifier here is written from the specification or is another library's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import struct
import threading
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import mohawk
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import harness
from harness.record.item import ItemRecord
from harness.record.status import Status

FORM = [["b5", "=%3D"], ["a3", "2 q"], ["c@", ""], ["ü", "☃ &"]]
HASHES = {"1": hashes.SHA1(), "256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEYS = {
    "256": ec.generate_private_key(ec.SECP256R1()),
    "384": ec.generate_private_key(ec.SECP384R1()),
    "512": ec.generate_private_key(ec.SECP521R1()),
}
Verifier = Callable[[Request], str]
"""Returns what is wrong with a request, or nothing."""


def pem(key: Any) -> str:
    """Return a private key as PEM."""
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def item(auth: dict[str, Any] | None, **request: Any) -> dict[str, Any]:
    """Return an item with this auth, in the form of v2.0."""
    kept = {} if auth is None else {"auth": {"type": auth["type"], auth["type"]: auth}}
    return {"name": "signed", "request": {"method": "GET"} | request | kept}


def run(tmp_path: Path, items: list[dict[str, Any]], **options: Any) -> tuple[ItemRecord, ...]:
    """Run a collection of these items and return what became of each."""
    path = tmp_path / "auth.postman_collection.json"
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    path.write_text(json.dumps({"info": {"name": "auth", "schema": schema}, "item": items}), encoding="utf-8")
    return harness.run(harness.load(path), harness.RunOptions(keep_results=True, seed=7, **options)).results


def shown(result: ItemRecord) -> str:
    """Return all of a result that a report may show."""
    return repr((result.exchange, result.curl, result.notes, result.url, result.error))


def accepted(server: HTTPServer, verifier: Verifier, tmp_path: Path, *items: dict[str, Any]) -> list[str]:
    """Return what the verifier has against the items' requests to `/signed…`, in order."""
    told: list[str] = []

    def handle(request: Request) -> Response:
        told.append(verifier(request))
        return Response(told[-1] or "fine", status=400 if told[-1] else 200)

    server.expect_request("/signed/a b").respond_with_handler(handle)
    for result in run(tmp_path, list(items)):
        assert result.error is None, result.error
    return told


def url(server: HTTPServer, query: str = "a=1&b=x%20y&c=%2F%2B") -> str:
    """Return a URL with characters that signers get wrong."""
    return f"http://127.0.0.1:{server.port}/signed/a%20b?{query}"


def raw_target(request: Request) -> str:
    """Return the request target as it was sent."""
    return str(request.environ["REQUEST_URI"])


# --- Digest (RFC 7616)


def digest_fault(request: Request, algorithm: str, qop: str, nonce: str) -> str:
    """Return what is wrong with the answer to a Digest challenge (RFC 7616, 3.4)."""
    given = request.authorization.parameters if request.authorization is not None else {}
    name = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}[algorithm.removesuffix("-sess")]

    def h(data: str | bytes) -> str:
        return hashlib.new(name, data.encode() if isinstance(data, str) else data).hexdigest()

    a1 = h("mufasa:a realm:circle of life")
    if algorithm.endswith("-sess"):
        a1 = h(f"{a1}:{nonce}:{given['cnonce']}")
    a2 = f"{request.method}:{raw_target(request)}"
    if qop == "auth-int":
        a2 += f":{h(request.get_data())}"
    middle = f"{nonce}:{given.get('nc')}:{given.get('cnonce')}:{qop}" if qop else nonce
    wanted = {"username": "mufasa", "realm": "a realm", "nonce": nonce, "uri": raw_target(request), "opaque": "o"}
    wanted |= {"algorithm": algorithm, "response": h(f"{a1}:{middle}:{h(a2)}")} | ({"qop": qop} if qop else {})
    return "".join(
        f"{key}: {given.get(key)!r} for {value!r}; " for key, value in wanted.items() if given.get(key) != value
    )


@pytest.mark.parametrize("qop", ["", "auth", "auth-int"])
@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"])
def test_digest_is_accepted(httpserver: HTTPServer, tmp_path: Path, algorithm: str, qop: str) -> None:
    """Whatever algorithm and quality of protection a server asks for, it accepts the answer, in one exchange."""
    nonce, told = "n0nce/+==", []
    offer = f'Basic realm="other", Digest realm="a realm", nonce="{nonce}", opaque="o", algorithm={algorithm}'
    offer += f', qop="{qop}"' if qop else ""

    def handle(request: Request) -> Response:
        if request.authorization is None:
            return Response("who?", status=401, headers={"WWW-Authenticate": offer})
        told.append(digest_fault(request, algorithm, qop, nonce))
        return Response(told[-1] or "fine", status=200)

    httpserver.expect_request("/signed/a b").respond_with_handler(handle)
    auth = {"type": "digest", "username": "mufasa", "password": "circle of life"}
    body = {"mode": "raw", "raw": "the body"}
    (result,) = run(tmp_path, [item(auth, method="POST", url=url(httpserver), body=body)])

    assert [""] == told
    assert result.exchange is not None
    assert [401] == [hop.response.status for hop in result.exchange.redirects]
    assert 200 == result.exchange.response.status
    assert "circle of life" not in shown(result)


def test_wrong_password_is_asked_once_more_and_no_further(httpserver: HTTPServer, tmp_path: Path) -> None:
    """A server that refuses the answer is not asked again and again: its refusal stands."""
    httpserver.expect_request("/").respond_with_data(
        "no", status=401, headers={"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
    )
    auth = {"type": "digest", "username": "mufasa", "password": "wrong"}
    (result,) = run(tmp_path, [item(auth, url=f"http://127.0.0.1:{httpserver.port}/")])

    assert 2 == len(httpserver.log)
    assert Status.FAILED == result.status


def test_stale_nonce_is_renewed(httpserver: HTTPServer, tmp_path: Path) -> None:
    """A nonce that has grown too old is replaced by the server's next one."""
    seen: list[str] = []

    def handle(request: Request) -> Response:
        nonce = str(request.authorization.parameters["nonce"]) if request.authorization is not None else ""
        seen.append(nonce)
        if nonce == "new":
            return Response("fine")
        again = ", stale=true" if nonce else ""
        return Response(status=401, headers={"WWW-Authenticate": f'Digest realm="r", nonce="new", qop="auth"{again}'})

    httpserver.expect_request("/").respond_with_handler(handle)
    auth = {"type": "digest", "username": "mufasa", "password": "x", "realm": "r", "nonce": "old", "qop": "auth"}
    run(tmp_path, [item(auth, url=f"http://127.0.0.1:{httpserver.port}/")])

    assert ["old", "new"] == seen


def digest_server(httpserver: HTTPServer, *, realms: tuple[str, ...] = ("r",), **more: Any) -> list[tuple[str, ...]]:
    """Have a server ask for Digest in a realm for each first letter of a path; return what it sees as it comes.

    It takes each nonce `limit` times, each time with a count one higher, and tells the `nextnonce`.
    """
    seen: list[tuple[str, ...]] = []
    uses: dict[str, int] = {}

    def handle(request: Request) -> Response:
        given = request.authorization.parameters if request.authorization is not None else {}
        realm = next((name for name in realms if request.path.startswith(f"/{name}")), realms[0])
        nonce, count = given.get("nonce") or "", given.get("nc") or ""
        known = nonce in uses and given.get("realm") == realm
        seen.append((request.path, nonce, count))
        if known and uses[nonce] < more.get("limit", 99) and int(count or "0", 16) == uses[nonce] + 1:
            uses[nonce] += 1
            following = f"next-{len(uses)}"
            uses.update({following: 0} if more.get("nextnonce") else {})
            info = {"Authentication-Info": f'nextnonce="{following}"'} if more.get("nextnonce") else {}
            return Response("fine", headers=info)
        uses[f"n{len(uses)}"] = 0
        stale = ", stale=true" if known else ""
        offer = f'Digest realm="{realm}", nonce="n{len(uses) - 1}", qop="auth"{stale}'
        return Response(status=401, headers={"WWW-Authenticate": offer})

    httpserver.expect_request(re.compile(".*")).respond_with_handler(handle)
    return seen


DIGEST = {"type": "digest", "username": "mufasa", "password": "circle of life"}


def test_a_digest_challenge_is_kept_for_the_next_request(httpserver: HTTPServer, tmp_path: Path) -> None:
    """Two requests of one server take three round trips, and the count of the nonce rises."""
    seen = digest_server(httpserver)
    address = f"http://127.0.0.1:{httpserver.port}"
    first, second, third = run(tmp_path, [item(DIGEST, url=f"{address}/{name}") for name in ("a", "b", "c")])

    assert [("/a", "", ""), ("/a", "n0", "00000001"), ("/b", "n0", "00000002"), ("/c", "n0", "00000003")] == seen
    assert [1, 0, 0] == [len(result.exchange.redirects) for result in (first, second, third) if result.exchange]


def test_a_kept_challenge_is_replaced_when_the_server_says_so(httpserver: HTTPServer, tmp_path: Path) -> None:
    """A nonce that has grown too old is answered anew in the same request, and then kept."""
    seen = digest_server(httpserver, limit=2)
    address = f"http://127.0.0.1:{httpserver.port}"
    results = run(tmp_path, [item(DIGEST, url=f"{address}/{name}") for name in "abcd"])

    assert [200] * 4 == [result.exchange.response.status for result in results if result.exchange]
    assert ["", "n0", "n0", "n0", "n1", "n1"] == [nonce for _, nonce, _ in seen]


def test_the_next_nonce_is_the_servers(httpserver: HTTPServer, tmp_path: Path) -> None:
    """What Authentication-Info names (RFC 7616, 3.5) is used for the next request, counted from one."""
    seen = digest_server(httpserver, nextnonce=True)
    address = f"http://127.0.0.1:{httpserver.port}"
    run(tmp_path, [item(DIGEST, url=f"{address}/{name}") for name in "abc"])

    assert [("", ""), ("n0", "00000001"), ("next-1", "00000001"), ("next-2", "00000001")] == [it[1:] for it in seen]


def test_a_kept_challenge_is_of_its_server_user_and_realm(httpserver: HTTPServer, tmp_path: Path) -> None:
    """Another realm asks for itself, and another user or a request that is not to be repeated begins anew."""
    seen = digest_server(httpserver, realms=("r", "s"))
    address = f"http://127.0.0.1:{httpserver.port}"
    other, once = DIGEST | {"username": "scar"}, DIGEST | {"disableRetryRequest": True}
    results = run(
        tmp_path,
        [
            item(DIGEST, url=f"{address}/r1"), item(DIGEST, url=f"{address}/s1"), item(other, url=f"{address}/r2"),
            item(once, url=f"{address}/r3"), item(DIGEST, url=f"http://localhost:{httpserver.port}/r4"),
        ],
    )  # fmt: skip

    assert [200, 200, 200, 401, 200] == [result.exchange.response.status for result in results if result.exchange]
    assert [("/r1", ""), ("/r1", "n0"), ("/s1", "n0"), ("/s1", "n1"), ("/r2", ""), ("/r2", "n2"), ("/r3", ""),
            ("/r4", ""), ("/r4", "n4")] == [it[:2] for it in seen]  # fmt: skip


def test_a_refused_answer_is_not_kept(httpserver: HTTPServer, tmp_path: Path) -> None:
    """With a wrong password each request is asked twice, as without anything kept."""
    httpserver.expect_request(re.compile(".*")).respond_with_data(
        "no", status=401, headers={"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
    )
    run(tmp_path, [item(DIGEST, url=f"http://127.0.0.1:{httpserver.port}/{name}") for name in "ab"])

    assert [False, True, False, True] == ["Authorization" in request.headers for request, _ in httpserver.log]


# --- OAuth 1.0 (RFC 5849)


def oauth1_fault(request: Request, placement: str) -> str:
    """Return what is wrong with an OAuth signature (RFC 5849, 3.4), found in its place only."""
    given = request.authorization.parameters if request.authorization is not None else {}
    header = {name: unquote(value or "") for name, value in given.items()}
    target, _, query = raw_target(request).partition("?")
    in_query = parse_qsl(query, keep_blank_values=True)
    is_form = request.mimetype == "application/x-www-form-urlencoded"
    in_body = parse_qsl(request.get_data().decode(), keep_blank_values=True) if is_form else []
    oauth: dict[str, str] = {"header": header, "query": dict(in_query), "body": dict(in_body)}[placement]
    pairs = [(name, value) for name, value in [*in_query, *in_body] if name != "oauth_signature"]
    pairs += [(name, value) for name, value in header.items() if name not in ("realm", "oauth_signature")]

    def encode(text: str) -> str:
        return quote(text, safe="-._~")

    normalized = "&".join(f"{name}={value}" for name, value in sorted((encode(n), encode(v)) for n, v in pairs))
    base = "&".join(map(encode, (request.method, f"http://{request.host}{target}", normalized)))
    method, signature = oauth["oauth_signature_method"], oauth["oauth_signature"]
    if "oauth_body_hash" in oauth:
        digest = hashlib.new(method.partition("-")[2].lower(), request.get_data()).digest()
        if b64encode(digest).decode() != oauth["oauth_body_hash"]:
            return "the hash of the body is wrong"
    key = f"{encode('s3cret&')}&{encode('t0ken s3cret')}"
    if method == "PLAINTEXT":
        return "" if signature == key else f"{signature!r} for {key!r}"
    if method.startswith("RSA"):
        algorithm = HASHES[method.removeprefix("RSA-SHA")]
        RSA_KEY.public_key().verify(b64decode(signature), base.encode(), padding.PKCS1v15(), algorithm)
        return ""
    wanted = b64encode(hmac.digest(key.encode(), base.encode(), method.removeprefix("HMAC-"))).decode()
    return "" if wanted == signature else f"{signature!r} for {wanted!r} over {base}"


@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize(
    "method", ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"]
)
def test_oauth1_is_accepted(httpserver: HTTPServer, tmp_path: Path, method: str, placement: str) -> None:
    """Each signature method is accepted in each place, over a query and a form with awkward characters."""
    auth: dict[str, Any] = {"type": "oauth1", "consumerKey": "k&y", "token": "t oken", "tokenSecret": "t0ken s3cret"}
    auth |= {"realm": "a r"}
    auth |= {"signatureMethod": method, "addParamsToHeader": placement == "header", "version": "1.0"}
    auth |= {"privateKey": pem(RSA_KEY)} if method.startswith("RSA") else {"consumerSecret": "s3cret&"}
    body = {"mode": "urlencoded", "urlencoded": [{"key": key, "value": value} for key, value in FORM]}
    sent = {"method": "PATCH"} if placement == "query" else {"method": "POST", "body": body}
    told = accepted(
        httpserver, lambda it: oauth1_fault(it, placement), tmp_path, item(auth, url=url(httpserver), **sent)
    )

    assert [""] == told


@pytest.mark.parametrize("form", [FORM, [], [["off", "1"]]], ids=["fields", "none", "disabled"])
@pytest.mark.parametrize("in_header", [True, False], ids=["header", "placed"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH"])
@pytest.mark.parametrize("as_written", [True, False], ids=["as written", "encoded"])
def test_oauth1_signs_what_is_sent(
    httpserver: HTTPServer, tmp_path: Path, form: list[list[str]], in_header: bool, method: str, as_written: bool
) -> None:
    """With `disableUrlEncoding` the query goes out as it is written; a form takes the parameters, be it empty."""
    auth: dict[str, Any] = {"type": "oauth1", "consumerKey": "k&y", "token": "t oken", "tokenSecret": "t0ken s3cret"}
    auth |= {"version": "1.0"}
    auth |= {"consumerSecret": "s3cret&", "signatureMethod": "HMAC-SHA1", "addParamsToHeader": in_header}
    auth |= {"includeBodyHash": method in ("POST", "PUT")}  # which no form gets
    fields = [{"key": key, "value": value, "disabled": key == "off"} for key, value in form]
    sent = item(auth, method=method, url=url(httpserver, "a=1,2&b=3/4&c=x%20y&d=a+b&e"))
    sent["request"]["body"] = {"mode": "urlencoded", "urlencoded": fields}
    sent["protocolProfileBehavior"] = {"disableUrlEncoding": as_written}
    place = "header" if in_header else "body" if method in ("POST", "PUT") else "query"
    targets: list[str] = []

    def fault(request: Request) -> str:
        targets.append(raw_target(request))
        return oauth1_fault(request, place) + ("a hash" if "oauth_body_hash" in str(request.headers) else "")

    assert [""] == accepted(httpserver, fault, tmp_path, sent)
    written = "a=1,2&b=3/4&c=x%20y&d=a+b&e" if as_written else "a=1%2C2&b=3%2F4&c=x%20y&d=a%20b&e"
    assert targets[0].partition("?")[2].startswith(written)
    assert (place == "query") is ("oauth_signature=" in targets[0])


def test_oauth1_hashes_another_body(httpserver: HTTPServer, tmp_path: Path) -> None:
    """A body that is no form is signed by its hash when the file says so."""
    auth: dict[str, Any] = {"type": "oauth1", "consumerKey": "k", "consumerSecret": "s3cret&"}
    auth |= {"tokenSecret": "t0ken s3cret"}
    auth |= {"includeBodyHash": True, "addParamsToHeader": "true", "signatureMethod": "HMAC-SHA256", "token": "t"}
    sent = item(auth, method="PUT", url=url(httpserver), body={"mode": "raw", "raw": '{"a": 1}'})

    assert [""] == accepted(httpserver, lambda it: oauth1_fault(it, "header"), tmp_path, sent)


# --- Hawk, by mohawk's receiver


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("hashed", [True, False])
@pytest.mark.parametrize("more", [{}, {"extraData": "a b", "app": "an app", "delegation": "d"}], ids=["plain", "all"])
def test_hawk_is_accepted(
    httpserver: HTTPServer, tmp_path: Path, algorithm: str, hashed: bool, more: dict[str, str]
) -> None:
    """Another library's receiver accepts the header, with and without the hash of the payload."""

    def fault(request: Request) -> str:
        credentials = {"id": "an id", "key": "a k3y", "algorithm": algorithm}
        receiver = mohawk.Receiver(
            lambda _id: credentials,
            request.headers["Authorization"],
            f"http://{request.host}{raw_target(request)}",
            request.method,
            content=request.get_data(),
            content_type=request.headers["Content-Type"],
            accept_untrusted_content=not hashed,
            seen_nonce=lambda *_: False,
        )
        found = {name: receiver.parsed_header.get(name) for name in ("ext", "app", "dlg")}
        wanted = dict(zip(found, map(more.get, ("extraData", "app", "delegation")), strict=True))
        return "" if wanted == found and hashed == ("hash" in receiver.parsed_header) else f"{found}"

    auth = {"type": "hawk", "authId": "an id", "authKey": "a k3y", "algorithm": algorithm, "includePayloadHash": hashed}
    body = {"mode": "raw", "raw": '{"ü": 1}', "options": {"raw": {"language": "json"}}}

    assert [""] == accepted(
        httpserver, fault, tmp_path, item(auth | more, method="POST", url=url(httpserver), body=body)
    )


# --- AWS Signature Version 4


def awsv4_fault(request: Request, service: str) -> str:
    """Return what is wrong with a signature (AWS, "Create a signed request", steps 1 to 5)."""
    target, _, query = raw_target(request).partition("?")
    pairs = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "X-Amz-Signature"]
    placed = dict(parse_qsl(query))
    if "Authorization" in request.headers:
        fields = dict(part.split("=", 1) for part in request.headers["Authorization"].split(" ", 1)[1].split(", "))
        moment = request.headers["X-Amz-Date"]
    else:
        fields = {name: placed[f"X-Amz-{name}"] for name in ("Credential", "SignedHeaders", "Signature")}
        moment = placed["X-Amz-Date"]
    in_query = "X-Amz-Signature" in placed
    payload = hashlib.sha256(request.get_data()).hexdigest()
    if not in_query and request.headers.get("X-Amz-Content-Sha256", payload) != payload:
        return "the hash of the payload is wrong"
    signed = fields["SignedHeaders"].split(";")
    needed = {"host"} | {name.lower() for name in dict(request.headers) if name.lower().startswith("x-amz-")}
    if signed != sorted(signed) or not needed <= set(signed):
        return f"{signed} lacks some of {needed}"
    path = target if service == "s3" else "/".join(quote(part, safe="-._~") for part in target.split("/"))
    canonical = [request.method, path]
    canonical.append(
        "&".join(sorted(f"{quote(name, safe='-._~')}={quote(value, safe='-._~')}" for name, value in pairs))
    )
    canonical += [f"{name}:{' '.join(request.headers[name].split())}" for name in signed]
    canonical += ["", ";".join(signed), "UNSIGNED-PAYLOAD" if in_query and service == "s3" else payload]
    access, *scope = fields["Credential"].split("/")
    key = b"AWS4" + b"s3cret/key"
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", moment, "/".join(scope), hashed])
    wanted = hmac.digest(key, text.encode(), "sha256").hex()
    if [access, *scope] != ["AKID", moment[:8], "eu-west-1", service, "aws4_request"]:
        return f"{fields['Credential']}"
    return "" if wanted == fields["Signature"] else "\n".join(canonical)


@pytest.mark.parametrize("in_query", [True, False], ids=["query", "header"])
@pytest.mark.parametrize("service", ["execute-api", "s3"])
@pytest.mark.parametrize("session", ["", "a session/token=="], ids=["lasting", "session"])
def test_awsv4_is_accepted(httpserver: HTTPServer, tmp_path: Path, service: str, session: str, in_query: bool) -> None:
    """A verifier of the specification accepts headers and query, with a session token, for S3 and another service."""
    auth: dict[str, Any] = {"type": "awsv4", "accessKey": "AKID", "secretKey": "s3cret/key", "region": "eu-west-1"}
    auth |= {"service": service, "sessionToken": session, "addAuthDataToQuery": in_query}
    body = {"mode": "raw", "raw": "a body", "options": {"raw": {"language": "json"}}}
    headers = [{"key": "X-Amz-Meta", "value": "a   b"}, {"key": "X-Two", "value": "2"}]
    sent = {"url": url(httpserver, "b=2&a=1&a=0&c=%2F%2B&d"), "header": headers}
    items = [item(auth, **sent), item(auth, method="POST", body=body, **sent)]

    assert ["", ""] == accepted(httpserver, lambda it: awsv4_fault(it, service), tmp_path, *items)


# --- JSON web tokens (RFC 7515, RFC 7518)


def unpacked(part: str) -> bytes:
    """Return the bytes of a part of a token."""
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verify_token(token: str, secret: bytes = b"") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and payload of a token whose signature is right. Raises for another."""
    first, second, third = token.split(".")
    header, data, signature = json.loads(unpacked(first)), f"{first}.{second}".encode(), unpacked(third)
    family, size = header["alg"][:2], header["alg"][2:]
    algorithm = HASHES[size]
    if family == "HS":
        assert hmac.compare_digest(hmac.digest(secret, data, f"sha{size}"), signature)
    elif family == "RS":
        RSA_KEY.public_key().verify(signature, data, padding.PKCS1v15(), algorithm)
    elif family == "PS":
        RSA_KEY.public_key().verify(
            signature, data, padding.PSS(padding.MGF1(algorithm), algorithm.digest_size), algorithm
        )
    else:
        half = len(signature) // 2
        r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
        EC_KEYS[size].public_key().verify(encode_dss_signature(r, s), data, ec.ECDSA(algorithm))
    return header, json.loads(unpacked(second))


@pytest.mark.parametrize("size", ["256", "384", "512"])
@pytest.mark.parametrize("family", ["HS", "RS", "PS", "ES"])
def test_jwt_is_accepted(httpserver: HTTPServer, tmp_path: Path, family: str, size: str) -> None:
    """A verifier of the specification accepts each algorithm; header and payload are those of the file."""
    secret, algorithm = b"\x00\xff a secret of some length, in base64 ...................", f"{family}{size}"
    key = pem(EC_KEYS[size] if family == "ES" else RSA_KEY)
    auth: dict[str, Any] = {"type": "jwt", "algorithm": algorithm, "header": '{"kid": "{{kid}}", "alg": "none"}'}
    auth |= {"payload": '{"sub": "ü", "exp": {{exp}}}'}
    auth |= (
        {"secret": b64encode(secret).decode(), "isSecretBase64Encoded": True} if family == "HS" else {"privateKey": key}
    )
    found: list[Any] = []

    def fault(request: Request) -> str:
        found.extend(verify_token(request.headers["Authorization"].removeprefix("Bearer "), secret))
        return ""

    httpserver.expect_request("/").respond_with_handler(lambda request: Response(fault(request)))
    run(tmp_path, [item(auth, url=f"http://127.0.0.1:{httpserver.port}/")], env_vars={"kid": "k1", "exp": "1700000000"})

    assert [{"kid": "k1", "alg": algorithm}, {"sub": "ü", "exp": 1700000000}] == found


@pytest.mark.parametrize("form", ["pem", "pem in one line", "data URI"])
def test_asap_is_accepted(httpserver: HTTPServer, tmp_path: Path, form: str) -> None:
    """The token has the claims that ASAP asks for, whatever form the key has."""
    key = pem(RSA_KEY)
    if form == "pem in one line":
        key = key.replace("\n", "")
    elif form == "data URI":
        der = b64encode(RSA_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()
        key = quote(f"data:application/pkcs8;kid=a/key;base64,{der}", safe="")
    auth = {"type": "asap", "kid": "a/key", "iss": "me", "aud": "you", "exp": "60", "privateKey": key}
    auth |= {"claims": '{"extra": [1]}'}
    tokens: list[str] = []

    def handle(request: Request) -> Response:
        tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        return Response("fine")

    httpserver.expect_request("/").respond_with_handler(handle)
    here = item(auth, url=f"http://127.0.0.1:{httpserver.port}/")
    run(tmp_path, [here, here], clock=lambda: 1_700_000_000.9)
    (header, first), (_, second) = map(verify_token, tokens)
    identifiers = {first.pop("jti"), second.pop("jti")}

    assert {"alg": "RS256", "kid": "a/key"} == header
    assert {"extra": [1], "iat": 1700000000, "exp": 1700000060, "iss": "me", "sub": "me", "aud": "you"} == first
    assert 2 == len(identifiers)


# --- NTLM (MS-NLMP), verified with the values of its section 4.2

NT_HASH = bytes.fromhex("a4f49c406510bdcab6824ee7c30fd852")  # of "Password", MS-NLMP 4.2.2.1.2
SERVER_CHALLENGE = bytes.fromhex("0123456789abcdef")
CHALLENGE_MESSAGE = bytes.fromhex(  # MS-NLMP 4.2.4.3
    "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000060070170000000f"
    "53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000"
)


def ntlm_proof(user: str, domain: str, temp: bytes) -> bytes:
    """Return NTProofStr (MS-NLMP 3.3.2)."""
    key = hmac.digest(NT_HASH, (user.upper() + domain).encode("utf-16-le"), "md5")
    return hmac.digest(key, SERVER_CHALLENGE + temp, "md5")


def test_the_ntlm_verifier_is_right() -> None:
    """The verifier of these tests gives the proof that MS-NLMP publishes in 4.2.4.2.2."""
    temp = bytes.fromhex("01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000") + CHALLENGE_MESSAGE[68:] + bytes(4)

    assert "68cd0ab851e51c96aabc927bebef6a1c" == ntlm_proof("User", "Domain", temp).hex()


def ntlm_fields(message: bytes) -> dict[str, bytes]:
    """Return the payload fields of an AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3)."""
    names = ("lm", "nt", "domain", "user", "workstation")
    spans = [struct.unpack_from("<HHI", message, 12 + 8 * index) for index in range(len(names))]
    return {name: message[at : at + size] for name, (size, _, at) in zip(names, spans, strict=True)}


@contextmanager
def ntlm_server(log: list[str]) -> Iterator[int]:
    """Serve on loopback, signing in whole connections as MS-NTHT has it; yields the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        challenged = signed_in = False

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            kind, _, token = self.headers.get("Authorization", "").partition(" ")
            message = b64decode(token)
            number = struct.unpack_from("<I", message, 8)[0] if message else 0
            log.append(f"{self.client_address[1]} {kind}{number}")
            offer = "Negotiate, NTLM"
            if number == 1:
                self.challenged, offer = True, f"NTLM {b64encode(CHALLENGE_MESSAGE).decode()}"
            elif number == 3 and self.challenged:
                fields = ntlm_fields(message)
                user, domain = fields["user"].decode("utf-16-le"), fields["domain"].decode("utf-16-le")
                log.append(f"{domain}\\{user}@{fields['workstation'].decode('utf-16-le')}")
                self.signed_in = fields["nt"][:16] == ntlm_proof(user, domain, fields["nt"][16:])
            body = b"fine" if self.signed_in else b"no"
            self.send_response(200 if self.signed_in else 401)
            if not self.signed_in:
                self.send_header("WWW-Authenticate", offer)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "who",
    [
        {"username": "User", "domain": "Domain"},
        {"username": "Domain\\User"},
        {"username": "User@Domain"},
    ],
    ids=["domain", "down-level name", "principal name"],
)
def test_ntlm_is_accepted(tmp_path: Path, who: dict[str, str]) -> None:
    """A server of MS-NLMP signs the connection in after three messages; the next item begins on a connection anew."""
    log: list[str] = []
    auth = {"type": "ntlm", "password": "Password", "workstation": "HERE"} | who
    with ntlm_server(log) as port:
        here = item(auth, method="POST", url=f"http://127.0.0.1:{port}/", body={"mode": "raw", "raw": "x"})
        results = run(tmp_path, [here, here])
    connections = [line.split()[0] for line in log if "@" not in line]

    assert [200, 200] == [result.exchange.response.status for result in results if result.exchange is not None]
    assert [[401, 401]] * 2 == [[hop.response.status for hop in it.exchange.redirects] for it in results if it.exchange]
    assert ["Domain\\User@HERE"] * 2 == [line for line in log if "@" in line]
    assert 1 == len(set(connections[:3])) == len(set(connections[3:]))
    assert connections[0] != connections[3]
    assert "Password" not in "".join(map(shown, results))


def test_ntlm_with_a_wrong_password_ends(tmp_path: Path) -> None:
    """A refused third message is the end: the refusal stands."""
    log: list[str] = []
    auth = {"type": "ntlm", "username": "User", "password": "wrong"}
    with ntlm_server(log) as port:
        (result,) = run(tmp_path, [item(auth, method="POST", url=f"http://127.0.0.1:{port}/")])

    assert Status.FAILED == result.status
    assert 3 == len([line for line in log if "@" not in line])
