"""How long does it take to mask the secrets of a run in a large answer?

    python tests/benchmarks/bench_redaction.py [--megabytes N] [--secrets N]

Bodies of several kinds, as servers write them and at their worst. Times are of the processor, the best of three.
"""

from __future__ import annotations

import argparse
import json
import random
import string
import sys
import time
from collections.abc import Callable
from functools import partial
from html import escape
from urllib.parse import quote

from bench_large_body import timed

from harness.redaction.redactor import Redactor

LETTERS = string.ascii_letters + string.digits + "+/=-_ "


def bodies(draw: random.Random, secret: str) -> dict[str, Callable[[], str]]:
    """Return what one line of each kind of body is made by."""

    def record() -> dict[str, object]:
        return {"id": draw.randrange(10**9), "name": "Söme User", "url": "https://x.test/a?b=1&c=d e"}

    return {
        "JSON": lambda: json.dumps(record(), ensure_ascii=False),
        "JSON with escapes": lambda: json.dumps(record()).replace("/", "\\/"),
        "JSON in JSON": lambda: json.dumps(json.dumps(record())),
        "HTML": lambda: f"<li>{escape(json.dumps(record()))}</li>\n",
        "form": lambda: quote(json.dumps(record())) + "&",
        "base64 in lines": lambda: "".join(draw.choices(LETTERS[:64], k=76)) + "\r\n",
        "nothing but secrets": lambda: f"{secret}|{quote(secret, safe='')}|",
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--secrets", type=int, default=50)
    options = parser.parse_args()
    draw = random.Random(1)
    secrets = ["".join(draw.choices(LETTERS, k=draw.randint(12, 40))) for _ in range(options.secrets)]
    redactor = Redactor()
    for number, secret in enumerate(secrets):
        redactor.add(secret, f"secret_{number}")
    began = time.process_time()
    redactor.text("a first text has the search made")
    out = [f"| {options.secrets} secrets | {options.megabytes:g} MB |", "|---|---:|"]
    out.append(f"| making the search | {time.process_time() - began:.3f} s |")
    for kind, make in bodies(draw, secrets[0]).items():
        lines, size = [], 0
        while size < options.megabytes * 1_000_000:
            lines.append(make())
            size += len(lines[-1])
        text = "".join(lines)
        out.append(f"| {kind} | {timed(partial(redactor.text, text)):.2f} s |")
    sys.stdout.write("\n".join(out) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
