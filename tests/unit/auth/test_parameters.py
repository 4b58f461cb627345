"""Is a wrong or missing parameter of a scheme an error at its place, and is what may be left out filled in?"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from harness.auth.means import Means
from harness.auth.sign import SCHEMES, sign
from harness.collection.model import Auth, AuthParam
from harness.errors import AuthError
from harness.location import Location
from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source
from harness.transport.redirects import RedirectRules, next_request
from harness.variables.dynamic import DynamicValues
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import Value, VariableScope

PLACE = Location(Source("case.json", "{}"))
URL = RequestUrl("https", "api.example.com", None, "/v1", "a=1")
CASES = json.loads((Path(__file__).parents[2] / "contract" / "auth" / "jws.json").read_text("utf-8"))
EC_KEY = next(case["privateKey"] for case in CASES if case["title"] == "ES256")

COMPLETE: dict[str, dict[str, Any]] = {
    "apikey": {"key": "X-Key", "value": "k"},
    "asap": {"kid": "k", "iss": "me", "aud": "you", "alg": "ES256", "privateKey": EC_KEY},
    "awsv4": {"accessKey": "AKID", "secretKey": "s"},
    "basic": {"username": "me"},
    "bearer": {"token": "t"},
    "digest": {"username": "me"},
    "edgegrid": {"accessToken": "a", "clientToken": "c", "clientSecret": "s"},
    "hawk": {"authId": "me", "authKey": "k"},
    "jwt": {"algorithm": "ES256", "privateKey": EC_KEY},
    "ntlm": {"username": "me"},
    "oauth1": {"consumerKey": "k", "consumerSecret": "s"},
    "oauth2": {"accessToken": "t"},
}


def _auth(kind: str, params: dict[str, Any]) -> Auth:
    given = (AuthParam(key, value, PLACE.child("auth", kind, key)) for key, value in params.items())
    return Auth(kind, tuple(given), PLACE.child("auth"))


def _signed(kind: str, params: dict[str, Any], *, seed: int = 7, **variables: str) -> PreparedRequest:
    scope = VariableScope()
    scope.layers["environment"] = {name: Value(value) for name, value in variables.items()}
    renderer = Renderer(scope, DynamicValues(7).at(0, "item"), RenderOptions())
    request = PreparedRequest("GET", URL, (), PreparedBody(), PLACE)
    return sign(request, _auth(kind, params), renderer, Means(lambda: 1_700_000_000.0, Random(seed)))


def test_every_scheme_is_tried() -> None:
    """The cases of this file leave out no scheme but the one that signs nothing."""
    assert set(SCHEMES) == {"noauth", *COMPLETE}


@pytest.mark.parametrize("kind", COMPLETE)
def test_what_is_complete_signs(kind: str) -> None:
    """The parameters of each case are enough: all others have defaults."""
    request = _signed(kind, COMPLETE[kind])

    assert request.headers or request.url != URL or request.answer is not None


@pytest.mark.parametrize(
    ("kind", "key"),
    [(kind, key) for kind, params in COMPLETE.items() for key in params if key not in ("alg", "algorithm")],
)
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_missing_parameter_is_an_error_at_its_place(kind: str, key: str, value: str | None) -> None:
    """Without one of its parameters a scheme signs nothing and says which it lacks."""
    params = {name: it for name, it in COMPLETE[kind].items() if name != key} | ({} if value is None else {key: value})
    with pytest.raises(AuthError) as caught:
        _signed(kind, params)

    assert f"the auth `{kind}` has no `{key}`" == caught.value.summary
    assert caught.value.location == (PLACE.child("auth") if value is None else PLACE.child("auth", kind, key))


@pytest.mark.parametrize(
    ("kind", "wrong", "summary", "hint"),
    [
        ("apikey", {"in": "body"}, "the `in` of the auth `apikey` cannot be `body`", "known are `header`, `query`"),
        ("asap", {"alg": "HS256"}, "the `alg` of the auth `asap` cannot be `HS256`", "did you mean"),
        ("asap", {"claims": "[]"}, "the `claims` of the auth `asap` is no JSON object", None),
        ("asap", {"claims": '{"exp": "soon"}'}, "the `exp` of the `claims` of the auth `asap` is no time", None),
        ("asap", {"exp": "-1"}, "the `exp` of the auth `asap` is no whole number: `-1`", None),
        ("asap", {"privateKey": "x"}, "the `privateKey` of the auth `asap` is no private key", "give it as PEM"),
        ("awsv4", {"addAuthDataToQuery": "yes"}, "the `addAuthDataToQuery` of the auth `awsv4` is neither", None),
        ("digest", {"algorithm": "SHA-1"}, "the `algorithm` of the auth `digest` cannot be `SHA-1`", "did you mean"),
        ("digest", {"qop": "auth-in"}, "the `qop` of the auth `digest` cannot be `auth-in`", "did you mean `auth-int`"),
        ("edgegrid", {"maxBodySize": "2k"}, "the `maxBodySize` of the auth `edgegrid` is no whole number: `2k`", None),
        ("hawk", {"algorithm": "md5"}, "the `algorithm` of the auth `hawk` cannot be `md5`", "known are `sha256`"),
        ("hawk", {"timestamp": "now"}, "the `timestamp` of the auth `hawk` is no whole number: `now`", None),
        ("jwt", {"algorithm": "none"}, "the `algorithm` of the auth `jwt` cannot be `none`", "known are `HS256`"),
        ("jwt", {"algorithm": "ES384"}, "the `privateKey` of the auth `jwt` does not fit ES384: ", None),
        ("jwt", {"algorithm": "RS256"}, "the `privateKey` of the auth `jwt` does not fit RS256: ", None),
        ("jwt", {"algorithm": "HS256"}, "the auth `jwt` has no `secret`", "set it, or"),
        ("jwt", {"payload": "{"}, "the `payload` of the auth `jwt` is not JSON: ", None),
        ("jwt", {"header": "1"}, "the `header` of the auth `jwt` is no JSON object", None),
        ("jwt", {"addTokenTo": "body"}, "the `addTokenTo` of the auth `jwt` cannot be `body`", "known are"),
        ("oauth1", {"signatureMethod": "HMAC-MD5"}, "the `signatureMethod` of the auth `oauth1` cannot be", "did you"),
        ("oauth1", {"signatureMethod": "RSA-SHA1"}, "the auth `oauth1` has no `privateKey`", "set it, or"),
        (
            "oauth1",
            {"signatureMethod": "RSA-SHA1", "privateKey": EC_KEY},
            "the `privateKey` of the auth `oauth1` is no RSA key",
            None,
        ),
        ("oauth2", {"addTokenTo": "cookie"}, "the `addTokenTo` of the auth `oauth2` cannot be `cookie`", "known are"),
        ("oauth2", {"tokenType": "MAC"}, "the auth `oauth2` cannot sign with a MAC token", None),
        (
            "oauth2",
            {"accessToken": "", "grant_type": "authorization_code"},
            "the auth `oauth2` has no `accessToken`, and `authorization_code` needs a person in a browser",
            "store one",
        ),
        (
            "oauth2",
            {"accessToken": "", "grant_type": "client_credentials"},
            "the auth `oauth2` has no `accessTokenUrl`",
            "set it, or",
        ),
    ],
)
def test_wrong_parameter_is_an_error_at_its_place(
    kind: str, wrong: dict[str, str], summary: str, hint: str | None
) -> None:
    """A value that a scheme cannot use is told with its place and, where there is one, a way out."""
    with pytest.raises(AuthError) as caught:
        _signed(kind, COMPLETE[kind] | wrong)

    assert summary in caught.value.summary
    assert (hint or "") in (caught.value.hint or "")
    assert caught.value.location is not None
    assert caught.value.location.path[:1] == ("auth",)


@pytest.mark.parametrize(
    ("kind", "library"),
    [
        ("asap", "jwt"),
        ("jwt", "jwt"),
        ("jwt", "cryptography.exceptions"),
        ("ntlm", "spnego"),
        ("oauth1", "oauthlib.oauth1"),
    ],
)
def test_missing_library_names_the_extra(kind: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the libraries of the extra, such a scheme says how to install them."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(AuthError) as caught:
        _signed(kind, COMPLETE[kind])

    assert f"the auth `{kind}` needs a library that is not installed: {library}" == caught.value.summary
    assert "pip install 'postman-harness[auth]'" == caught.value.hint


@pytest.mark.parametrize("kind", ["apikey", "awsv4", "basic", "bearer", "digest", "edgegrid", "hawk", "oauth2"])
def test_most_schemes_need_no_extra(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Schemes that only hash do without any library."""
    for library in ("cryptography", "jwt", "oauthlib", "spnego"):
        monkeypatch.setitem(sys.modules, library, None)

    assert _signed(kind, COMPLETE[kind]).credentials or _signed(kind, COMPLETE[kind]).answer


