"""Do proxies and redirects do what the options and the environment say, and do credentials stay where they belong?"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SECRET = "s3cret-4711-value"


def _redirect(location: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: {location}\r\n\r\n".encode()


# Proxies


def test_the_proxy_of_the_environment_is_used(
    collection: Any, site: Any, proxy: Any, certificates: Any, run_cli: Callable[..., Any]
) -> None:
    """Plain HTTP goes to it with the absolute target, https through a tunnel; its password is shown nowhere."""
    plain, tls = site(), site(context=certificates.server("api.test"))
    proxy.routes = {"api.test:80": plain.port, "api.test:443": tls.port}
    address = f"http://user:{SECRET}@127.0.0.1:{proxy.port}"

    done = run_cli(
        "run", collection("http://api.test/a?b=1", "https://api.test/c"), "--verbose",
        "--ssl-extra-ca-certs", certificates.authority_file, env={"http_proxy": address, "HTTPS_PROXY": address},
    )  # fmt: skip

    assert done.code == 0, done.text
    assert [("GET", "http://api.test/a?b=1"), ("CONNECT", "api.test:443")] == [
        (request.method, request.target) for request in proxy.received
    ]
    pair = base64.b64encode(f"user:{SECRET}".encode()).decode()
    assert [f"Basic {pair}"] * 2 == [request.headers["proxy-authorization"] for request in proxy.received]
    assert ("/a?b=1", "/c") == (plain.received[0].target, tls.received[0].target)
    assert SECRET not in done.text
    assert pair not in done.text


def test_some_hosts_are_asked_without_the_proxy(
    collection: Any, site: Any, proxy: Any, run_cli: Callable[..., Any]
) -> None:
    """This machine always is, and so is a name of NO_PROXY; the others fail where the proxy knows no way."""
    here = site()
    file = collection(f"http://127.0.0.1:{here.port}/", "http://none.invalid/", "http://other.test/")

    done = run_cli("run", file, env={**proxy.environment, "NO_PROXY": "none.invalid"})

    assert done.code == 2, done.text
    assert "no such host: `none.invalid`" in done.out
    assert ["http://other.test/"] == [request.target for request in proxy.received]
    assert len(here.received) == 1


@pytest.mark.parametrize("form", ["in the flag", "env:"])
def test_the_proxy_of_the_call_wins(
    collection: Any, site: Any, proxy: Any, certificates: Any, run_cli: Callable[..., Any], closed_port: int, form: str
) -> None:
    """`--proxy` holds for both schemes and `--no-proxy` for hosts, whatever the environment says of either."""
    plain, tls = site(), site(context=certificates.server("api.test"))
    proxy.routes = {"api.test:80": plain.port, "api.test:443": tls.port}
    address = f"http://user:{SECRET}@127.0.0.1:{proxy.port}"
    elsewhere = f"http://127.0.0.1:{closed_port}"
    env = {"HTTP_PROXY": elsewhere, "HTTPS_PROXY": elsewhere, "NO_PROXY": "api.test", "CI_PROXY": address}

    done = run_cli(
        "run", collection("http://api.test/a", "https://api.test/b", "http://none.invalid/"), "--verbose",
        "--proxy", address if form == "in the flag" else "env:CI_PROXY", "--no-proxy", "none.invalid,other.test",
        "--ssl-extra-ca-certs", certificates.authority_file, env=env,
    )  # fmt: skip

    assert done.code == 2, done.text
    assert "no such host: `none.invalid`" in done.out
    assert ["http://api.test/a", "api.test:443"] == [request.target for request in proxy.received]
    assert (1, 1) == (len(plain.received), len(tls.received))
    assert SECRET not in done.text


def test_no_proxy_of_the_environment_holds_for_the_flag(
    collection: Any, proxy: Any, run_cli: Callable[..., Any], closed_port: int
) -> None:
    """NO_PROXY is kept unless `--no-proxy` says otherwise; `*` goes without any proxy."""
    file = collection("http://none.invalid/")
    env = {"NO_PROXY": "none.invalid"}

    kept = run_cli("run", file, "--proxy", proxy.url, env=env)
    replaced = run_cli("run", file, "--proxy", proxy.url, "--no-proxy", "", env=env)
    none = run_cli("run", file, "--no-proxy", "*", env={"HTTP_PROXY": f"http://127.0.0.1:{closed_port}"})

    assert ["http://none.invalid/"] == [request.target for request in proxy.received]
    assert "no such host" in kept.out
    assert "502" in replaced.out
    assert "no such host" in none.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--proxy", f"socks5://u:{SECRET}@p:1080"], "--proxy names a `socks5` proxy; only http and https ones"),
        (["--proxy", f"http://u:{SECRET}@p:notaport"], "--proxy is no URL of a proxy"),
        (["--proxy", "env:NOT_SET_ANYWHERE"], "--proxy: the process environment has no `NOT_SET_ANYWHERE`"),
    ],
)
def test_a_flag_that_names_no_proxy_ends_the_call(
    collection: Any, run_cli: Callable[..., Any], arguments: list[str], words: str
) -> None:
    """Before anything is sent, and without showing the password in it."""
    done = run_cli("run", collection("http://127.0.0.1:1/"), *arguments)

    assert (4, True) == (done.code, words in done.err), done.text
    assert SECRET not in done.text


def test_files_are_fetched_through_the_proxy(
    collection: Any, site: Any, proxy: Any, run_cli: Callable[..., Any]
) -> None:
    """A collection by URL comes the same way as its answers, however the password is spelled in them."""
    text = collection("http://api.test/").read_text()

    def respond(request: Any) -> bytes:
        body = (text if request.target == "/c.json" else SECRET).encode()
        return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    server = site(respond)
    proxy.routes = {"files.test:80": server.port, "api.test:80": server.port}

    done = run_cli(
        "run", "http://files.test/c.json", "--verbose", "--proxy", f"http://user:{SECRET}@127.0.0.1:{proxy.port}"
    )

    assert ["http://files.test/c.json", "http://api.test/"] == [request.target for request in proxy.received]
    assert SECRET not in done.text, done.text


def test_pytest_goes_through_the_proxy_too(
    collection: Any, site: Any, proxy: Any, run_pytest: Callable[..., Any]
) -> None:
    """`--harness-proxy` and `--harness-no-proxy` mean the same."""
    server = site()
    proxy.routes = {"api.test:80": server.port}

    done = run_pytest(
        collection("http://api.test/", "http://none.invalid/"), "--harness-proxy", proxy.url,
        "--harness-no-proxy", "none.invalid",
    )  # fmt: skip

    assert ["http://api.test/"] == [request.target for request in proxy.received]
    assert "no such host" in done.out
    assert done.code == 1


# Redirects


def test_redirects_are_followed_unless_told_not_to(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """`--ignore-redirects` takes the 3xx as the answer; the item's own `protocolProfileBehavior` wins over it."""
    server = site(lambda request: _redirect("/b") if request.target == "/a" else b"HTTP/1.1 200 OK\r\n\r\n")
    server.respond = lambda request: (
        _redirect("/b") if request.target == "/a" else b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    )
    file = collection(f"http://127.0.0.1:{server.port}/a")

    followed, ignored = run_cli("run", file), run_cli("run", file, "--ignore-redirects")
    document = json.loads(file.read_text())
    document["item"][0]["protocolProfileBehavior"] = {"followRedirects": True}
    file.write_text(json.dumps(document))
    by_item = run_cli("run", file, "--ignore-redirects")

    assert (0, 1, 0) == (followed.code, ignored.code, by_item.code)
    assert "302" in ignored.out
    assert ["/a", "/b", "/a", "/a", "/b"] == [request.target for request in server.received]


