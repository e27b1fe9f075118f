"""Restores: what arrives, from what, into what."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any, Dict, List

import pytest
from conftest import Client, dump_of

import dumpstream


def test_a_dump_arrives_and_is_verified(server: dumpstream.Sandbox, client: Client, sakila: str) -> None:
    report = dumpstream.restore(sakila, to=server.url, verify="content", lanes=2, memory=128 << 20, block="1MiB")
    assert report.outcome == "ok"
    assert report.target.databases == ("sakila",)
    assert {t.table: t.rows for t in report.tables}["sakila.rental"] == 16_044
    assert all(t.verified and t.verified.content == "equal" for t in report.tables if t.rows)
    assert client.ask("SELECT COUNT(*) FROM sakila.rental") == [["16044"]]
    assert report.settings["lanes"] == "2" and report.settings["memory_bytes"] == str(128 << 20)

    verified = dumpstream.verify(sakila, against=server.url)
    assert verified.against is not None and not verified.against.structure.differences
    client.ask("DELETE FROM sakila.film_text WHERE film_id = 1")
    with pytest.raises(dumpstream.VerificationFailed) as failed:
        dumpstream.verify(sakila, against=server.url)
    assert failed.value.exit_code == 5
    assert failed.value.report.outcome == "failed"

    replaced = dumpstream.restore(sakila, to=f"{server.url}/sakila", replace=True, keep_old=True)
    (what,) = replaced.replaced
    assert what.schema == "sakila" and what.kept_as
    back = dumpstream.rollback(to=f"{server.url}/sakila", swap_wait=5)
    assert [(s.schema, s.from_schema) for s in back.schemas] == [("sakila", what.kept_as)]
    assert client.ask("SELECT COUNT(*) FROM sakila.film_text") == [["999"]]


@pytest.mark.parametrize("form", ["str", "path", "file", "raw", "bytes", "gzip", "pipe"])
def test_every_kind_of_source(form: str, small: str, tmp_path: Path) -> None:
    data = Path(small).read_bytes()
    source: Any
    cat = None
    if form == "str":
        source = small
    elif form == "path":
        source = Path(small)
    elif form == "file":
        source = open(small, "rb")
    elif form == "raw":
        source = open(small, "rb", buffering=0)
    elif form == "bytes":
        source = io.BytesIO(gzip.compress(data))
    elif form == "gzip":
        packed = tmp_path / "d.sql.gz"
        packed.write_bytes(gzip.compress(data))
        source = gzip.open(packed)
    else:
        cat = subprocess.Popen(["cat", small], stdout=subprocess.PIPE)
        source = cat.stdout
    report = dumpstream.verify(source)
    assert report.rows == 7
    assert report.source.codec == ("gzip" if form == "bytes" else "none")
    if hasattr(source, "close"):
        source.close()
    assert cat is None or cat.wait() == 0


def test_a_path_is_a_path_whatever_it_looks_like(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small: str) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-", "--rows"):
        Path(name).write_bytes(Path(small).read_bytes())
        assert dumpstream.verify(Path(name)).rows == 7


def test_sources_that_are_none() -> None:
    with pytest.raises(TypeError, match="source is missing"):
        dumpstream.verify()
    with pytest.raises(TypeError, match="not bytes"):
        dumpstream.verify(b"dump.sql")  # type: ignore[arg-type]
    with pytest.raises(dumpstream.SourceError) as failed:
        dumpstream.verify(io.StringIO("-- text"))  # type: ignore[arg-type]
    assert isinstance(failed.value.__cause__, TypeError)
    assert "binary mode" in str(failed.value.__cause__)


def test_what_a_source_raises_is_the_cause() -> None:
    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError("the peer is gone")

    with pytest.raises(dumpstream.SourceError) as failed:
        dumpstream.verify(Broken())
    assert isinstance(failed.value.__cause__, ConnectionResetError)


def test_a_list_of_files(tmp_path: Path) -> None:
    data = dump_of(2000)
    parts = []
    for i in range(3):
        part = tmp_path / f"part{i}"
        part.write_bytes(data[i * len(data) // 3 : (i + 1) * len(data) // 3])
        parts.append(str(part))
    listed = tmp_path / "list"
    listed.write_text("\n".join(parts))
    assert dumpstream.verify(files_from=listed).rows == 2000


def test_a_sandbox_of_ones_own(small: str) -> None:
    with dumpstream.restore(small, to="sandbox/s", keep=True) as report:
        sandbox = report.sandbox
        assert sandbox is not None and not sandbox.closed
        assert Client(sandbox.port).ask("SELECT COUNT(*) FROM s.city") == [["4"]]
        assert sandbox.socket.exists() and str(sandbox.port) in sandbox.client_command
        assert sandbox.version and sandbox.url in repr(sandbox)
        socket = sandbox.socket
    assert "closed" in repr(sandbox) and not socket.exists()
    assert dumpstream.restore(small, to="sandbox/s").sandbox is None


def test_a_sandbox_runs_until_it_is_closed_or_the_process_ends(small: str) -> None:
    script = (
        "import dumpstream, os, sys\n"
        f"small = {small!r}\n"
        "url = dumpstream.restore(small, to='sandbox/s', keep=True).sandbox.url\n"
        "assert dumpstream.verify(small, against=url + '/s').outcome == 'ok'\n"
        "print(url)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    with pytest.raises(dumpstream.TargetError):
        dumpstream.verify(small, against=f"{done.stdout.strip()}/s")


@pytest.mark.parametrize("how", ["del report", "report.__exit__(None, None, None)", "sys.exit()"])
def test_a_child_by_fork_leaves_its_parents_sandbox_alone(how: str, small: str) -> None:
    script = (
        "import dumpstream, os, sys\n"
        f"small = {small!r}\n"
        "report = dumpstream.restore(small, to='sandbox/s', keep=True)\n"
        "sandbox = report.sandbox\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    del sandbox\n"
        f"    {how}\n"
        "    os._exit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "assert dumpstream.verify(small, against=sandbox.url + '/s').outcome == 'ok'\n"
        "sandbox.close()\n"
        "assert not sandbox.socket.exists()\n"
        "try:\n"
        "    dumpstream.verify(small, against=sandbox.url + '/s')\n"
        "except dumpstream.TargetError:\n"
        "    print('ended')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout == "ended\n"


def test_two_restores_at_once(server: dumpstream.Sandbox, client: Client) -> None:
    data = dump_of(20_000)
    reports = {}

    def work(name: str) -> None:
        reports[name] = dumpstream.restore(io.BytesIO(data), to=f"{server.url}/{name}")

    threads = [threading.Thread(target=work, args=(f"at_once_{i}",)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: report.rows for name, report in reports.items()} == {"at_once_0": 20_000, "at_once_1": 20_000}


def test_a_child_by_fork_has_threads_of_its_own(small: str) -> None:
    script = (
        "import os, sys, dumpstream\n"
        f"small = {small!r}\n"
        "dumpstream.verify(small)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(0 if dumpstream.verify(small).rows == 7 else 1)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "assert dumpstream.verify(small).rows == 7\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lanes": 0}, "lanes"),
        ({"memory": "1 GB"}, "memory="),
        ({"memory": 1}, "memory"),
        ({"verify": "all"}, "all"),
        ({"append": True, "replace": True}, "replace="),
        ({"sha256": "abc"}, "SHA-256"),
        ({"rules": "/no/such/rules.yaml"}, "rules"),
        ({"keep": True}, "sandbox"),
        ({"event_interval": -1}, "event_interval"),
    ],
)
def test_what_makes_no_sense_is_refused(options: "dict[str, Any]", words: str, small: str) -> None:
    with pytest.raises(dumpstream.UsageError) as failed:
        dumpstream.restore(small, to="mysql://nobody@127.0.0.1:1/x", **options)
    assert words in str(failed.value) and failed.value.exit_code == 2
    assert isinstance(failed.value, ValueError)


def test_what_is_unknown_or_of_another_type_is_refused(small: str) -> None:
    with pytest.raises(TypeError):
        dumpstream.restore(small, to="null", lane=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        dumpstream.restore(small, "null")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        dumpstream.restore(small)  # type: ignore[call-arg]
    refused: List[Dict[str, Any]] = [{"retries": True}, {"strict": "yes"}, {"lanes": object()}, {"password": b"x"}]
    for options in refused:
        with pytest.raises(TypeError):
            dumpstream.restore(small, to="null", **options)


def test_sizes_and_times_have_several_forms(small: str) -> None:
    def settings(**options: Any) -> "dict[str, str]":
        return dumpstream.restore(small, to="sandbox", dry_run=True, **options).settings

    assert settings(memory="128MiB")["memory_bytes"] == settings(memory=128 << 20)["memory_bytes"] == str(128 << 20)
    for lag in (2.5, "2.5", timedelta(seconds=2.5)):
        assert settings(max_lag=lag)["max_lag"] == "2.5"
    assert settings(lanes="auto")["lanes"] == "auto"
    assert settings(allow="grant", skip=["xa", "call"])["allow"] == "grant"


def test_the_report_is_written_as_the_command_writes_it(small: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report = dumpstream.restore(small, to="null", report=path)
    assert path.read_text() == report.to_json() + "\n"
    with pytest.raises(dumpstream.UsageError):
        dumpstream.restore(small, to="null", report=tmp_path / "no" / "report.json")
