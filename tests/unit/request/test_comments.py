"""Does JSON text lose its comments and nothing else?"""

from __future__ import annotations

import json

import pytest

from harness.request.comments import strip_comments

CASES = [
    ("line comment", '{"a": 1, // one\n"b": 2}', '{"a": 1, \n"b": 2}'),
    ("line comment with a carriage return", '{"a": 1 \t// one\r\n}', '{"a": 1 \t\n}'),
    ("line end that no comment stands before", '{"a": 1\r\n}//\n', '{"a": 1\r\n}\n'),
    ("line comment at the end", "1 // one", "1 "),
    ("a line of its own", '{\n  // one\n  "a": 1\n}', '{\n  \n  "a": 1\n}'),
    ("block comment", '{"a": /* one */ 1}', '{"a":  1}'),
    ("block comment over lines", "[1, /* a\n * b **/ 2]", "[1,  2]"),
    ("empty block comment", "[/**/1]", "[1]"),
    ("URL in a string", '{"a": "http://x/*y*/"} // z', '{"a": "http://x/*y*/"} '),
    ("quote escaped in a string", r'{"a": "\"// x"} // z', r'{"a": "\"// x"} '),
    ("backslash before the closing quote", r'["\\"] // z', r'["\\"] '),
    ("quote in a comment", '{"a": 1} // it"s\n', '{"a": 1} \n'),
    ("comment signs in a comment", "1 // a /* b\n/* // */", "1 \n"),
    ("slashes in a placeholder", '{"a": {{fo//o}}} // z', '{"a": {{fo//o}}} '),
    ("block signs in a placeholder", "[{{a/*b*/c}}]", "[{{a/*b*/c}}]"),
    ("an open brace pair is no placeholder", '{{"a": 1 // one\n}}', '{{"a": 1 \n}}'),
    ("string that never ends", '{"a": "x // y\n', '{"a": "x // y\n'),
    ("only a comment", "// x", ""),
]


@pytest.mark.parametrize(("title", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_comments_are_cut_out(title: str, text: str, expected: str) -> None:
    """Comments outside of strings and placeholders go, and nothing else does, as with Postman."""
    assert expected == strip_comments(text)


@pytest.mark.parametrize(("title", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_offsets_are_kept(title: str, text: str, expected: str) -> None:
    """With `keep_offsets` comments become blanks: the same length, the same lines, the same visible characters."""
    kept = strip_comments(text, keep_offsets=True)

    assert len(text) == len(kept)
    assert [i for i, c in enumerate(text) if c in "\r\n"] == [i for i, c in enumerate(kept) if c in "\r\n"]
    assert "".join(expected.split()) == "".join(kept.split())
    assert all(new in (old, " ") for old, new in zip(text, kept, strict=True))


@pytest.mark.parametrize("text", ['{"a": 1} /* x', '{"a": 1} /*/ 2'], ids=["open", "half closed"])
def test_a_comment_that_never_ends(text: str) -> None:
    """A comment without an end takes the rest of what is sent, as with Postman; where offsets are kept it is text."""
    assert '{"a": 1} ' == strip_comments(text)
    assert text is strip_comments(text, keep_offsets=True)


@pytest.mark.parametrize("text", ["", "{}", '{"a": "b"}', '{"a": "http://x"}', "a / b", "<a>//</a>"[:3]])
def test_text_without_comments_is_the_same_object(text: str) -> None:
    """Nothing is copied where there is nothing to cut."""
    assert text is strip_comments(text)
    assert text is strip_comments(text, keep_offsets=True)


def test_the_commented_request_becomes_json() -> None:
    """A body with a comment behind each member, as collections have it, is JSON afterwards."""
    text = '{\n "action": "warm_transfer",\n "to": "+14152225555", // to whom\n "role": "agent" // or \'customer\'.\n}'

    assert {"action": "warm_transfer", "to": "+14152225555", "role": "agent"} == json.loads(strip_comments(text))


@pytest.mark.parametrize("piece", ['"', '"\\"', "{{", "{{a", "/* ", '{{"', "\\", " \t", "/ "])
def test_hostile_repetition_is_one_pass(piece: str) -> None:
    """Half a million openings that are never closed are read in one pass, and stay; a quadratic scan would hang."""
    text = piece * 500_000 + "/*"

    assert text == strip_comments(text, keep_offsets=True)
