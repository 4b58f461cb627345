"""How does the data of a whole run stand in one page, small and quick to open?

As blocks: some hundred kilobytes of JSON each, deflated and in base64, in script elements that no browser runs. The
page unpacks a block when one of its elements is looked at. Only the block that is being filled stands in memory.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.reporters.spool import open_spool

__all__ = ["Blocks"]

_BLOCK_CHARACTERS = 256 * 1024
_LEVEL = 6


class Blocks:
    """An array of any length that waits in a temporary file, in blocks ready for the page."""

    def __init__(self, kind: str, path: Path) -> None:
        self.kind = kind
        """The class of its script elements."""
        self.count = 0
        """How many elements it has."""
        self.size = 0
        """How many characters it takes in the page, as far as its blocks are complete."""
        self._spool = open_spool(path)
        self._open: list[str] = []
        self._open_size = 0

    def add(self, value: Any) -> int:
        """Add an element, and return its number."""
        text = json.dumps(value, separators=(",", ":"))
        if self._open_size + len(text) > _BLOCK_CHARACTERS:
            self._close_block()
        self._open.append(text)
        self._open_size += len(text)
        self.count += 1
        return self.count - 1

    def chunks(self) -> Iterator[str]:
        """Yield all blocks as HTML."""
        self._close_block()
        return self._spool.chunks()

    def close(self) -> None:
        """Drop what was set aside."""
        self._spool.close()

    def _close_block(self) -> None:
        if not self._open:
            return
        data = base64.b64encode(zlib.compress(f"[{','.join(self._open)}]".encode("ascii"), _LEVEL)).decode("ascii")
        first = self.count - len(self._open)
        block = f'<script type="text/plain" class="{self.kind}" data-first="{first}">{data}</script>\n'
        self._spool.write(block)
        self.size += len(block)
        self._open, self._open_size = [], 0
