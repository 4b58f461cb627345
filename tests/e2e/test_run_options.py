"""Is each option of `harness run` put to the test, and do those that no other test names make a difference?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from harness.cli.commands import run as command

TESTS = Path(__file__).parents[1]


def test_every_option_is_named_by_a_test() -> None:
    """An option that no test names could lose its effect unseen."""
    (run,) = (each for each in vars(command).values() if isinstance(each, click.Command))
    files = [file for pattern in ("*.py", "*.toml") for file in TESTS.rglob(pattern)]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    options = [parameter.opts for parameter in run.params if isinstance(parameter, click.Option)]

    assert [] == [names for names in options if not any(f"{name}" in text for name in names)]


def test_failures_may_be_counted(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """`--max-failures` ends the run after so many, the rest is not reached."""
    server = site(lambda _: b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
    file = collection(*(f"{server.url}/{number}" for number in range(4)))

    done = run_cli("run", file, "--max-failures", "2")

    assert done.code == 1
    assert ["/0", "/1"] == [request.target for request in server.received]
    assert "the run ended after 2 failures (--max-failures 2)" in done.out


def test_samples_may_be_filled_in(collection: Any, site: Any, run_cli: Callable[..., Any]) -> None:
    """`--fill-samples` makes up what a generator has left as `<integer>`; without it nothing is sent."""
    server = site()
    file = collection(f"{server.url}/a?count=<integer>")

    kept, filled = run_cli("run", file), run_cli("run", file, "--fill-samples")

    assert (2, 0) == (kept.code, filled.code), filled.text
    (request,) = server.received
    assert request.target.removeprefix("/a?count=").lstrip("-").isdigit()


@pytest.mark.parametrize(
    ("name", "option", "holds"),
    [
        ("har", "--reporter-har-export", "log"), ("ndjson", "--reporter-ndjson-export", "event"),
        ("github", "--reporter-github-export", None),
    ],
)  # fmt: skip
def test_a_report_is_written_where_it_is_wanted(
    tmp_path: Path, collection: Any, site: Any, run_cli: Callable[..., Any], name: str, option: str, holds: str | None
) -> None:
    """Each kind of report takes a path of its own."""
    done = run_cli("run", collection(site().url), "-r", name, option, "out/there")

    written = (tmp_path / "out" / "there").read_text(encoding="utf-8")
    assert done.code == 0, done.text
    assert holds is None or holds in json.loads(written.partition("\n{")[0] if name == "ndjson" else written)
    assert written
