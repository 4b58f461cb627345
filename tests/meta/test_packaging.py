"""Is the project installed from exact versions, and does its wheel hold the package and nothing else?"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "harness"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
GROUPS = PYPROJECT["dependency-groups"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")

PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[0-9][A-Za-z0-9.+!]*)")
MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:work|root|tmp|home/\w+|Users/\w+)/")
REGISTRY_HOST = re.compile(r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io)\b")


def normalized(name: str) -> str:
    """Return a distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions(requirements: list[str]) -> set[str]:
    """Return the names of the distributions that requirements ask for."""
    return {normalized(re.split(r"[\[<>=~! ;]", requirement)[0]) for requirement in requirements}


def pins() -> list[str]:
    """Return the lines of constraints.txt that are no comment."""
    return [line for line in CONSTRAINTS.splitlines() if not line.startswith("#")]


def third_party_imports(source: str) -> set[str]:
    """Return the top-level names of the foreign modules that the text of a module imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").partition(".")[0])
    return names - sys.stdlib_module_names - {"harness", "", "_typeshed"}  # _typeshed: known to type checkers only


def repository_texts() -> list[tuple[str, str]]:
    """Return path and text of every file that git tracks or would add; skips the test outside a checkout."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(git, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    if done.returncode != 0:
        pytest.skip(f"not a git checkout: {done.stderr.strip()}")
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    return [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8", errors="replace"))
        for path in paths
        if path.is_file()
    ]


def test_constraints_are_exact_versions() -> None:
    """Every line pins one version, with no address of a package index."""
    loose = [line for line in pins() if not PIN.fullmatch(line)]

    assert [] == loose
    assert "://" not in CONSTRAINTS


def test_dependencies_are_pinned() -> None:
    """Every dependency, those of the extras and of development too, has its exact version in constraints.txt."""
    requirements = [PROJECT["dependencies"], *EXTRAS.values(), GROUPS["test"], GROUPS["lint"]]
    asked = set().union(*map(distributions, requirements))
    pinned = {normalized(line.partition("==")[0]) for line in pins()}

    assert set() == asked - pinned


def test_developers_have_every_extra() -> None:
    """`make setup` installs every extra and every group, so that the tests of every auth scheme run."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    included = {each["include-group"] for each in GROUPS["dev"]}

    assert f"--editable '.[{','.join(sorted(EXTRAS))}]' --group dev" in makefile
    assert set(GROUPS) - {"dev"} == included


def test_imports_are_dependencies() -> None:
    """The package imports no library that it does not itself ask for."""
    homes = packages_distributions()
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    imported = set().union(*map(third_party_imports, sources))
    # Which of the two is there depends on the Python: zstd came with 3.14.
    zstd = {name: ["backports-zstd"] for name in ("compression", "backports")}
    needed = {normalized(home) for name in imported for home in {**zstd, **homes}.get(name, [name])}

    assert imported
    # The scheduler is only asked for where xdist is installed, as pytest's own plugins do it.
    asked = PROJECT["dependencies"] + EXTRAS["auth"] + EXTRAS["http2"]
    assert {"pytest-xdist"} == needed - distributions(asked)


def test_wheel_holds_the_package_only(tmp_path: Path) -> None:
    """The wheel has every file of the package, the mark of its types, and no tests or collections."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    package = {
        str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert "harness/py.typed" in names
    assert package == {name for name in names if ".dist-info/" not in name}


def test_makefile_is_short() -> None:
    """The Makefile has at most 40 lines."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 40


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY_HOST], ids=["path of a machine", "registry host"])
def test_the_repository_names_no_machine(pattern: re.Pattern[str]) -> None:
    """No file of the repository holds a path of somebody's machine or the host of a package registry."""
    found = [f"{name}: {hit.group()}" for name, text in repository_texts() for hit in pattern.finditer(text)]

    assert [] == found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "see /" + "home/me/notes"),
        (MACHINE_PATH, '"/' + 'tmp/x"'),
        (REGISTRY_HOST, "https://files.python" + "hosted.org/x"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str) -> None:
    """A path of a machine and a registry's host are recognised; the halves keep this file itself clean."""
    assert pattern.search(text)


@pytest.mark.parametrize("text", ["https://example.com/v1/home/me/", "{{base_url}}/account/", "/homework/x"])
def test_addresses_are_no_paths_of_a_machine(text: str) -> None:
    """Paths of an API are not taken for paths of a machine."""
    assert not MACHINE_PATH.search(text)
