"""Do cookies go where browsers and Postman send them, and do scripts see those of the URL they ask about?"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import harness
from harness.record.item import ItemRecord
from harness.record.ledger import RunResult
from harness.record.status import Status
from harness.runner.options import RunOptions
from harness.script import bundle
from harness.transport.cookies.jar import CookieJar
from harness.transport.cookies.tough_cookie import dump_cookies, load_cookies
from tests.e2e.conftest import SCHEMA, Received

needs_sandbox = pytest.mark.skipif(
    not os.environ.get("CI") and not Path(bundle.__file__).with_name("bundle").is_dir(),
    reason="Postman's sandbox is not built in",
)


def respond(request: Received) -> bytes:
    """Set the cookies `c` of the query, an octet in each character, and redirect to its `to`; fit for `{"n": 1}`."""
    query = parse_qs(urlsplit(request.target).query, keep_blank_values=True, encoding="latin-1")
    lines = [f"Set-Cookie: {line}" for line in query.get("c", [])]
    lines += [f"Location: {target}" for target in query.get("to", [])]
    head = [f"HTTP/1.1 {'302 Found' if 'to' in query else '200 OK'}", "Content-Length: 8", *lines]
    return "\r\n".join([*head, "Content-Type: application/json", "", '{"n": 1}']).encode("latin-1")


def item(url: str, test: str = "", prerequest: str = "", **more: Any) -> dict[str, Any]:
    """Return a request to a URL, with its scripts."""
    scripts = {"prerequest": prerequest, "test": test}
    events = [{"listen": listen, "script": {"exec": [text]}} for listen, text in scripts.items() if text]
    return {"name": url, "request": {"method": "GET", "url": url}, "event": events, **more}


class Runs:
    """Runs collections against one server, which is known as `{{base}}` and, by another name, as `{{other}}`."""

    def __init__(self, folder: Path, server: Any) -> None:
        self._file = folder / "a.postman_collection.json"
        self.server = server
        self.names = {"base": server.url, "other": f"http://localhost:{server.port}"}
        self.jar = folder / "jar.json"

    def __call__(self, *items: dict[str, Any], **options: Any) -> RunResult:
        """Run a collection of these items."""
        self._file.write_text(json.dumps({"info": {"name": "A", "schema": SCHEMA}, "item": items}))
        return harness.run(harness.load(self._file), RunOptions(env_vars=self.names, keep_results=True, **options))

    @property
    def sent(self) -> list[tuple[str, str | None]]:
        """The path and the Cookie header of each request, an octet in each character."""
        return [(urlsplit(each.target).path, each.headers.get("cookie")) for each in self.server.received]


@pytest.fixture
def runs(tmp_path: Path, site: Callable[..., Any]) -> Runs:
    """Return what runs collections."""
    return Runs(tmp_path, site(respond))


def said(result: ItemRecord) -> list[str]:
    """Return what the scripts of an item have written to the console."""
    return [line.text for line in result.console]


SEEN = "console.log(JSON.stringify(pm.cookies.toObject()));"


@pytest.mark.parametrize("name", ["base", "other"])
def test_secure_cookies_go_to_this_machine(runs: Runs, name: str) -> None:
    """A server on loopback gets its Secure cookie back over plain HTTP, as in browsers and in Newman."""
    runs(item(f"{{{{{name}}}}}/s?c=session=1; Secure; Path=/"), item(f"{{{{{name}}}}}/x"))

    assert [("/s", None), ("/x", "session=1")] == runs.sent


@pytest.mark.parametrize(
    "octet", [*range(0x01, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F], ids=lambda octet: f"{octet:02x}"
)
def test_no_cookie_spoils_later_requests(runs: Runs, octet: int) -> None:
    """A cookie with a control character is not kept, whatever becomes of the answer it came with."""
    runs(item(f"{{{{base}}}}/bad?c=a=b%{octet:02x}c; Path=/"), item("{{base}}/next"), item("{{base}}/last"))

    assert [("/next", None), ("/last", None)] == runs.sent[-2:]


@pytest.mark.parametrize("octets", ["%C3%A9", "%E9", "%FF%80", "%E6%97%A5"])
def test_values_go_back_byte_for_byte(runs: Runs, octets: str) -> None:
    """UTF-8, Latin-1 and what is neither go back as they came, to a file and from it, too."""
    runs(item(f"{{{{base}}}}/s?c=a={octets}"), cookie_jar=(jar := CookieJar()))
    runs.jar.write_text(dump_cookies(jar), "utf-8")
    runs(item("{{base}}/again"), cookie_jar=load_cookies(runs.jar))

    (cookie,) = parse_qs(f"c=a={octets}", encoding="latin-1")["c"]
    assert ("/again", cookie) == runs.sent[-1]


def test_disabled_cookies_neither_come_nor_go(runs: Runs) -> None:
    """An item with `disableCookies` sends none and keeps none."""
    off: dict[str, Any] = {"protocolProfileBehavior": {"disableCookies": True}}
    runs(item("{{base}}/a?c=a=1"), item("{{base}}/b?c=b=2", **off), item("{{base}}/c"))

    assert [("/a", None), ("/b", None), ("/c", "a=1")] == runs.sent


def test_each_host_gets_its_own_cookies_on_a_redirect(runs: Runs) -> None:
    """A redirect to another host takes none of the first along; what is set on the way is sent on the way."""
    runs(item("{{other}}/o?c=o=1"), item("{{base}}/b?c=b=1&to={{other}}/far?c=far=1"), item("{{base}}/c"))

    assert [("/o", None), ("/b", None), ("/far", "o=1"), ("/c", "b=1")] == runs.sent


def test_why_a_cookie_is_not_kept_is_noted(runs: Runs) -> None:
    """The note names the cookie and the reason, and where a redirect brought it, its URL."""
    there, told = "{{base}}/a?c=sid=1;Domain=example.com", "the cookie `sid` is not kept: "
    redirect = "{{base}}/b?to=/c&c=sid=1;Domain=example.com"
    first, second, third = runs(item(there), item(redirect), item("{{base}}/d")).results

    assert [told in note for note in first.notes] == [True]
    assert [told in note and "/b" in note for note in second.notes] == [True]
    assert third.notes == ()
    assert runs.sent[-1] == ("/d", None)


@needs_sandbox
@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("{{base}}/login?to=/app/home%3Fc=sid%3D2", {"sid": "2", "root": "0"}),
        ("{{base}}/app/login?c=sid=1&to=/home%3Fc=sid%3D2", {"sid": "2", "root": "0"}),
        ("{{base}}/login?to=/a/b/c%3Fc=sid%3D2%253B%2520Path=/a", {"sid": "2", "root": "0"}),
        ("{{base}}/app/login?c=sid=1&to=/home", {"root": "0"}),
        ("{{base}}/login?to={{other}}/home%3Fc=sid%3D2", {"sid": "2", "elsewhere": "3"}),
        ("{{other}}/login?c=sid=1&to={{base}}/home", {"root": "0"}),
    ],
)
def test_test_scripts_see_the_cookies_of_the_final_url(runs: Runs, url: str, seen: dict[str, str]) -> None:
    """After redirects `pm.cookies` is that of the host and path that answered, as in Postman."""
    result = runs(item("{{base}}/?c=root=0; Path=/"), item("{{other}}/?c=elsewhere=3; Path=/"), item(url, SEEN))

    assert [seen] == [json.loads(line) for line in said(result.results[-1])]


@needs_sandbox
def test_prerequest_scripts_see_the_cookies_of_the_request(runs: Runs) -> None:
    """`pm.cookies` is what would go with the request as its URL reads by then; never the whole jar."""
    result = runs(
        item("{{base}}/?c=root=0; Path=/&c=deep=1; Path=/deep"),
        item("{{other}}/?c=elsewhere=3; Path=/"),
        item("{{base}}/x", prerequest=SEEN),
        item("{{base}}/{{part}}/x", prerequest="pm.variables.set('part', 'deep');"),
        item("{{base}}/:part/x", prerequest=SEEN),
        item("{{other}}/deep", prerequest=SEEN),
        item("{{nowhere}}/x", prerequest=SEEN),
        unresolved="send",
    )
    told = [[json.loads(line) for line in said(each)] for each in result.results[2:]]

    assert [[{"root": "0"}], [], [{"deep": "1", "root": "0"}], [{"elsewhere": "3"}], [{}]] == told


@needs_sandbox
def test_a_later_prerequest_script_sees_what_an_earlier_one_did(runs: Runs) -> None:
    """The URL is read anew for each script, and so are the cookies."""
    events = [
        {"listen": "prerequest", "script": {"exec": [text]}}
        for text in (
            "pm.variables.set('part', 'deep'); pm.cookies.jar().set(pm.environment.get('base'), 'new=1; Path=/deep');",
            SEEN,
        )
    ]
    result = runs({**item("{{base}}/{{part}}/x"), "event": events})

    assert ['{"new":"1"}'] == said(result.results[0])


@needs_sandbox
def test_a_response_has_the_cookies_it_sets(runs: Runs) -> None:
    """`pm.response.cookies` is what the last answer sets: no redirect's, no older ones, and none that is refused."""
    script = "console.log(JSON.stringify(pm.response.cookies.all().map((each) => [each.name, each.value, each.path])));"
    result = runs(
        item("{{base}}/?c=old=1"),
        item("{{base}}/a?c=hop=1&to=/b%3Fc=x%3D1%253BPath=/%26c=y%3D2%253BDomain=com%26c=z%3D%253BMax-Age=0", script),
        item("{{base}}/none", script),
    )

    assert [["x", "1", "/"], ["z", None, "/"]] == json.loads(said(result.results[1])[0])
    assert ["[]"] == said(result.results[2])


