"""Does the page come out of both doors, with what was asked for on the line, and the totals of the other reports?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["-r", "html", "--reporter-html-export", "x.html"], id="our name"),
        pytest.param(["-r", "htmlextra", "--reporter-htmlextra-export=x.html"], id="htmlextra"),
        pytest.param(["-r", "cli,htmlextra", "--reporter-export", "x.html"], id="for all"),
        pytest.param(
            ["-r", "html", "--reporter-html-export", "x.html", "--reporter-htmlextra-title", "Night"], id="title"
        ),
        pytest.param(
            ["-r", "html", "--reporter-html-export=x.html", "--reporter-html-showOnlyFails"], id="switch first"
        ),
        pytest.param(
            ["-r", "html", "--reporter-html-export=x.html", "--reporter-html-logs", "true"], id="true after it"
        ),
    ],
)
def test_a_page_is_written(
    tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any], arguments: list[str]
) -> None:
    """Under either name of the reporter; a switch does not take the file that follows for its value."""
    file = collection(f"{site().url}/0").rename(tmp_path / "c.json")

    done = run_cli("run", *arguments, file)
    page = (tmp_path / "x.html").read_text(encoding="utf-8")

    assert done.code == 0, done.text
    assert ("<h1>Night</h1>" in page) == ("Night" in arguments)
    assert ('"onlyFails": true' in page) == ("--reporter-html-showOnlyFails" in arguments)


def test_the_usual_name_is_that_of_the_collection(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """Beside the other reports, in `reports/`."""
    file = collection(f"{site().url}/0")
    name = json.loads(file.read_text(encoding="utf-8"))["info"]["name"]

    assert run_cli("run", file, "-r", "html", cwd=file.parent).code == 0
    assert (file.parent / "reports" / f"{name}.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-r", "html", "--reporter-html-template", "x.hbs"], "strict security policy"),
        (["-r", "html", "--reporter-html-show-only-fail"], "did you mean `--reporter-html-show-only-fails`"),
        (["-r", "html", "--reporter-html-export", "/proc/x/y.html"], "/proc/x"),
    ],
)
def test_what_cannot_be_ends_the_call_first(
    collection: Any, site: Any, run_cli: Callable[..., Any], arguments: list[str], words: str
) -> None:
    """Nothing is sent for a report that nobody would get."""
    server = site()

    done = run_cli("run", collection(f"{server.url}/0"), *arguments)

    assert (4, True) == (done.code, words in done.err), done.text
    assert "Traceback" not in done.text
    assert [] == server.received


def test_pytest_writes_the_same_page(collection: Any, site: Any, run_cli: Any, run_pytest: Any, tmp_path: Path) -> None:
    """The verdict and the totals in it are those of the command line."""
    server = site(lambda request: b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")
    file = collection(f"{server.url}/0", f"{server.url}/1")

    run_cli("run", file, "-r", "html", "--reporter-html-export", tmp_path / "cli.html")
    run_pytest(file, "--harness-report", f"html={tmp_path / 'pytest.html'}")
    pages = [(tmp_path / name).read_text(encoding="utf-8") for name in ("cli.html", "pytest.html")]
    totals = [re.findall(r"<dd>([^<]*)</dd>", page)[:6] for page in pages]

    assert totals[0] == totals[1]
    assert all('class="badge failed"' in page for page in pages)
