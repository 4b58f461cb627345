"""What JSON does a file hold, and where exactly is it broken?

The one place where files of the user are read as JSON. Knows nothing of Postman but what its files begin with.
"""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any, NoReturn

from harness.errors import LoadError, did_you_mean
from harness.location import Location
from harness.source import Source

__all__ = ["parse_json", "read_json", "read_source"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_source(path: Path | str, kind: type[LoadError] = LoadError) -> Source:
    """Read a text file (UTF-8, or UTF-16/32 with a byte order mark).

    Raises `kind` when it cannot be read or is not text.
    """
    name = str(path)
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise kind(_unreadable(name, error), hint=_near_files(Path(path))) from error
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return Source(name, data.decode(encoding))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="replace")
        where = Location(Source(name, before), offset=len(before))
        raise kind(
            f"not text: byte {error.start} (0x{data[error.start]:02x}) is not {encoding}",
            location=where,
            hint="save the file as UTF-8",
        ) from error


def read_json(path: Path | str, kind: type[LoadError] = LoadError) -> tuple[Source, Any]:
    """Read a JSON file. Raises `kind` with line and column when it is not JSON."""
    source = read_source(path, kind)
    return source, parse_json(source, kind)


def parse_json(source: Source, kind: type[LoadError] = LoadError) -> Any:
    """Return the value of a JSON text (RFC 8259: no NaN, no comments). Raises `kind` with line and column."""
    try:
        return json.loads(source.text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise kind(
            f"not JSON: {_in_words(error)}",
            location=Location(source, offset=error.pos),
            hint=_syntax_hint(source.text, error),
        ) from error
    except RecursionError as error:
        raise kind("nested too deeply to be read", location=Location(source, offset=0)) from error
    except _NotANumberError as error:
        offset = max(0, source.text.find(str(error)))
        raise kind(f"not JSON: `{error}` is no JSON number", location=Location(source, offset=offset)) from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise kind(f"not JSON that can be read: {error}", location=Location(source, offset=0)) from error


class _NotANumberError(ValueError):
    pass


def _refuse_constant(name: str) -> NoReturn:
    raise _NotANumberError(name)


def _in_words(error: json.JSONDecodeError) -> str:
    message = error.msg[:1].lower() + error.msg[1:]
    return {
        "extra data": "there is more text after the end of the JSON value",
        "expecting value": "a value is missing here",
    }.get(message, message.replace("expecting ", "expected "))


def _syntax_hint(text: str, error: json.JSONDecodeError) -> str | None:
    start = text.lstrip()[:200].lower()
    if not start:
        return "the file is empty"
    if start.startswith("<"):
        return "this looks like HTML or XML: was the download a log-in page?"
    if start.startswith(("openapi:", "swagger:", "$kind:", "---")):
        return "this looks like YAML; a Postman collection is exported as JSON (v2.1)"
    if error.pos >= len(text.rstrip()):
        return "the file ends too early: it may be cut off"
    if text[: error.pos].rstrip().endswith(","):
        return "remove the comma before it"
    return None


def _unreadable(name: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"no such file: {name}"
    if isinstance(error, IsADirectoryError):
        return f"this is a folder, not a file: {name}"
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot read {name}: {reason[:1].lower()}{reason[1:]}"


def _near_files(path: Path) -> str | None:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except (OSError, ValueError):
        return None
    return did_you_mean(path.name, names) if path.name not in names else None
