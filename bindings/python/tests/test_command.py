"""``python -m dumpstream`` is the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import List

import pytest
from conftest import dump_of

import dumpstream

BINARY = Path(os.environ["DUMPSTREAM_BINARY"]) if "DUMPSTREAM_BINARY" in os.environ else None


def run(*args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "dumpstream", *args], capture_output=True, text=True, timeout=120)


def test_it_works_and_fails_as_the_command_does(small: str, tmp_path: Path) -> None:
    done = run("verify", small, "--json", "--progress", "none")
    assert done.returncode == 0 and json.loads(done.stdout)["rows"] == 7
    assert run("--version").stdout == f"dumpstream {dumpstream.__version__}\n"
    for args, code in [
        (["restore", small], 2),
        (["verify", "/no/such/dump.sql"], 3),
        (["restore", small, "--to", "mysql://u@127.0.0.1:1/d"], 4),
        (["verify", small, "--sha256", "0" * 64], 3),
    ]:
        done = run(*args)
        assert (done.returncode, done.stdout) == (code, "") and "error: " in done.stderr, done
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(BINARY is None, reason="DUMPSTREAM_BINARY isn't set")
@pytest.mark.parametrize("args", [["--help"], ["restore", "--help"], ["restore"], ["verify", "--json", "{small}"]])
def test_it_says_what_the_binary_says(args: List[str], small: str) -> None:
    args = [arg.format(small=small) for arg in args]
    binary = subprocess.run([str(BINARY), *args], capture_output=True, text=True)
    python = run(*args)
    if "--json" not in args:
        assert (python.returncode, python.stdout, python.stderr) == (binary.returncode, binary.stdout, binary.stderr)
    else:
        assert json.loads(python.stdout).keys() == json.loads(binary.stdout).keys()


def test_ctrl_c_ends_it_as_the_command(server: dumpstream.Sandbox, tmp_path: Path) -> None:
    dump = tmp_path / "big.sql"
    dump.write_bytes(dump_of(40_000))
    args = ["restore", str(dump), "--to", f"{server.url}/by_command", "--rate", "64KiB", "--block", "64KiB"]
    child = subprocess.Popen([sys.executable, "-m", "dumpstream", *args], stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130 and "Traceback" not in said and "interrupted" in said
