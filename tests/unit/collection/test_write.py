"""Is a collection written back byte for byte, and does an edit change nothing but its own lines?"""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import dump_files, dumps, load
from harness.collection.formats.yaml_text import YamlSource, parse_yaml
from harness.collection.write import Edit, Insert, Remove, Replace, edited_bytes, save
from harness.errors import HarnessError, ReportError, UsageError
from harness.source import PathParts, Source

EDITS = 300
VALUES: tuple[Any, ...] = (
    None, True, 7, -1.5, "", "text", 'a "quoted" \\ word/path', "ä€😀\u2028", "two\nlines\t", [], {}, [1, "x", [None]],
    {"a": {"b": ["ä", {}]}, "c/d": "e"},
)  # fmt: skip


def collections(corpus: Path) -> Iterator[Path]:
    """Yield every collection of the corpus, those in folders too."""
    yield from sorted(corpus.glob("*.json"))
    yield from sorted((corpus / "v3-yaml" / "collections").iterdir())


def test_every_file_comes_back_as_it_was(corpus: Path) -> None:
    """Whatever loads is written back with the very bytes it was read from, file by file."""
    written = 0
    for path in collections(corpus):
        try:
            collection = load(path)
        except HarnessError:
            continue
        for name, data in dump_files(collection).items():
            written += 1

            assert Path(name).read_bytes() == data
        assert path.is_dir() or dumps(collection) == path.read_bytes()

    assert written > 180


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends_come_back(tmp_path: Path, encoding: str, newline: str) -> None:
    """Byte order marks, line ends, doubled keys, odd spacing and escapes are those of the file."""
    text = '{"info" :{"name":"\\u00e4ä\\/", "name": "b"},\n\n\t"item":[ ] , "x": 1.0e+2}\n \n'.replace("\n", newline)
    path = tmp_path / "x.json"
    path.write_bytes(text.encode(encoding))

    assert text.encode(encoding) == dumps(load(path))


def test_a_collection_of_many_files_has_no_one_text(tmp_path: Path) -> None:
    """`dumps` refuses a collection of format v3, which `dump_files` writes."""
    (tmp_path / "a.request.yaml").write_text("url: h")
    collection = load(tmp_path)

    with pytest.raises(UsageError, match="1 file"):
        dumps(collection)
    assert {str(tmp_path / "a.request.yaml"): b"url: h"} == dump_files(collection)


def places(value: Any, path: PathParts = ()) -> Iterator[tuple[PathParts, Any]]:
    """Yield the path of every value below another, with the value."""
    pending = [(path, value)]
    while pending:
        path, value = pending.pop()
        yield path, value
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        pending.extend(((*path, key), child) for key, child in children)


def changed(value: Any, edit: Edit) -> Any:
    """Return a value with the edit made."""
    container = value
    for part in edit.path[:-1]:
        container = container[part]
    last = edit.path[-1]
    if isinstance(edit, Remove):
        del container[last]
    elif isinstance(edit, Insert) and isinstance(container, list):
        container.insert(int(last), edit.value)
    else:
        container[last] = edit.value
    return value


def an_edit(document: Any, dice: random.Random) -> Edit:
    """Return an edit of a value taken at random."""
    path, value = dice.choice([place for place in places(document) if place[0]])
    kind = dice.choice((Replace, Replace, Insert, Remove))
    if kind is Remove:
        return Remove(path)
    if kind is Insert and isinstance(value, dict):
        return Insert((*path, "a new/kéy"), dice.choice(VALUES))
    if kind is Insert and isinstance(value, list):
        return Insert((*path, dice.randint(0, len(value))), dice.choice(VALUES))
    return Replace(path, dice.choice(VALUES))


def has_doubled_keys(text: str) -> bool:
    """Return whether some object of a JSON text has a key twice."""
    doubled: list[bool] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        doubled.append(len({key for key, _ in pairs}) < len(pairs))

    json.loads(text, object_pairs_hook=note)
    return any(doubled)


def test_an_edit_changes_its_own_lines_only(corpus: Path) -> None:
    """After an edit the text says what was asked for; all lines before and after those of the value are untouched."""
    dice = random.Random(4)
    small = (path for path in sorted(corpus.glob("*postman_collection.json")) if path.stat().st_size < 60_000)
    sources = [load(path).sources[0] for path in small if "OpenBank" not in path.name]
    for _ in range(EDITS):
        source = dice.choice([source for source in sources if not has_doubled_keys(source.text)])
        document = json.loads(source.text)
        edit = an_edit(document, dice)
        text = edited_bytes(source, [edit])[len(source.mark) :].decode(source.encoding)

        assert changed(document, edit) == json.loads(text)
        assert_lines_kept(source, edit, text)


