"""Is every option of Newman accepted or refused with a sentence, tried by a test, and told in the documentation?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.cli.commands.run import command
from harness.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "from-newman.md"
OPTIONS = json.loads((ROOT / "tests/contract/newman_options.json").read_text(encoding="utf-8"))["options"]
TRIED = [option for option in OPTIONS if "try" in option]
TABLE = re.compile(r"^\| Newman.*\Z", re.MULTILINE | re.DOTALL)


def _names(option: dict[str, Any]) -> list[str]:
    return re.findall(r"(?<![\w-])--[a-z0-9-]+(?=[\s,|]|$)", option["option"])


@pytest.mark.parametrize(
    "option", [option for option in TRIED if option["status"] != "refused"], ids=lambda option: option["option"]
)
def test_an_option_is_accepted(option: dict[str, Any]) -> None:
    """The command line reads it, and has every name it goes by."""
    known = {name for parameter in command.params for name in parameter.opts}
    context = command.make_context("run", ["c.json", *option["try"]])

    assert [] == [name for name in _names(option) if name not in known]
    assert "c.json" in context.params["collections"]


@pytest.mark.parametrize(
    "option", [option for option in TRIED if option["status"] == "refused"], ids=lambda option: option["option"]
)
def test_an_option_is_refused_with_a_sentence(
    option: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The call ends with 4 and says what is missing and what to use instead."""
    item = {"name": "r", "request": "http://127.0.0.1:1/"}
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": [item]}))

    with pytest.raises(SystemExit) as ended:
        main(["run", str(tmp_path / "c.json"), *option["try"]])
    told = capsys.readouterr().err

    assert ended.value.code == 4
    assert option["refusal"] in told
    assert "hint:" in told


def test_every_option_is_tried_through_the_command_line() -> None:
    """Each name of each option stands in an end-to-end test."""
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/e2e").rglob("*.py"))
    names = [name for option in TRIED for name in _names(option)]

    assert len(names) > 30
    assert [] == [name for name in names if name not in tests]


def _table() -> str:
    lines = ["| Newman | here | |", "|---|---|---|"]
    for option in OPTIONS:
        name = option["option"].replace("|", "\\|")
        lines.append(f"| `{name}` | {option['status']} | {option['note']} |".replace(" |  |", " | |"))
    return "\n".join(lines) + "\n"


def test_the_page_tells_of_every_option(update_golden: bool) -> None:
    """The table of the page is that of the data file."""
    page = PAGE.read_text(encoding="utf-8")
    if update_golden:
        page = TABLE.sub("", page).rstrip("\n") + "\n\n" + _table()
        PAGE.write_text(page, encoding="utf-8")

    assert page.endswith("\n\n" + _table())
