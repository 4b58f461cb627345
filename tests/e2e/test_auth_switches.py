"""Does every parameter of an auth that is a switch make a difference on the wire?"""

from __future__ import annotations

import ast
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import harness

ROOT = Path(harness.__file__).parent / "auth"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
JWT = {"algorithm": "HS256", "secret": "czNjcmV0LXMzY3JldC1zM2NyZXQtczNjcmV0LXMzY3JldA==", "payload": {"a": 1}}
OAUTH1 = {"consumerKey": "k", "consumerSecret": "s3cret-one", "signatureMethod": "HMAC-SHA1", "nonce": "n+1"}
OAUTH2 = {"accessToken": "t0ken-1"}
AWS = {"accessKey": "AKID", "secretKey": "s3cret/key"}
TEXT = {"mode": "raw", "raw": "text"}
CHALLENGES = {"digest": 'Digest realm="r", nonce="n", qop="auth"', "ntlm": "NTLM"}


@dataclass(frozen=True, slots=True)
class Case:
    """One switch of a scheme, a value of it, and what is seen of the requests without and with it."""

    value: Any
    seen: Callable[[list[Any]], Any]
    without: Any
    with_it: Any
    auth: dict[str, Any] = field(default_factory=dict)
    request: dict[str, Any] = field(default_factory=dict)


def _where(name: str) -> Callable[[list[Any]], str]:
    """Return a function that says where a parameter stands: header or query."""
    return lambda got: "query" if name in parse_qs(urlsplit(got[-1].target).query) else "header"


def _authorization(got: list[Any]) -> str:
    return str(got[-1].headers.get("authorization", ""))


def _word(got: list[Any]) -> str:
    return _authorization(got).partition(" ")[0]


def _holds(words: str) -> Callable[[list[Any]], bool]:
    return lambda got: words in _authorization(got)


def _is_signed_with_the_text(got: list[Any]) -> bool:
    import hashlib
    import hmac

    data, _, signature = _authorization(got).removeprefix("Bearer ").rpartition(".")
    wanted = hmac.new(JWT["secret"].encode(), data.encode(), hashlib.sha256).digest()  # type: ignore[attr-defined]
    return urlsafe_b64decode(signature + "=") == wanted


CASES: dict[tuple[str, str], Case] = {
    ("apikey", "in"): Case("query", _where("k"), "header", "query", {"key": "k", "value": "v1"}),
    ("awsv4", "addAuthDataToQuery"): Case(True, _where("X-Amz-Signature"), "header", "query", AWS),
    ("digest", "disableRetryRequest"): Case(True, len, 2, 1, {"username": "u", "password": "p"}),
    ("hawk", "includePayloadHash"): Case(
        True, _holds('hash="'), False, True, {"authId": "i", "authKey": "k"}, {"method": "POST", "body": TEXT}
    ),
    ("jwt", "addTokenTo"): Case("queryParam", _where("token"), "header", "query", JWT),
    ("jwt", "headerPrefix"): Case("JWT", _word, "Bearer", "JWT", JWT),
    ("jwt", "isSecretBase64Encoded"): Case(True, _is_signed_with_the_text, True, False, JWT),
    ("ntlm", "disableRetryRequest"): Case(True, len, 2, 1, {"username": "u", "password": "p"}),
    ("oauth1", "addEmptyParamsToSign"): Case(
        True, lambda got: "oauth_token=&" in got[-1].target, False, True, OAUTH1 | {"token": ""}
    ),
    ("oauth1", "addParamsToHeader"): Case(True, _where("oauth_signature"), "query", "header", OAUTH1),
    ("oauth1", "disableHeaderEncoding"): Case(
        True, _holds('oauth_nonce="n+1"'), False, True, OAUTH1 | {"addParamsToHeader": True}
    ),
    ("oauth1", "includeBodyHash"): Case(
        True, _holds("oauth_body_hash"), False, True, OAUTH1 | {"addParamsToHeader": True},
        {"method": "POST", "body": TEXT},
    ),
    ("oauth2", "addTokenTo"): Case("queryParams", _where("access_token"), "header", "query", OAUTH2),
    ("oauth2", "headerPrefix"): Case("Token", _word, "Bearer", "Token", OAUTH2),
}  # fmt: skip
ELSEWHERE = {
    "algorithm", "alg", "qop", "signatureMethod",  # test_auth_verified.py
    "client_authentication",  # test_auth_tokens.py
}  # fmt: skip


