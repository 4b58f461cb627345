"""Are files read as JSON whatever way they are encoded, and refused in words that help?"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

import pytest

from harness.collection.document import read_json, read_source
from harness.errors import InvalidCollection, InvalidEnvironment, LoadError


def refusal(path: Path) -> tuple[str, str | None, str]:
    """Return summary, hint and line:column of the error of a file that cannot be read as JSON."""
    with pytest.raises(LoadError) as caught:
        read_json(path)
    location = caught.value.location
    return caught.value.summary, caught.value.hint, str(location).removeprefix(f"{path}:") if location else ""


@pytest.mark.parametrize(
    "data",
    [
        '{"ü": 1}'.encode(),
        codecs.BOM_UTF8 + '{"ü": 1}'.encode(),
        '{"ü": 1}'.encode("utf-16"),
        codecs.BOM_UTF16_BE + '{"ü": 1}'.encode("utf-16-be"),
        '{"ü": 1}'.encode("utf-16-le"),
        '{"ü": 1}'.encode("utf-32"),
        b'\r\n\t{"\\u00fc":\r\n1}\r\n',
    ],
    ids=["utf-8", "utf-8 mark", "utf-16", "utf-16 big", "utf-16 no mark", "utf-32", "ascii"],
)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    """UTF-8, with or without its mark, and UTF-16 and UTF-32 are read."""
    path = tmp_path / "x.json"
    path.write_bytes(data)

    assert {"ü": 1} == read_json(path)[1]


@pytest.mark.parametrize(
    ("data", "summary", "place"),
    [
        (b'{\n "a": "\xfcber"}', "not text: byte 9 (0xfc) is not UTF-8", "2:8"),
        (codecs.BOM_UTF8 + b'{\n "a": "\xfcber"}', "not text: byte 12 (0xfc) is not UTF-8", "2:8"),
        (b"\x1f\x8b\x08\x01\xff", "not text: byte 1 (0x8b) is not UTF-8", "1:2"),
        ("{}".encode("utf-16") + b"\n", "not text: byte 6 (0x0a) is not UTF-16", "1:3"),
    ],
    ids=["latin-1", "after a mark", "gzip", "half a character"],
)
def test_what_is_not_text(tmp_path: Path, data: bytes, summary: str, place: str) -> None:
    """The first byte that is not text is named, with its place."""
    path = tmp_path / "x.json"
    path.write_bytes(data)

    assert (summary, "save the file as UTF-8", place) == refusal(path)


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that is not there is named, with the nearest that is."""
    (tmp_path / "users.postman_collection.json").write_text("{}")
    path = tmp_path / "user.postman_collection.json"

    assert (f"no such file: {path}", "did you mean `users.postman_collection.json`?", "") == refusal(path)
    assert (f"no such file: {tmp_path / 'no' / 'a.json'}", None, "") == refusal(tmp_path / "no" / "a.json")


def test_a_folder(tmp_path: Path) -> None:
    """A folder is said to be one."""
    assert (f"this is a folder, not a file: {tmp_path}", None, "") == refusal(tmp_path)


def test_a_name_that_no_file_can_have() -> None:
    """A name that the system refuses is an error like any other."""
    with pytest.raises(LoadError, match="cannot read a\0b: embedded null byte"):
        read_source("a\0b")


@pytest.mark.parametrize(
    ("text", "summary", "place"),
    [
        ("[" * 100_000, "nested too deeply to be read", "1:1"),
        ('{"a":' * 100_000, "nested too deeply to be read", "1:1"),
        (f'{{"{"1" * 5000}": 1,\n "n": -{"1" * 5000}}}', "a number of more than 4,300 digits cannot be read", "2:7"),
        ('["NaN \\" NaN",\n NaN]', "not JSON: `NaN` is no JSON number", "2:2"),
        ("[1, -Infinity]", "not JSON: `-Infinity` is no JSON number", "1:5"),
        ("[1,\n2\n", "not JSON: a comma or the end of the object or array is missing here", "3:1"),
        ('{"a" 1}', "not JSON: a colon is missing here", "1:6"),
        ("[,]", "not JSON: a value is missing here", "1:2"),
        ("undefined", "not JSON: a value is missing here", "1:1"),
    ],
    ids=["arrays", "objects", "digits", "NaN", "Infinity", "end", "colon", "comma", "word"],
)
def test_what_is_not_json(tmp_path: Path, text: str, summary: str, place: str) -> None:
    """What is wrong is said with line and column; what only looks wrong within a string is passed over."""
    path = tmp_path / "x.json"
    path.write_text(text)

    assert (summary, place) == refusal(path)[::2]


@pytest.mark.parametrize("text", [f"[{'1' * 4_000}]", f"[1.{'1' * 9_000}]", "[1e999, -0, 1E+2]"])
def test_numbers_that_are_read(tmp_path: Path, text: str) -> None:
    """Long numbers are read as far as Python goes."""
    path = tmp_path / "x.json"
    path.write_text(text)

    value: Any = read_json(path)[1]
    assert isinstance(value[0], int | float)


@pytest.mark.parametrize("kind", [InvalidCollection, InvalidEnvironment])
def test_the_kind_of_error_is_the_callers(tmp_path: Path, kind: type[LoadError]) -> None:
    """Whoever reads a file says what it should have been."""
    (tmp_path / "x.json").write_text("{")
    for name in ("x.json", "missing.json"):
        with pytest.raises(LoadError) as caught:
            read_json(tmp_path / name, kind)

        assert kind is type(caught.value)
