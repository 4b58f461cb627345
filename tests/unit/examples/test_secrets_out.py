"""Does an answer stay an answer of its kind when its secrets leave it?"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from harness.examples.secrets_out import without_secrets
from harness.redaction.redactor import Redactor

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"


@pytest.mark.parametrize("secret", [PEM, 'quo"ted\\ti', "über/50%+x", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(str, id="plain"),
        pytest.param(lambda text: quote(text, safe=""), id="percent"),
        pytest.param(lambda text: "".join(f"%{byte:02x}" for byte in text.encode()), id="every byte"),
        pytest.param(lambda text: "".join(f"&#{ord(c)};" for c in text), id="entities"),
        pytest.param(json.dumps, id="JSON"),
    ],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_json_stays_json(secret: str, write: Callable[[str], str], ascii_only: bool) -> None:
    """Whatever escapes a secret was written with, what takes its place breaks none of the document."""
    redactor = Redactor()
    redactor.add(secret, "key")
    body = json.dumps({"before": 1, "key": write(secret), "after": [2]}, ensure_ascii=ascii_only)

    text = without_secrets(body, redactor, {})

    assert text is not None
    assert json.loads(text).keys() == {"before", "key", "after"}
    assert not redactor.carries_secret(text)


def test_a_variable_takes_the_place_of_its_value() -> None:
    """By its name where it stands in clear; any other form is a sample."""
    redactor = Redactor()
    redactor.add("Zx9-long-Value", "token")

    assert without_secrets("a Zx9-long-Value", redactor, {"Zx9-long-Value": "token"}) == "a {{token}}"
    assert without_secrets("a Zx9%2dlong-Value", redactor, {"Zx9-long-Value": "token"}) == "a Ab3-efgh-Jklmn"
