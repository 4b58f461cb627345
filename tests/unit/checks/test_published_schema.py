"""Is the published schema of configuration files the one that they are read by, and is the page of rules right?"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from harness.config.keys import TABLES_OF
from harness.config.published import file_schema
from harness.config.settings import settings_for

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "rules.md").read_text("utf-8")
PUBLISHED = json.loads((ROOT / "docs" / "harness.toml.schema.json").read_text("utf-8"))


def test_the_published_schema_is_the_table() -> None:
    """`docs/harness.toml.schema.json` is what the table of keys makes, and a schema."""
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)

    assert file_schema() == PUBLISHED


def test_the_example_of_the_page_is_right(tmp_path: Path) -> None:
    """It is read without a fault, and valid by the published schema."""
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "users.harness.toml").write_text(text, "utf-8")
    settings = settings_for(tmp_path / "users.json", None)
    values = json.loads(json.dumps(tomllib.loads(text), default=str))

    assert len(settings.rules) == 4
    assert settings.known_drift[0].reason.startswith("removed in v3")
    jsonschema.Draft202012Validator(PUBLISHED, format_checker=jsonschema.FormatChecker()).validate(values)


@pytest.mark.parametrize("kind", ["rule", "known drift", "file"])
def test_every_key_stands_on_the_page(kind: str) -> None:
    """With its meaning, in the words of the table."""
    assert [
        name for name, key in TABLES_OF[kind].items() if f"| `{name}` |" not in PAGE or key.meaning not in PAGE
    ] == []
