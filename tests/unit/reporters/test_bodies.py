"""Is a body that is too long for a record cut as it should be, and is that said?"""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from harness.redaction.redactor import Redactor
from harness.reporters.bodies import MOST, kept, shortened
from harness.reporters.explain import Explainer
from harness.transport.exchange import Response

SECRET = "Zx9-secret-" + "0123456789" * 30


def _answer(body: bytes) -> Response:
    return Response(200, "OK", (), body)


@pytest.mark.no_cover
@pytest.mark.parametrize("piece", [b"\0", b"a", b'"', "é".encode(), "😀".encode(), b"\xff"])
@pytest.mark.parametrize("more", [-1, 0, 1, MOST])
def test_what_is_written_keeps_to_the_limit(piece: bytes, more: int) -> None:
    """The limit is one of what is written, and what was left out is said, never more and never less."""
    body = piece * ((MOST + more) // len(piece))
    found = kept(_answer(body), Explainer())
    whole = len(body) // 3 * 4 if found.base64 else len(json.dumps(body.decode())) - 2

    assert len(json.dumps(found.text)) - 2 <= MOST
    assert found.base64 == (piece == b"\xff")
    assert found.cut == (whole > MOST)


@pytest.mark.no_cover
@pytest.mark.parametrize("distance", [-len(SECRET) - 5, -len(SECRET), 1 - len(SECRET), -150, -20, -11, -10, -1, 0, 5])
def test_a_secret_across_the_cut(distance: int) -> None:
    """A secret that lies across the end of what is kept is masked as a whole, or not there at all."""
    redactor = Redactor()
    redactor.add(SECRET, "token")
    before = b"-" * (MOST + distance)
    found = kept(_answer(before + SECRET.encode() + b"-" * 1000), Explainer(redactor))

    assert found.cut
    assert "Zx9" not in found.text
    assert "0123" not in found.text


def test_bodies_on_their_way_to_another_process(build: SimpleNamespace) -> None:
    """Workers send the beginning of a body, and its size; what is short is sent as it is."""
    short, long = build.exchange(200, b"short"), build.exchange(200, b"\0" * (MOST + 7))
    result = shortened(build.result(exchange=long))
    again = shortened(result)

    assert result.exchange is not None
    assert (MOST, MOST + 7, True) == (
        len(result.exchange.response.body),
        result.exchange.response.size,
        result.exchange.response.is_cut,
    )
    assert again == result
    assert shortened(build.result(exchange=short)).exchange == short
    assert kept(replace(short.response, cut_from=99), Explainer()).cut