def assert_lines_kept(source: Source, edit: Edit, text: str) -> None:
    """Fail when a line changed that does not belong to the edited value (or the container of a new or removed one)."""
    span = source.span(edit.path if isinstance(edit, Replace) else edit.path[:-1])
    before = source.text.count("\n", 0, span.key_start)
    after = source.text.count("\n", span.end)
    old, new = source.text.split("\n"), text.split("\n")

    assert old[:before] == new[:before]
    assert old[len(old) - after :] == new[len(new) - after :]
    if isinstance(edit, Insert) and "\n" in source.text[span.start : span.end]:
        kept = sum(line.rstrip(",\r") in {each.rstrip(",\r") for each in new} for line in old)

        assert kept == len(old)


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        (
            '{\n\t"a": 1\n}\n',
            Insert(("b",), {"c": [1]}),
            '{\n\t"a": 1,\n\t"b": {\n\t\t"c": [\n\t\t\t1\n\t\t]\n\t}\n}\n',
        ),
        ('{"a":1,"b":2}', Replace(("a",), {"x": [1, 2]}), '{"a":{"x":[1,2]},"b":2}'),
        ('{"a": 1, "b": 2}', Insert(("c",), [1, 2]), '{"a": 1, "b": 2, "c": [1, 2]}'),
        ('{\r\n  "a" : [\r\n    1\r\n  ]\r\n}', Insert(("a", 1), 2), '{\r\n  "a" : [\r\n    1,\r\n    2\r\n  ]\r\n}'),
        ('{\n  "a": []\n}', Insert(("a", 0), "x"), '{\n  "a": [\n    "x"\n  ]\n}'),
        ('{\n  "a": [\n    1,\n    2\n  ]\n}', Remove(("a", 0)), '{\n  "a": [\n    2\n  ]\n}'),
        ('{\n  "a": 1,\n  "b": 2\n}', Remove(("b",)), '{\n  "a": 1\n}'),
        ('{"a": [1]}', Remove(("a", 0)), '{"a": []}'),
        ('{"a": "\\u00e4"}', Replace(("a",), "ö"), '{"a": "\\u00f6"}'),
        ('{"a": "ä"}', Replace(("a",), "ö"), '{"a": "ö"}'),
        ('{"a": "x\\/y"}', Replace(("a",), "b/c"), '{"a": "b\\/c"}'),
        ('{"a": 1, "a": 2}', Replace(("a",), 3), '{"a": 1, "a": 3}'),
    ],
)
def test_an_edit_takes_on_the_ways_of_the_file(text: str, edit: Edit, expected: str) -> None:
    """Indentation, separators, line ends and escapes of new text are those of the text around it."""
    assert expected == edited_bytes(Source("x.json", text), [edit]).decode()


def test_several_edits_are_those_of_the_text_as_it_was() -> None:
    """The paths of all edits are those before any of them is made; two of one place are refused."""
    source = Source("x.json", '{"a": [1, 2, 3], "b": 4}')
    edits: list[Edit] = [Replace(("b",), 5), Remove(("a", 1)), Replace(("a", 2), "c")]

    assert b'{"a": [1, "c"], "b": 5}' == edited_bytes(source, edits)
    with pytest.raises(ValueError, match="same place"):
        edited_bytes(source, [Replace(("a",), 1), Replace(("a", 0), 2)])
    with pytest.raises(KeyError):
        edited_bytes(source, [Replace(("c",), 1)])


