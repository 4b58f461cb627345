"""Does pytest write answers back as examples, and only when it can?"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest

FILE = "api/shop.postman_collection.json"
FLAG = "--harness-update-examples"


def _changed(project: Any, before: str) -> list[str]:
    lines = difflib.unified_diff(before.split("\n"), Path(project.root / FILE).read_text("utf-8").split("\n"), n=0)
    return [line.strip() for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_answers_are_written_back(project: Any) -> None:
    """The run fails as its answers are judged by the examples as they were; the next one passes."""
    before = (project.root / FILE).read_text("utf-8")
    project.break_stock()
    told = project.pytest("api", FLAG)

    assert told.code == 1
    assert "written: Stock" in told.text
    assert "1 example written" in told.text
    old, new = _changed(project, before)
    assert (r"{\"count\": 3}" in old, r"{\"count\": \"many\"}" in new) == (True, True)
    assert project.pytest("api").code == 0


def test_missing_examples_are_recorded(project: Any) -> None:
    """What nothing judged is judged from then on."""
    told = project.pytest("api", FLAG, "missing")

    assert "1 unchecked" in told.text
    assert "written: Health" in told.text
    assert project.pytest("api", "--harness-strict").code == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((f"{FLAG}=review",), "asks at a terminal, and there is none"),
        ((f"{FLAG}=all", "--harness-mock"), "would save the examples' own answers"),
        ((f"{FLAG}=all", "-n", "2"), "needs all answers in one process"),
    ],
)
def test_what_cannot_be_done(project: Any, args: tuple[str, ...], words: str) -> None:
    """A call that cannot write is refused before anything is sent."""
    told = project.process("api", *args)

    assert (told.code, project.sent) == (4, [])
    assert words in told.text


def test_nothing_is_written_after_an_error(project: Any) -> None:
    """One request that could not be asked keeps all answers out of the file."""
    before = (project.root / FILE).read_text("utf-8")
    project.break_stock()
    told = project.bare("api", f"{FLAG}=all", "--harness-env-var", f"base_url={project.url}")

    assert "no example was written: the run had errors" in told.text
    assert _changed(project, before) == []
