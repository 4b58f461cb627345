"""Does a command line that was written for Newman work as it stands, and print what it asks for?"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.reporters import ELSEWHERE


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["c.json", "--reporters=cli,junit", "--reporter-junit-export=x.xml"], id="equals signs"),
        pytest.param(["-r", "cli,junit", "--reporter-junit-export", "x.xml", "c.json"], id="options first"),
        pytest.param(["c.json", "-n2", "--delay-request=1", "--timeout-request", "5000"], id="short and numeric"),
        pytest.param(["--bail", "c.json"], id="bail before the file"),
        pytest.param(["--bail", "failure", "c.json"], id="bail failure"),
        pytest.param(["c.json", "--bail", "folder,failure", "--color", "off"], id="bail both"),
        pytest.param(["c.json", "--bail=folder"], id="bail with equals sign"),
        pytest.param(["c.json", "--bail"], id="bail last"),
        pytest.param(["--timeout", "--timeout-script", "--delay-request", "-r", "--verbose", "c.json"], id="no values"),
        pytest.param(["--timeout", "9e4", "--timeout-script=1000", "c.json"], id="exponent"),
        pytest.param(["c.json", "--folder", "r0", "--folder=r1", "-x"], id="folders"),
        pytest.param(["c.json", "--insecure", "--suppress-exit-code", "--no-insecure-file-read"], id="flags"),
        pytest.param(["c.json", "--reporter-cli-no-banner", "--reporter-no-summary"], id="switches"),
        pytest.param(["c.json", "--reporter-cli-noSummary", "--reporter-cli-silent=true"], id="camel case"),
        pytest.param(["c.json", "--reporter-junit-export", "-r", "cli"], id="export without a path"),
        pytest.param(["c.json", "--env-var", "a=b=c", "--global-var", "d=--bail"], id="values with signs"),
        pytest.param(["--", "c.json"], id="end of options"),
    ],
)
def test_a_line_of_newman_works_as_it_stands(
    tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any], arguments: list[str]
) -> None:
    """Order, equals signs, repeats and left-out values mean what they mean there."""
    server = site()
    collection(server.url + "/0", server.url + "/1").rename(tmp_path / "c.json")

    done = run_cli("run", *arguments)

    assert done.code == 0, done.text
    assert len(server.received) == (4 if "-n2" in arguments else 2)
    assert ("junit" in "".join(arguments) and "x.xml" in "".join(arguments)) == (tmp_path / "x.xml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--bail=never"], "folder, failure"),
        (["--timeout", "soon"], "not a whole number of milliseconds"),
        (["--delay-request=-5"], "not a whole number of milliseconds"),
        (["--color", "blue"], "on"),
        (["--reporter-cli-no-sumary"], "did you mean `--reporter-cli-no-summary`"),
        (["--reporter-cli-silent=false"], "takes no value"),
        *((["-r", name], f"there is no reporter `{name}`") for name in ("allure", "slack", "csv")),
    ],
)
def test_what_is_refused_says_why(
    collection: Any, run_cli: Callable[..., Any], arguments: list[str], words: str
) -> None:
    """A wrong value or a reporter we lack ends the call with 4 and a sentence."""
    done = run_cli("run", collection("http://127.0.0.1:1/"), *arguments)

    assert (4, True) == (done.code, words in done.err), done.text
    assert "Traceback" not in done.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "Usage: harness", id="nothing"),
        pytest.param(["run"], "FILE|FOLDER|GLOB|URL", id="no collection"),
        pytest.param(["run", "-e", "e.json"], "FILE|FOLDER|GLOB|URL", id="an environment alone"),
        pytest.param(["rnu", "c.json"], "rnu", id="unknown command"),
        pytest.param(["run", "c.json", "--nope"], "--nope", id="unknown option"),
        pytest.param(["run", "c.json", "--env-var"], "'--env-var' requires an argument", id="env-var without value"),
        pytest.param(["run", "c.json", "--global-var"], "'--global-var' requires an argument", id="global-var too"),
        pytest.param(["run", "c.json", "--env-var", "a"], "a", id="env-var without equals sign"),
        pytest.param(["run", "c.json", "--folder", "r0", "--folder", "R123"], "R123", id="one folder unknown"),
        pytest.param(["run", "c.json", "-e", "nope.json"], "nope.json", id="no such environment"),
        pytest.param(["run", "c.json", "-d", "nope.csv"], "nope.csv", id="no such data"),
        pytest.param(["run", "c.json", "-d", "open.csv"], "open.csv", id="data that is no CSV"),
        pytest.param(["run", "c.json", "--cookie-jar", "nope.json"], "nope.json", id="no such jar"),
        pytest.param(["run", "c.json", "--cookie-jar", "open.csv"], "open.csv", id="a jar that is no JSON"),
        pytest.param(["run", "c.json", "--ssl-client-cert-list", "nope.json"], "nope.json", id="no such list"),
        pytest.param(["run", "c.json", "--ssl-client-cert-list", "c.json"], "c.json", id="a list that is none"),
    ],
)
def test_where_newmans_tests_want_1_a_wrong_call_ends_with_4(
    tmp_path: Path, collection: Any, run_cli: Callable[..., Any], arguments: list[str], words: str
) -> None:
    """The calls that Newman's own suite sees refused are refused here, nothing printed as a result, and say why."""
    collection("http://127.0.0.1:1/").rename(tmp_path / "c.json")
    (tmp_path / "e.json").write_text('{"name": "e", "values": []}', encoding="utf-8")
    (tmp_path / "open.csv").write_text('a,b\n"x,1\n', encoding="utf-8")

    done = run_cli(*arguments)

    assert (4, "", True) == (done.code, done.out, words in done.err), done.text
    assert "Traceback" not in done.text


