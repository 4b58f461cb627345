"""Do requests keep together and in order under pytest-xdist, and are the reports the same?"""

from __future__ import annotations

import json
import re
from typing import Any

FILE = "api/shop.postman_collection.json"
TESTS = "import pytest\n@pytest.mark.parametrize('n', range(12))\ndef test_plain(n): pass\n"
WANTS = '@pytest.mark.harness("Users::List users", collection="*/shop.*")\ndef test_users(exchange): pass\n'


def _second(project: Any) -> None:
    text = (project.root / FILE).read_text(encoding="utf-8").replace('"Shop"', '"Second"')
    (project.root / "api" / "second.postman_collection.json").write_text(text, encoding="utf-8")


def _workers(text: str) -> dict[str, set[str]]:
    """Return by file which workers ran what is in it."""
    found: dict[str, set[str]] = {}
    for worker, file in re.findall(r"^\[(gw\d+)\].* (\S+?)::", text, re.MULTILINE):
        found.setdefault(file, set()).add(worker)
    return found


def test_a_collection_stays_on_one_worker(project: Any) -> None:
    """Two collections and ordinary tests: each collection is on one worker, in its order, each request sent once."""
    _second(project)
    project.write(test_plain=TESTS + WANTS)
    told = project.process("api", "test_plain.py", "-n", "2", "-v")
    workers = _workers(told.text)
    order = re.findall(r"shop\.postman_collection\.json::(\S+)", told.text.partition("scheduling")[2])

    assert told.code == 0, told.text
    assert len(workers[FILE]) == len(workers["api/second.postman_collection.json"]) == 1
    assert workers["test_plain.py"] == {"gw0", "gw1"}
    assert len(project.sent) == 8, told.text
    assert [name for name in dict.fromkeys(order) if name != "@"][:2] == ["Users::List", "Users::Create"]
    assert "19 passed, 2 unchecked" in told.text


def test_the_seed_that_is_told_repeats_the_run(project: Any) -> None:
    """A report tells the seed that the workers used, though nobody gave one."""
    item = {"name": "random", "request": "{{base_url}}/stock?n={{$guid}}"}
    (project.root / "random.postman_collection.json").write_text(
        json.dumps({"info": {"name": "random"}, "item": [item]}), encoding="utf-8"
    )
    asked: list[str] = []
    seeds: list[str] = []
    for options in (("-n", "2"), ("-n", "2"), ("--harness-seed",)):
        seed = (seeds[0],) if options[0] == "--harness-seed" else ()
        project.process("random.postman_collection.json", "--harness-report=json=run.json", *options, *seed)
        document = json.loads((project.root / "run.json").read_text(encoding="utf-8"))
        seeds.append(str(document["harness"]["seed"]))
        asked.append(document["run"]["executions"][0]["request"]["url"]["query"][0]["value"])

    assert asked[0] == asked[2] != asked[1]
    assert seeds[0] == seeds[2] != seeds[1]


def test_reports_are_those_of_one_process(project: Any) -> None:
    """The controller writes the same JSON report that a run without workers writes."""
    project.break_stock()
    reports = []
    for name, options in (("one", ()), ("two", ("-n", "2"))):
        project.process(FILE, "--harness-report", f"json={name}.json", *options)
        run = json.loads((project.root / f"{name}.json").read_text(encoding="utf-8"))["run"]
        reports.append(
            [
                (one["item"]["name"], one["harness"]["status"], one["harness"].get("assertions"))
                for one in run["executions"]
            ]
        )

    assert reports[0] == reports[1]
    assert len(reports[0]) == 4


def test_wrong_calls(project: Any) -> None:
    """A wrong option or name is a usage error with workers too, and nothing is sent."""
    option = project.process(FILE, "-n", "2", "--harness-iterations", "x")
    name = project.process(FILE, "-n", "2", "--harness-folder", "Stok")

    assert option.code == name.code == 4
    assert "takes a whole number" in option.text
    assert "did you mean `Stock`" in name.text
    assert "INTERNALERROR" not in option.text + name.text
    assert project.sent == []


def test_failures_are_shown(project: Any) -> None:
    """A failure on a worker is explained as without workers."""
    project.break_stock()
    told = project.process(FILE, "-n", "2")

    assert "$.count: type changed" in told.text
    assert "3 passed" not in told.text
    assert "1 failed, 2 passed, 1 unchecked" in told.text
    assert "Traceback" not in told.text


def test_stealing_workers_leave_collections_whole(project: Any) -> None:
    """Under `--dist worksteal` no worker takes requests from the middle of a collection."""
    _second(project)
    project.write(test_plain=TESTS)
    told = project.process("api", "test_plain.py", "-n", "2", "--dist", "worksteal", "-v")
    workers = _workers(told.text)

    assert told.code == 0, told.text
    assert len(workers[FILE]) == len(workers["api/second.postman_collection.json"]) == 1
    assert len(project.sent) == 8, told.text


def test_each_worker_has_a_run_of_its_own(project: Any) -> None:
    """Under `--dist each` every worker sends the whole collection, as it runs every test."""
    told = project.process(FILE, "-n", "2", "--dist", "each", "-v")

    assert told.code == 0, told.text
    assert _workers(told.text)[FILE] == {"gw0", "gw1"}
    assert sorted(project.sent) == sorted(2 * ["GET /health", "GET /stock", "GET /users", "POST /users"])


def test_a_collection_of_yaml_stays_on_one_worker(project: Any) -> None:
    """So does one that is a folder, and a test that wants one of its exchanges."""
    (project.root / "tree").mkdir()
    for name in "abcdefgh":
        project.answers[f"GET /{name}"] = (200, {})
        text = f"$kind: http-request\nmethod: GET\nurl: '{{{{base_url}}}}/{name}'\n"
        (project.root / "tree" / f"{name}.request.yaml").write_text(text, encoding="utf-8")
    wants = '@pytest.mark.harness("b", collection="tree")\ndef test_it(exchange): pass\n'
    project.write(test_plain=TESTS + wants)
    told = project.process("tree", "test_plain.py", "-n", "2", "-v")
    workers = _workers(told.text)

    assert told.code == 0, told.text
    assert len(workers["tree"]) == 1, told.text
    assert len(project.sent) == 8
