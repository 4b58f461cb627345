"""How does a run come by the tokens of OAuth 2.0, and where do they never go?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import harness
from harness.record.ledger import RunResult
from harness.record.status import Status
from harness.variables.environment import Environment, load_environment
from harness.variables.scope import Value

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
GRANT = {"grant_type": "client_credentials", "clientId": "an-id", "clientSecret": "cl1ent-s3cret"}


class TokenServer:
    """Gives out numbered tokens and keeps what it was asked; `/api` accepts the latest one."""

    def __init__(self, server: HTTPServer, **answer: Any) -> None:
        self.asked: list[Request] = []
        self.used: list[str] = []
        self.answer: dict[str, Any] = answer
        self.status = 200
        self.url = f"http://127.0.0.1:{server.port}"
        server.expect_request("/token", method="POST").respond_with_handler(self._give)
        server.expect_request("/api").respond_with_handler(self._serve)

    def _give(self, request: Request) -> Response:
        self.asked.append(request)
        token = {"access_token": f"t0ken-number-{len(self.asked)}", "token_type": "bearer"}
        return Response(json.dumps(token | self.answer), status=self.status, mimetype="application/json")

    def _serve(self, request: Request) -> Response:
        self.used.append(request.headers.get("Authorization", "") or str(request.args.get("access_token")))
        return Response(json.dumps({"you_sent": self.used[-1]}), mimetype="application/json")


@pytest.fixture
def tokens(httpserver: HTTPServer) -> TokenServer:
    """Return a server that gives out tokens."""
    return TokenServer(httpserver)


def run(tmp_path: Path, server: TokenServer, auth: dict[str, Any], count: int = 1, **options: Any) -> RunResult:
    """Run a collection of `count` items that inherit this auth, in the form of v2.1."""
    full = {"accessTokenUrl": "{{url}}/token"} | auth
    params = [{"key": key, "value": value, "type": "any"} for key, value in full.items()]
    example = {"name": "ok", "code": 200, "body": '{"you_sent": "x"}'}
    items = [
        {"name": f"i{n}", "request": {"method": "GET", "url": "{{url}}/api"}, "response": [example]}
        for n in range(count)
    ]
    path = tmp_path / "tokens.postman_collection.json"
    document = {
        "info": {"name": "tokens", "schema": SCHEMA},
        "auth": {"type": "oauth2", "oauth2": params},
        "item": items,
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    default = harness.RunOptions(env_vars={"url": server.url}, keep_results=True)
    return harness.run(harness.load(path), replace(default, **options))


def live(tokens: TokenServer, tmp_path: Path) -> Environment:
    """Return the environment `live`."""
    path = tmp_path / "live.postman_environment.json"
    path.write_text(json.dumps({"name": "live", "values": [{"key": "url", "value": tokens.url}]}), encoding="utf-8")
    return load_environment(path)


def test_one_token_serves_the_run(tokens: TokenServer, tmp_path: Path) -> None:
    """All items of all iterations share the token that was asked for once."""
    result = run(tmp_path, tokens, GRANT, count=3, iterations=2)

    assert 1 == len(tokens.asked)
    assert ["Bearer t0ken-number-1"] * 6 == tokens.used
    assert 6 == result.totals[Status.PASSED]


def test_client_is_told_in_the_header_or_the_body(tokens: TokenServer, tmp_path: Path) -> None:
    """The client names itself where the file says, and never in both places."""
    run(tmp_path, tokens, GRANT | {"scope": "read write"})
    run(tmp_path, tokens, GRANT | {"client_authentication": "body"})
    first, second = tokens.asked

    assert first.authorization is not None
    assert ("an-id", "cl1ent-s3cret") == (first.authorization.username, first.authorization.password)
    assert {"grant_type": "client_credentials", "scope": "read write"} == dict(first.form)
    assert second.authorization is None
    assert {"client_id": "an-id", "client_secret": "cl1ent-s3cret"}.items() <= dict(second.form).items()


def test_further_parameters_go_where_they_belong(tokens: TokenServer, tmp_path: Path) -> None:
    """Parameters of the token request go into its body, URL or header; a disabled one nowhere."""
    more = [
        {"key": "audience", "value": "{{url}}", "enabled": True, "send_as": "request_body"},
        {"key": "tenant", "value": "a b", "enabled": True, "send_as": "request_url"},
        {"key": "X-Tenant", "value": "t", "enabled": True, "send_as": "request_header"},
        {"key": "off", "value": "x", "enabled": False, "send_as": "request_body"},
    ]
    run(tmp_path, tokens, GRANT | {"tokenRequestParams": more})
    (asked,) = tokens.asked

    assert {"grant_type": "client_credentials", "audience": tokens.url} == dict(asked.form)
    assert {"tenant": "a b"} == dict(asked.args)
    assert "t" == asked.headers["X-Tenant"]


def test_token_that_runs_out_is_asked_for_again(tokens: TokenServer, tmp_path: Path) -> None:
    """A token is no longer used shortly before its time is over."""
    moments = iter(range(1_000_000, 2_000_000, 30))
    tokens.answer = {"expires_in": 100}
    run(tmp_path, tokens, GRANT, count=5, clock=lambda: float(next(moments)))

    assert 1 < len(tokens.asked) < 5
    assert sorted(tokens.used) == tokens.used


def test_refresh_token_is_replaced_by_the_next_one(tokens: TokenServer, tmp_path: Path) -> None:
    """A server that changes the refresh token with each use is given the latest."""
    moments = iter(range(1_000_000, 2_000_000, 1000))
    tokens.answer = {"expires_in": 100, "refresh_token": "r3fresh-2"}
    auth = {"grant_type": "refresh_token", "refreshToken": "r3fresh-1", "clientId": "an-id"}
    run(tmp_path, tokens, auth, count=2, clock=lambda: float(next(moments)))

    assert ["r3fresh-1", "r3fresh-2"] == [request.form["refresh_token"] for request in tokens.asked]


def test_other_credentials_get_a_token_of_their_own(tokens: TokenServer, tmp_path: Path) -> None:
    """Rows of data that name different users are given different tokens."""
    auth = {"grant_type": "password_credentials", "username": "{{user}}", "password": "pw-0f-user", "clientId": "an-id"}
    data = ({"user": Value("ann")}, {"user": Value("bob")}, {"user": Value("ann")})
    run(tmp_path, tokens, auth, data=data)

    assert ["ann", "bob"] == [request.form["username"] for request in tokens.asked]
    assert [f"Bearer t0ken-number-{number}" for number in (1, 2, 1)] == tokens.used


def test_refusal_is_not_provoked_twice(tokens: TokenServer, tmp_path: Path) -> None:
    """A server that refuses is asked once: more wrong passwords could lock the account. Its words are told."""
    tokens.status = 400
    tokens.answer = {"access_token": None, "error": "invalid_client", "error_description": "no cl1ent-s3cret here"}
    result = run(tmp_path, tokens, GRANT, count=3)

    assert 1 == len(tokens.asked)
    assert [] == tokens.used
    assert 3 == result.totals[Status.ERROR]
    error = result.failures[0].error
    assert error is not None
    assert error.summary.startswith("the token server gave no token, but 400: invalid_client no ‹")
    assert error.place is not None
    assert "$.auth.oauth2[0].value" == error.place.path


def test_secrets_are_masked(tokens: TokenServer, tmp_path: Path) -> None:
    """Neither token nor client secret is in any result, though the server echoes the token."""
    tokens.answer = {"refresh_token": "r3fresh-t0ken", "id_token": "1d-t0ken"}
    result = run(tmp_path, tokens, GRANT)
    shown = repr([(it.exchange, it.curl, it.notes, it.reason, it.error) for it in result.results])

    assert ["Bearer t0ken-number-1"] == tokens.used
    assert [] == [secret for secret in ("t0ken-number-1", "cl1ent-s3cret", "r3fresh-t0ken") if secret in shown]


def test_run_tells_that_a_token_was_asked_for(tokens: TokenServer, tmp_path: Path) -> None:
    """The request that is no item of the collection is not made in silence."""
    result = run(tmp_path, tokens, GRANT, count=2)

    assert [(f"a token was asked for at {tokens.url}/token",), ()] == [it.notes for it in result.results]


@pytest.mark.parametrize(("hosts", "asked"), [(None, 1), (["127.0.0.1"], 1), (["127.0.0.1:1"], 0)])
def test_guard_holds_for_token_servers(
    tokens: TokenServer, tmp_path: Path, hosts: list[str] | None, asked: int
) -> None:
    """A protected environment lets the POST for a token out, but only to the hosts it names."""
    lines = ["protected = true", *([f"hosts = {json.dumps(hosts)}"] if hosts else [])]
    config = "[environments.live]\n" + "\n".join(lines)
    (tmp_path / "tokens.harness.toml").write_text(config, encoding="utf-8")
    result = run(tmp_path, tokens, GRANT, environment=live(tokens, tmp_path))

    assert asked == len(tokens.asked) == len(tokens.used)
    assert (0 if asked else 1) == result.totals[Status.WITHHELD]


def test_token_server_of_another_host_is_refused(tokens: TokenServer, tmp_path: Path) -> None:
    """Credentials do not go to a token server outside `hosts`; the item is an error and is not sent."""
    port = tokens.url.rpartition(":")[2]
    config = f'[environments.live]\nhosts = ["127.0.0.1:{port}"]\n'
    (tmp_path / "tokens.harness.toml").write_text(config, encoding="utf-8")
    auth = GRANT | {"accessTokenUrl": f"http://localhost:{port}/token"}
    result = run(tmp_path, tokens, auth, environment=live(tokens, tmp_path))

    assert ([], []) == (tokens.asked, tokens.used)
    assert "GuardError" == result.failures[0].error_type


def test_token_server_that_redirects_is_not_followed(
    httpserver: HTTPServer, tokens: TokenServer, tmp_path: Path
) -> None:
    """Who gives out tokens is named by the file and by nobody else."""
    httpserver.expect_request("/moved").respond_with_data(status=307, headers={"Location": f"{tokens.url}/token"})
    result = run(tmp_path, tokens, GRANT | {"accessTokenUrl": f"{tokens.url}/moved"})

    assert [] == tokens.asked
    assert result.failures[0].error is not None
    assert "the token server gave no token, but 307" == result.failures[0].error.summary


def test_under_a_mock_nothing_leaves_the_machine(tokens: TokenServer, tmp_path: Path) -> None:
    """With `--mock` the token server is not asked, whatever its address; where the mock has no token, none is sent."""
    result = run(tmp_path, tokens, GRANT, mock=True)

    assert [] == tokens.asked
    assert (Status.PASSED, ()) == (result.results[0].status, result.failures)
    assert any(
        note.startswith("sent to the mock without auth: the token server gave no token, but 404: no saved example")
        for note in result.results[0].notes
    )


@pytest.mark.parametrize("where", ["header", "queryParams"])
def test_stored_token_is_placed(tokens: TokenServer, tmp_path: Path, where: str) -> None:
    """A token that the file has is used as it is, and no other is asked for."""
    run(tmp_path, tokens, GRANT | {"accessToken": "st0red-t0ken", "addTokenTo": where, "headerPrefix": "Token"})

    assert [] == tokens.asked
    assert [{"header": "Token st0red-t0ken", "queryParams": "st0red-t0ken"}[where]] == tokens.used


def test_check_asks_for_no_token(tokens: TokenServer, tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """`harness check` sends nothing, a request for a token neither."""
    run(tmp_path, tokens, GRANT)
    before = len(tokens.asked)
    done = run_cli("check", "tokens.postman_collection.json", "--env-var", f"url={tokens.url}")

    assert (0, before) == (done.code, len(tokens.asked))
