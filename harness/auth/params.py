"""Which parameters does an auth scheme have, with their placeholders filled in?"""

from __future__ import annotations

from harness.collection.model import Auth
from harness.collection.reader import scalar_text
from harness.errors import AuthError
from harness.location import Location
from harness.variables.render import Renderer

__all__ = ["AuthParams"]


class AuthParams:
    """The parameters of one auth, rendered when asked for."""

    def __init__(self, auth: Auth, renderer: Renderer) -> None:
        self._auth = auth
        self._renderer = renderer

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
        template = scalar_text(param.value)
        rendered = self._renderer.value(template, param.location, strict=True)
        return self._renderer.must_hold(rendered, template, param.location, f"the `{key}` of an auth")

    def required(self, key: str) -> str:
        """Return a parameter. Raises `AuthError` where the file has none or an empty one."""
        if not self.given(key):
            raise AuthError(
                f"the auth `{self._auth.type}` has no `{key}`",
                location=self.place(key),
                hint='set it, or {"type": "noauth"} to send the request without',
            )
        return self.text(key)

    def place(self, key: str) -> Location:
        """Return where a parameter stands, or the auth as a whole where it lacks it."""
        param = self._auth.get(key)
        return self._auth.location if param is None else param.location
