"""What becomes of pytest's order of tests where scripts choose the next request?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

FILE = "api/jumps.postman_collection.json"
OK = "pm.test('answered', () => pm.response.to.have.status(200));"
COUNT = "pm.globals.set('n', (pm.globals.get('n') || 0) + 1);"
# Back to Health until it has run three times, the second time with a failure; then past Users, to the end.
LOOP = {
    "Health": [OK, COUNT, "pm.test('not twice', () => pm.expect(pm.globals.get('n')).to.not.equal(2));"],
    "Stock": [OK, "pm.execution.setNextRequest(pm.globals.get('n') < 3 ? 'Health' : 'Last');"],
    "Users": [OK],
    "Last": [OK],
}

KEEPER = """
from harness.variables.scope import Value
def pytest_harness_environment(config):
    return {"key": Value("h1dden", secret=True)}
"""


@pytest.fixture
def jumps(project: Any) -> Callable[..., Any]:
    """Return a function that writes a collection of requests with their test scripts, and calls pytest with it."""

    def call(scripts: dict[str, list[str]], *args: str, process: bool = False, data: str | None = None) -> Any:
        items = [
            {
                "name": name,
                "request": "{{base_url}}/health",
                "response": [],
                "event": [{"listen": "test", "script": {"exec": lines}}],
            }
            for name, lines in scripts.items()
        ]
        schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
        document = {"info": {"name": "Jumps", "schema": schema}, "item": items}
        (project.root / FILE).write_text(json.dumps(document, indent=1), encoding="utf-8")
        return (project.process if process else project.pytest)(FILE, "-v", *args)

    return call


def test_a_repeat_is_a_subtest_of_the_request_that_jumped(jumps: Callable[..., Any], project: Any) -> None:
    """It is titled with its target; what was jumped over is skipped, and pytest goes on where the script led."""
    told = jumps(LOOP, "-rs")

    assert len(project.sent) == 7
    assert told.code == 1
    for line in ("SUBFAILED[Health]", "SUBPASSED[Stock]", "SUBPASSED[Health]"):
        assert f"::Stock {line}" in told.text
    assert "SKIPPED [1] api/jumps.postman_collection.json:" in told.text
    assert "Stock › test went on with Last (setNextRequest)" in told.text
    assert re.search(r"::Last PASSED", told.text)
    assert "2 failed, 2 passed, 1 skipped, 3 subtests passed" in told.text
    assert "not twice" in told.text.partition("FAILURES")[2]
    assert "Captured stdout" not in told.text


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_report_has_every_repeat_in_its_order(jumps: Callable[..., Any], project: Any, workers: str) -> None:
    """A report of ours tells all requests as they were sent, with workers too; JUnit has the failure of the repeat."""
    told = jumps(LOOP, "-n", workers, "--harness-report", "json=r.json", "--junitxml", "r.xml", process=True)
    run = json.loads((project.root / "r.json").read_text("utf-8"))["run"]

    assert [(each["item"]["name"], each["harness"]["status"]) for each in run["executions"]] == [
        ("Health", "passed"), ("Stock", "passed"), ("Health", "failed"), ("Stock", "passed"), ("Health", "passed"),
        ("Stock", "passed"), ("Users", "skipped"), ("Last", "passed"),
    ]  # fmt: skip
    assert "not twice" in (project.root / "r.xml").read_text("utf-8")
    assert "2 failed, 2 passed, 1 skipped, 3 subtests passed" in told.text


def test_the_first_failure_ends_a_loop(jumps: Callable[..., Any], project: Any) -> None:
    """`-x` holds within a loop, whether a repeat fails or the request that would jump."""
    repeat = jumps(LOOP, "-x")
    sent = len(project.sent)
    project.server.clear_log()
    bad = "pm.test('never', () => pm.expect(1).to.equal(2)); pm.execution.setNextRequest('Bad')"
    itself = jumps({"Bad": [bad]}, "-x")

    assert (1, 1) == (repeat.code, itself.code)
    assert sent == 3
    assert len(project.sent) == 1


def test_loops_are_bounded(jumps: Callable[..., Any], project: Any) -> None:
    """--harness-max-jumps ends a loop that has no end of its own; the rest is not reached."""
    told = jumps({"Loop": [OK, "pm.execution.setNextRequest('Loop')"], "Rest": [OK]}, "--harness-max-jumps", "4")

    assert told.code == 1
    assert len(project.sent) == 5
    assert "scripts jumped more than 4 times in one iteration" in told.text


def test_each_row_has_a_course_of_its_own(jumps: Callable[..., Any], project: Any) -> None:
    """A jump holds in its own iteration; the next one begins at the first request."""
    scripts = {"One": [OK, "if (pm.info.iteration == 0) pm.execution.setNextRequest(null)"], "Two": [OK]}
    told = jumps(scripts, "--harness-iterations", "2")

    assert "3 passed, 1 skipped" in told.text
    assert re.search(r"::Two\[row=0\] SKIPPED", told.text)


def test_a_request_that_a_test_asked_for_ahead_of_its_turn(jumps: Callable[..., Any], project: Any) -> None:
    """It is not sent twice, and what it chose as the next one is past when its turn comes."""
    project.write(
        test_ahead="import pytest\n@pytest.mark.harness('Two')\ndef test_it(exchange): assert exchange.response"
    )
    scripts = {"One": [OK], "Two": [OK, "pm.execution.setNextRequest(null)"], "Three": [OK]}
    jumps(scripts)
    project.server.clear_log()
    told = project.pytest("test_ahead.py", FILE)

    assert "4 passed" in told.text
    assert len(project.sent) == 3


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--harness-timeout-script", "200"), 1),
        (("--harness-script-memory", "64"), 1),
        (("--harness-checks", "status,body"), 5),
        (("--harness-send-after-script-error",), 1),
        (("--harness-vault",), 0),
        (("--harness-packages", "packages"), 0),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_options_of_scripts(jumps: Callable[..., Any], project: Any, options: tuple[str, ...], code: int) -> None:
    """They mean what they mean in the command line."""
    (project.root / "packages" / "@team").mkdir(parents=True)
    (project.root / "packages" / "@team" / "five.js").write_text("module.exports = 5;", encoding="utf-8")
    project.write(conftest=KEEPER)
    script = {
        "--harness-timeout-script": "for (;;) {}",
        "--harness-script-memory": "for (const all = [];;) all.push(new Array(1e5).fill({}));",
        "--harness-checks": "pm.test('no', () => pm.expect(1).to.equal(2));",
        "--harness-send-after-script-error": OK,
        "--harness-vault": f"{OK} pm.test('v', async () => pm.expect(await pm.vault.get('key')).to.equal('h1dden'));",
        "--harness-packages": f"{OK} pm.test('five', () => pm.expect(pm.require('@team/five')).to.equal(5));",
    }[options[0]]
    if options[0] == "--harness-send-after-script-error":
        jumps({"One": [script]})
        document = json.loads((project.root / FILE).read_text("utf-8"))
        document["item"][0]["event"].append({"listen": "prerequest", "script": {"exec": ["throw new Error('early')"]}})
        (project.root / FILE).write_text(json.dumps(document), "utf-8")
        project.server.clear_log()
        told = project.pytest(FILE, *options)
        assert "early" in told.text
        assert len(project.sent) == 1
    else:
        told = jumps({"One": [script]}, *options)
    assert told.code == code, told.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--harness-checks", "bodies"), "did you mean `body`"),
        (("--harness-script-memory", "1"), "takes a whole number from 64 to 4096, not `1`"),
    ],
)
def test_options_of_scripts_that_are_wrong(jumps: Callable[..., Any], options: tuple[str, ...], words: str) -> None:
    """They end the call with words that say what would be right."""
    told = jumps({"One": [OK]}, *options)

    assert told.code == 4
    assert words in told.text


def test_what_a_selection_needs_runs_before_it(jumps: Callable[..., Any], project: Any) -> None:
    """Alone a request lacks what another's script sets, and says whose; `--harness-with=needed` runs that first."""
    jumps({"Login": ["pm.environment.set('fresh_word', 'w' + pm.response.json().ok)"], "Use": [OK], "Other": [OK]})
    document = json.loads((project.root / FILE).read_text("utf-8"))
    document["item"][1]["request"] = "{{base_url}}/health?word={{fresh_word}}"
    (project.root / FILE).write_text(json.dumps(document), "utf-8")
    project.server.clear_log()

    alone = project.pytest(f"{FILE}::Use")
    needed = project.pytest(f"{FILE}::Use", "--harness-with", "needed")

    assert alone.code == 1
    assert "the script of Login › test sets it, and has not run" in alone.text
    assert needed.code == 0
    assert "1 passed" in needed.text
    assert [request.query_string for request, _ in project.server.log] == [b"", b"word=wtrue"]
