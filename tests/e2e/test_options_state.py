"""Do cookies, variables and collections get in and out by files, and nobody else's eyes?"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COOKIES = json.dumps(
    {
        "version": "tough-cookie@4.1.3-postman.1",
        "storeType": "MemoryCookieStore",
        "rejectPublicSuffixes": True,
        "cookies": [
            {"key": "sid", "value": "abc-123-secret", "domain": "127.0.0.1", "path": "/", "httpOnly": True,
             "hostOnly": True, "creation": "2026-01-01T00:00:00.000Z", "sameSite": "lax"},
            {"key": "old", "value": "x", "domain": "127.0.0.1", "path": "/", "hostOnly": True,
             "expires": "2001-01-01T00:00:00.000Z"},
            {"key": "else", "value": "y", "domain": "example.com", "path": "/v1", "hostOnly": False, "secure": True,
             "expires": "2999-10-21T07:28:00.000Z", "extensions": ["foo=bar"]},
        ],
    }
)  # fmt: skip


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_cookies_come_from_a_file_and_go_into_one(
    tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any]
) -> None:
    """A jar of Newman's is sent as it says, and what servers set comes out in the same shape, for the owner only."""
    server = site()
    fine = server.respond
    server.respond = lambda request: fine(request).replace(b"\r\n", b"\r\nSet-Cookie: new=1; Path=/n; HttpOnly\r\n", 1)
    (tmp_path / "in.json").write_text(COOKIES)

    done = run_cli(
        "run", collection(f"{server.url}/x"), "--cookie-jar", "in.json", "--export-cookie-jar", "new/out.json",
        "--verbose",
    )  # fmt: skip

    assert done.code == 0, done.text
    assert server.received[0].headers["cookie"] == "sid=abc-123-secret"
    assert "abc-123-secret" not in done.text
    out = tmp_path / "new" / "out.json"
    assert 0o600 == _mode(out)
    written = json.loads(out.read_text())
    assert "MemoryCookieStore" == written["storeType"]
    shown = [
        {name: value for name, value in cookie.items() if name not in {"creation", "lastAccessed"}}
        for cookie in written["cookies"]
    ]
    assert shown == [
        {"key": "sid", "value": "abc-123-secret", "domain": "127.0.0.1", "path": "/", "httpOnly": True,
         "hostOnly": True, "sameSite": "lax"},
        {"key": "else", "value": "y", "expires": "2999-10-21T07:28:00.000Z", "domain": "example.com", "path": "/v1",
         "secure": True, "extensions": ["foo=bar"], "hostOnly": False},
        {"key": "new", "value": "1", "domain": "127.0.0.1", "path": "/n", "httpOnly": True, "hostOnly": True},
    ]  # fmt: skip

    again = run_cli(
        "run", collection(f"{server.url}/n"), "--cookie-jar", "new/out.json", "--export-cookie-jar", "new/out.json"
    )

    assert again.code == 0
    assert {"sid=abc-123-secret", "new=1"} == set(server.received[1].headers["cookie"].split("; "))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Netscape HTTP Cookie File", "not JSON"),
        ("[]", "not a cookie jar"),
        ('{"cookies": [{"key": "a"}]}', "a cookie has the strings"),
        ('{"cookies": [{"key": "a", "value": "x\\r\\nB: c", "domain": "a.test"}]}', "line break"),
        ('{"cookies": [{"key": "a", "domain": "a.test", "expires": "soon"}]}', "no ISO 8601 time"),
    ],
)
def test_a_file_that_is_no_jar_ends_the_call(
    tmp_path: Path, collection: Any, run_cli: Callable[..., Any], text: str, words: str
) -> None:
    """It is told with its place before anything is sent."""
    (tmp_path / "jar.json").write_text(text)

    done = run_cli("run", collection("http://127.0.0.1:1/"), "--cookie-jar", "jar.json")

    assert (4, True) == (done.code, words in done.err), done.text
    assert "jar.json:1:" in done.err


