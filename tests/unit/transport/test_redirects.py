"""Where does a redirect lead, and what may follow it there?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import GuardError, TransportError
from harness.location import Location
from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source
from harness.transport.redirects import RedirectRules, next_request

HERE = RequestUrl("https", "api.example", None, "/v1/a/b", "x=1")
QUIET = RedirectRules(referer=False)


def make_request(method: str = "POST", *headers: tuple[str, str], body: str = "{}") -> PreparedRequest:
    """Return a request to api.example with a JSON body."""
    content = PreparedBody(body.encode(), "application/json", "raw")
    return PreparedRequest(method, HERE, headers, content, Location(Source("c.json", "{}")))


def follow(
    request: PreparedRequest, location: str | None, status: int = 302, rules: RedirectRules | None = None
) -> PreparedRequest | None:
    """Return the next request, as a rule without a Referer; the only secret is `s3cret`."""
    return next_request(request, status, location, rules or QUIET, lambda text: "s3cret" in text)


def follow_on(
    request: PreparedRequest, location: str, status: int = 302, rules: RedirectRules | None = None
) -> PreparedRequest:
    """Return the next request, which there must be."""
    following = follow(request, location, status, rules)
    assert following is not None
    return following


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/v2", "https://api.example/v2"),
        ("c?y=2", "https://api.example/v1/a/c?y=2"),
        ("../c", "https://api.example/v1/c"),
        ("?y=2", "https://api.example/v1/a/b?y=2"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example:8080", "http://other.example:8080/"),
        ("https://API.example/x#part", "https://api.example/x"),
        ("  /v2  ", "https://api.example/v2"),
        ("/straße?q=ü&p=a b", "https://api.example/stra%C3%9Fe?q=%C3%BC&p=a%20b"),
        ("/a%20b%2Fc", "https://api.example/a%20b%2Fc"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:81/x", "http://[::1]:81/x"),
        ("https://user:pw@other.example/", "https://other.example/"),
        ("/x?", "https://api.example/x?"),
        ("https://api.example/x?", "https://api.example/x?"),
        ("?", "https://api.example/v1/a/b?"),
        ("#part", "https://api.example/v1/a/b?x=1"),
        ("/x?a#b?c", "https://api.example/x?a"),
        (".", "https://api.example/v1/a/"),
        ("../../../..", "https://api.example/"),
        ("/a/./b/%2E%2e/c", "https://api.example/a/c"),
        ("https://other.example/a/../b", "https://other.example/b"),
        ("/a//b/", "https://api.example/a//b/"),
        ("./c:d", "https://api.example/v1/a/c:d"),
        ("\\\\other.example\\x", "https://other.example/x"),
        ("/\\other.example/x", "https://other.example/x"),
        ("///other.example/x", "https://other.example/x"),
        ("https:\\\\other.example\\x", "https://other.example/x"),
        ("https:/x", "https://api.example/x"),
        ("https:c", "https://api.example/v1/a/c"),
        ("http:c", "http://c/"),
        ("HTTP://OTHER.example:080/", "http://other.example:80/"),
        ("http://other.example:/x", "http://other.example/x"),
        ("http://0x7f.1/x", "http://127.0.0.1/x"),
        ("http://%31%32%37.1/x", "http://127.0.0.1/x"),
        ("http://other.example?q", "http://other.example/?q"),
        ("/a\tb", "https://api.example/ab"),
        ("/caf\xe9?\xe9", "https://api.example/caf%C3%A9?%C3%A9"),
        ("/100%", "https://api.example/100%"),
        ("/{{x}}", "https://api.example/%7B%7Bx%7D%7D"),
    ],
)
def test_a_location_is_resolved(location: str, expected: str) -> None:
    """Relative, protocol-relative and absolute references lead where browsers go (WHATWG URL), in wire form."""
    assert expected == str(follow_on(make_request("GET"), location).url)


@pytest.mark.parametrize(
    "location",
    ["http://", "https://[::1", "http://h:99999/", "http://h:x/", "http://a b/", "http://h:0/", "ftp://h/f",
     "javascript:alert(1)", "file:///etc/passwd", "mailto:a@b"],
)  # fmt: skip
def test_a_location_that_leads_nowhere_is_an_error(location: str) -> None:
    """A malformed address and a scheme other than http are not the answer, and are not followed."""
    with pytest.raises(TransportError, match="the server redirects to"):
        follow(make_request("GET"), location)


@pytest.mark.parametrize(
    ("location", "scheme"),
    [("file:///etc/passwd", "file"), ("file:", "file"), ("FILE:/x", "file"), ("mailto:a@b", "mailto"),
     ("data:,x", "data"), ("localhost:8080/x", "localhost")],
)  # fmt: skip
def test_a_foreign_address_is_told_as_what_it_is(location: str, scheme: str) -> None:
    """What is an address, but none of the web, is named by its scheme, be there a host or not."""
    with pytest.raises(TransportError, match=f"redirects to a `{scheme}:` address; only http and https"):
        follow(make_request("GET"), location)


@pytest.mark.parametrize(
    ("location", "referer"),
    [
        ("/x", "https://api.example/v1/a/b?x=1"),
        ("https://other.example/", "https://api.example/v1/a/b?x=1"),
        ("http://api.example/", None),
    ],
)
def test_a_redirect_tells_where_it_comes_from(location: str, referer: str | None) -> None:
    """The Referer is the URL before, whatever the request said itself; none goes from https to http (RFC 9110)."""
    request = make_request("GET", ("referer", "https://by.hand/"))

    assert follow_on(request, location, rules=RedirectRules()).header("referer") == referer


def test_a_referer_by_hand_stays_where_none_is_sent() -> None:
    """With `removeRefererHeaderOnRedirect` the redirect adds none, and leaves the request's own as it is."""
    rules = RedirectRules.of({"removeRefererHeaderOnRedirect": True}, follow=True, maximum=10)

    assert follow_on(make_request("GET", ("Referer", "https://by.hand/")), "/x", rules=rules).header("referer") == (
        "https://by.hand/"
    )
    assert follow_on(make_request("GET"), "/x", rules=rules).header("referer") is None


def test_a_referer_keeps_secrets_from_other_servers() -> None:
    """A URL that holds a secret is not told to another server; the one that knows it gets it back."""
    request = replace(make_request("GET"), url=replace(HERE, query="key=s3cret"))

    assert follow_on(request, "https://other.example/", rules=RedirectRules()).header("referer") is None
    assert follow_on(request, "/x", rules=RedirectRules()).header("referer") == f"{HERE!s}".replace("x=1", "key=s3cret")


@pytest.mark.parametrize(
    ("status", "location"), [(302, None), (302, ""), (200, "/x"), (201, "/x"), (304, "/x"), (300, "/x"), (404, "/x")]
)
def test_other_answers_are_the_answer(status: int, location: str | None) -> None:
    """Without a redirecting status and a Location there is nothing to follow."""
    assert follow(make_request(), location, status) is None


@pytest.mark.parametrize(
    ("method", "status", "then"),
    [
        ("POST", 301, "GET"), ("POST", 302, "GET"), ("PUT", 303, "GET"), ("DELETE", 302, "GET"), ("HEAD", 303, "HEAD"),
        ("GET", 302, "GET"), ("POST", 307, "POST"), ("PATCH", 308, "PATCH"),
    ],
)  # fmt: skip
def test_the_method_after_a_redirect(method: str, status: int, then: str) -> None:
    """301, 302 and 303 go on as GET (HEAD stays), 307 and 308 as before."""
    assert then == follow_on(make_request(method), "/x", status).method


def test_what_describes_the_body_goes_with_it() -> None:
    """A request that becomes GET loses its body and every header about it."""
    request = make_request(
        "POST", ("Content-Type", "a/b"), ("content-encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("X", "1")
    )
    following = follow_on(request, "/x")

    assert ((("X", "1"),), b"") == (following.headers, following.body.content)


def test_a_kept_method_keeps_the_body() -> None:
    """307 and `followOriginalHttpMethod` send the same bytes again."""
    request = make_request("PUT", ("Content-Type", "a/b"))
    rules = RedirectRules(keep_method=True, referer=False)
    same = [follow_on(request, "/x", 307), follow_on(request, "/x", 302, rules)]

    assert [replace(request, url=same[0].url)] * 2 == same


OTHER_SERVERS = ["https://other.example/", "http://api.example/", "https://api.example:8443/", "https://a.api.example/"]


@pytest.mark.parametrize("location", OTHER_SERVERS)
def test_credentials_stay_with_their_server(location: str) -> None:
    """Another scheme, host or port gets no credential, hand-written cookie, or header that holds a secret."""
    request = replace(
        make_request(
            "GET", ("authorization", "Basic x"), ("Proxy-Authorization", "Basic y"), ("Cookie", "a=1"), ("X-Key", "k"),
            ("X-Odd", "has s3cret inside"), ("Host", "api.example"), ("Accept", "*/*"), body="",
        ),
        credential_headers=frozenset({"x-key"}),
    )  # fmt: skip

    assert (("Accept", "*/*"),) == follow_on(request, location).headers


def test_credentials_follow_on_the_same_server() -> None:
    """Within one origin everything follows."""
    request = make_request("GET", ("Authorization", "Basic s3cret"), ("Cookie", "a=1"))

    assert request.headers == follow_on(request, "/x").headers


@pytest.mark.parametrize(
    ("start", "location", "kept"),
    [
        ("http://api.example/", "https://api.example/", True),
        ("http://api.example:8080/", "https://api.example/", False),
        ("http://api.example/", "https://api.example:8443/", False),
        ("http://api.example/", "https://www.api.example/", False),
    ],
)
def test_going_over_to_https_is_no_other_server(start: str, location: str, kept: bool) -> None:
    """http to https on the same host keeps credentials when both ports are the schemes' own."""
    url = follow_on(make_request("GET"), start).url
    request = replace(make_request("GET", ("Authorization", "Basic x")), url=url)

    assert kept == (follow_on(request, location).header("authorization") is not None)


def test_authorization_follows_when_the_item_says_so() -> None:
    """`followAuthorizationHeader` lets that header go to another server, and no other credential."""
    request = make_request("GET", ("Authorization", "Bearer s3cret"), ("Cookie", "a=1"))
    rules = RedirectRules(keep_authorization=True, referer=False)

    assert (("Authorization", "Bearer s3cret"),) == follow_on(request, "https://other.example/", 302, rules).headers


@pytest.mark.parametrize(
    ("status", "location", "body"),
    [(307, "https://other.example/", '{"k": "s3cret"}'), (302, "https://other.example/?k=s3cret", "")],
)
def test_a_secret_is_not_carried_to_another_server(status: int, location: str, body: str) -> None:
    """A body or query with a secret is not sent elsewhere because a server says so."""
    with pytest.raises(GuardError, match=r"the redirect to `https://other\.example` would carry a secret there"):
        follow(make_request("POST", body=body), location, status)


def test_a_secret_body_may_stay_on_its_server() -> None:
    """A redirect within the server may send the same secret again."""
    assert b"s3cret" == follow_on(make_request("POST", body="s3cret"), "/x", 307).body.content


@pytest.mark.parametrize(
    ("behavior", "expected"),
    [
        ({}, RedirectRules(follow=True, maximum=10)),
        ({"followRedirects": False}, RedirectRules(follow=False, maximum=10)),
        ({"maxRedirects": 3}, RedirectRules(maximum=3)),
        ({"maxRedirects": 0}, RedirectRules(maximum=0)),
        ({"maxRedirects": 10**9}, RedirectRules(maximum=100)),
        ({"maxRedirects": "3"}, RedirectRules(maximum=10)),
        ({"maxRedirects": True}, RedirectRules(maximum=10)),
        ({"maxRedirects": -1}, RedirectRules(maximum=10)),
        ({"followOriginalHttpMethod": True}, RedirectRules(keep_method=True)),
        ({"followAuthorizationHeader": True}, RedirectRules(keep_authorization=True)),
        ({"removeRefererHeaderOnRedirect": True}, RedirectRules(referer=False)),
        ({"removeRefererHeaderOnRedirect": "yes"}, RedirectRules()),
        ({"disableUrlEncoding": True}, RedirectRules(encode=False)),
        ({"followOriginalHttpMethod": "yes"}, RedirectRules()),
    ],
)
def test_the_items_behavior_wins(behavior: dict[str, object], expected: RedirectRules) -> None:
    """`protocolProfileBehavior` overrides the call; values of the wrong type say nothing."""
    assert expected == RedirectRules.of(behavior, follow=True, maximum=10)


def test_redirects_not_followed_are_the_answer() -> None:
    """With redirects off a 302 is the answer."""
    assert follow(make_request(), "/x", 302, RedirectRules(follow=False)) is None


@pytest.mark.parametrize("location", ["/a`{x}", "https://api.example/a`{x}", "../../a`{x}"])
def test_a_location_is_not_encoded_where_the_items_url_is_not(location: str) -> None:
    """With `disableUrlEncoding` only what no request line can hold is encoded, as in Newman."""
    rules = RedirectRules(referer=False, encode=False)

    found = follow_on(make_request(), f"{location}?q=\"<y>'é z", rules=rules)

    assert str(found.url) == "https://api.example/a`{x}?q=\"<y>'%C3%A9%20z"
