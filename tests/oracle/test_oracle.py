"""Does each script come to the same here and in Postman's own sandbox under Node.js, field by field?

`cases/*.toml` are the scripts; what differs is in `differences.toml` with the reason, and an entry that holds no more
fails, too.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.conftest import HERE, cases_of

pytestmark = pytest.mark.slow

FILES = sorted(path.name for path in (HERE / "cases").glob("*.toml"))
CASES = [(file, case["name"]) for file in FILES for case in cases_of(file)]
_RULES = tomllib.loads((Path(__file__).parent / "differences.toml").read_text("utf-8"))["difference"]
DIFFERENCES = {name: set(rule["fields"]) for rule in _RULES for name in rule["cases"]}


@pytest.mark.parametrize(("file", "name"), CASES, ids=[f"{Path(file).stem}: {name}" for file, name in CASES])
def test_a_script_comes_to_the_same(file: str, name: str, both: Callable[[str], Any]) -> None:
    """Assertions, console, errors, variables, the request and what the script returns are those of the oracle."""
    here, there = both(file)[name]
    differing = {field for field in there if here[field] != there[field]}
    told = "\n".join(
        f"{field}\n    here  {json.dumps(here[field])}\n    there {json.dumps(there[field])}"
        for field in sorted(differing)
    )

    assert DIFFERENCES.get(name, set()) == differing, told


def test_every_difference_is_of_a_case() -> None:
    """No case of `differences.toml` has gone."""
    assert set() == DIFFERENCES.keys() - {name for _, name in CASES}


def test_names_are_unique() -> None:
    """Each case has a name of its own, so that a difference is meant for one."""
    assert len(CASES) == len({name for _, name in CASES})
