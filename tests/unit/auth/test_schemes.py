"""Does each scheme put the right credentials into a request, and say which of them are secret?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from harness.auth.sign import sign
from harness.collection.model import Auth, AuthParam
from harness.errors import AuthError, InvalidRequest
from harness.location import Location
from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source
from harness.variables.dynamic import DynamicValues
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import Value, VariableScope

_BASIC = json.loads((Path(__file__).parents[2] / "contract" / "auth" / "basic.json").read_text("utf-8"))


def _place() -> Location:
    return Location(Source("case.json", "{}"))


def _request(**changes: Any) -> PreparedRequest:
    url = RequestUrl("https", "api.example.com", None, "/v1")
    return replace(PreparedRequest("GET", url, (), PreparedBody(), location=_place()), **changes)


def _auth(kind: str, **params: Any) -> Auth:
    return Auth(kind, tuple(AuthParam(key, value, _place()) for key, value in params.items()), _place())


def _renderer(**values: Any) -> Renderer:
    scope = VariableScope()
    scope.layers["environment"] = {name: Value(value) for name, value in values.items()}
    return Renderer(scope, DynamicValues(7).at(0, "item"), RenderOptions())


@pytest.mark.parametrize("case", _BASIC, ids=lambda case: case["title"])
def test_basic_gives_the_published_header(case: dict[str, str]) -> None:
    """The Authorization header is that of the published example."""
    auth = _auth("basic", username=case["username"], password=case["password"])
    signed = sign(_request(), auth, _renderer())

    assert case["authorization"] == signed.header("Authorization")


@pytest.mark.parametrize("case", _BASIC, ids=lambda case: case["title"])
def test_user_of_the_url_gives_the_same_header(case: dict[str, str]) -> None:
    """User and password of a URL, percent-encoded, are worth as much as an auth."""
    userinfo = f"{quote(case['username'])}:{quote(case['password'], safe='')}"
    signed = sign(_request(userinfo=userinfo), None, _renderer())

    assert case["authorization"] == signed.header("Authorization")


@pytest.mark.parametrize(
    ("auth", "secrets", "headers"),
    [
        (_auth("basic", username="jo", password="s3cret"), ("s3cret", "am86czNjcmV0"), {"authorization"}),
        (_auth("basic", username="the-key", password=""), ("the-key", "dGhlLWtleTo="), {"authorization"}),
        (_auth("basic", username="", password="the-key"), ("the-key", "OnRoZS1rZXk="), {"authorization"}),
        (_auth("bearer", token="t0k3n"), ("t0k3n",), {"authorization"}),
        (_auth("apikey", key="X-Key", value="k3y"), ("k3y",), {"x-key"}),
        (_auth("apikey", key="k", value="k3y", **{"in": "query"}), ("k3y",), set()),
        (_auth("noauth"), (), set()),
    ],
    ids=["basic", "basic by user name", "basic by password", "bearer", "apikey", "apikey in query", "noauth"],
)
def test_credentials_are_reported(auth: Auth, secrets: tuple[str, ...], headers: set[str]) -> None:
    """What a scheme puts in is told to the redactor, and which headers must not follow a redirect elsewhere."""
    signed = sign(_request(), auth, _renderer())

    assert secrets == signed.credentials
    assert headers == signed.credential_headers


def test_credentials_of_the_url_are_reported() -> None:
    """The password of a URL is a secret as it is and not as it is encoded."""
    signed = sign(_request(userinfo="jo:s%2Fcret"), None, _renderer())

    assert "s/cret" in signed.credentials
    assert {"authorization"} == signed.credential_headers


def test_auth_goes_before_the_user_of_the_url() -> None:
    """With an auth the URL's user and password are not sent."""
    signed = sign(_request(userinfo="jo:pw"), _auth("bearer", token="t0k3n"), _renderer())

    assert (("Authorization", "Bearer t0k3n"),) == signed.headers


def test_header_by_hand_goes_before_the_user_of_the_url() -> None:
    """An Authorization by hand stays when only the URL names a user."""
    request = _request(userinfo="jo:pw", headers=(("authorization", "Token x"),))

    assert (("authorization", "Token x"),) == sign(request, None, _renderer()).headers


def test_auth_replaces_a_header_by_hand() -> None:
    """An auth takes the place of every Authorization by hand, whatever its case."""
    request = _request(headers=(("authorization", "a"), ("AUTHORIZATION", "b"), ("X-A", "1")))
    signed = sign(request, _auth("bearer", token="t0k3n"), _renderer())

    assert (("X-A", "1"), ("Authorization", "Bearer t0k3n")) == signed.headers


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("a+b/c==", "/v1?key=a+b/c=="),
        ("a&b#c", "/v1?key=a%26b%23c"),
        ("a%20b", "/v1?key=a%20b"),
        ("ü \"'<>", "/v1?key=%C3%BC%20%22%27%3C%3E"),
    ],
)
def test_api_key_in_the_query_is_encoded_as_postman_does(value: str, target: str) -> None:
    """Only what would end or break the pair is encoded; what is encoded already stays."""
    auth = _auth("apikey", key="key", value=value, **{"in": "query"})

    assert target == sign(_request(), auth, _renderer()).url.target


@pytest.mark.parametrize("text", ["{{t}}", "{t}", "<t>", "<<t>>"])
def test_parameters_are_filled_in(text: str) -> None:
    """A parameter may be written in any style of placeholder."""
    signed = sign(_request(), _auth("bearer", token=text), _renderer(t="t0k3n"))

    assert "Bearer t0k3n" == signed.header("Authorization")


@pytest.mark.parametrize("text", ["{{t}}", "{t}", "<t>", "<<t>>"])
@pytest.mark.parametrize("values", [{}, {"t": ""}, {"t": None}], ids=["unknown", "empty", "null"])
def test_parameter_without_a_value_is_a_fault(text: str, values: dict[str, Any]) -> None:
    """A credential that is unknown or empty is never sent, in whatever style it is written."""
    renderer = _renderer(**values)
    sign(_request(), _auth("bearer", token=text), renderer)

    assert ["t"] == [fault.name for fault in renderer.faults]


@pytest.mark.parametrize(
    ("auth", "summary"),
    [
        (_auth("basic"), "the auth `basic` has no `username`"),
        (_auth("basic", username=""), "the auth `basic` has no `username`"),
        (_auth("bearer"), "the auth `bearer` has no `token`"),
        (_auth("bearer", token=None), "the auth `bearer` has no `token`"),
        (_auth("apikey", value="v"), "the auth `apikey` has no `key`"),
        (_auth("apikey", key="k"), "the auth `apikey` has no `value`"),
        (_auth("basik"), "unknown auth scheme `basik`"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_auth_that_cannot_sign_is_an_error(auth: Auth, summary: str) -> None:
    """A missing parameter and a scheme that nobody knows stop the request."""
    with pytest.raises(AuthError) as caught:
        sign(_request(), auth, _renderer())

    assert summary == caught.value.summary


@pytest.mark.parametrize("text", ["a\nb", "a\r\nX-Evil: 1", "a\0b", "a\n"])
@pytest.mark.parametrize("kind", ["bearer", "apikey"])
def test_credential_cannot_smuggle_a_header_in(kind: str, text: str) -> None:
    """A control character in a credential stops the request."""
    auth = _auth("bearer", token=text) if kind == "bearer" else _auth("apikey", key="X-Key", value=text)
    with pytest.raises(InvalidRequest):
        sign(_request(), auth, _renderer())
