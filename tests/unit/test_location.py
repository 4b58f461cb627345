"""Do locations say where they are, in words a person and a rule can use?"""

from __future__ import annotations

import pytest

from harness.location import Location, json_path
from harness.source import PathParts, Source

SOURCE = Source("a/x.json", '{\n  "url": "{{base}}/users",\n  "list": [{"a": 1}]\n}\n')


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), "$"),
        (("item", 2, "name"), "$.item[2].name"),
        (("content-type",), "$['content-type']"),
        (("",), "$['']"),
        (("_a1",), "$._a1"),
        (("1a",), "$['1a']"),
        (("ü",), "$['ü']"),
        (("it's",), r"$['it\'s']"),
        (('say "x"',), "$['say \"x\"']"),
        (("back\\slash",), r"$['back\\slash']"),
        (('\\"',), "$['\\\\\"']"),
        (("a\nb\t\x01",), r"$['a\nb\t\u0001']"),
        (("name\n",), r"$['name\n']"),
        (("a.b", 0, 0), "$['a.b'][0][0]"),
        (("half \ud83d",), r"$['half \ud83d']"),
    ],
)
def test_json_path(path: PathParts, expected: str) -> None:
    """A path is written as RFC 9535 has it, with dots where a name allows them."""
    assert expected == json_path(path)


def test_child_and_key() -> None:
    """Going down forgets the characters and the key pointed at before."""
    place = Location(SOURCE).child("list").key().child(0, "a")

    assert ("$.list[0].a", "a/x.json:3:18") == (place.json_path, str(place))
    assert "a/x.json:3:13" == str(place.child().key())


def test_within_counts_from_where_it_already_is() -> None:
    """Characters within characters add up, as for a placeholder in the path of a URL."""
    place = Location(SOURCE, ("url",)).within(2, 6)

    assert "a/x.json:2:13" == str(place)
    assert place.within(1, 2) == Location(SOURCE, ("url",), (3, 4))


def test_the_key_of_a_span_is_the_whole_key() -> None:
    """A key is pointed at as a whole."""
    place = Location(SOURCE, ("url",)).within(2, 6).key()

    assert "a/x.json:2:3" == str(place)
    assert place.position is not None
    assert len('"url"') == place.position.length


def test_a_place_by_offset_has_no_path() -> None:
    """A file that is not JSON has lines and columns but no paths."""
    place = Location(Source("x.toml", "a = 1\nb = 2\n"), offset=6)

    assert ("", "x.toml:2:1", "x.toml") == (place.json_path, str(place), place.file)


def test_a_place_that_cannot_be_found_is_the_file() -> None:
    """When the text gives no position, the file's name is all there is to say."""
    place = Location(Source("x.csv", "a,b"), ("a",))

    assert place.position is None
    assert "x.csv" == str(place)
