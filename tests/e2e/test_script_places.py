"""Does what goes wrong in a script name the collection file's own line, whichever way the file has the script?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.e2e.conftest import SCHEMA

# Each script has three lines of which the second is wrong: the words, and what of the line the caret stands under.
WRONG = [
    ("let b = ;", "SyntaxError: Unexpected token ';'", ";"),
    ("  nowhere.to.be.found();", "ReferenceError: nowhere is not defined", "nowhere.to.be.found();"),
    ("  pm.expect(1).to.equal(2);", "expected 1 to equal 2", "equal(2);"),
    ("(async () => { await null; lost.x })(); // dropped", "ReferenceError: lost is not defined", "lost.x"),
]


def scripts() -> list[list[str]]:
    """Return the lines of each script."""
    return [["let a = 1;", line, "let c = 3;"] for line, _, _ in WRONG]


def write_v2(folder: Path, url: str, *, as_text: bool) -> Path:
    """Write a collection of format v2.1, each script as a list of lines or as one text."""
    items = [
        {
            "name": f"r{number}",
            "request": url,
            "event": [{"listen": "test", "script": {"exec": "\n".join(lines) if as_text else lines}}],
        }
        for number, lines in enumerate(scripts())
    ]
    file = folder / "c.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": items}, indent=1), "utf-8")
    return file


def write_v3(folder: Path, url: str) -> Path:
    """Write a collection of format v3, one file for each request."""
    root = folder / "Users"
    (root / ".resources").mkdir(parents=True)
    (root / ".resources" / "definition.yaml").write_text("$kind: collection\n", "utf-8")
    for number, lines in enumerate(scripts()):
        code = "".join(f"      {line}\n" for line in lines)
        (root / f"r{number}.request.yaml").write_text(
            f"$kind: http-request\nurl: {url}\nmethod: GET\norder: {number}\nscripts:\n"
            f"  - type: afterResponse\n    code: |-\n{code}    language: text/javascript\n",
            "utf-8",
        )
    return root


@pytest.mark.parametrize("form", ["lines", "text", "yaml"])
def test_an_error_names_the_line_of_the_file(
    form: str, tmp_path: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]
) -> None:
    """A syntax error, an error at run time and an assertion are shown in the file's own line, with a caret."""
    httpserver.expect_request("/").respond_with_json({})
    url = httpserver.url_for("/")
    target = write_v3(tmp_path, url) if form == "yaml" else write_v2(tmp_path, url, as_text=form == "text")

    done = run_cli("run", target, cwd=tmp_path)

    assert done.code == 1, done.text
    rows = done.out.split("\n")
    carets = [number for number, row in enumerate(rows) if row.strip(" |^") == "" and "^" in row]
    assert len(carets) == len(WRONG), done.out
    for number, caret, (line, words, pointed_at) in zip(range(len(WRONG)), carets, WRONG, strict=True):
        file = target / f"r{number}.request.yaml" if form == "yaml" else target
        lines = file.read_text("utf-8").split("\n")
        place = next(place for place, text in enumerate(lines, 1) if line.strip() in text)
        arrow = next(row for row in reversed(rows[:caret]) if "--> " in row)
        shown = rows[caret - 1]
        assert words in done.out
        assert f"{file.name}:{place}:" in arrow
        assert shown.endswith(lines[place - 1].strip())
        assert shown[rows[caret].index("^") :].startswith(pointed_at), f"{shown}\n{rows[caret]}"
