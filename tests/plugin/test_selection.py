"""Do the options that every pytest user knows work on requests?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

FILE = "api/shop.postman_collection.json"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("-k", "Stock or Health"), ["GET /health", "GET /stock"]),
        (("-k", "Users and not Create"), ["GET /users"]),
        (("-m", "get"), ["GET /users", "GET /health", "GET /stock"]),
        (("-m", "users and not get"), ["POST /users"]),
        (("--deselect", f"{FILE}::Users"), ["GET /health", "GET /stock"]),
        (("--collect-only",), []),
    ],
    ids=["-k", "-k not", "-m", "-m not", "--deselect", "--collect-only"],
)
def test_selecting(project: Any, options: tuple[str, ...], expected: list[str]) -> None:
    """Exactly the selected requests are sent; markers are methods and folders, known to --strict-markers."""
    told = project.pytest(FILE, "--strict-markers", *options)

    assert told.code == 0
    assert project.sent == expected


@pytest.mark.parametrize("option", ["-x", "--maxfail=1"])
def test_stopping_at_the_first_failure(project: Any, option: str) -> None:
    """Nothing is sent after the first failure."""
    project.answers["POST /users"] = (500, {})
    told = project.pytest(FILE, option)

    assert told.code == 1
    assert project.sent == ["GET /users", "POST /users"]


def test_last_failed(project: Any) -> None:
    """`--lf` sends only what failed, `--ff` all of it in the order of the collection."""
    project.break_stock()
    project.pytest(FILE)
    project.server.clear_log()
    project.pytest(FILE, "--lf")
    again = list(project.sent)
    project.server.clear_log()
    project.pytest(FILE, "--ff")

    assert again == ["GET /stock"]
    assert project.sent == ["GET /users", "POST /users", "GET /health", "GET /stock"]


def test_stepwise(project: Any) -> None:
    """`--sw` stops at a failure and begins there the next time."""
    project.answers["POST /users"] = (500, {})
    project.pytest(FILE, "--sw")
    project.answers["POST /users"] = (201, {"id": "2a"})
    project.server.clear_log()
    project.pytest(FILE, "--sw")

    assert project.sent == ["POST /users", "GET /health", "GET /stock"]


def test_durations(project: Any) -> None:
    """`--durations` names requests."""
    assert f"call     {FILE}::" in project.pytest(FILE, "--durations=2", "-vv").text


def test_what_an_unselected_request_would_have_set(project: Any) -> None:
    """A missing variable names the unselected request whose script sets it; --harness-with=needed sends that first."""
    scripted = (project.root / FILE).read_text(encoding="utf-8").replace(
        '"name": "Health",', '"name": "Health", "event": [{"listen": "test", "script": {"exec": '
        '["pm.environment.set(\'stock\', 1)"]}}],'
    ).replace("{{base_url}}/stock", "{{base_url}}/stock?s={{stock}}")  # fmt: skip
    (project.root / FILE).write_text(scripted, encoding="utf-8")
    alone = project.pytest(f"{FILE}::Stock", "--harness-no-scripts")
    nothing = list(project.sent)
    both = project.pytest(f"{FILE}::Stock", "--harness-no-scripts", "--harness-with", "needed")

    assert "the script of Health › test sets it, and has not run" in alone.text
    assert nothing == []
    assert "1 failed" in both.text
    assert project.sent == ["GET /health"]


def test_what_is_needed_is_run_in_each_row(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """With --harness-with=needed and nothing missing, exactly the selected requests are sent."""
    told = project.pytest(f"{FILE}::Stock", "--harness-with", "needed", "--harness-iterations", "2")

    assert outcomes(told.text) == {"passed": 2}
    assert project.sent == ["GET /stock", "GET /stock"]


COUNTING = """
def pytest_runtest_{phase}(item): print("seen", item.name)
"""


@pytest.mark.parametrize("phase", ["setup", "call", "teardown"])
def test_hooks_of_a_conftest_see_every_request(project: Any, phase: str) -> None:
    """A conftest that steps in between the phases is called for each request, whatever is faster without it."""
    project.write(conftest=COUNTING.format(phase=phase))
    told = project.pytest(FILE, "-s")

    assert told.code == 0
    assert told.text.count("seen") == 4


TELLING = """
def pytest_report_teststatus(report): print("phase", report.when)
"""


def test_one_phase_where_nobody_watches_the_others(project: Any) -> None:
    """Without such a conftest a request has the phase `call` only, and the last of a file all three."""
    project.write(conftest=TELLING)
    told = project.pytest(FILE, "-s")

    assert told.code == 0
    assert re.findall(r"phase (\w+)", told.text) == ["call", "call", "call", "setup", "call", "teardown"]


def test_marks_and_durations_need_the_phases(project: Any) -> None:
    """A mark that a conftest sets skips a request in the middle of a file, and `--durations` tells all phases."""
    skipping = "    [item.add_marker(pytest.mark.skip) for item in items if item.name == 'Create a user']\n"
    project.write(conftest=f"import pytest\ndef pytest_collection_modifyitems(items):\n{skipping}")
    told = project.pytest(FILE, "--durations=0", "--durations-min=0")

    assert "2 passed, 1 skipped, 1 unchecked" in told.text
    assert "POST /users" not in project.sent
    assert len(project.sent) == 3
    assert "teardown" in told.text.partition("slowest durations")[2]


def test_requests_between_tests_with_fixtures(project: Any) -> None:
    """A module's fixture is torn down once, and before the requests that come after it."""
    fixture = "import pytest\n@pytest.fixture(scope='module', autouse=True)\ndef up():\n    yield\n    print('down')\n"
    project.write(test_one=f"{fixture}def test_one(): pass\n", api__test_two=f"{fixture}def test_two(): pass\n")
    told = project.pytest("test_one.py", FILE, "api/test_two.py", "-s")

    assert told.code == 0, told.text
    assert told.text.count("down") == 2
    assert "5 passed, 1 unchecked" in told.text
