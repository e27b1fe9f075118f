"""Ctrl-C, cancelling, and exceptions in between: what ends a run early leaves what the command leaves."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, List

import pytest
from conftest import Client, dump_of

import dumpstream

# Slow enough that nothing is over by itself: a minute and more.
SLOW: "dict[str, Any]" = {"rate": "64KiB", "block": "64KiB"}
BIG = dump_of(40_000)


def schema_is_gone(client: Client, name: str) -> bool:
    return name not in client.schemas()


def test_ctrl_c_ends_a_run_within_half_a_second(server: dumpstream.Sandbox, client: Client) -> None:
    # The best of three: what comes on top is this machine's load.
    took: List[float] = []
    while len(took) < 3 and not (took and took[-1] < 0.5):
        took.append(seconds_to_stop(server, client))
    assert min(took) < 0.5, took


def seconds_to_stop(server: dumpstream.Sandbox, client: Client) -> float:
    pressed: List[float] = []

    def press() -> None:
        time.sleep(1)
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt) as raised:
        dumpstream.restore(io.BytesIO(BIG), to=f"{server.url}/ctrl_c", on_failure="undo", **SLOW)
    took = time.monotonic() - pressed[0]
    thread.join()
    cause = raised.value.__cause__
    assert isinstance(cause, dumpstream.Interrupted) and cause.exit_code == 130 and cause.state
    assert isinstance(cause.report, dumpstream.RestoreReport) and cause.report.outcome == "interrupted"
    assert schema_is_gone(client, "ctrl_c")
    return took


def test_an_interrupted_restore_can_be_gone_on_with(server: dumpstream.Sandbox, client: Client) -> None:
    threading.Timer(2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    options: "dict[str, Any]" = {"to": f"{server.url}/again", "block": "64KiB"}
    with pytest.raises(KeyboardInterrupt):
        dumpstream.restore(io.BytesIO(BIG), rate="256KiB", **options)
    report = dumpstream.restore(io.BytesIO(BIG), resume=True, **options)
    assert report.resumed is not None and report.resumed.rows > 0
    assert client.ask("SELECT COUNT(*) FROM again.big") == [["40000"]]


def test_a_silent_source_does_not_hold_ctrl_c_up() -> None:
    read, write = os.pipe()
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with open(read, "rb") as source, pytest.raises(KeyboardInterrupt):
        start = time.monotonic()
        try:
            dumpstream.verify(source)
        finally:
            took = time.monotonic() - start
            os.close(write)
    assert took < 10


def test_an_output_that_takes_its_time_does_not_hold_ctrl_c_up(tmp_path: Path) -> None:
    class Taking(io.RawIOBase):
        taken = 0

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            if self.taken:
                time.sleep(3)
            self.taken += len(data)
            return len(data)

    rules = tmp_path / "rules.yaml"
    rules.write_text("version: 1\ndefault: { text: keep, new_table: keep, header: keep }\n")
    output = Taking()
    threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt) as raised:
        dumpstream.scrub(io.BytesIO(BIG), output=output, rules=rules)
    assert time.monotonic() - start < 2.9
    cause = raised.value.__cause__
    assert isinstance(cause, dumpstream.Interrupted)
    assert cause.state == f"the output's first {output.taken} bytes were written already"


def test_what_on_event_raises_ends_the_run(server: dumpstream.Sandbox, client: Client) -> None:
    class Enough(Exception):
        pass

    def listen(event: dumpstream.events.Event) -> None:
        if isinstance(event, dumpstream.events.Rows):
            raise Enough

    with pytest.raises(Enough) as raised:
        dumpstream.restore(io.BytesIO(BIG), to=f"{server.url}/enough", on_event=listen, on_failure="undo", **SLOW)
    cause = raised.value.__cause__
    assert isinstance(cause, dumpstream.Interrupted) and cause.report.outcome == "interrupted"
    assert schema_is_gone(client, "enough")


def test_awaitables(server: dumpstream.Sandbox, small: str) -> None:
    async def work() -> "tuple[int, int]":
        restored, verified = await asyncio.gather(
            dumpstream.aio.restore(small, to=f"{server.url}/awaited"), dumpstream.aio.verify(small)
        )
        return restored.rows, verified.rows

    assert asyncio.run(work()) == (7, 7)


def test_cancelling_waits_for_the_clean_up(server: dumpstream.Sandbox, client: Client) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.01)

    async def work() -> float:
        ticking = asyncio.create_task(tick())
        to = f"{server.url}/cancelled"
        task = asyncio.create_task(dumpstream.aio.restore(io.BytesIO(BIG), to=to, on_failure="undo", **SLOW))
        await asyncio.sleep(1)
        task.cancel()
        start = time.monotonic()
        with pytest.raises(asyncio.CancelledError) as raised:
            await task
        cause = raised.value.__cause__
        # Before 3.11 a task raises another one in its place.
        if sys.version_info >= (3, 11):
            assert isinstance(cause, dumpstream.Interrupted) and cause.report.outcome == "interrupted"
        ticking.cancel()
        return time.monotonic() - start

    assert asyncio.run(work()) < 10
    assert schema_is_gone(client, "cancelled")
    # The loop was free meanwhile.
    assert ticks > 20


def test_awaitables_refuse_and_fail_as_calls_do(small: str) -> None:
    with pytest.raises(TypeError):
        asyncio.run(dumpstream.aio.verify(small, nonsense=1))  # type: ignore[call-arg]
    with pytest.raises(dumpstream.SourceError):
        asyncio.run(dumpstream.aio.verify("/no/such/dump.sql"))


def test_a_coroutine_that_is_closed_has_cleaned_up(server: dumpstream.Sandbox, client: Client) -> None:
    async def work() -> None:
        to = f"{server.url}/closed"
        running = dumpstream.aio.restore(io.BytesIO(BIG), to=to, on_failure="undo", **SLOW)
        running.send(None)
        while schema_is_gone(client, "closed"):
            time.sleep(0.05)
        running.close()

    asyncio.run(work())
    assert schema_is_gone(client, "closed")


def test_ctrl_c_cancels_what_is_awaited(server: dumpstream.Sandbox, client: Client) -> None:
    threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(dumpstream.aio.restore(io.BytesIO(BIG), to=f"{server.url}/awaiting", on_failure="undo", **SLOW))
    assert schema_is_gone(client, "awaiting")


def test_a_run_that_nobody_waits_for_is_stopped(server: dumpstream.Sandbox, client: Client) -> None:
    from dumpstream._calls import Call

    arguments = {"source": io.BytesIO(BIG), "to": f"{server.url}/dropped", "on_failure": "undo", **SLOW}
    call: "Call[Any]" = Call("restore", arguments)
    while schema_is_gone(client, "dropped"):
        time.sleep(0.05)
    del call
    while not schema_is_gone(client, "dropped"):
        time.sleep(0.05)


def test_a_process_ends_while_the_library_is_in_python(tmp_path: Path) -> None:
    # Threads wait for the interpreter while it ends: what is left over then takes its time, so that they come in between.
    script = tmp_path / "ends.py"
    script.write_text(f"""