@needs_sandbox
def test_requests_of_scripts_have_the_cookies_of_their_final_url(runs: Runs) -> None:
    """The callback and the promise of pm.sendRequest see the cookies of the URL that answered."""
    script = """
    const url = pm.environment.get('base') + '/login?to=/app/home%3Fc=sid%3D2';
    pm.sendRequest(url, async (error, response, {cookies}) => {
        console.log(cookies.get('sid'), cookies.get('root'), response.cookies.get('sid'));
        const again = await pm.sendRequest(pm.environment.get('base') + '/x?c=own=3');
        console.log(again.cookies.get('own'), again.cookies.has('sid'));
    });
    """
    result = runs(item("{{base}}/?c=root=0", script))

    assert ["2 0 2", "3 false"] == said(result.results[0])
    assert ("/app/home", "root=0") in runs.sent


JAR = """
const jar = pm.cookies.jar(), base = pm.environment.get('base');
const call = (method, ...args) => new Promise((done) => jar[method](...args, (error, value) => done(
    error ? 'error: ' + error.message : value === undefined ? null : value)));
const show = async (...args) => console.log(JSON.stringify(await call(...args)));
"""


@needs_sandbox
def test_scripts_get_set_and_clear_cookies(runs: Runs) -> None:
    """`pm.cookies.jar()` has get, getAll, set, unset and clear with the meaning they have in Postman."""
    script = """
    await call('set', base, 'plain', 'one');
    await call('set', base, 'line=two; Path=/deep; HttpOnly');
    await call('set', base, {name: 'object', value: 'three', path: '/', httpOnly: true, maxAge: 60});
    await call('set', base, 'number', 5);
    await show('get', base, 'plain');
    await show('get', base, 'line');
    await show('get', base + '/deep', 'line');
    console.log((await call('getAll', base + '/deep/x')).all().map((each) => each.name).join());
    await call('unset', base, 'plain');
    await call('unset', base + '/elsewhere', 'line');
    await show('get', base, 'plain');
    """
    result = runs(
        item("{{base}}/a", JAR + script),
        item("{{base}}/deep"),
        item("{{base}}/b", JAR + "await call('clear', base)"),
        item("{{base}}/deep"),
    )

    assert ['"one"', "null", '"two"', "line,plain,object,number", "null"] == said(result.results[0])
    assert [("/deep", "line=two; object=three; number=5"), ("/b", "object=three; number=5"), ("/deep", "line=two")] == (
        runs.sent[1:]
    )


