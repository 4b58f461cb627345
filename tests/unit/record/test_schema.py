"""Does the published schema of the event stream say what the events are?"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import msgspec

from harness.record.events import FORMAT, FORMAT_VERSION, ItemStarted, RunEvent, RunStarted, encode

SCHEMA = Path(__file__).parents[3] / "docs" / "events.schema.json"


def described() -> dict[str, Any]:
    """Return the schema of one line of the stream."""
    schema = json.loads(json.dumps(msgspec.json.schema(RunEvent)))
    start = schema["$defs"]["RunStarted"]["properties"]
    start["format"], start["format_version"] = {"const": FORMAT}, {"const": FORMAT_VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of the event stream",
        "description": "What `harness run -r ndjson` writes, a JSON object a line. Keys may be added; `format_version` "
        "is raised when one goes or changes its meaning.",
        **schema,
    }


def test_the_schema_is_that_of_the_events(update_golden: bool) -> None:
    """It follows from the records; `--update-golden` writes it anew."""
    if update_golden:
        SCHEMA.write_text(json.dumps(described(), indent=2) + "\n", encoding="utf-8")

    assert described() == json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_what_is_written_keeps_to_the_schema(build: SimpleNamespace) -> None:
    """Each kind of event, and a record of each status."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    records = build.every_status()
    written: list[RunEvent] = [RunStarted(harness="1.0"), ItemStarted(records[0].item), *records]

    class Keeping:
        def handle(self, event: RunEvent) -> None:
            written.append(event)

    build.run(Keeping(), records)

    assert [] == [fault.message for each in written for fault in validator.iter_errors(json.loads(encode(each)))]
