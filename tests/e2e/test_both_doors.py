"""Options of connections and of the end of a run do the same by `harness run`, by pytest and by its ini file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from harness.options.table import options_of

Words = tuple[str | Path, ...]
FAILED = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
FLAGS = {each.plugin_flag: each for each in options_of("pytest")}
COOKIE = {"key": "sid", "value": "s3ss10n-of-ada", "domain": "127.0.0.1", "path": "/", "hostOnly": True}


@dataclass(frozen=True, slots=True)
class Door:
    """One way to run a collection; options are given as pytest has them."""

    name: str
    folder: Path
    run_cli: Callable[..., Any]
    run_pytest: Callable[..., Any]

    def __call__(self, file: Path, *words: str | Path, **more: Any) -> Any:
        """Run the collection with these options."""
        if self.name == "run":
            return self.run_cli("run", file, *(FLAGS[word].flag if word in FLAGS else word for word in words), **more)
        if self.name == "pytest":
            return self.run_pytest(file, *words, **more)
        lines = ["[pytest]"]
        for word, following in zip_longest(words, words[1:], fillvalue=""):
            if word in FLAGS:
                lines.append(f"{FLAGS[str(word)].ini} = {'true' if FLAGS[str(word)].kind == 'flag' else following}")
        (self.folder / "pytest.ini").write_text("\n".join(lines), encoding="utf-8")
        return self.run_pytest(file, **more)


@pytest.fixture(params=["run", "pytest", "ini"])
def door(
    request: pytest.FixtureRequest, tmp_path: Path, run_cli: Callable[..., Any], run_pytest: Callable[..., Any]
) -> Door:
    """Return one of the ways to run a collection."""
    return Door(request.param, tmp_path, run_cli, run_pytest)


def test_authorities(door: Door, collection: Any, site: Any, certificates: Any) -> None:
    """A server of an authority that nobody knows is believed where the file of that authority is named."""
    server = site(context=certificates.server("localhost"))
    file = collection(f"https://localhost:{server.port}/")

    refused, done = door(file), door(file, "--harness-ssl-extra-ca-certs", certificates.authority_file)

    assert "is not trusted" in refused.out
    assert ("--ssl-extra-ca-certs" if door.name == "run" else "--harness-ssl-extra-ca-certs") in refused.out
    assert (refused.code != 0, done.code) == (True, 0), done.text


def test_a_client_certificate(door: Door, collection: Any, site: Any, certificates: Any) -> None:
    """It is shown to a server that insists on one, its key opened by a passphrase from outside, which nobody sees."""
    server = site(lambda _: FAILED, context=certificates.server("localhost", client=True))
    cert, key = certificates.client("ada", passphrase="open-sesame-42")
    trust = ("--harness-ssl-extra-ca-certs", certificates.authority_file)
    identity = ("--harness-ssl-client-cert", cert, "--harness-ssl-client-key", key)
    file = collection(f"https://localhost:{server.port}/?open=open-sesame-42")

    done = door(
        file, *trust, *identity, "--harness-ssl-client-passphrase", "env:KEY_WORD", env={"KEY_WORD": "open-sesame-42"}
    )
    alone = door(file, "--harness-ssl-client-key", key)

    assert ["ada"] == [request.certificate for request in server.received], done.text
    assert "open-sesame-42" not in done.text
    assert "‹ssl-client-passphrase›" in done.text
    assert 4 == alone.code
    assert f"{'--' if door.name == 'run' else '--harness-'}ssl-client-cert, which is missing" in alone.text


def test_a_list_of_client_certificates(
    door: Door, tmp_path: Path, collection: Any, site: Any, certificates: Any
) -> None:
    """The certificate whose pattern fits is shown; its files lie in the working directory that is named."""
    server = site(context=certificates.server("localhost", client=True))
    certificates.client("bob")
    entry = {"matches": ["https://localhost:*/*"], "cert": {"src": "bob.pem"}, "key": {"src": "bob.key"}}
    (tmp_path / "list.json").write_text(json.dumps([entry]), encoding="utf-8")

    done = door(
        collection(f"https://localhost:{server.port}/"), "--harness-ssl-client-cert-list", tmp_path / "list.json",
        "--harness-working-dir", certificates.folder, "--harness-ssl-extra-ca-certs", certificates.authority_file,
    )  # fmt: skip

    assert 0 == done.code, done.text
    assert ["bob"] == [request.certificate for request in server.received]


def test_redirects(door: Door, collection: Any, site: Any) -> None:
    """They are followed unless the call says otherwise; then the 3xx is the answer, and not the one expected."""
    server = site()
    fine = server.respond
    moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
    server.respond = lambda request: moved if request.target == "/here" else fine(request)
    file = collection(f"{server.url}/here")

    followed, taken = door(file), door(file, "--harness-ignore-redirects")

    assert ["/here", "/there", "/here"] == [request.target for request in server.received]
    assert (0, 1) == (followed.code, taken.code)


def test_http2(door: Door, collection: Any, http2_port: int, certificates: Any) -> None:
    """A server that speaks nothing else answers."""
    done = door(
        collection(f"https://localhost:{http2_port}/a"), "--harness-http2",
        "--harness-ssl-extra-ca-certs", certificates.authority_file,
    )  # fmt: skip

    assert 0 == done.code, done.text


def test_cookies(door: Door, tmp_path: Path, collection: Any, site: Any) -> None:
    """Those of the jar are sent, and masked in what is told."""
    server = site(lambda _: FAILED)
    jar = {"version": "tough-cookie@4.1.3", "cookies": [COOKIE]}
    (tmp_path / "jar.json").write_text(json.dumps(jar), encoding="utf-8")

    done = door(collection(f"{server.url}/?as=s3ss10n-of-ada"), "--harness-cookie-jar", tmp_path / "jar.json")

    assert ["sid=s3ss10n-of-ada"] == [request.headers.get("cookie") for request in server.received]
    assert 1 == done.code
    assert "s3ss10n-of-ada" not in done.text


def test_the_limit_of_a_run(door: Door, collection: Any, site: Any) -> None:
    """What is under way when the time is over is an error, and what follows is not sent."""
    import threading

    never = threading.Event()
    server = site(lambda _: (never.wait(20), b"")[1])

    done = door(
        collection(f"{server.url}/0", f"{server.url}/1"), "--harness-timeout", "700", timeout_s=40, env={"CI": "1"}
    )
    never.set()

    assert (2 if door.name == "run" else 1) == done.code, done.text
    assert len(server.received) == 1
    assert ("(--timeout)" if door.name == "run" else "(--harness-timeout)") in done.text
    assert door.name == "run" or "(--timeout)" not in done.text


def test_the_exit_code(door: Door, collection: Any, site: Any, closed_port: int) -> None:
    """Requests that failed or could not be asked end the call with 0 where that is wanted."""
    file = collection(site(lambda _: FAILED).url, f"http://127.0.0.1:{closed_port}/")

    usual, suppressed = door(file), door(file, "--harness-suppress-exit-code")

    assert (True, 0) == (usual.code in (1, 2), suppressed.code)
    assert "failed" in suppressed.out


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["one process", "workers"])
def test_the_exit_code_of_other_tests_stays(
    tmp_path: Path, collection: Any, site: Any, run_pytest: Callable[..., Any], more: Words
) -> None:
    """In pytest, only requests are let off: a test beside them that fails, or cannot be collected, still counts."""
    file = collection(site(lambda _: FAILED).url)
    (tmp_path / "test_fine.py").write_text("def test_it(): pass", encoding="utf-8")
    (tmp_path / "test_wrong.py").write_text("def test_it(): assert False", encoding="utf-8")
    (tmp_path / "test_broken.py").write_text("import nothing_of_that_name", encoding="utf-8")
    options: Words = (*more, "--harness-suppress-exit-code", "--continue-on-collection-errors")
    codes = [run_pytest(file, f"test_{name}.py", *options).code for name in ("fine", "wrong", "broken")]

    assert [0, 1, 1] == codes


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--harness-ssl-extra-ca-certs", "nope.pem"), "cannot read the file of --harness-ssl-extra-ca-certs"),
        (("--harness-ssl-client-cert", "nope.pem"), "nope.pem: no such file"),
        (("--harness-cookie-jar", "nope.json"), "nope.json"),
        (("--harness-timeout", "soon"), "--harness-timeout takes a whole number of milliseconds, not `soon`"),
        (("--harness-max-jumps", "0"), "--harness-max-jumps takes a whole number from 1 on, not `0`"),
    ],
)
def test_wrong_values_end_a_call_of_pytest(
    collection: Any, run_pytest: Callable[..., Any], words: Words, told: str
) -> None:
    """It ends with 4 before anything is sent, and names the option as pytest has it."""
    done = run_pytest(collection("http://127.0.0.1:1/"), *words)

    assert (4, True) == (done.code, told in done.text), done.text
    assert "Traceback" not in done.text
