"""Which JavaScript has to stand in an engine before the first script of a collection?

`bundle/` beside this file is made by `scripts/build_scripts.py` and travels in the wheel: Postman's own sandbox, and
polyfills for what a bare V8 lacks. Knows no engine.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ScriptsNotBuilt

__all__ = ["Bundle", "load_bundle", "load_reading"]

_FOLDER = Path(__file__).with_name("bundle")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The sources that every engine evaluates once, before any script."""

    polyfills: str
    """Globals of the web; reads and deletes the global `entropy`, 64 hexadecimal digits, from which `crypto` draws."""
    sandbox: str
    """Postman's sandbox; needs the polyfills, timers and a `bridge`, and takes every other global away."""

    def sources(self, prelude: str) -> Sequence[str]:
        """Return what one engine evaluates, in this order; every engine needs a list of its own, for its randomness."""
        return (f"globalThis.entropy = '{secrets.token_hex(32)}';", self.polyfills, prelude, self.sandbox)


def load_bundle() -> Bundle:
    """Read the bundle. Raises `ScriptsNotBuilt` where this installation was made without it."""
    return Bundle(_read("polyfills.js"), _read("sandbox.js"))


def load_reading() -> str:
    """Read what parses scripts. Raises `ScriptsNotBuilt` as `load_bundle` does."""
    return _read("reading.js")


def _read(name: str) -> str:
    try:
        return (_FOLDER / name).read_text(encoding="utf-8")
    except OSError as error:
        raise ScriptsNotBuilt(
            "this installation of harness cannot run scripts: Postman's sandbox was not built into it",
            hint="in a checkout run `make scripts`, where npm and its registry can be reached; "
            "a released wheel of postman-harness has it",
        ) from error
