"""How does `crypto.subtle` say no?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["CryptoFailure", "extra"]


class CryptoFailure(Exception):
    """What a script gets as the rejection of a promise: the web's name for it, and a text."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@contextmanager
def extra(algorithm: str) -> Iterator[None]:
    """Import the library of an algorithm in this block. Raises `CryptoFailure` when it is not installed."""
    try:
        yield
    except ImportError as error:
        raise CryptoFailure(
            "NotSupportedError",
            f"{algorithm} needs a library that is not installed ({error.name}): pip install 'postman-harness[auth]'",
        ) from error
