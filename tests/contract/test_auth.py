"""Does each scheme give the signatures that its specification, or whoever invented it, has published?

Each case names its source: a request and the parameters of an auth, and what of the signed request is known.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import b64encode, urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from harness.auth.jws import base64_bytes, signature_of
from harness.auth.means import Means
from harness.auth.sign import sign
from harness.collection.model import Auth, AuthParam
from harness.location import Location
from harness.request.prepared import BodyPart, PreparedBody, PreparedRequest
from harness.request.url import parse_url
from harness.source import Source
from harness.variables.dynamic import DynamicValues
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import VariableScope

FOLDER = Path(__file__).parent / "auth"
PLACE = Location(Source("case.json", "{}"))
PAIR = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))')


def cases(scheme: str) -> list[Any]:
    """Return the published cases of a scheme as parameters of a test."""
    found = json.loads((FOLDER / f"{scheme}.json").read_text("utf-8"))
    return [pytest.param(scheme, case, id=f"{scheme}: {case['title']}") for case in found]


def request_of(case: dict[str, Any]) -> PreparedRequest:
    """Return the request of a case, not signed."""
    body = PreparedBody()
    if "body" in case:
        body = PreparedBody(case["body"].encode(), mode="raw")
    if "form" in case:
        parts = tuple(BodyPart(name, value) for name, value in case["form"])
        content = "&".join(f"{quote(part.name, safe='')}={quote(part.value, safe='')}" for part in parts)
        body = PreparedBody(content.encode(), "application/x-www-form-urlencoded", "urlencoded", parts)
    headers = tuple((name, value) for name, value in case.get("headers", []))
    return PreparedRequest(case["method"], parse_url(case["url"], PLACE), headers, body, PLACE)


def auth_of(scheme: str, params: dict[str, Any]) -> Auth:
    """Return an auth with these parameters."""
    return Auth(scheme, tuple(AuthParam(key, value, PLACE) for key, value in params.items()), PLACE)


def signed(scheme: str, case: dict[str, Any], **means: Any) -> PreparedRequest:
    """Return the request of a case as it is signed at the time of the case."""
    now = datetime.fromisoformat(case.get("time", "2020-01-01T00:00:00Z")).timestamp()
    renderer = Renderer(VariableScope(), DynamicValues(7).at(0, "item"), RenderOptions())
    auth = auth_of(scheme, case["params"])
    request = request_of(case.get("request", {"method": "GET", "url": "https://api.example.com/"}))
    return sign(request, auth, renderer, Means(lambda: now, Random(7), **means))


@pytest.mark.parametrize(("scheme", "case"), [*cases("awsv4"), *cases("edgegrid"), *cases("hawk"), *cases("jwt")])
def test_request_is_signed_as_published(scheme: str, case: dict[str, Any]) -> None:
    """The headers, or the query, of the signed request are those of the published example."""
    request = signed(scheme, case)
    headers = {name: request.header(name) for name in case.get("headers", {})}
    query = dict(parse_qsl(request.url.query or ""))

    assert case.get("headers", {}) == headers
    if "query" in case:
        assert case["query"] == query


@pytest.mark.parametrize(("scheme", "case"), cases("oauth1"))
def test_oauth1_signature_is_the_published_one(scheme: str, case: dict[str, Any]) -> None:
    """The signature is that of the published example or of its base string, wherever it is placed."""
    request = signed(scheme, case)
    header = {name: value for name, value, _ in PAIR.findall(request.header("authorization") or "")}
    placed = dict(parse_qsl(request.url.query or "")) | {part.name: part.value for part in request.body.parts}
    found = placed.get("oauth_signature") or dict(parse_qsl(f"s={header['oauth_signature']}"))["s"]

    if "base" in case:
        key = f"{case['params']['consumerSecret']}&{case['params']['tokenSecret']}"
        case["signature"] = b64encode(hmac.digest(key.encode(), case["base"].encode(), "sha1")).decode()
    assert case["signature"] == found


@pytest.mark.parametrize(("scheme", "case"), cases("digest"))
def test_digest_fields_are_the_published_ones(scheme: str, case: dict[str, Any]) -> None:
    """With the challenge and client nonce of the published example, the answer is the published one."""
    request = signed(scheme, case)
    fields = {name: quoted or bare for name, quoted, bare in PAIR.findall(request.header("authorization") or "")}

    assert case["fields"] == {name: fields.get(name) for name in case["fields"]}


@pytest.mark.parametrize(("_scheme", "case"), cases("jws"))
def test_token_is_signed_as_published(_scheme: str, case: dict[str, Any]) -> None:
    """The signature of a token is the published one, or is accepted with the published key where it is random."""
    data, _, signature = case["token"].rpartition(".")
    algorithm = json.loads(urlsafe_b64decode(data.partition(".")[0] + "=="))["alg"]
    key: Any = base64_bytes(case["secret"]) if "secret" in case else None
    key = key or load_pem_private_key(case["privateKey"].encode(), None)
    ours = signature_of(data.encode(), key, algorithm)

    if case.get("random"):
        token = f"{data}.{jwt.utils.base64url_encode(ours).decode()}"
        assert jwt.PyJWS().decode(token, key.public_key(), algorithms=[algorithm])
    else:
        assert base64_bytes(signature) == ours


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What a token server answers."""

    text: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "application/json"


@pytest.mark.parametrize(("scheme", "case"), cases("oauth2"))
def test_token_is_asked_for_as_published(scheme: str, case: dict[str, Any]) -> None:
    """The request for a token is the published one, and the token of the published answer is placed."""
    asked: list[PreparedRequest] = []

    def send(request: PreparedRequest) -> TokenAnswer:
        asked.append(request)
        return TokenAnswer(json.dumps(case["answer"]))

    request = signed(scheme, case, send=send)

    assert [("POST", "https://server.example.com/token")] == [(it.method, str(it.url)) for it in asked]
    assert case["body"] == asked[0].body.content.decode()
    assert case["authorization"] == asked[0].header("authorization")
    assert f"Bearer {case['token']}" == request.header("authorization")