def test_nothing_to_judge_is_told(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """Where neither a script nor an example judges anything, Newman says 0; here it is 5, with `-x` as well."""
    file = collection(f"{site().url}/0", example=False)

    assert [5, 5] == [run_cli("run", file, *more).code for more in ([], ["-x"])]


def test_every_reporter_we_lack_has_a_sentence(collection: Any, run_cli: Callable[..., Any]) -> None:
    """An option of such a reporter alone is told to have no effect, and the run goes on."""
    done = run_cli("run", collection("http://127.0.0.1:1/"), "--reporter-allure-export", "x", "-x")

    assert done.code == 0
    assert "note: --reporter-allure-export has no effect" in done.err
    assert all(len(sentence) > 20 for sentence in ELSEWHERE.values())


def test_bail_ends_the_run(tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """`--bail` and `failure` end it at the first failure, `folder` only at the first that could not be asked."""
    server = site(lambda request: b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")
    urls = [f"{server.url}/0", "http://127.0.0.1:1/1", f"{server.url}/2"]
    file = collection(*urls)

    counts = {}
    for bail in ("", "--bail", "--bail=failure", "--bail=folder"):
        done = run_cli("run", file, *filter(None, [bail]), "-r", "json", "--reporter-json-export", "r.json")
        counts[bail] = (done.code, len(server.received))
        server.received.clear()

    assert {"": (2, 2), "--bail": (1, 1), "--bail=failure": (1, 1), "--bail=folder": (2, 1)} == counts


def test_the_whole_run_has_a_limit(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """`--timeout` ends the request under way, and what follows is not reached; the run is an error, never green."""
    import threading

    never = threading.Event()
    server = site()
    fine = server.respond
    server.respond = lambda request: fine(request) if request.target == "/0" else (never.wait(20), b"")[1]

    done = run_cli(
        "run", collection(*(f"{server.url}/{number}" for number in range(3))), "--timeout", "1000", timeout_s=30
    )
    between = run_cli(
        "run", collection(f"{server.url}/0", f"{server.url}/0"), "--timeout=700", "--delay-request=60000", timeout_s=30
    )
    never.set()

    assert done.code == 2
    assert "--timeout" in done.out
    assert "(1 passed, 1 error, 1 not reached)" in done.out
    assert between.code == 2
    assert "the run took longer than 0.7 s (--timeout)" in between.out


def test_each_request_has_a_limit(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """`--timeout-request` ends one request, and the next is sent."""
    import threading

    never = threading.Event()
    server = site()
    fine = server.respond
    server.respond = lambda request: fine(request) if request.target == "/1" else (never.wait(20), b"")[1]

    done = run_cli("run", collection(f"{server.url}/0", f"{server.url}/1"), "--timeout-request", "300", timeout_s=30)
    never.set()

    assert done.code == 2
    assert "(1 passed, 1 error)" in done.out
    assert "within 0.3 s" in done.out


def test_the_screen_obeys_the_switches(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """Each switch of the `cli` reporter takes its part away, and only that."""
    server = site(lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-From: server\r\n\r\nhi")
    file = collection(f"{server.url}/0", "http://127.0.0.1:1/1")

    def screen(*arguments: str) -> str:
        return str(run_cli("run", file, *arguments).text)

    plain = screen()
    assert all(part in plain for part in ("c\n", "Summary", "Failures", "✓ passed", "1 of 2 items"))
    assert "\x1b[" not in plain
    assert "\x1b[" in screen("--color", "on")
    assert "" == screen("--silent")
    assert "" == screen("--reporter-cli-silent")
    assert "Summary" not in screen("--reporter-cli-no-summary")
    assert "Failures" not in screen("--reporter-cli-no-failures")
    assert screen("--reporter-cli-no-banner").startswith("\n")
    assert re.search(r"^\d\d:\d\d:\d\d ✓ passed", screen("--reporter-cli-show-timestamps"), re.MULTILINE)
    ascii_only = screen("--disable-unicode")
    assert "+ passed" in ascii_only
    assert ascii_only.isascii()
    verbose = screen("--verbose")
    assert all(part in verbose for part in ("→ GET ", "    X-From: server", "← 200 OK", "    hi", "✓ status is 200"))
    assert "✓ status is 200" not in screen("--verbose", "--reporter-cli-no-assertions")
    assert "✓ status is 200" not in screen("--verbose", "--reporter-cli-no-success-assertions")
    assert "✓ passed" in screen("--reporter-cli-no-console")


def test_a_report_goes_to_a_folder_under_its_usual_name(
    tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any]
) -> None:
    """A folder that is there, or a path that ends in a slash, gets the report under the collection's name."""
    file = collection(site().url)
    (tmp_path / "there").mkdir()

    done = run_cli(
        "run", file, "-r", "junit,json", "--reporter-junit-export", "there", "--reporter-json-export", "new/"
    )

    assert done.code == 0
    assert "testsuites" == ET.parse(tmp_path / "there/c.junit.xml").getroot().tag
    assert json.loads((tmp_path / "new/c.json").read_text())["run"]


@pytest.mark.parametrize("name", ["progress", "emojitrain"])
def test_newmans_progress_reporters_are_our_own(
    tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any], name: str
) -> None:
    """Both tell what `-r cli` tells, once where that is asked for as well."""
    file = collection(f"{site().url}/0")
    done = run_cli("run", file, "-r", f"cli,{name}", "--reporter-junit-locations", "-r", f"{name},junit", cwd=tmp_path)

    assert done.code == 0
    assert done.out.count("passed: 1 of 1 item") == 1
    assert "<testcase" in (tmp_path / "reports" / "c.junit.xml").read_text(encoding="utf-8")