@pytest.mark.parametrize("kind", ["edgegrid", "hawk", "oauth1", "asap"])
def test_nonces_are_new_for_each_item_and_repeated_by_the_seed(kind: str) -> None:
    """Two items never share a nonce; a run with the same seed and clock signs the same way again."""

    def header(seed: int) -> str | None:
        request = _signed(kind, COMPLETE[kind] | {"addParamsToHeader": True, "alg": "ES256"}, seed=seed)
        value = request.header("authorization") or ""
        return value.partition(".")[2].partition(".")[0] if kind == "asap" else value

    assert header(1) == header(1)
    assert header(1) != header(2)


def test_objects_are_as_good_as_their_text() -> None:
    """The payload of a token may be an object in the file, and its placeholders are filled in."""
    secret = {"algorithm": "HS256", "secret": "s"}
    as_text = _signed("jwt", secret | {"payload": '{"sub": "{{who}}", "n": 1}'}, who="ann")
    as_object = _signed("jwt", secret | {"payload": {"sub": "{{who}}", "n": 1}}, who="ann")

    assert as_text.header("authorization") == as_object.header("authorization")


def test_redirects_elsewhere_take_no_answer_along() -> None:
    """What answers challenges is dropped with the credentials when a request goes to another server."""
    request = _signed("digest", COMPLETE["digest"])
    there = next_request(request, 307, "https://other.example.com/", RedirectRules(), lambda text: False)
    here = next_request(request, 307, "/other", RedirectRules(), lambda text: False)

    assert there is not None
    assert here is not None
    assert (None, request.answer) == (there.answer, here.answer)
    assert replace(request, answer=None) == request
