"""Which parameters does an auth scheme have, with their placeholders filled in?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from harness.auth.means import Means
from harness.collection.model import Auth
from harness.collection.reader import scalar_text
from harness.errors import AuthError, did_you_mean
from harness.location import Location
from harness.variables.render import Renderer

__all__ = ["AuthParams"]

_FLAGS = {"true": True, "false": False, "1": True, "0": False}


class AuthParams:
    """The parameters of one auth, rendered when asked for, and the means of the run it signs for."""

    def __init__(self, auth: Auth, renderer: Renderer, means: Means | None = None) -> None:
        self.means = means or Means()
        self._auth = auth
        self._renderer = renderer

    @property
    def scheme(self) -> str:
        """The name of the scheme."""
        return self._auth.type

    def has(self, key: str) -> bool:
        """Return whether the file gives this parameter, be it an empty one."""
        param = self._auth.get(key)
        return param is not None and param.value is not None

    def given(self, key: str) -> bool:
        """Return whether the file gives this parameter, and not an empty one."""
        param = self._auth.get(key)
        return param is not None and param.value not in (None, "")

    def text(self, key: str, default: str = "") -> str:
        """Return a parameter, or `default` where the file has none or an empty one.

        A variable in it that has no value, or an empty one, is a fault of the renderer.
        """
        param = self._auth.get(key)
        if param is None or not self.given(key):
            return default
        return self._rendered(scalar_text(param.value), param.location, key)

    def required(self, key: str) -> str:
        """Return a parameter. Raises `AuthError` where the file has none or an empty one."""
        if not self.given(key):
            raise self.error(
                key,
                f"the auth `{self._auth.type}` has no `{key}`",
                hint='set it, or {"type": "noauth"} to send the request without',
            )
        return self.text(key)

    def choice(self, key: str, default: str, *others: str) -> str:
        """Return a parameter that is one of a few words, whatever its case. Raises `AuthError` for another word."""
        given, words = self.text(key, default), (default, *others)
        for word in words:
            if given.lower() == word.lower():
                return word
        known = ", ".join(f"`{word}`" for word in words)
        near = did_you_mean(given, words)
        raise self.error(
            key, f"the `{key}` of the auth `{self.scheme}` cannot be `{given}`", hint=near or f"known are {known}"
        )

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a parameter that is true or false. Raises `AuthError` for one that is neither."""
        text = self.text(key, "true" if default else "false").strip().lower()
        if text not in _FLAGS:
            raise self.error(key, f"the `{key}` of the auth `{self.scheme}` is neither true nor false: `{text}`")
        return _FLAGS[text]

    def whole(self, key: str, default: int) -> int:
        """Return a parameter that is a whole number, 0 or more. Raises `AuthError` for one that is not."""
        text = self.text(key, str(default)).strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 16):
            raise self.error(key, f"the `{key}` of the auth `{self.scheme}` is no whole number: `{text}`")
        return int(text)

    def members(self, key: str) -> dict[str, Any]:
        """Return a parameter that is a JSON object, or the text of one. Raises `AuthError` for one that is not."""
        text = self.text(key).strip()
        try:
            value = json.loads(text) if text else {}
        except (ValueError, RecursionError) as error:
            raise self.error(key, f"the `{key}` of the auth `{self.scheme}` is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise self.error(key, f"the `{key}` of the auth `{self.scheme}` is no JSON object")
        return value

    def entries(self, key: str) -> Iterator[Mapping[str, str]]:
        """Yield the enabled objects of a parameter that is a list of `{key, value, …}`, each text filled in."""
        param = self._auth.get(key)
        value = param.value if param is not None else None
        if param is None or value in (None, ""):
            return
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            raise self.error(key, f"the `{key}` of the auth `{self.scheme}` is no list of objects")
        for index, entry in enumerate(value):
            if entry.get("enabled") is not False and entry.get("disabled") is not True:
                yield {
                    name: self._renderer.value(scalar_text(text), param.location.child(index, name), strict=True)
                    for name, text in entry.items()
                    if text is not None
                }

    def note(self, text: str) -> None:
        """Tell a person something about how the request was signed."""
        self._renderer.notes.append(text)

    @property
    def faulty(self) -> bool:
        """Whether a placeholder has no value, so that nothing will be sent."""
        return bool(self._renderer.faults)

    def place(self, key: str) -> Location:
        """Return where a parameter stands, or the auth as a whole where it lacks it."""
        param = self._auth.get(key)
        return self._auth.location if param is None else param.location

    def error(self, key: str, summary: str, *, hint: str | None = None) -> AuthError:
        """Return the error of a parameter, with its place."""
        return AuthError(summary, location=self.place(key), hint=hint)

    @contextmanager
    def extra(self) -> Iterator[None]:
        """Import the libraries of the scheme in this block. Raises `AuthError` when they are not installed."""
        try:
            yield
        except ImportError as error:
            raise AuthError(
                f"the auth `{self.scheme}` needs a library that is not installed: {error.name or error}",
                location=self._auth.location,
                hint="pip install 'postman-harness[auth]'",
            ) from error

    def _rendered(self, template: str, location: Location, key: str) -> str:
        rendered = self._renderer.value(template, location, strict=True)
        return self._renderer.must_hold(rendered, template, location, f"the `{key}` of an auth")
