"""Is a body that is too long for a record cut as it should be, and is that said?"""

from __future__ import annotations

import json

import pytest
from msgspec.json import encode

from harness.record.body import MOST, Body, body_of
from harness.redaction.redactor import Redactor

SECRET = "Zx9-secret-" + "0123456789" * 30


@pytest.mark.parametrize("piece", [b"\0", b"a", b'"', "é".encode(), "😀".encode(), b"\xff"])
@pytest.mark.parametrize("more", [-1, 0, 1, MOST])
def test_what_is_written_keeps_to_the_limit(piece: bytes, more: int) -> None:
    """The limit is one of what is written, and what was left out is said, never more and never less."""
    body = piece * ((MOST + more) // len(piece))
    found = body_of(body, Redactor())
    whole = len(body) // 3 * 4 if found.raw else len(json.dumps(body.decode())) - 2

    assert len(encode(found)) <= MOST + 60
    assert bool(found.raw) == (piece == b"\xff")
    assert found.truncated == (whole > MOST)
    assert found.size == len(body)
    assert body.startswith(found.data)


@pytest.mark.parametrize("distance", range(-len(SECRET) - 5, 6, 13))
@pytest.mark.parametrize("filler", [b"-", b"\xff"])
def test_a_secret_across_the_cut(distance: int, filler: bytes) -> None:
    """A secret that lies across the end of what is kept is masked as a whole, or not there at all."""
    redactor = Redactor()
    redactor.add(SECRET, "token")
    room = MOST if filler == b"-" else MOST // 4 * 3
    before = filler * (room + distance)
    found = body_of(before + SECRET.encode() + filler * 1000, redactor)

    assert found.truncated
    assert b"Zx9" not in found.data
    assert b"0123" not in found.data


def test_no_body_is_no_body() -> None:
    """It is false, and has no bytes; what is only cut away to nothing is a body all the same."""
    assert not body_of(b"", Redactor())
    assert b"" == Body().data
    assert Body("", size=3, truncated=True)
