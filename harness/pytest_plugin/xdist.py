"""How are requests spread over xdist's workers?"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist has no types

__all__ = ["CollectionScheduling"]


class CollectionScheduling(LoadScopeScheduling):  # type: ignore[misc]  # for the same reason
    """Spreads tests one by one as `--dist load` does, but keeps all requests of a collection together."""

    def _split_scope(self, nodeid: str) -> Any:
        file, separator, _ = nodeid.partition("::")
        return file if separator and file.endswith(".json") else nodeid
