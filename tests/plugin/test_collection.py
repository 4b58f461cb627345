"""Which collections does pytest run, and which does it leave alone?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

CASES = json.loads((Path(__file__).parent / "data" / "ids.json").read_text(encoding="utf-8"))
ALL = ["GET /users", "POST /users", "GET /health", "GET /stock"]
FILE = "api/shop.postman_collection.json"


def test_bare_pytest_sends_nothing(project: Any) -> None:
    """A bare `pytest` runs the ordinary tests only, also where the collection lies below testpaths."""
    project.write(api__test_plain="def test_plain(): pass")
    project.ini("testpaths = api")
    plain = project.pytest()

    assert "1 passed" in plain.text
    assert "not run" not in plain.text
    assert project.sent == []


def test_collections_below_a_named_folder_are_data(project: Any) -> None:
    """`pytest .` sends nothing of what lies deeper, and says so where nothing else ran."""
    told = project.pytest(".")

    assert told.code == 5
    assert "collections not run, for nobody asked for them: api/shop.postman_collection.json" in told.text
    assert "hint: name the file or its folder" in told.text
    assert project.sent == []


@pytest.mark.parametrize("argument", [FILE, "api", "./api/", f"{FILE}::Users", f"{FILE}::Health"])
def test_named_on_the_command_line(project: Any, argument: str) -> None:
    """A file, its folder, and what is in it by node id are run when they are named."""
    project.pytest(argument)

    assert project.sent == {"Users": ALL[:2], "Health": ALL[2:3]}.get(argument.rpartition("::")[2], ALL)


def test_named_from_another_folder(project: Any) -> None:
    """The name may lead through the parent folder, or be absolute."""
    project.write(unit__test_plain="def test_plain(): pass")
    project.pytest("../api", cwd=project.root / "unit")
    project.pytest(project.root / FILE, cwd=project.root / "unit")

    assert project.sent == ALL + ALL


@pytest.mark.parametrize("pattern", [FILE, "api", "api/*.json", "**/*.postman_collection.json"])
def test_named_in_the_ini_file(project: Any, pattern: str) -> None:
    """`harness_collections` takes files, folders and globs; then a bare `pytest` runs them."""
    project.ini(f"harness_collections = {pattern}")
    project.pytest()

    assert project.sent == ALL


def test_a_broken_collection_is_told_without_traceback(project: Any) -> None:
    """A file that is no collection is an error of collection in the words of `harness check`."""
    (project.root / FILE).write_text('{"info": {"name": "Shop"}, "item": [', encoding="utf-8")
    told = project.pytest(FILE)

    assert told.code == 2
    assert f"--> {FILE}:1:" in told.text
    assert "Traceback" not in told.text
    assert "harness/" not in told.text


@pytest.mark.parametrize("title", CASES)
def test_node_ids(title: str, pytester: pytest.Pytester) -> None:
    """Every request has its own id, by which it is selected on the command line."""
    case = CASES[title]
    requests: list[Any] = [{"name": name, "request": "http://127.0.0.1:9/", "response": []} for name in case["names"]]
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    items = [{"name": case["folder"], "item": requests}] if "folder" in case else requests
    text = json.dumps({"info": {"name": title, "schema": schema}, "item": items})
    pytester.path.joinpath("c.json").write_text(text, encoding="utf-8")
    whole, _ = pytester.inline_genitems("c.json")
    ids = [node.nodeid.removeprefix("c.json::") for node in whole]
    alone = [[node.nodeid for node in pytester.inline_genitems(f"c.json::{each}")[0]] for each in ids]
    option = [
        [node.nodeid for node in pytester.inline_genitems("c.json", f"--harness-folder={each}")[0]] for each in ids
    ]

    assert ids == case["ids"]
    assert all(f"c.json::{each}" in found for each, found in zip(ids, option, strict=True))
    assert alone == [[f"c.json::{each}"] for each in ids]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([f"{FILE}::Users"], ALL[:2]),
        ([f"{FILE}::Stock", f"{FILE}::Users::List users", f"{FILE}::Stock"], [ALL[0], ALL[3]]),
        ([f"{FILE}::Stock", FILE], ALL),
        (["api", f"{FILE}::Stock"], ALL),
        ([f"{FILE}::Users", "--harness-exclude", "List users"], ALL[1:2]),
    ],
    ids=["folder", "several", "one and all", "the folder of the file", "less what is excluded"],
)
def test_what_the_arguments_name_is_run_once(project: Any, arguments: list[str], expected: list[str]) -> None:
    """Exactly what is named is run, once, in the order of the collection."""
    told = project.pytest(*arguments)

    assert told.code == 0, told.text
    assert project.sent == expected
    assert f"collected {len(expected)} item" in told.text
    assert "deselected" not in told.text


def test_a_collection_named_twice_is_sent_once(project: Any) -> None:
    """pytest runs a file twice that is named twice; the requests in it are sent once, and pass both times."""
    told = project.pytest(FILE, FILE)

    assert told.code == 0, told.text
    assert project.sent == ALL
    assert "skipped" not in told.text


def test_what_is_not_there_is_told_with_what_may_have_been_meant(project: Any) -> None:
    """A node id that leads nowhere ends the call before anything is sent, whatever else was named."""
    told = project.pytest(f"{FILE}::Users::List user", f"{FILE}::Stock")

    assert told.code == 4
    assert f"ERROR: no such folder or request: {FILE}::Users::List user" in told.text
    assert "hint: did you mean `Users::List users`" in told.text
    assert project.sent == []


def test_requests_of_a_folder_of_yaml_have_ids(project: Any) -> None:
    """A collection of format v3 is a folder; what stands in it is named as in a file, by the id that pytest prints."""
    tree = project.root / "tree"
    (tree / "Deep").mkdir(parents=True)
    for name, path in (("First", tree), ("Second[1]", tree / "Deep")):
        text = f"$kind: http-request\nname: {name}\nmethod: GET\nurl: '{{{{base_url}}}}/health'\n"
        (path / f"{name}.request.yaml").write_text(text, encoding="utf-8")
    ids = re.findall(r"^(tree::.*?) [A-Z]+ ", project.process("tree", "-v").text, re.MULTILINE)
    alone = [project.process(each, "-v").text for each in ids]

    assert ["tree::Deep::Second[1]", "tree::First"] == sorted(ids)
    assert all(
        f"{each} UNCHECKED" in told and "collected 1 item" in told for each, told in zip(ids, alone, strict=True)
    )
    assert project.process("tree::Deep").text.count("collected 1 item") == 1
    assert project.process("tree::None").code == 4


def test_data_rows_are_tests(project: Any) -> None:
    """Each row of data is a test of its own, selectable by its id, and gets its own values."""
    (project.root / "rows.json").write_text('[{"name": "Ada"}, {"name": "Bob"}]', encoding="utf-8")
    item, data = f"{FILE}::Users::Create a user", ("--harness-data", "rows.json")
    project.pytest(item, *data)
    both = [json.loads(request.data)["name"] for request, _ in project.server.log]
    told = project.pytest(f"{item}[row=1]", *data, "-v")

    assert both == ["Ada", "Bob"]
    assert "::Users::Create a user[row=1] PASSED" in told.text
    assert [json.loads(request.data)["name"] for request, _ in project.server.log][2:] == ["Bob"]


def test_the_order_of_the_collection_is_restored(project: Any) -> None:
    """What shuffles tests leaves the requests of a collection in their order, row by row."""
    project.write(conftest="def pytest_collection_modifyitems(items): items.reverse()", test_plain="def test_a(): pass")
    told = project.pytest(FILE, "test_plain.py", "--harness-iterations", "2")

    assert project.sent == ALL + ALL
    assert told.code == 0


def test_several_collections(project: Any) -> None:
    """Two collections run one after the other, each with its own configuration."""
    text = (project.root / FILE).read_text(encoding="utf-8").replace("/stock", "/health")
    (project.root / "api" / "b.postman_collection.json").write_text(text, encoding="utf-8")
    (project.root / "api" / "b.harness.toml").write_text('match = "status"\n', encoding="utf-8")
    told = project.pytest("api", "-v")

    assert project.sent == ["GET /users", "POST /users", "GET /health", "GET /health", *ALL]
    assert "b.postman_collection.json::Stock PASSED" in told.text


def test_without_the_plugin(project: Any) -> None:
    """`-p no:harness` leaves pytest as it was."""
    told = project.bare("api", "-p", "no:harness")

    assert told.code == 5
    assert project.sent == []
