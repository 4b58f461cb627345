"""How long does it take to compare a large JSON answer, and how long does deepdiff take?

    python tests/benchmarks/bench_large_body.py [--megabytes N]

Both compare values that are already parsed; `harness.compare` by shape, learning from the example included, the second
time with 1,000 differences. deepdiff is measured where it is installed. Times are of the processor, the best of three.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import made_up

import harness


def body(megabytes: float, seed: int) -> dict[str, Any]:
    """Return a page of records of about that size."""
    make, draw = made_up.record(random.Random(1)), random.Random(seed)
    size = len(json.dumps(make(draw)))
    return {"objects": [make(draw) for _ in range(int(megabytes * 1_000_000 / size))], "total": 1}


def timed(work: Callable[[], Any], repeat: int = 3) -> float:
    """Return the best time of several, in seconds."""
    best = float("inf")
    for _ in range(repeat):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=10)
    megabytes = parser.parse_args().megabytes
    example, actual = body(megabytes, 2), body(megabytes, 3)
    broken = copy.deepcopy(actual)
    for each in broken["objects"][:1000]:
        each["id"] = "x"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    same = timed(lambda: harness.compare(example, body=actual))
    differing = timed(lambda: harness.compare(example, body=broken))
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    out = [
        f"| compared by | {megabytes:g} MB |",
        "|---|---:|",
        f"| harness.compare, nothing differs | {same:.2f} s |",
        f"| harness.compare, 1,000 differ | {differing:.2f} s |",
        f"| memory beyond the two bodies | {more:.0f} MB |",
    ]
    try:
        from deepdiff import DeepDiff
    except ImportError:
        out.append("| deepdiff | not installed |")
    else:
        theirs = timed(lambda: DeepDiff(example, actual), 1)
        out.append(f"| deepdiff | {theirs:.1f} s ({theirs / same:,.0f} times as long) |")
    sys.stdout.write("\n".join(out) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
