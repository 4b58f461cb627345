"""Does every switch of `protocolProfileBehavior` make a difference that a server, the result or a note shows?"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.collection.behavior import SETTINGS
from harness.record.item import ItemRecord

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
Seen = Callable[[ItemRecord, Any], Any]
"""What is looked at: the result of the item, and the last request that the server got."""


@dataclass(frozen=True, slots=True)
class Case:
    """One switch, a value of it, a request, and what is seen without and with it."""

    value: Any
    seen: Seen
    without: Any
    with_it: Any
    path: str = "/"
    tls: bool = False
    trusted: bool = True
    request: dict[str, Any] = field(default_factory=dict)


def _error(result: ItemRecord, _last: Any) -> str | None:
    return result.error_type


def _status(result: ItemRecord, _last: Any) -> int | None:
    return result.exchange.response.status if result.exchange is not None else None


def _last(member: str) -> Seen:
    return lambda _result, last: getattr(last, member)


def _header(name: str) -> Seen:
    return lambda _result, last: last.headers.get(name)


def _noted(words: str) -> Seen:
    return lambda result, _last: any(words in note for note in result.notes)


_TO_LOCALHOST = "/to/localhost"
_BY_HAND = [{"key": "Authorization", "value": "Bearer by-hand-1"}]
_SUITE = "ECDHE-ECDSA-AES128-GCM-SHA256"

CASES = {
    "disableBodyPruning": Case(True, _last("body"), b"", b"text", request={"body": {"mode": "raw", "raw": "text"}}),
    "disableCookies": Case(True, _header("cookie"), "a=1", None),
    "disableUrlEncoding": Case(True, _last("target"), "/%22?b=%27", "/\"?b='", path="/\"?b='"),
    "disabledSystemHeaders": Case({"accept": True}, _header("accept"), "*/*", None),
    "followAuthorizationHeader": Case(
        True, _header("authorization"), None, "Bearer by-hand-1", path=_TO_LOCALHOST, request={"header": _BY_HAND}
    ),
    "followOriginalHttpMethod": Case(True, _last("method"), "GET", "POST", path="/hop/1", request={"method": "POST"}),
    "followRedirects": Case(False, _status, 200, 302, path="/hop/1"),
    "insecureHTTPParser": Case(True, _noted("`insecureHTTPParser` is not supported"), False, True),
    "maxRedirects": Case(1, _error, None, "TooManyRedirects", path="/hop/2"),
    "protocolVersion": Case("http2", _error, None, "InvalidResponse", tls=True),
    "removeRefererHeaderOnRedirect": Case(True, lambda _, last: "referer" in last.headers, True, False, path="/hop/1"),
    "strictSSL": Case(False, _status, None, 200, tls=True, trusted=False),
    "tlsCipherSelection": Case([_SUITE], lambda _, last: last.tls[1] == _SUITE, False, True, tls=True),
    "tlsDisabledProtocols": Case(["TLSv1_3"], lambda _, last: last.tls[0], "TLSv1.3", "TLSv1.2", tls=True),
    "tlsPreferServerCiphers": Case(True, _noted("up to the server"), False, True, tls=True),
    "useWhatWGUrlParser": Case(True, _noted("`useWhatWGUrlParser` has no effect"), False, True),
}


def _respond(request: Any) -> bytes:
    head = "Content-Length: 0\r\n\r\n"
    if request.target == "/cookie":
        return f"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\n{head}".encode()
    kind, _, rest = request.target[1:].partition("/")
    if kind == "hop" and rest != "0":
        return f"HTTP/1.1 302 Found\r\nLocation: /hop/{int(rest) - 1}\r\n{head}".encode()
    if kind == "to":
        port = request.headers["host"].rpartition(":")[2]
        return f"HTTP/1.1 302 Found\r\nLocation: http://{rest}:{port}/\r\n{head}".encode()
    return f"HTTP/1.1 200 OK\r\n{head}".encode()


@pytest.fixture
def sent(site: Any, certificates: Any, tmp_path: Path) -> Callable[..., Any]:
    """Return a function that sends the request of a case with these switches; it returns what is seen of it."""

    def send(case: Case, own: Any = None, folder: Any = None, whole: Any = None, **options: Any) -> Any:
        server = site(_respond, certificates.server("localhost") if case.tls else None)
        origin = f"https://localhost:{server.port}" if case.tls else server.url
        item = {"name": "r", "request": {"method": "GET", "url": origin + case.path} | case.request}
        before = {"name": "before", "request": {"method": "GET", "url": origin + "/cookie"}}
        items = [before | {"protocolProfileBehavior": {"disableCookies": False}}, item]
        document: dict[str, Any] = {"info": {"name": "c", "schema": SCHEMA}, "item": [{"name": "f", "item": items}]}
        for node, switches in ((item, own), (document["item"][0], folder), (document, whole)):
            if switches is not None:
                node["protocolProfileBehavior"] = switches
        file = tmp_path / "c.postman_collection.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        authorities = certificates.authority_file if case.trusted else None
        run_options = harness.RunOptions(keep_results=True, authorities=authorities, proxies={}, **options)
        result = harness.run(harness.load(file), run_options).results[-1]
        return case.seen(result, server.received[-1] if server.received else None)

    return send


def test_every_switch_has_a_case() -> None:
    """No switch that is read goes without one."""
    assert set(SETTINGS) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_switch_makes_a_difference(sent: Callable[..., Any], name: str) -> None:
    """What is seen differs with the switch, wherever it stands; one that says null is none."""
    case = CASES[name]
    switch = {name: case.value}

    assert (case.without, case.with_it) == (sent(case), sent(case, switch))
    assert (case.with_it, case.with_it) == (sent(case, folder=switch), sent(case, whole=switch))
    assert case.without == sent(case, {name: None}, whole=switch)


WRONG = {"flag": "yes", "count": "3", "names": "TLSv1_3", "headers": ["accept"], "protocol": "http9"}


@pytest.mark.parametrize("name", CASES)
def test_a_value_of_another_type_says_nothing(sent: Callable[..., Any], name: str) -> None:
    """The request goes out as without it, which is noted."""
    case = CASES[name]
    switch = {name: WRONG[SETTINGS[name]]}
    (note,) = sent(Case(None, lambda result, _: result.notes, 0, 0), switch)

    assert note.startswith(f"`{name}` is ")
    assert note.endswith("it is not heeded")
    assert case.without == sent(case, switch)


def test_check_points_at_what_says_nothing(
    sent: Callable[..., Any], run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    """Each value of another type is a warning with its place."""
    sent(CASES["followRedirects"], {name: WRONG[kind] for name, kind in SETTINGS.items()})
    checked = run_cli("check", tmp_path / "c.postman_collection.json")

    assert 0 == checked.code
    for name in SETTINGS:
        assert f"$.item[0].item[1].protocolProfileBehavior.{name}" in checked.out


def test_what_is_no_object_or_not_known_is_told(
    sent: Callable[..., Any], run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    """An unknown name is noted with the one that was meant; switches that are no object are a warning."""
    notes = Case(None, lambda result, _: result.notes, 0, 0)

    assert [
        "`strictSsl` in `protocolProfileBehavior` is not known, and not heeded (did you mean `strictSSL`?)"
    ] == list(sent(notes, {"strictSsl": False}))
    sent(notes, ["strictSSL"])
    assert (
        "`protocolProfileBehavior` is an array, not an object"
        in run_cli("check", tmp_path / "c.postman_collection.json").out
    )


UNTRUSTED = Case(None, _status, 0, 0, tls=True, trusted=False)


@pytest.mark.parametrize(
    ("own", "whole", "verify", "status"),
    [
        (None, None, True, None), (None, None, False, 200), (False, None, True, 200), (True, None, False, None),
        (None, False, True, 200), (None, True, False, None), (True, False, True, None), (False, True, True, 200),
    ],
)  # fmt: skip
def test_the_closest_word_about_certificates_counts(
    sent: Callable[..., Any], own: bool | None, whole: bool | None, verify: bool, status: int | None
) -> None:
    """The item wins over the collection, and both over `--insecure`."""

    def switches(value: bool | None) -> Any:
        return None if value is None else {"strictSSL": value}

    assert status == sent(UNTRUSTED, switches(own), whole=switches(whole), verify=verify)


def test_requests_share_connections_only_where_they_ask_for_the_same(
    site: Any, certificates: Any, tmp_path: Path, collection: Any
) -> None:
    """A server that was not verified for one request is not believed by the next."""
    server = site(_respond, certificates.server("localhost"))
    file = collection(f"https://localhost:{server.port}/a", f"https://localhost:{server.port}/b")
    document = json.loads(file.read_text())
    document["item"][0]["protocolProfileBehavior"] = {"strictSSL": False}
    file.write_text(json.dumps(document))

    first, second = harness.run(harness.load(file), harness.RunOptions(keep_results=True)).results

    assert (200, None) == (_status(first, None), _status(second, None))
    assert " -k" in (first.curl or "")
    assert "the server's certificate is not verified: `strictSSL` is false" in first.notes


@pytest.mark.parametrize(
    ("switches", "told"),
    [
        ({"tlsDisabledProtocols": ["TLSv1_2", "TLSv1_3"]}, "leaves no version of TLS"),
        ({"tlsCipherSelection": ["BOGUS", "x:@SECLEVEL=0"]}, "no cipher suite of `tlsCipherSelection` can be used"),
        ({"tlsCipherSelection": [_SUITE], "tlsDisabledProtocols": ["TLSv1_2"]}, "leaves no version of TLS"),
        ({"tlsCipherSelection": ["TLS_AES_128_GCM_SHA256"], "tlsDisabledProtocols": ["TLSv1_3"]}, "no version of TLS"),
    ],
)
def test_nothing_left_to_offer_is_an_error_of_the_item(
    sent: Callable[..., Any], switches: dict[str, Any], told: str
) -> None:
    """Versions and suites of which none is left are told before a connection is opened."""
    summary = Case(None, lambda result, _: (result.error_type, result.error and result.error.summary), 0, 0, tls=True)
    kind, words = sent(summary, switches)

    assert "InvalidRequest" == kind
    assert told in words


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        (
            {"tlsCipherSelection": [_SUITE, "BOGUS"]},
            ("TLSv1.2", ["`BOGUS` in `tlsCipherSelection` is no cipher suite"]),
        ),
        ({"tlsCipherSelection": ["TLS_AES_128_GCM_SHA256"]}, ("TLSv1.3", None)),
        ({"tlsCipherSelection": ["aNULL", _SUITE]}, ("TLSv1.2", [])),
        ({"tlsDisabledProtocols": ["TLSv1", "TLSv1_1", "SSLv3"]}, ("TLSv1.3", [])),
        ({"tlsDisabledProtocols": ["TLSv1_2"]}, ("TLSv1.3", [])),
        ({"tlsDisabledProtocols": ["TLSv1.3"]}, ("TLSv1.3", ["`TLSv1.3` in `tlsDisabledProtocols` is no version"])),
    ],
)
def test_versions_follow_the_suites(sent: Callable[..., Any], switches: dict[str, Any], expected: Any) -> None:
    """A version for which no suite is chosen is not offered, and a name that nobody knows is left out with a note."""
    seen = Case(None, lambda result, last: (last.tls[0], result.notes), 0, 0, tls=True)
    version, notes = sent(seen, switches)

    assert expected[0] == version
    if expected[1] is not None:
        assert len(expected[1]) == len(notes)
        assert all(note.startswith(words) for note, words in zip(notes, expected[1], strict=True))


def test_no_suite_without_a_certificate_can_be_chosen() -> None:
    """A chosen list keeps out suites without a certificate, whatever its names stand for."""
    from harness.transport.tls.settings import TlsSettings

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    TlsSettings(ciphers=("ALL", "aNULL", "eNULL")).apply_to(context)

    assert not [
        cipher["name"] for cipher in context.get_ciphers() if "ADH" in cipher["name"] or "NULL" in cipher["name"]
    ]
