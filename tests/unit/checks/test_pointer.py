"""Are JSON Pointers written, taken apart and followed as RFC 6901 has it?"""

from __future__ import annotations

import pytest

from harness.checks.pointer import json_pointer, pointer_path, pointer_tokens
from harness.source import PathParts

VALUE = {"a/b": {"m~n": [{"0": 1}]}, "": 2, "~1": 3}


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("", ()),
        ("/", ("",)),
        ("/a~1b/m~0n/0/0", ("a/b", "m~n", 0, "0")),
        ("/~01", ("~1",)),
        ("/gone/0", ("gone", "0")),
        ("/a~1b/m~0n/7/x", ("a/b", "m~n", 7, "x")),
        ("/a~1b/m~0n/٣", ("a/b", "m~n", "٣")),
        ("/a~1b/m~0n/" + "9" * 400, ("a/b", "m~n", "9" * 400)),
    ],
)
def test_a_pointer_is_a_path_of_a_value(pointer: str, path: PathParts) -> None:
    """An index is a number only where an array stands, what is escaped is read once, and the way back is the same."""
    assert path == pointer_path(VALUE, pointer)
    assert list(map(str, path)) == pointer_tokens(pointer)
    assert pointer == json_pointer(path)
