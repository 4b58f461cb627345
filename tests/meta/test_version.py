"""The version: that of the git tag, of PKG-INFO in a source distribution, or a development version of the first."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "version.py"
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "tagged"
dynamic = ["version"]

[tool.hatch.version]
source = "code"
path = "scripts/version.py"
expression = "version_of(described())"

[tool.hatch.build.targets.wheel]
packages = ["tagged"]
"""


with pytest.MonkeyPatch.context() as _patch:
    _patch.syspath_prepend(SCRIPT.parent)
    from version import described, version_of


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("v1.2.0-0-g1a2b3c4", "1.2.0"),
        ("v1.2.0-17-g1a2b3c4", "1.2.1.dev17+g1a2b3c4"),
        ("v10.0.9-1-gabcdef0", "10.0.10.dev1+gabcdef0"),
        ("", "0.1.0.dev0"),
        ("v1.2-0-g1a2b3c4", "0.1.0.dev0"),
        ("v1.2.0rc1-0-g1a2b3c4", "0.1.0.dev0"),
    ],
)
def test_words_of_git(words: str, expected: str) -> None:
    """A tagged commit is the release, a later one comes before the next; without a tag nothing is released."""
    assert expected == version_of(words)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a small project that has its version from the same script, committed without a tag."""
    for name, text in {"pyproject.toml": PROJECT, "tagged/__init__.py": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts")
    _git(tmp_path, "init", "--quiet")
    _commit(tmp_path)
    return tmp_path


def _git(folder: Path, *arguments: str) -> None:
    who = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "tag.gpgsign=false",
    ]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--allow-empty", "--message", "a")


def _script(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "scripts/version.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_checkout(checkout: Path) -> None:
    """The tag counts on its commit; another tag than the version is refused, as on a commit that has none."""
    untagged = _script(checkout, "v2.0.0")
    _git(checkout, "tag", "v2.0.0")
    tagged = _script(checkout), _script(checkout, "v2.0.0"), _script(checkout, "v2.0.1")
    _commit(checkout)
    later, version = _script(checkout)

    assert (1, "error: the tag is v2.0.0, and this commit makes version 0.1.0.dev0") == untagged
    assert ((0, "2.0.0"), (0, "")) == tagged[:2]
    assert 1 == tagged[2][0]
    assert (0, True) == (later, version.startswith("2.0.1.dev1+g"))


def test_a_folder_within_another_checkout(checkout: Path) -> None:
    """An archive that was unpacked in somebody else's repository does not take on its version."""
    _git(checkout, "tag", "v2.0.0")
    (checkout / "unpacked").mkdir()

    assert "v2.0.0-0-g" in described(checkout)
    assert "" == described(checkout / "unpacked")


def test_a_source_distribution(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A wheel that is built of a source distribution, without git, has the version of the tag."""
    _git(checkout, "tag", "v2.0.0")
    out = tmp_path_factory.mktemp("out")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    subprocess.run([*build, "-t", "sdist"], cwd=checkout, check=True, capture_output=True)
    shutil.unpack_archive(out / "tagged-2.0.0.tar.gz", out, filter="data")
    subprocess.run([*build, "-t", "wheel"], cwd=out / "tagged-2.0.0", check=True, capture_output=True)

    assert ["tagged-2.0.0"] == [path.name.partition("-py")[0] for path in out.glob("*.whl")]