import io, os, signal, sys, threading, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
import dumpstream
from conftest import dump_of

class Late:
    def __del__(self):
        time.sleep(0.2)

sys.late = Late()
data, how = dump_of(40_000), sys.argv[1]

class Slow(io.RawIOBase):
    def __init__(self, data, seconds):
        self.data, self.seconds = io.BytesIO(data), seconds
    def readable(self):
        return True
    def read(self, size=-1):
        time.sleep(self.seconds)
        return self.data.read(16384)

if how == "malformed":
    try:
        dumpstream.verify(Slow(data.replace(b"(2,", b"(2,'extra',"), 0.008))
    except dumpstream.SourceError as error:
        sys.exit(error.exit_code)
elif how == "ctrl-c":
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        dumpstream.verify(Slow(data, 0.05))
    except KeyboardInterrupt:
        sys.exit(130)
elif how == "transformer":
    @dumpstream.transformer("mine")
    def mine(values):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        return values
    try:
        dumpstream.scrub(io.BytesIO(data), output=io.BytesIO(), rules=sys.argv[2])
    except KeyboardInterrupt:
        sys.exit(130)
else:
    threading.Thread(target=lambda: dumpstream.verify(Slow(data, 0.01)), daemon=True).start()
    time.sleep(0.3)
""")
    rules = tmp_path / "rules.yaml"
    rules.write_text('version: 1\ncolumns:\n  - { match: "big.pad", do: custom, name: mine }\n')
    for how, code in [("malformed", 3), ("ctrl-c", 130), ("transformer", 130), ("daemon", 0)] * 3:
        done = subprocess.run(
            [sys.executable, str(script), how, str(rules)], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == code, (how, done)
