"""What Python costs: the same dump by the command and by the package, and with ``on_event`` and without, in turns.

    DUMPSTREAM_BINARY=target/release/dumpstream python bindings/python/benches/overhead.py DUMP [--to null|sandbox] [--pairs 5]

Prints each pair's ratio and their median. Both must be built with the same profile. Where a server is loaded into, it is one
for all runs, and each run replaces what the one before loaded.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from typing import Callable, List

import dumpstream


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def told(name: str, ratios: List[float]) -> None:
    pairs = " ".join(f"{100 * (ratio - 1):+.1f}" for ratio in ratios)
    print(f"{name}: {100 * (statistics.median(ratios) - 1):+.1f} % (pairs: {pairs})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump")
    parser.add_argument("--to", choices=["null", "sandbox"], default="null")
    parser.add_argument("--pairs", type=int, default=5)
    given = parser.parse_args()
    binary = os.environ.get("DUMPSTREAM_BINARY") or sys.exit("DUMPSTREAM_BINARY isn't set")
    sandbox = None
    to, options, words = "null", {}, []
    if given.to == "sandbox":
        sandbox = dumpstream.restore(given.dump, to="sandbox/bench", keep=True).sandbox
        assert sandbox is not None
        to, options, words = f"{sandbox.url}/bench", {"replace": True, "verify": "rows"}, ["--replace", "--verify", "rows"]

    def by_command() -> None:
        command = [binary, "restore", given.dump, "--to", to, "--quiet", *words]
        subprocess.run(command, check=True)

    def by_package() -> None:
        # As the command is: a process of its own, from its start to its end.
        script = "import sys, dumpstream; dumpstream.restore(sys.argv[1], to=sys.argv[2], **eval(sys.argv[3]))"
        subprocess.run([sys.executable, "-c", script, given.dump, to, repr(options)], check=True)

    def alone() -> None:
        dumpstream.restore(given.dump, to=to, **options)

    def with_events() -> None:
        dumpstream.restore(given.dump, to=to, on_event=lambda event: None, **options)

    for name, one, other in [("package over command", by_command, by_package), ("on_event over none", alone, with_events)]:
        one()
        ratios = []
        for pair in range(given.pairs):
            # In turns, so that what gets slower with time slows both.
            if pair % 2:
                after, before = seconds(other), seconds(one)
            else:
                before, after = seconds(one), seconds(other)
            ratios.append(after / before)
        told(name, ratios)
    if sandbox is not None:
        sandbox.close()


if __name__ == "__main__":
    main()
