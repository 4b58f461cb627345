"""The version of the package: the git tag of the commit, or a development version that follows the last tag.

    python scripts/version.py            prints it
    python scripts/version.py v1.2.0     ends with 1 unless it is the version of this tag; asked before publishing

Read by the build backend (`[tool.hatch.version]`). A source distribution carries its version in PKG-INFO, which the
backend prefers; a checkout without git or without a tag is a development version of the first release.
Knows the standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST = "0.1.0"
"""What the first release will be."""
_DESCRIBED = re.compile(r"v(\d+)\.(\d+)\.(\d+)-(\d+)-g([0-9a-f]+)")


def version_of(described: str) -> str:
    """Return the version for the words of `git describe --long`: a release on its tag, else the next one's `.devN`.

    Words of another form, none too, are those of a history without a release.
    """
    match = _DESCRIBED.fullmatch(described)
    if match is None:
        return f"{FIRST}.dev0"
    major, minor, patch, commits = map(int, match.groups()[:4])
    if commits == 0:
        return f"{major}.{minor}.{patch}"
    return f"{major}.{minor}.{patch + 1}.dev{commits}+g{match[5]}"


def described(root: Path = ROOT) -> str:
    """Return what git says of the commit of a checkout, nothing where it is none: an archive has no history."""
    if not (root / ".git").exists():  # else git would tell of a repository that the folder lies in
        return ""
    command = ["git", "describe", "--tags", "--long", "--match", "v[0-9]*.[0-9]*.[0-9]*"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def main(arguments: Sequence[str]) -> int:
    """Print the version, or tell whether it is that of the tag."""
    version = version_of(described())
    if not arguments:
        sys.stdout.write(f"{version}\n")
        return 0
    if arguments[0] == f"v{version}":
        return 0
    sys.stderr.write(f"error: the tag is {arguments[0]}, and this commit makes version {version}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
