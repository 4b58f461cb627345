"""What JSON (or YAML) does a file hold, and where exactly is it broken?

The one place where files of the user are read as text and as JSON. Knows nothing of Postman but what its files begin
with.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from harness.collection.formats.yaml_text import YamlSource, parse_yaml
from harness.errors import LoadError, Problem, did_you_mean
from harness.location import Location
from harness.source import Source

__all__ = ["YAML_ENDINGS", "decoded_source", "parse_json", "read_document", "read_json", "read_source"]

YAML_ENDINGS = (".yaml", ".yml")

_WORDS = (  # how Python's messages begin, and what we say
    ("Expecting value", "a value is missing here", None),
    ("Expecting property name", "a name in double quotes is missing here", None),
    ("Expecting ':'", "a colon is missing here", None),
    ("Expecting ','", "a comma or the end of the object or array is missing here", None),
    ("Illegal trailing comma", "a comma before the end of an object or array", "remove the comma"),
    ("Unterminated string", "a string begins here and never ends", "the file may be cut off"),
    ("Invalid control character", "a control character within a string", "write it as an escape, such as \\n"),
    ("Invalid \\", "a backslash that begins no escape", "a backslash itself is written \\\\"),
    ("Extra data", "there is more text after the end of the JSON value", None),
)
_STARTS = (  # how the text begins where something else was expected
    ("//", "JSON has no comments: remove it"),
    ("/*", "JSON has no comments: remove it"),
    ("'", "names and strings stand in double quotes"),
    (",", "remove the comma"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRING_OR_WORD = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[-+.\w]+', re.DOTALL)


def read_source(path: Path | str | Source, kind: type[LoadError] = LoadError) -> Source:
    """Read a text file; a text that was read before comes back as it is.

    Raises `kind` when it cannot be read or is not text.
    """
    if isinstance(path, Source):
        return path
    name = str(path)
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise kind(_unreadable(name, error), hint=_near_files(Path(path))) from error
    return decoded_source(name, data, kind)


def decoded_source(name: str, data: bytes, kind: type[LoadError] = LoadError) -> Source:
    """Return bytes as the text they are: UTF-8, or UTF-16/32 as JSON may be (a byte order mark, or its zero bytes).

    Raises `kind` when they are not text.
    """
    encoding = json.detect_encoding(data)
    mark = next((mark for mark, marked in _MARKS if marked == encoding and data.startswith(mark)), b"")
    try:
        return Source(name, data.decode(encoding), _plain_name(encoding, mark), mark)
    except UnicodeDecodeError as error:
        # `error.object` lacks the byte order mark where the codec has taken it off.
        start = error.start + len(data) - len(error.object)
        before = data[:start].decode(encoding, errors="ignore")
        raise kind(
            f"not text: byte {start} (0x{data[start]:02x}) is not {encoding.removesuffix('-sig').upper()}",
            location=Location(Source(name, before), offset=len(before)),
            hint="save the file as UTF-8",
        ) from error


def _plain_name(encoding: str, mark: bytes) -> str:
    """Return the encoding that writes the text without a mark, in the byte order that the mark tells."""
    if not mark:
        return encoding
    ending = {codecs.BOM_UTF8: "", codecs.BOM_UTF16_LE: "-le", codecs.BOM_UTF32_LE: "-le"}.get(mark, "-be")
    return encoding.removesuffix("-sig") + ending


def read_json(path: Path | str | Source, kind: type[LoadError] = LoadError) -> tuple[Source, Any]:
    """Read a JSON file. Raises `kind` with line and column when it is not JSON."""
    source = read_source(path, kind)
    return source, parse_json(source, kind)


def read_document(path: Path | str | Source, kind: type[LoadError] = LoadError) -> tuple[Source, Any, list[Problem]]:
    """Read a file that is YAML by its name, else JSON; return with its value what is odd about it.

    Raises `kind` with line and column.
    """
    text = read_source(path, kind)
    if Path(text.name).suffix.lower() in YAML_ENDINGS:
        source = YamlSource.of(text)
        return (source, *parse_yaml(source, kind))
    return text, parse_json(text, kind), []


def parse_json(source: Source, kind: type[LoadError] = LoadError) -> Any:
    """Return the value of a JSON text (RFC 8259: no NaN, no comments). Raises `kind` with line and column."""
    try:
        return json.loads(source.text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        summary, offset, hint = _diagnosis(source.text, error)
    except RecursionError:
        summary, offset, hint = "nested too deeply to be read", 0, None
    except _NotANumberError as error:
        constant = str(error)
        summary, hint = f"not JSON: `{constant}` is no JSON number", "write it as a string, or null"
        offset = _offset_of(source.text, lambda word: word == constant)
    except ValueError:
        # Python refuses to convert integers beyond this many digits, as that takes time by their square.
        most = sys.get_int_max_str_digits()
        summary, hint = f"a number of more than {most:,} digits cannot be read", None
        offset = _offset_of(source.text, lambda word: len(word) > most and word.removeprefix("-").isdigit())
    raise kind(summary, location=Location(source, offset=offset), hint=hint)


class _NotANumberError(ValueError):
    pass


def _refuse_constant(name: str) -> NoReturn:
    raise _NotANumberError(name)


def _offset_of(text: str, wanted: Callable[[str], bool]) -> int:
    """Return where the first such word stands that is not within a string."""
    return next((match.start() for match in _STRING_OR_WORD.finditer(text) if wanted(match[0])), 0)


def _diagnosis(text: str, error: json.JSONDecodeError) -> tuple[str, int, str | None]:
    """Return what is wrong, where, and what to do about it: the same whatever Python's version says."""
    message, offset = error.msg, error.pos
    before = text[:offset].rstrip()
    if before.endswith(",") and text.startswith(("]", "}"), offset):
        message, offset = "Illegal trailing comma", len(before) - 1
    words, hint = next(
        ((words, hint) for start, words, hint in _WORDS if message.startswith(start)),
        (message[:1].lower() + message[1:], None),
    )
    return f"not JSON: {words}", offset, _hint_by_start(text) or hint or _hint_by_place(text, offset)


def _hint_by_start(text: str) -> str | None:
    start = text.lstrip()[:200].lower()
    if not start:
        return "the file is empty"
    if start.startswith("<"):
        return "this looks like HTML or XML: was the download a log-in page?"
    if start.startswith(("openapi:", "swagger:", "info:", "$kind:", "---")):
        return "this looks like YAML; a Postman collection is exported as JSON (v2.1)"
    return None


def _hint_by_place(text: str, offset: int) -> str | None:
    if offset >= len(text.rstrip()):
        return "the file ends too early: it may be cut off"
    return next((hint for start, hint in _STARTS if text.startswith(start, offset)), None)


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
