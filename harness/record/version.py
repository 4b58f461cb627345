"""`own_version`: the version of harness that writes a record or a report."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["own_version"]


def own_version() -> str:
    """Return the version as it is installed."""
    try:
        return version("postman-harness")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "unknown"
