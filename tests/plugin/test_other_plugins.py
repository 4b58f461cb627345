"""Does the plugin get on with the others that many people have installed?"""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plugin.test_statuses import ENDS, REASONS, write

PINNED = Path(__file__).parent / "constraints-others.txt"
FILE = "api/shop.postman_collection.json"
ALL = ["GET /users", "POST /users", "GET /health", "GET /stock"]
NO_INDEX = (
    "No matching distribution",
    "Could not find a version",
    "Connection",
    "Temporary failure in name resolution",
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment variables that put the pinned plugins beside ours; skip where no index is reached."""
    folder = tmp_path_factory.mktemp("others")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps",
               "--target", str(folder), "-r", str(PINNED)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=110, check=False)
    if done.returncode and any(words in done.stderr for words in NO_INDEX):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}


def test_html(project: Any, others: dict[str, str]) -> None:
    """pytest-html shows each request with its explanation."""
    project.break_stock()
    told = project.process(FILE, "--html=report.html", "--self-contained-html", "-p", "no:randomly", env=others)
    report = (project.root / "report.html").read_text(encoding="utf-8")

    assert told.code == 1, told.text
    assert "type changed" in report
    assert report.count("shop.postman_collection.json::") >= 4


def test_allure(project: Any, others: dict[str, str]) -> None:
    """allure-pytest writes a result for each request."""
    project.break_stock()
    told = project.process(FILE, "--alluredir=allure", "-p", "no:randomly", env=others)
    results = [json.loads(path.read_text(encoding="utf-8")) for path in (project.root / "allure").glob("*-result.json")]

    assert told.code == 1, told.text
    assert "INTERNALERROR" not in told.text
    assert sorted(each["name"] for each in results) == ["Create a user", "Health", "List users", "Stock"]
    assert sorted(each["status"] for each in results) == ["failed", "passed", "passed", "skipped"]
    assert [each["statusDetails"]["message"] for each in results if each["status"] == "failed"] == [
        'harness.WrongAnswer: $.count: type changed, expected number, actual string "many"'
    ]
    assert any("to send it again:" in each.get("statusDetails", {}).get("trace", "") for each in results)


def test_html_and_allure_have_every_status(project: Any, others: dict[str, str]) -> None:
    """Both show what was not judged, and what was not sent, as skipped with the reason."""
    write(project, *ENDS)
    options = ("--harness-env", "live.json", "--html=report.html", "--self-contained-html", "--alluredir=allure")
    told = project.process("api/all.postman_collection.json", *options, "-p", "no:randomly", env=others)
    page = html.unescape((project.root / "report.html").read_text(encoding="utf-8"))
    shown = {one["testId"].rpartition("::")[2]: one["result"].lower() for one in _rows(page)}
    results = [json.loads(path.read_text(encoding="utf-8")) for path in (project.root / "allure").glob("*-result.json")]

    assert told.code == 1, told.text
    assert ENDS == shown
    assert {name: each.replace("failed", "broken") if name == "error" else each for name, each in ENDS.items()} == {
        each["name"]: each["status"] for each in results
    }
    for name, reason in REASONS.items():
        assert json.dumps(reason)[1:-1] in page
        assert any(reason in each["statusDetails"]["message"] for each in results if each["name"] == name)


def _rows(page: str) -> list[dict[str, str]]:
    """Return what pytest-html tells of each test."""
    tests = json.loads(page.partition('data-jsonblob="')[2].partition('"></div>')[0])["tests"]
    return [row for rows in tests.values() for row in rows]


def test_randomly(project: Any, others: dict[str, str]) -> None:
    """pytest-randomly shuffles other tests, and the requests stay in their order."""
    project.write(test_plain="import pytest\n@pytest.mark.parametrize('n', range(30))\ndef test_plain(n): pass\n")
    told = project.process(FILE, "test_plain.py", "-v", "-p", "randomly", "-p", "no:rerunfailures", env=others)
    plain = [line for line in told.text.splitlines() if line.startswith("test_plain.py::")]

    assert told.code == 0, told.text
    assert project.sent == ALL
    assert plain != sorted(plain, key=lambda line: int(line.partition("[")[2].partition("]")[0]))


def test_timeout(project: Any, others: dict[str, str]) -> None:
    """pytest-timeout leaves requests alone that are quick enough."""
    told = project.process(FILE, "--timeout=30", "-p", "no:randomly", env=others)

    assert told.code == 0, told.text
    assert project.sent == ALL


def test_rerunfailures(project: Any, others: dict[str, str]) -> None:
    """pytest-rerunfailures sends a request again that failed, and only that."""
    project.break_stock()
    told = project.process(FILE, "--reruns=1", "-p", "no:randomly", env=others)

    assert told.code == 1, told.text
    assert "1 rerun" in told.text
    assert project.sent == [*ALL, "GET /stock"]
