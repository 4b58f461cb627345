"""Do both doors say the same of real collections, each against its own mock?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PLIVO = ROOT / "collections" / "plivo"
ENVIRONMENT = PLIVO / "example.postman_environment.json"
MOST_BYTES = 400_000
FILES = 40

Verdict = tuple[str, str, int, str]


def _verdicts(report: Path) -> list[Verdict]:
    """Return collection, node id, iteration and status of each request, in the order they ran."""
    executions = json.loads(report.read_text(encoding="utf-8"))["run"]["executions"] if report.exists() else []
    return [
        (one["harness"]["collection"], one["harness"]["node_id"], one["cursor"]["iteration"], one["harness"]["status"])
        for one in executions
    ]


def _with_examples(corpus: Path) -> list[Path]:
    """Return the collections in which answers are saved together with the requests they came to."""
    found = []
    for path in sorted(corpus.glob("*.json")):
        text = path.read_text(encoding="utf-8", errors="replace") if path.stat().st_size < MOST_BYTES else ""
        if '"originalRequest"' in text and "schema.getpostman.com/json/collection/v2" in text:
            found.append(path)
    return found


def test_plivo(tmp_path: Path, run_cli: Callable[..., Any], run_pytest: Callable[..., Any]) -> None:
    """`pytest collections/plivo --harness-mock` and `harness run collections/plivo --mock` are the same run."""
    cli = run_cli("run", PLIVO, "--mock", "-e", ENVIRONMENT, "-r", "json",
                  "--reporter-json-export", tmp_path / "cli.json", cwd=ROOT)  # fmt: skip
    told = run_pytest(PLIVO, "--harness-mock", "--harness-env", ENVIRONMENT, "-p", "no:cacheprovider",
                      "--harness-report", f"json={tmp_path / 'pytest.json'}", cwd=ROOT)  # fmt: skip
    expected = _verdicts(tmp_path / "cli.json")
    counts = Counter(status for *_, status in expected)

    assert expected == _verdicts(tmp_path / "pytest.json")
    assert cli.code == told.code == 0, told.text
    assert f"{counts['passed']} passed" in told.text


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--no-scripts", "--unresolved", "send"), ()], ids=["sent", "as they are"])
def test_corpus(
    options: tuple[str, ...],
    corpus: Path,
    tmp_path: Path,
    run_cli: Callable[..., Any],
    run_pytest: Callable[..., Any],
) -> None:
    """The same requests, verdicts and totals, whether all is sent or scripts and missing variables stand in the way."""
    files = _with_examples(corpus)[:FILES]
    more = [f"--harness-{word[2:]}" if word.startswith("--") else word for word in options]
    run_cli("run", *files, "--mock", *options, "-r", "json", "--reporter-json-export", "cli.json", timeout_s=300)
    told = run_pytest(*files, "--harness-mock", *more, "-q", "--tb=no", "--harness-report", "json=pytest.json",
                      timeout_s=300)  # fmt: skip
    expected, found = _verdicts(tmp_path / "cli.json"), _verdicts(tmp_path / "pytest.json")
    counts = Counter(status for *_, status in expected)

    assert len(files) >= 30
    assert expected == found
    assert len(expected) >= 100
    assert f"{counts['failed'] + counts['error']} failed" in told.text
