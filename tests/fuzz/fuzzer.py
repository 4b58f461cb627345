"""Call harness with files that nobody foresaw, and tell every call that does not end as a call may.

    python tests/fuzz/fuzzer.py --files 20000 [--seed TEXT] [--kind NAME] [--keep FOLDER]
    python tests/fuzz/fuzzer.py --again FOLDER…   # files that were kept, each with every call of its kind

File N of a seed is always the same one: `--seed TEXT --only N` makes it again.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import mutation
from calls import call, fault
from kinds import GOOD, KINDS, SEEDS, V3, Kind

MOST_WALL_S = 120
"""After so long a call hangs, whatever the machine is busy with; the process ends."""


def say(text: str) -> None:
    """Write a line that is not lost when the process is killed."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Workshop:
    """A folder with all that the calls need, in which one file after another is changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "seeds").mkdir(parents=True)
        for seed in SEEDS.iterdir():
            shutil.copy(seed, folder / "seeds")
        shutil.copy(SEEDS / "collection.json", folder / "seeds" / GOOD)
        os.chdir(folder / "seeds")
        records = ("--reporter-ndjson-export", "stored.ndjson", "--reporter-json-export", "stored.json")
        ended = call(["run", GOOD, "--mock", "--no-scripts", "-r", "ndjson,json", *records])
        assert ended.code in (0, 1, 2), ended

    def clean(self) -> None:
        """Put everything back as it was."""
        work = self.folder / "work"
        os.chdir(self.folder)
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(self.folder / "seeds", work)
        (work / "good.harness.toml").unlink()
        (work / "out").mkdir()
        os.chdir(work)


def put(kind: Kind, dice: random.Random) -> Path:
    """Write a changed file of a kind, with what it needs beside it, and return its path."""
    if not kind.seeds:
        return put_tree(kind, dice)
    seed = Path("..", "seeds", dice.choice(kind.seeds)).read_text(encoding="utf-8")
    data = seed.encode()
    if dice.random() < 0.85:
        data = kind.write(mutation.changed(kind.read(seed), dice), dice)
    if dice.random() < 0.2:
        data = mutation.damaged(data, dice)
    path = Path(kind.name)
    path.write_bytes(data)
    if kind.name == "schema.json":
        Path("good.harness.toml").write_text('rules = [{schema = "schema.json"}]\n', encoding="utf-8")
    return path


def put_tree(kind: Kind, dice: random.Random) -> Path:
    """Write a folder of YAML files of which one is changed, gone, a link or a folder."""
    root = Path(kind.name)
    shutil.copytree(V3, root)
    path = dice.choice(sorted(root.rglob("*.y*ml")))
    seed = path.read_text(encoding="utf-8")
    lot = dice.random()
    if lot < 0.05:
        path.unlink()
        if lot < 0.02:
            path.mkdir()
        elif lot < 0.04:
            path.symlink_to(dice.choice((".", "/etc/hostname", path.name, "../..", "nowhere")))
    else:
        data = kind.write(mutation.changed(kind.read(seed), dice), dice) if lot < 0.8 else seed.encode()
        path.write_bytes(mutation.damaged(data, dice) if lot > 0.7 else data)
    return root


def fuzzed(workshop: Workshop, seed: str, number: int, names: list[str], keep: Path | None, calls: int) -> list[str]:
    """Call harness with one changed file and return what went wrong."""
    dice = random.Random(f"{seed} {number}")
    name = dice.choices(names, [KINDS[each].weight for each in names])[0]
    kind = KINDS[name]
    workshop.clean()
    path = put(kind, dice)
    chosen = dice.sample(kind.calls, min(calls, len(kind.calls)))
    if keep is not None:  # before the calls: the process may not outlive them
        target = keep / f"{number} {name}"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        if path.is_dir():
            shutil.copytree(path, target / path.name, symlinks=True)
        else:
            shutil.copy(path, target / path.name)
    found = tried(path, kind, chosen, f"file {number} ({name})")
    if keep is not None and not found:
        shutil.rmtree(target)
    return found


def tried(path: Path, kind: Kind, calls: list[tuple[str, ...]], title: str) -> list[str]:
    """Return what went wrong in some calls with one file."""
    found = []
    for arguments in calls:
        given = [str(path) if each == "FILE" else each for each in arguments]
        faulthandler.dump_traceback_later(MOST_WALL_S, exit=True)
        started = time.process_time()
        ended = call(given)
        faulthandler.cancel_dump_traceback_later()
        wrong = fault(ended, path.name)
        if wrong is not None:
            took = time.process_time() - started
            tail = "\n".join(f"    {line[:300]}" for line in ended.text.splitlines()[-12:])
            found.append(f"{title}: harness {' '.join(given)}: {wrong} ({took:.1f} s)\n{tail}")
    return found


def main() -> int:
    """Fuzz as the arguments say; print what was found and end with 1 when there is anything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100, help="how many files (default: 100)")
    parser.add_argument("--seconds", type=float, help="end after so long, however many files there were")
    parser.add_argument("--seed", default=str(time.time_ns()), help="any text; by default a fresh one")
    parser.add_argument("--only", type=int, help="only the file of this number")
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only files of this kind; repeatable")
    parser.add_argument("--calls", type=int, default=2, help="how many calls for each file (default: 2)")
    parser.add_argument("--keep", type=Path, help="where files are kept for which something went wrong")
    parser.add_argument("--again", type=Path, nargs="+", help="folders `… KIND` of files that were kept")
    options = parser.parse_args()
    names = options.kind or list(KINDS)
    keep = options.keep.resolve() if options.keep else None
    again = [path.resolve() for path in options.again or ()]
    numbers = [options.only] if options.only is not None else range(options.first, options.first + options.files)
    ends_at = time.monotonic() + options.seconds if options.seconds else float("inf")
    faults, count = 0, 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        workshop = Workshop(Path(folder))
        say(f"seed {options.seed}")
        for number in () if again else numbers:
            if time.monotonic() > ends_at:
                break
            count += 1
            if count % 500 == 0:
                say(f"{count} files so far")
            for words in fuzzed(workshop, options.seed, number, names, keep, options.calls):
                faults += 1
                say(words)
        for kept in again:
            count += 1
            for words in repeated(workshop, kept):
                faults += 1
                say(words)
        os.chdir("/")
    say(f"{count} files, {faults} faults")
    return 1 if faults else 0


def repeated(workshop: Workshop, kept: Path) -> list[str]:
    """Return what goes wrong with a file that was kept, in all calls of its kind."""
    kind = KINDS[kept.name.partition(" ")[2]]
    workshop.clean()
    shutil.copytree(kept, ".", dirs_exist_ok=True, symlinks=True)
    if kind.name == "schema.json":
        Path("good.harness.toml").write_text('rules = [{schema = "schema.json"}]\n', encoding="utf-8")
    return tried(Path(kind.name), kind, list(kind.calls), kept.name)


if __name__ == "__main__":
    sys.exit(main())
