"""The workflow of GitHub and the hooks of pre-commit call what `make` calls, on every Python that is supported."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def _yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def _commands(target: str) -> list[str]:
    """Return the commands of a target of the Makefile."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert recipe is not None, target
    return [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]


def test_the_hooks_are_those_of_make() -> None:
    """Before a commit the same programs run with the same options as in `make fmt types`, and nothing is fetched."""
    repos = _yaml(".pre-commit-config.yaml")["repos"]
    hooks = [hook for repo in repos for hook in repo["hooks"]]

    assert ["local"] == [repo["repo"] for repo in repos]
    assert {"system"} == {hook["language"] for hook in hooks}
    assert _commands("fmt") + _commands("types") == [hook["entry"] for hook in hooks]


def test_the_workflow_tests_every_python() -> None:
    """`make test` runs on each Python of the classifiers, the oldest one being what the package asks for."""
    job = _yaml(".github/workflows/test.yml")["jobs"]["test"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [each.rpartition(" ")[2] for each in project["classifiers"] if re.search(r":: 3\.\d+$", each)]

    assert listed == job["strategy"]["matrix"]["python"]
    assert f">={listed[0]}" == project["requires-python"]
    assert ["make test PYTHON=python"] == [step["run"] for step in job["steps"] if "run" in step]


def test_the_workflow_tests_the_wheel() -> None:
    """The tests of the wheel run in a job of their own, and on a tag the version is asked for first."""
    steps = _yaml(".github/workflows/test.yml")["jobs"]["wheel"]["steps"]
    commands = [shlex.split(step["run"]) for step in steps if "run" in step]
    named = [ROOT / word for command in commands for word in command if word.startswith(("tests/", "scripts/"))]

    assert [ROOT / "scripts/version.py", ROOT / "tests/meta/test_wheel.py"] == named
    assert all(path.is_file() for path in named)
