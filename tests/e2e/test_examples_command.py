"""Does `harness examples` tell what is saved, since when, and how the last run went?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SCHEMA, answer

DATED = [{"key": "Date", "value": "Thu, 04 Mar 2021 10:00:00 GMT"}]
ITEMS = [
    {
        "name": "Users",
        "item": [
            {
                "name": "List",
                "request": {"url": "{{url}}/list"},
                "response": [
                    {"name": "one", "code": 200, "body": '{"id": 1}', "header": DATED},
                    {"name": "two", "code": 200, "body": '{"id": 2}'},
                    {"name": "none", "code": 404, "body": "{}"},
                ],
            },
            {"name": "Only an error", "request": {"url": "{{url}}/error"}, "response": [{"name": "no", "code": 403}]},
        ],
    },
    {"name": "Bare\x1b[31m", "request": {"url": "{{url}}/bare"}},
]
TABLE = """\
c

request               examples     saved       schema
Users::List           200 ×2, 404  2021-03-04  yes
Users::Only an error  403
Bare\\x1b[31m          none

3 requests, 1 with an example of a 2xx answer

without one:
  Users::Only an error
  Bare\\x1b[31m

"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return a collection with a rule that binds a schema."""
    document = {"info": {"name": "c", "schema": SCHEMA}, "item": ITEMS}
    (tmp_path / "c.postman_collection.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "id.schema.json").write_text("{}", "utf-8")
    rule = '[[rules]]\nselect = "Users::List"\nschema = "id.schema.json"\n'
    (tmp_path / "c.harness.toml").write_text(rule, "utf-8")
    return "c.postman_collection.json"


def test_table(run_cli: Callable[..., Any], file: str) -> None:
    """Statuses with their counts, the oldest day, the schema; names cannot steer the terminal."""
    done = run_cli("examples", file)

    assert done.code == 0, done.text
    assert done.out == TABLE


@pytest.mark.parametrize("kind", ["json", "ndjson"])
@pytest.mark.parametrize("replay", ["requests", "examples"])
def test_last_run(run_cli: Callable[..., Any], site: Any, file: str, kind: str, replay: str) -> None:
    """What came of the last run, whichever report tells of it and whatever was replayed."""
    served = site(lambda _request: answer('{"id": "x", "new": 1}', Content_Type="application/json"))
    run_cli("run", file, "--env-var", f"url={served.url}", "--replay", replay, "-r", kind, "--reporter-export", "last")
    done = run_cli("examples", file, "--report", "last", "--json")
    (found,) = json.loads(done.out)["collections"]
    users, error, bare = found["requests"]

    assert users["last_run"]["status"] == "failed"
    assert users["last_run"]["differences"]["breaking"] >= 1
    assert (users["schema"], users["shows_success"]) == (True, True)
    assert [(each["status"], each["saved"]) for each in users["examples"]][:2] == [(200, "2021-03-04"), (200, None)]
    assert (error["shows_success"], bare["examples"]) == (False, [])
    assert (bare["last_run"] is None) == (replay == "examples")


def test_another_report(run_cli: Callable[..., Any], file: str, tmp_path: Path) -> None:
    """A report of something else is noted, one that is none is an error."""
    (tmp_path / "o.json").write_text('{"run": {"executions": []}}', "utf-8")
    done = run_cli("examples", file, "--report", "o.json", "--folder", "Users")
    assert (done.code, "none of the requests is in o.json" in done.err) == (0, True)
    assert done.out.count("not in it") == 2

    (tmp_path / "o.json").write_text("[]", "utf-8")
    done = run_cli("examples", file, "--report", "o.json")
    assert (done.code, "`o.json` is no report of a run" in done.err) == (4, True)
