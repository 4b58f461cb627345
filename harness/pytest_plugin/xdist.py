"""How are requests spread over xdist's workers?"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import (  # type: ignore[import-untyped]  # xdist has no types
    LoadFileScheduling,
    LoadGroupScheduling,
    LoadScopeScheduling,
)

from harness.pytest_plugin.arguments import asked, file_id

__all__ = ["CollectionScheduling", "beside"]

_USUAL = {"loadscope": LoadScopeScheduling, "loadfile": LoadFileScheduling, "loadgroup": LoadGroupScheduling}


class CollectionScheduling(LoadScopeScheduling):  # type: ignore[misc]  # for the same reason
    """Keeps all requests of a collection together, and spreads other tests as `--dist` says."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._collections = {file_id(path, config) for path in asked(config)}

    def _split_scope(self, nodeid: str) -> Any:
        for collection in (nodeid.partition("::")[0], nodeid.rpartition("@")[2]):
            if collection in self._collections:
                return collection
        usual = _USUAL.get(self.config.getoption("dist"))
        return usual._split_scope(self, nodeid) if usual is not None else nodeid


def beside(item: pytest.Item, collection: str) -> None:
    """Have a test run on the worker of a collection, for it wants an exchange of the run there.

    Only node ids reach the scheduler; xdist marks its own groups in the same way.
    """
    node_id = f"{item.nodeid}@{collection}"
    if hasattr(item, "_id"):  # since pytest 9.2, which keeps it in parts
        item._id = type(item._id).parse(node_id)
    else:
        item._nodeid = node_id  # type: ignore[attr-defined]  # pytest has no other way to it