def _switches() -> Iterator[tuple[str, str]]:
    """Yield scheme and name of each parameter that the code asks for a word or for true or false."""
    for file in ROOT.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                name = node.args[0]
                if node.func.attr in ("flag", "choice", "has") and isinstance(name, ast.Constant):
                    yield file.stem, str(name.value)


def test_every_switch_has_a_case() -> None:
    """No switch that is read goes without one."""
    assert set(CASES) == {switch for switch in _switches() if switch[1] not in ELSEWHERE}


@pytest.fixture
def got(site: Any, tmp_path: Path) -> Callable[..., list[Any]]:
    """Return a function that sends a request with an auth; it returns all that the server got for it."""

    def send(kind: str, params: dict[str, Any], request: dict[str, Any]) -> list[Any]:
        challenge = CHALLENGES.get(kind)

        def respond(_: Any) -> bytes:
            if challenge is None:
                return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            return f"HTTP/1.1 401 No\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n".encode()

        server = site(respond)
        auth = {"type": kind, kind: [{"key": key, "value": value} for key, value in params.items()]}
        item = {"name": "r", "request": {"method": "GET", "url": server.url + "/x", "auth": auth} | request}
        file = tmp_path / "c.postman_collection.json"
        file.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": [item]}), encoding="utf-8")
        result = harness.run(harness.load(file), harness.RunOptions(keep_results=True)).results[0]
        assert result.error is None
        return list(server.received)

    return send


@pytest.mark.parametrize(("kind", "name"), CASES, ids="-".join)
def test_a_switch_makes_a_difference(got: Callable[..., list[Any]], kind: str, name: str) -> None:
    """What the server gets differs with the switch, given as what it is or as text."""
    case = CASES[kind, name]
    text = str(case.value).lower() if isinstance(case.value, bool) else case.value

    assert case.without == case.seen(got(kind, case.auth, case.request))
    assert case.with_it == case.seen(got(kind, case.auth | {name: case.value}, case.request))
    assert case.with_it == case.seen(got(kind, case.auth | {name: text}, case.request))


NO_CREDENTIALS = {
    "jwt": JWT | {"header": "no JSON", "addTokenTo": "header", "headerPrefix": "Bearer",
                  "isSecretBase64Encoded": "true"},
    "oauth2": {"accessToken": "", "addTokenTo": "header", "tokenType": "Bearer", "tokenName": "production",
               "grant_type": "authorization_code", "accessTokenUrl": "https://login.test/token"},
    "oauth1": OAUTH1 | {"signatureMethod": "nonsense", "addParamsToHeader": "header"},
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_CREDENTIALS)
def test_the_word_of_a_switch_is_no_secret(tmp_path: Path, run_cli: Callable[..., Any], kind: str) -> None:
    """What a request that cannot be signed says of its switches stands in clear, its credentials do not."""
    params = NO_CREDENTIALS[kind]
    url = "http://127.0.0.1:1/header/Bearer/production/true/https://login.test/token"
    item = {"name": "r", "request": {"method": "GET", "url": url, "auth": {"type": kind, kind: params}}}
    file = tmp_path / "c.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": [item]}), encoding="utf-8")

    done = run_cli("run", file)

    assert done.code == 2
    assert url in done.out
    assert "s3cret-one" not in done.text
    assert JWT["secret"] not in done.text