YAML = """# kept
name: 'A'   # too
url: "{{base}}/x"
plain: some words
response:
  statusCode: 200
  body:
    type: json
    content: |-
      {
        "a": 1
      }

    $type: |
      {}
list:
  - key: a
    value: b
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        (("name",), "it's", ["name: 'it''s'   # too"]),
        (("url",), 'a "b"\\', ['url: "a \\"b\\"\\\\"']),
        (("plain",), "yes: no", ['plain: "yes: no"']),
        (("response", "statusCode"), 201, ["  statusCode: 201"]),
        (("response", "body", "content"), '{\n  "b": [\n\n    "ä😀"\n  ]\n}',
         ["    content: |-", "      {", '        "b": [', "", '          "ä😀"', "        ]", "      }"]),
        (("response", "body", "content"), "  leading", ['    content: "  leading"']),
        (("response", "body", "content"), "", ['    content: ""']),
        (("response", "body", "$type"), "[]\n", ["    $type: |", "      []"]),
        (("response", "body", "$type"), "[]", ["    $type: |-", "      []"]),
        (("list", 0, "value"), "c\nd", ["    value: |-", "      c", "      d"]),
        (("list", 0, "key"), "1", ['  - key: "1"']),
        (("plain",), "tab\there \x07 \u2028", ['plain: "tab\\there \\u0007 \\u2028"']),
    ],
)  # fmt: skip
def test_a_scalar_of_yaml_changes_its_own_lines(path: PathParts, value: Any, lines: list[str], newline: str) -> None:
    """A block stays a block and a quoted text quoted where they can; every other line and comment stays."""
    source = YamlSource("x.yaml", YAML.replace("\n", newline))
    old = source.text.split(newline)
    new = edited_bytes(source, [Replace(path, value)]).decode().split(newline)
    key = str(path[-1])
    first = next(index for index, line in enumerate(old) if line.strip(" -").startswith(f"{key}:"))
    spot = source.spots()[path]
    rest = source.text.count(newline, spot.end)

    assert old[:first] == new[:first]
    assert lines == new[first : first + len(lines)]
    assert old[len(old) - rest :] == new[len(new) - rest :]
    assert value == _at(parse_yaml(YamlSource("", newline.join(new)))[0], path)


def _at(value: Any, path: PathParts) -> Any:
    for part in path:
        value = value[part]
    return value


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """A saved file keeps its permissions and the links to it; nothing else is left in its folder."""
    file, link = tmp_path / "x.json", tmp_path / "link.json"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    save(link, b"new")
    save(tmp_path / "fresh.json", b"{}")

    assert b"new" == file.read_bytes()
    assert link.is_symlink()
    assert 0o640 == stat.S_IMODE(file.stat().st_mode)
    assert ["fresh.json", "link.json", "x.json"] == sorted(os.listdir(tmp_path))


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder that is not there is an error in words, and leaves nothing behind."""
    with pytest.raises(ReportError, match="cannot write"):
        save(tmp_path / "none" / "x.json", b"")
    assert [] == os.listdir(tmp_path)


def test_an_edit_of_yaml_changes_its_own_lines_only(corpus: Path) -> None:
    """Whatever scalar of the corpus is replaced, the file says the new value, and all else in it stays as it was."""
    dice = random.Random(5)
    files = sorted((corpus / "v3-yaml").rglob("*.yaml"))
    for _ in range(EDITS):
        source = YamlSource.of(Source("x.yaml", dice.choice(files).read_text("utf-8")))
        path = dice.choice([path for path, spot in source.spots().items() if spot.style is not None])
        value = dice.choice([each for each in VALUES if not isinstance(each, list | dict)] + ['{\n  "a": 1\n}'])
        text = edited_bytes(source, [Replace(path, value)]).decode()
        spot = source.spots()[path]
        old, new = source.text.split("\n"), text.split("\n")
        before, after = source.text.count("\n", 0, spot.start), source.text.count("\n", spot.end)
        document = parse_yaml(source)[0]

        assert changed(document, Replace(path, value)) == parse_yaml(YamlSource("x.yaml", text))[0]
        assert old[:before] == new[:before]
        assert old[len(old) - after :] == new[len(new) - after :]


@pytest.mark.parametrize("name", ["examples.json", "version_1.json", "v3"])
def test_the_body_of_an_example_is_replaced_where_it_stands(tmp_path: Path, name: str) -> None:
    """In every format the place of a saved body leads to the characters that change when it does."""
    here = Path(__file__).parents[2] / "contract" / "collection" / name
    path = tmp_path / name
    shutil.copytree(here, path) if here.is_dir() else shutil.copy(here, path)
    saved = [example for item in load(path).walk() for example in item.examples]
    bodies = [example.body for example in saved]
    for index, example in enumerate(saved):
        if not example.body:
            continue
        place = example.location.child("body")
        save(place.file, edited_bytes(place.source, [Replace(place.path, '{"new": true}')]))
        after = Path(place.file).read_text("utf-8").split("\n")

        assert 1 == sum(line not in place.source.text.split("\n") for line in after)
        assert [*bodies[:index], '{"new": true}', *bodies[index + 1 :]] == [
            each.body for item in load(path).walk() for each in item.examples
        ]
        save(place.file, place.source.encoded())
