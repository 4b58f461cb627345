"""Which keys may stand in a configuration file, what is each, and what does it do?

The one table that the reader goes by and that `docs/harness.toml.schema.json` and `docs/rules.md` are held to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.checks.assertion import FAIL_ON, SEVERITIES
from harness.checks.rule import MATCH_MODES, PLACE_TYPES, PROVOKE

__all__ = [
    *("DATE", "NUMBER", "RANGE", "STRING", "STRINGS", "STRING_OR_STRINGS", "SWITCH", "TABLE", "TABLES", "TABLES_OF"),
    *("VALUES", "Key"),
]

STRING = "a string"
STRINGS = "a list of strings"
STRING_OR_STRINGS = "a string or a list of strings"
NUMBER = "a whole number"
SWITCH = "true or false"
TABLE = "a table"
TABLES = "a list of tables"
DATE = "a date"
VALUES = "a list of strings, numbers and booleans"
RANGE = "a list of two numbers"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: what its value is, and what it is for."""

    kind: str
    meaning: str
    choices: tuple[str, ...] = ()
    noun: str = "value"
    """What one of the choices is called."""
    required: bool = False


_MATCH = Key(STRING, "How answers are compared with examples.", MATCH_MODES, "match mode")

_ENVIRONMENT: Mapping[str, Key] = {
    "protected": Key(SWITCH, "Only GET, HEAD and OPTIONS are sent."),
    "hosts": Key(STRINGS, "The hosts that may be asked, such as api.example.com, *.example.com, localhost:8080."),
    "match": _MATCH,
    "literal": Key(STRINGS, "Names of placeholders that are plain text."),
    "fail_on": Key(STRING, "From which severity on a difference fails the request.", FAIL_ON, "severity"),
}
_TOP: Mapping[str, Key] = {
    **_ENVIRONMENT,
    "openapi": Key(STRING, "An OpenAPI 3 document that answers are held to; relative to this file."),
    "rules": Key(TABLES, "What holds for the answers of some requests."),
    "known_drift": Key(TABLES, "Differences that are known, and fail nothing until a day."),
}

_RULE: Mapping[str, Key] = {
    "select": Key(STRING_OR_STRINGS, "Node paths, names, ids or globs; a folder stands for all in it. Default: all."),
    "status": Key(NUMBER, "The rule judges only answers of this status."),
    "schema": Key(STRING, "A JSON Schema that the body keeps to; relative to this file."),
    "match": _MATCH,
    "expect_status": Key(NUMBER, "The status that is expected."),
    "literal": Key(STRINGS, "Names of placeholders that are plain text."),
    "provoke": Key(
        STRING, "How an example is asked for that nobody can ask for otherwise.", PROVOKE, "way to provoke an example"
    ),
    "max_time_ms": Key(NUMBER, "The answer is there within so many milliseconds."),
    "path": Key(STRING_OR_STRINGS, "JSONPath (RFC 9535) of the places in the body that the rule is for."),
    "header": Key(STRING_OR_STRINGS, "Names of headers that the rule is for; each must be there."),
    "ignore": Key(SWITCH, "Nothing at the place is judged."),
    "unordered": Key(SWITCH, "The array is compared without regard to order."),
    "key": Key(STRING, "The array's elements are paired by this member."),
    "type": Key(STRING_OR_STRINGS, "The JSON type of the value.", PLACE_TYPES, "type"),
    "format": Key(STRING, "The format of the string."),
    "regex": Key(STRING, "A pattern that is found in the string; anchor it with ^ and $."),
    "one_of": Key(VALUES, "The values that are allowed."),
    "range": Key(RANGE, "The least and the greatest number allowed; `inf` leaves a side open."),
    "severity": Key(STRING, "How grave a difference at the place is.", SEVERITIES, "severity"),
}
_KNOWN_DRIFT: Mapping[str, Key] = {
    "select": _RULE["select"],
    "kind": Key(STRING, "The kind of the difference, such as `missing key`. Default: any."),
    "path": Key(STRING_OR_STRINGS, "JSONPath of the places that differ, as the report prints it. Default: anywhere."),
    "reason": Key(STRING, "Why this is accepted for now.", required=True),
    "expires": Key(DATE, "The last day on which it is, such as 2027-01-31.", required=True),
}

TABLES_OF: Mapping[str, Mapping[str, Key]] = {
    "file": {**_TOP, "environments": Key(TABLE, "What holds under one environment, by its name or file name.")},
    "tool": {**_TOP, "profiles": Key(TABLE, "What holds with `--profile NAME`.")},
    "profile": _TOP,
    "environment": _ENVIRONMENT,
    "rule": _RULE,
    "known drift": _KNOWN_DRIFT,
}
"""The keys of each kind of table."""
