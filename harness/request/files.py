"""Which files of the disk may a collection send?

Only those inside the working directory, links followed: a collection comes from elsewhere, and must not be able to post
the keys of the machine it runs on. (Newman reads everything unless told otherwise.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import InvalidRequest
from harness.location import Location

__all__ = ["FileAccess"]

_MAX_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileAccess:
    """Reads the files of request bodies below one folder."""

    root: Path = field(default_factory=Path.cwd)

    def read(self, name: str, location: Location) -> bytes:
        """Return the content of a file named relative to the root.

        Raises `InvalidRequest` when it lies outside, is missing, or is no plain file.
        """
        if "\0" in name:  # every Python version has words of its own for it
            raise InvalidRequest(f"no name of a file: {name!r}", location=location)
        root = self.root.resolve()
        try:
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                raise InvalidRequest(
                    f"the file lies outside the working directory: {name}",
                    location=location,
                    hint="move it into the working directory, or name another one with --working-dir",
                )
            if path.is_dir():
                raise InvalidRequest(f"this is a folder, not a file: {name}", location=location)
            if not path.is_file():
                raise InvalidRequest(
                    f"no such file: {name}", location=location, hint=f"paths are relative to {root} (--working-dir)"
                )
            if path.stat().st_size > _MAX_BYTES:
                raise InvalidRequest(f"the file is larger than {_MAX_BYTES:,} bytes: {name}", location=location)
            return path.read_bytes()
        except (OSError, ValueError, RuntimeError) as error:  # the last is a circle of links, until Python 3.13
            raise InvalidRequest(f"cannot read the file {name!r}: {error}", location=location) from error