def test_variables_and_collection_come_out_in_postmans_shapes(
    tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any]
) -> None:
    """What is disabled or unknown stays, values of flags are there, and those of the process stay outside."""
    server = site()
    file = collection("{{base}}/?t={{token}}&h={{headline}}&k={{key}}&g={{g}}")
    values = [
        {"key": "token", "value": "{{$env.OUTSIDE}}", "type": "secret", "enabled": True, "description": "kept"},
        {"key": "headline", "value": "Bearer {{$env.OUTSIDE}}"},
        {"key": "off", "value": "1", "enabled": False},
        {"key": "base", "value": "http://old.invalid"},
    ]
    (tmp_path / "e.json").write_text(json.dumps({"id": "e-1", "name": "Env", "values": values, "extra": [1]}))

    done = run_cli(
        "run", file, "-e", "e.json", "--env-var", f"base={server.url}", "--env-var", "key=env:OUTSIDE",
        "--global-var", "g=5", "--export-environment", "out/e.json", "--export-globals", "out/g.json",
        "--export-collection", "out/c.json", env={"OUTSIDE": "from-outside-1"},
    )  # fmt: skip

    assert done.code == 0, done.text
    assert "/?t=from-outside-1&h=Bearer%20from-outside-1&k=from-outside-1&g=5" == server.received[0].target
    environment = json.loads((tmp_path / "out/e.json").read_text())
    assert ("e-1", "Env", [1], "environment") == tuple(
        environment[name] for name in ("id", "name", "extra", "_postman_variable_scope")
    )
    assert environment["values"] == [
        {"key": "token", "value": "{{$env.OUTSIDE}}", "type": "secret", "description": "kept"},
        {"key": "headline", "value": "Bearer {{$env.OUTSIDE}}", "type": "any"},
        values[2],
        {"key": "base", "value": server.url, "type": "any"},
        {"key": "key", "value": "{{$env.OUTSIDE}}", "type": "secret"},
    ]
    written = json.loads((tmp_path / "out/g.json").read_text())
    assert "globals" == written["_postman_variable_scope"]
    assert [{"key": "g", "value": "5", "type": "any"}] == written["values"]
    assert "globals" == written["name"]
    assert json.loads(file.read_text()) == json.loads((tmp_path / "out/c.json").read_text())
    assert [0o600, 0o600] == [_mode(tmp_path / "out" / name) for name in ("e.json", "g.json")]
    assert [] == [path for path in (tmp_path / "out").iterdir() if "from-outside-1" in path.read_text()]

    again = run_cli(
        "run", file, "-e", "out/e.json", "-g", "out/g.json", env={"OUTSIDE": "from-outside-2"},
    )  # fmt: skip

    assert again.code == 0, again.text
    assert "t=from-outside-2" in server.received[1].target


def test_exports_are_written_when_the_run_fails_and_to_folders(
    tmp_path: Path, collection: Any, run_cli: Callable[..., Any]
) -> None:
    """A folder gets each file under its usual name, one for each collection."""
    first, second = collection("http://127.0.0.1:1/", name="one"), collection("http://127.0.0.1:1/", name="two")

    done = run_cli(
        "run", first, second, "--export-collection", "out/", "--export-environment", "out/",
        "--export-cookie-jar", "out/", "-r", "junit,json", "--reporter-export", "out/",
    )  # fmt: skip

    assert done.code == 2
    assert [
        "cookies.cookie_jar.json", "harness.json", "harness.junit.xml", "harness.postman_environment.json",
        "one.postman_collection.json", "two.postman_collection.json",
    ] == sorted(path.name for path in (tmp_path / "out").iterdir())  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--export-environment", "file/e.json"], "cannot write"),
        (["--export-cookie-jar", "file/e.json"], "cannot write"),
        (["two.postman_collection.json", "--export-collection", "c.json"], "one file for 2 collections"),
        (["-r", "junit,json", "--reporter-export", "r.xml"], "one file for several reports"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_sent(
    tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any], arguments: list[str], words: str
) -> None:
    """Such a path ends the call with 4."""
    server = site()
    (tmp_path / "file").write_text("")
    collection(server.url, name="two")

    done = run_cli("run", collection(server.url), *arguments)

    assert (4, True) == (done.code, words in done.err), done.text
    assert [] == server.received


def test_an_old_collection_comes_out_as_the_new_format(tmp_path: Path, site: Any, run_cli: Callable[..., Any]) -> None:
    """What was read from format v1 is written as v2.1, which every reader takes."""
    server = site()
    request = {"id": "r", "name": "Old", "method": "GET", "url": server.url, "headers": "", "responses": []}
    document = {"id": "c", "name": "V1", "order": ["r"], "requests": [request]}
    (tmp_path / "old.json").write_text(json.dumps(document))

    first = run_cli("run", "old.json", "--export-collection", "new.json")
    again = run_cli("check", "new.json")

    assert (5, 1) == (first.code, len(server.received)), first.text
    assert (0, "new.json: no problems\n") == (again.code, again.out)


def test_one_run_has_one_cookie_jar(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """Cookies of the first collection go with the requests of the second."""
    server = site()
    fine = server.respond
    server.respond = lambda request: fine(request).replace(b"\r\n", b"\r\nSet-Cookie: sid=1\r\n", 1)

    done = run_cli("run", collection(server.url, name="one"), collection(server.url, name="two"))

    assert done.code == 0
    assert [None, "sid=1"] == [request.headers.get("cookie") for request in server.received]
