"""Does `harness report` make of a stored run the reports that the run itself would have written?"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def ran(tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any]) -> Any:
    """Return a run that failed and erred, with its reports in `live/` and its events in `run.ndjson`."""
    server = site()
    fine = server.respond
    wrong = b"HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\n<>"
    server.respond = lambda request: wrong if request.target == "/1" else fine(request)
    file = collection(f"{server.url}/0", f"{server.url}/1", "http://127.0.0.1:1/2")
    arguments = ("-r", "cli,html,junit,ndjson", "--reporter-export", "live/", "-n", "2")
    done = run_cli("run", file, *arguments)
    (tmp_path / "live" / "c.ndjson").rename(tmp_path / "run.ndjson")
    return done


def test_the_reports_are_those_of_the_run(tmp_path: Path, ran: Any, run_cli: Callable[..., Any]) -> None:
    """The terminal and JUnit to the letter, the page with the same overview."""
    done = run_cli("report", "run.ndjson", "-r", "cli,junit,html", "--reporter-export", "later/")
    pages = [(tmp_path / folder / "c.html").read_text(encoding="utf-8") for folder in ("live", "later")]
    overviews = [page[page.index("<header") : page.index('<section class="plain"')] for page in pages]

    assert (2, 0) == (ran.code, done.code), done.text
    assert ran.out == done.out
    assert (tmp_path / "live/c.junit.xml").read_bytes() == (tmp_path / "later/c.junit.xml").read_bytes()
    assert overviews[0] == overviews[1]


def test_the_page_has_the_examples(tmp_path: Path, ran: Any, run_cli: Callable[..., Any]) -> None:
    """What an answer is held against stands in the record once for each item, and beside the answer in the page."""
    run_cli("report", "run.ndjson", "-r", "html", "--reporter-html-export", "later.html")
    pages = [tmp_path / "live" / "c.html", tmp_path / "later.html"]
    live, later = ([each["examples"] for each in _sources(page.read_text(encoding="utf-8"))] for page in pages)
    results = [
        json.loads(line)
        for line in (tmp_path / "run.ndjson").read_text(encoding="utf-8").splitlines()
        if '"item_finished"' in line
    ]

    assert live == later
    assert [["ok"]] * 3 == [[example["name"] for example in examples] for examples in later]
    assert [True] * 3 + [False] * 3 == ["source" in result for result in results]


def _sources(page: str) -> list[Any]:
    """Return what a page knows of each item."""
    blocks = re.findall(r'<script[^>]*class="source"[^>]*>([^<]+)</script>', page)
    return [each for block in blocks for each in json.loads(zlib.decompress(base64.b64decode(block)))]


def test_a_record_that_was_cut_off_is_no_success(tmp_path: Path, ran: Any, run_cli: Callable[..., Any]) -> None:
    """The reports say that the run was interrupted."""
    lines = (tmp_path / "run.ndjson").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "cut.ndjson").write_text("".join(lines[:4]), encoding="utf-8")

    done = run_cli("report", "cut.ndjson", "-r", "cli,html", "--reporter-html-export", "cut.html")

    assert "interrupted" in done.out
    assert re.search(r'class="badge interrupted"', (tmp_path / "cut.html").read_text(encoding="utf-8"))


def test_what_cannot_be_read_or_written_says_why(tmp_path: Path, ran: Any, run_cli: Callable[..., Any]) -> None:
    """The call ends with 4 and a sentence, and the record stays as it is."""
    before = (tmp_path / "run.ndjson").read_bytes()
    for arguments, words in (
        (["none.ndjson"], "no such file"),
        (["c.postman_collection.json"], "holds no events"),
        (["run.ndjson", "-r", "ndjson"], "is what is read here"),
        (["run.ndjson", "-r", "htlm"], "did you mean `html`"),
        (["run.ndjson", "--reporter-html-tile", "x"], "did you mean"),
    ):
        done = run_cli("report", *arguments)

        assert (4, True) == (done.code, words in done.err), done.text
        assert "Traceback" not in done.text
    assert before == (tmp_path / "run.ndjson").read_bytes()
