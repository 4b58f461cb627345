"""How is the page put together, so that a browser runs its own program in it and nothing else?

The policy in its head allows the one style and the one script that are written here, by their hashes; nothing is
loaded, nothing else runs, and no text can become HTML (trusted types).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["page"]

_PACKAGE = "harness.reporters.html_report"
_SCRIPTS = ("data.js", "text.js", "json.js", "compare.js", "charts.js", "list.js", "panel.js", "main.js")


def page(parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the page, a part at a time."""
    style, script = _text("style.css"), _script()
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    return _template().generate(parts, style=style, script=script, policy=policy)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(_PACKAGE, ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja")


@cache
def _script() -> str:
    return '"use strict";\n(() => {\n' + "\n".join(map(_text, _SCRIPTS)) + "})();\n"


def _text(name: str) -> str:
    return files(_PACKAGE).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    """Return the hash of an inline element's text, as the policy wants it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