def test_the_rules_of_an_item_hold(tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """The method is kept when asked for, the Authorization follows when asked for, and the maximum ends a chain."""
    server = site(lambda request: _redirect("/b"))
    other = site()
    server.respond = lambda request: _redirect(
        {"/keep": f"{other.url}/kept", "/drop": f"{other.url}/dropped"}.get(request.target, "/again"), "301 Moved"
    )
    bearer = {"type": "bearer", "bearer": [{"key": "token", "value": SECRET}]}
    items = [
        {"name": "keep", "request": {"method": "POST", "url": f"{server.url}/keep", "auth": bearer},
         "protocolProfileBehavior": {"followOriginalHttpMethod": True, "followAuthorizationHeader": True}},
        {"name": "drop", "request": {"method": "POST", "url": f"{server.url}/drop", "auth": bearer}},
        {"name": "loop", "request": {"method": "GET", "url": f"{server.url}/loop"},
         "protocolProfileBehavior": {"maxRedirects": 3}},
    ]  # fmt: skip
    file = collection()
    file.write_text(json.dumps({**json.loads(file.read_text()), "item": items}))

    done = run_cli("run", file)

    assert done.code == 2
    assert "more than 3 redirects" in done.out
    seen = [(request.method, request.target, request.headers.get("authorization")) for request in other.received]
    assert [("POST", "/kept", f"Bearer {SECRET}"), ("GET", "/dropped", None)] == seen
    assert 2 + 4 == len(server.received)


BASIC = {"type": "basic", "basic": [{"key": "username", "value": "u"}, {"key": "password", "value": SECRET}]}
KINDS: dict[str, dict[str, Any]] = {
    "basic": {"auth": BASIC},
    "bearer": {"auth": {"type": "bearer", "bearer": [{"key": "token", "value": SECRET}]}},
    "key in a header": {"auth": {"type": "apikey", "apikey": [{"key": "key", "value": "X-K"},
                        {"key": "value", "value": SECRET}, {"key": "in", "value": "header"}]}},
    "key in the query": {"auth": {"type": "apikey", "apikey": [{"key": "key", "value": "k"},
                         {"key": "value", "value": SECRET}, {"key": "in", "value": "query"}]}},
    "header by hand": {"header": [{"key": "Authorization", "value": f"Token {SECRET}"}]},
    "cookie by hand": {"header": [{"key": "Cookie", "value": f"sid={SECRET}"}]},
    "secret variable in a header": {"header": [{"key": "X-Anything", "value": "{{hidden}}"}]},
    "secret variable in the body": {"body": {"mode": "raw", "raw": "{{hidden}}"}},
}  # fmt: skip


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_no_credential_follows_a_redirect_to_another_host(
    tmp_path: Path, site: Any, proxy: Any, run_cli: Callable[..., Any], status: str
) -> None:
    """Whatever kind it is and whatever the redirect, the other host sees nothing of it, nor of the cookie jar."""
    first, other = site(), site()
    proxy.routes = {"a.test:80": first.port, "b.test:80": other.port}
    first.respond = lambda request: _redirect(f"http://b.test/x{request.target}", status)
    items = [
        {"name": kind, "request": {"method": "POST", "url": "http://a.test/", **request}}
        for kind, request in KINDS.items()
    ]
    items.append({"name": "in the url", "request": {"method": "GET", "url": f"http://u:{SECRET}@a.test/"}})
    file = tmp_path / "c.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "c"}, "item": items}))
    cookie = {"key": "jar", "value": f"jar-{SECRET}", "domain": "a.test", "path": "/", "hostOnly": True}
    (tmp_path / "jar.json").write_text(json.dumps({"cookies": [cookie]}))

    done = run_cli(
        "run", file, "--cookie-jar", "jar.json", "--secret", "hidden", "--env-var", f"hidden={SECRET}",
        env=proxy.environment,
    )  # fmt: skip

    pair = base64.b64encode(f"u:{SECRET}".encode()).decode()
    seen_first = [f"{request.target} {request.headers} {request.body!r}" for request in first.received]
    seen_other = [f"{request.target} {request.headers} {request.body!r}" for request in other.received]
    assert len(items) == len(seen_first)
    assert all(SECRET in seen or pair in seen for seen in seen_first)
    assert [] == [seen for seen in seen_other if SECRET in seen or pair in seen]
    assert other.received, done.text
    assert SECRET not in done.text


def test_no_client_certificate_is_shown_after_a_redirect(
    tmp_path: Path, collection: Any, site: Any, proxy: Any, certificates: Any, run_cli: Callable[..., Any]
) -> None:
    """The certificate for all servers stays with the one that was asked; one whose pattern names the host is shown."""
    context = certificates.server("a.test", "b.test", "c.test")
    context.verify_mode = 1  # asks for a certificate, and goes on without
    certificates.authority.configure_trust(context)
    server = site(context=context)
    proxy.routes = {f"{name}.test:443": server.port for name in "abc"}
    onward = {"/b": "https://b.test/at-b", "/c": "https://c.test/at-c"}
    fine = server.respond
    server.respond = lambda request: _redirect(onward[request.target]) if request.target in onward else fine(request)
    cert, key = certificates.client("ada")
    entries = [{"matches": ["https://c.test/*"], "cert": {"src": cert.name}, "key": {"src": key.name}}]
    (tmp_path / "list.json").write_text(json.dumps(entries))

    done = run_cli(
        "run", collection("https://a.test/b", "https://a.test/c"), "--ssl-client-cert", cert, "--ssl-client-key", key,
        "--ssl-client-cert-list", "list.json", "--working-dir", certificates.folder,
        "--ssl-extra-ca-certs", certificates.authority_file, env=proxy.environment,
    )  # fmt: skip

    assert done.code == 0, done.text
    assert [("/b", "ada"), ("/at-b", None), ("/c", "ada"), ("/at-c", "ada")] == [
        (request.target, request.certificate) for request in server.received
    ]


OAUTH1 = {"type": "oauth1", "consumerKey": "ck", "consumerSecret": SECRET, "token": "tok-889900", "tokenSecret": SECRET}
SIGNED: dict[str, dict[str, Any]] = {
    "digest": {"type": "digest", "username": "u", "password": SECRET},
    "oauth1 in a header": OAUTH1,
    "oauth1 in the body": {**OAUTH1, "addParamsToHeader": False},
    "oauth2 in a header": {"type": "oauth2", "accessToken": SECRET},
    "oauth2 in the query": {"type": "oauth2", "accessToken": SECRET, "addTokenTo": "queryParams"},
    "awsv4": {"type": "awsv4", "accessKey": "AKID", "secretKey": SECRET, "sessionToken": "session-112233"},
    "awsv4 in the query": {"type": "awsv4", "accessKey": "AKID", "secretKey": SECRET, "addAuthDataToQuery": True},
    "hawk": {"type": "hawk", "authId": "id", "authKey": SECRET},
    "jwt": {"type": "jwt", "algorithm": "HS256", "secret": SECRET, "payload": "{}"},
    "jwt in the query": {"type": "jwt", "algorithm": "HS256", "secret": SECRET, "addTokenTo": "queryParam"},
    "edgegrid": {"type": "edgegrid", "accessToken": "at-445566", "clientToken": "ct-445566", "clientSecret": SECRET},
}
TRACES = ("oauth_", "signature", "credential", "token", "hawk", "ey", "digest", "session-", SECRET)


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_no_signature_follows_a_redirect_to_another_host(
    tmp_path: Path, site: Any, proxy: Any, run_cli: Callable[..., Any], status: str
) -> None:
    """What a scheme has put into header, query or body stays with the server it was made for."""
    first, other = site(), site()
    proxy.routes = {"a.test:80": first.port, "b.test:80": other.port}
    challenge = 'Digest realm="r", nonce="n", qop="auth"'
    paths = {name: f"/item-{index}" for index, name in enumerate(SIGNED)}  # Referer names them: no scheme stands there

    def respond(request: Any) -> bytes:
        if request.target == paths["digest"] and "authorization" not in request.headers:
            return (f"HTTP/1.1 401 No\r\nContent-Length: 0\r\nWWW-Authenticate: {challenge}\r\n\r\n").encode()
        return _redirect("http://b.test/onward", status)

    first.respond = respond
    form = {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "b"}]}
    items = [
        {
            "name": name,
            "request": {
                "method": "POST",
                "url": f"http://a.test{paths[name]}",
                "body": form,
                "auth": {
                    "type": auth["type"],
                    auth["type"]: [{"key": key, "value": value} for key, value in auth.items() if key != "type"],
                },
            },
        }
        for name, auth in SIGNED.items()
    ]
    file = tmp_path / "c.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "c"}, "item": items}))

    done = run_cli("run", file, env=proxy.environment)

    assert len(items) + 1 == len(first.received), done.text
    seen = [
        f"{request.target} {request.body.decode()} {sorted(request.headers.items())}".lower()
        for request in other.received
    ]
    assert len(seen) >= len(items) - 2  # what stands in a body that is kept is not sent on
    assert [] == [text for text in seen for trace in TRACES if trace in text.replace("keep-alive", "")]
    assert [] == [text for text in seen if "authorization" in text]
    assert SECRET not in done.text
