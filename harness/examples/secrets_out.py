"""How does a secret leave an answer that is to be saved, so that what stays is still an answer of the same kind?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import cycle

from harness.redaction.layers import undone
from harness.redaction.redactor import Redactor

__all__ = ["without_secrets"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SAMPLE_UUID = "00000000-0000-4000-8000-000000000000"
_ESCAPED = re.compile(r"[\\%&]")
_NOT_PLAIN = re.compile(r"[^\w .:/+=-]")
_HEX = re.compile(r"(?=.*[a-fA-F])[0-9a-fA-F]+")


def without_secrets(text: str, redactor: Redactor, names: Mapping[str, str]) -> str | None:
    """Return the text with the value of a variable as `{{name}}` and any other secret as a sample of its kind.

    `names` are the names by value. None when a secret would stay.
    """
    new = redactor.rewritten(text, lambda secret: "{{" + names[secret] + "}}" if secret in names else _sample(secret))
    return None if redactor.carries_secret(new) else new


def _sample(secret: str) -> str:
    """Return a text with letters for letters and digits for digits, which are the same for every secret."""
    if _UUID.fullmatch(secret):
        return _SAMPLE_UUID
    if _ESCAPED.search(secret):  # other letters in `\n`, `%2F` or `&amp;` would make something else of the whole answer
        secret = _NOT_PLAIN.sub("", undone(secret))
    small = "abcdef" if _HEX.fullmatch(secret) else "abcdefghijklmnopqrstuvwxyz"
    letters, digits = cycle(small), cycle("1234567890")
    return "".join(_alike(character, next(letters), next(digits)) for character in secret)


def _alike(character: str, letter: str, digit: str) -> str:
    if character.isdigit():
        return digit
    if character.isalpha():
        return letter.upper() if character.isupper() else letter
    return character
