"""Where does `pm.require` find what a script asks for?"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["packages_of", "required"]

_REQUIRE = re.compile(r"""\bpm\s*\.\s*require\s*\(\s*(["'`])(.+?)\1\s*\)""")


def required(script: str) -> list[str]:
    """Return the names that a script asks for as they are written."""
    return [match[2] for match in _REQUIRE.finditer(script)]


def packages_of(script: str, folder: Path | None) -> dict[str, dict[str, str]]:
    """Return each package that a script, or one of its packages, asks for: its text, or why there is none."""
    found: dict[str, dict[str, str]] = {}
    pending = required(script)
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = _package(name, folder)
            pending += required(found[name].get("data", ""))
    return found


def _package(name: str, folder: Path | None) -> dict[str, str]:
    if re.match(r"(npm|jsr):", name):
        return {"error": "packages of a registry are not fetched; copy it into the folder that --packages names"}
    if folder is None:
        return {"error": "no folder of packages was named (--packages)"}
    root = folder.resolve()
    for candidate in (root / f"{name}.js", root / name / "index.js", root / name):
        path = candidate.resolve()
        if path.is_file() and path.is_relative_to(root):
            return {"data": path.read_text("utf-8", "replace")}
    return {"error": f"there is no {name}.js in {folder}"}