@needs_sandbox
@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        (r"'a', 'x\r\nX-Evil: 1'", None),
        (r"'a\u0000', 'x'", None),
        (r"'a', 'x\u007f'", None),
        (r"{name: 'a', value: 'x', path: '/\u0001'}", None),
        (r"{name: 'a', value: 'x', extensions: ['\u001b']}", None),
        (r"'a', '\u65e5\u672c'", "a=日本"),
        (r"'\u00e9', '\u00fc'", "é=ü"),
        (r"'a', '\ud800'", "a=\ud800"),
        (r"'a', 'x; b'", "a=x; b"),
        (r"'a', 'x\ty'", "a=x\ty"),
        (r"{name: 'a', value: 'x', maxAge: 1e308}", "a=x"),
    ],
)
def test_what_scripts_set_never_spoils_requests(runs: Runs, arguments: str, sent: str | None) -> None:
    """A cookie that could not be sent is an error of the call; text beyond ASCII goes out as UTF-8, as in browsers."""
    told = "console.log(String(await call('set', base, %s)).startsWith('error: '))"
    result = runs(item("{{base}}/a", JAR + told % arguments), item("{{base}}/b"))

    assert [str(sent is None).lower()] == said(result.results[0])
    assert [Status.UNCHECKED, Status.UNCHECKED] == [each.status for each in result.results]
    assert sent == (
        None if runs.sent[1][1] is None else runs.sent[1][1].encode("latin-1").decode("utf-8", "surrogatepass")
    )


@needs_sandbox
def test_old_names_see_the_same_cookies(runs: Runs) -> None:
    """`responseCookies` and `postman.getResponseCookie` are `pm.cookies` of the URL that answered."""
    script = "console.log(responseCookies.map((each) => each.name).join(), postman.getResponseCookie('sid').value);"
    result = runs(item("{{base}}/?c=root=0; Path=/"), item("{{base}}/in?to=/app/home%3Fc=sid%3D2", script))

    assert "sid,root 2" in said(result.results[1])


@needs_sandbox
def test_a_session_without_a_name_and_one_beyond_ascii_are_masked(runs: Runs) -> None:
    """HttpOnly cookies are secrets, whatever bytes they are made of, in the answer and where they go back."""
    secrets = ("naked-session-4711", "sitzung-größe-4711")
    result = runs(item(f"{{{{base}}}}/?c={secrets[0]}; HttpOnly&c=s={secrets[1]}; HttpOnly"), item("{{base}}/b"))

    exchange = result.results[1].exchange
    assert exchange is not None
    told = str([*exchange.request.headers, *(result.results[0].exchange.response.headers)])  # type: ignore[union-attr]
    assert "Cookie" in told
    assert not [secret for secret in (*secrets, secrets[1].encode().decode("latin-1")) if secret in told]
