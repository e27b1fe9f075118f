"""What the tests share: dumps, and servers that end with the test run."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator, List

import pytest

import dumpstream

TOP = Path(__file__).resolve().parents[3]
SMALL = TOP / "tests" / "data" / "small-mariadb1011.sql"
SAKILA = TOP / "demo" / "sakila.sql.zst"

# The key of rules.yaml: another one each time.
os.environ["SCRUB_KEY"] = secrets.token_hex(32)

# With this, threads of Python take turns all the time, so that what depends on luck shows.
if "DUMPSTREAM_SWITCH_INTERVAL" in os.environ:
    sys.setswitchinterval(float(os.environ["DUMPSTREAM_SWITCH_INTERVAL"]))


@pytest.fixture(autouse=True)
def _away_from_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's option files or credentials count."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("DUMPSTREAM_PASSWORD", "MYSQL_PWD", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def small() -> str:
    return str(SMALL)


@pytest.fixture
def sakila() -> str:
    return str(SAKILA)


@pytest.fixture(scope="session")
def server() -> "Iterator[dumpstream.Sandbox]":
    """A server with nothing in it but the schema ``first``."""
    with dumpstream.restore(str(SMALL), to="sandbox/first", keep=True) as report:
        assert report.sandbox is not None
        yield report.sandbox


@pytest.fixture(scope="session")
def endpoint() -> "Iterator[str]":
    """moto, in AWS's place."""
    pytest.importorskip("moto")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "import sys; from moto.server import main; main(sys.argv[1:])"]
    child = subprocess.Popen(
        [*command, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert child.poll() is None
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


class Client:
    """The plain client, on a server."""

    def __init__(self, port: int) -> None:
        self._command = ["mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={port}", "--user=root", "-NB"]

    def ask(self, sql: str) -> List[List[str]]:
        done = subprocess.run([*self._command, "-e", sql], check=True, capture_output=True, text=True)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def schemas(self) -> List[str]:
        return [row[0] for row in self.ask("SHOW DATABASES")]


@pytest.fixture
def client(server: "dumpstream.Sandbox") -> Client:
    return Client(server.port)


def dump_of(rows: int, pad: int = 200, footer: bool = True) -> bytes:
    """A dump of one table, as mariadb-dump writes one, with so many rows."""
    head = "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)\n--\n"
    head += "-- Host: localhost    Database: t\n-- ------------------------------------------------------\n"
    head += "DROP TABLE IF EXISTS `big`;\n"
    head += "CREATE TABLE `big` (`id` int NOT NULL, `pad` text NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"
    text = [head]
    for start in range(0, rows, 500):
        values = ",".join(f"({i},'{'x' * pad}')" for i in range(start, min(start + 500, rows)))
        text.append(f"INSERT INTO `big` VALUES {values};\n")
    if footer:
        text.append("-- Dump completed on 2026-01-01  0:00:00\n")
    return "".join(text).encode()
