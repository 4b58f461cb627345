"""In which languages can a request be written, and how does its code come about?

Each language is a Jinja2 template that gets a `Snippet` as `request`; a user's own templates stand beside ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import UsageError, did_you_mean
from harness.snippets.quoting import FILTERS
from harness.snippets.snippet import Snippet

if TYPE_CHECKING:
    from jinja2 import Environment, Template

__all__ = ["LANGUAGES", "code", "own_languages"]

LANGUAGES = {
    "curl": "curl",
    "http": "HTTP",
    "python-httpx": "Python (httpx)",
    "python-requests": "Python (requests)",
    "javascript-fetch": "JavaScript (fetch)",
    "node-chilkat": "Node.js (Chilkat)",
}
"""The languages of ours by name, and what each is called."""

_ENDING = ".jinja"


def code(language: str, request: Snippet, templates: Path | None = None) -> str:
    """Return the program that sends a request.

    `templates` is a template, or a folder of them named for their languages, which win over ours. Raises `UsageError`
    for a language there is not and for a template that cannot be used.
    """
    from jinja2 import TemplateError

    template = _template(language, templates)
    try:
        return template.render(request=request).strip("\n") + "\n"
    except (
        TemplateError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        LookupError,
        RecursionError,
    ) as error:
        name = template.filename or language
        raise UsageError(f"the template `{name}` cannot be filled in: {error}", hint="see docs/code.md") from error


def own_languages(templates: Path | None) -> Mapping[str, Path]:
    """Return the languages that a folder of templates has."""
    if templates is None or not templates.is_dir():
        return {}
    return {path.name.removesuffix(_ENDING): path for path in sorted(templates.glob(f"*{_ENDING}"))}


def _template(language: str, templates: Path | None) -> Template:
    from jinja2 import TemplateSyntaxError

    own = own_languages(templates)
    file = templates if templates is not None and not templates.is_dir() else own.get(language)
    if file is not None:
        try:
            template: Template = _environment().from_string(file.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            raise UsageError(
                f"{file}:{error.lineno}: {error.message}", hint="templates are written for Jinja2"
            ) from error
        except RecursionError as error:
            raise UsageError(f"the template {file} is nested too deeply to be read") from error
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"cannot read the template {file}: {error}") from error
        template.filename = str(file)
        return template
    if language not in LANGUAGES:
        known = [*LANGUAGES, *own]
        near = did_you_mean(language, known)
        listed = f"there are {', '.join(known)}"
        raise UsageError(f"there is no language `{language}`", hint=f"{near}; {listed}" if near else listed)
    return _environment().get_template(f"{language}{_ENDING}")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("harness.snippets"),
        autoescape=False,  # what is written is no HTML: each value goes through the filter of its language
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment
