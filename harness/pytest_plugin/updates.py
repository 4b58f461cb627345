"""What `pytest --harness-update-examples` needs before answers can be written back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from harness.errors import UsageError
from harness.pytest_plugin.options import call_options
from harness.runner.options import RunOptions

if TYPE_CHECKING:
    from harness.examples.update import Updating

__all__ = ["uncaptured", "updating_for"]


def updating_for(config: pytest.Config, options: RunOptions) -> Updating | None:
    """Return what takes note of the answers, if it was asked for. Raises `UsageError` where it cannot be done."""
    flag = "--harness-update-examples"
    mode = call_options(config).update_examples
    if mode is None or config.getoption("collectonly"):
        return None
    if config.getoption("dist", "no") != "no" or hasattr(config, "workerinput"):
        raise UsageError(f"{flag} needs all answers in one process", hint="leave out `-n` and `--dist` of pytest-xdist")
    from harness.examples.update import Updating

    with uncaptured(config):
        return Updating(mode, options, flag)


@contextmanager
def uncaptured(config: pytest.Config) -> Iterator[None]:
    """Let a person be asked at the terminal."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    if capture is None:
        yield
        return
    capture.suspend_global_capture(in_=True)
    try:
        yield
    finally:
        capture.resume_global_capture()
