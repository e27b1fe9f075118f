"""What Python costs: the same dump by the command and by the package, and with ``on_event`` and without, in turns.

    DUMPSTREAM_BINARY=target/release/dumpstream python bindings/python/benches/overhead.py DUMP [--to null|sandbox] [--pairs 5]

Each run is a process, from its start to its end. Prints each pair's ratio and their median, of the clock and of the processor
time; the latter says more on a busy machine. The start of the interpreter is told apart. Both must be built with the same profile. Where a server is loaded into, it is one
for all runs, and each run replaces what the one before loaded.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from typing import List

import dumpstream


def spent(command: List[str]) -> "tuple[float, float]":
    """Seconds on the clock and of processor time that a process takes from its start to its end."""
    start = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


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

    script = (
        "import sys, dumpstream\n"
        "on_event = (lambda event: None) if sys.argv[4] == 'events' else None\n"
        "dumpstream.restore(sys.argv[1], to=sys.argv[2], on_event=on_event, **eval(sys.argv[3]))"
    )
    by_command = [binary, "restore", given.dump, "--to", to, "--quiet", *words]
    by_package = [sys.executable, "-c", script, given.dump, to, repr(options), "none"]
    with_events = [*by_package[:-1], "events"]
    starts = [spent([sys.executable, "-c", "import dumpstream"]) for _ in range(5)]
    start = [statistics.median(s[i] for s in starts) for i in (0, 1)]
    print(f"the interpreter and the import: {start[0]:.3f} s on the clock, {start[1]:.3f} s of the processor", flush=True)
    for name, one, other in [
        ("package over command", by_command, by_package),
        ("on_event over none", by_package, with_events),
    ]:
        spent(one)
        # What a program pays once, however long it runs, is told apart.
        once = start if one is by_command else [0.0, 0.0]
        clock, processor = [], []
        for pair in range(given.pairs):
            # In turns, so that what gets slower with time slows both.
            if pair % 2:
                after, before = spent(other), spent(one)
            else:
                before, after = spent(one), spent(other)
            clock.append((after[0] - once[0]) / before[0])
            processor.append((after[1] - once[1]) / before[1])
        told(f"{name}, clock", clock)
        told(f"{name}, processor", processor)
    if sandbox is not None:
        sandbox.close()


if __name__ == "__main__":
    main()
