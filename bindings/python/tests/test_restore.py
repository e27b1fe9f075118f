"""Restores: what arrives, from what, into what."""

from __future__ import annotations

import enum
import gzip
import io
import os
import subprocess
import sys
import threading
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
from conftest import Client, dump_of

import dumpstream

RULES = Path(__file__).parent / "rules.yaml"


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


def test_some_of_the_databases(server: dumpstream.Sandbox, client: Client, small: str) -> None:
    head, _, rest = Path(small).read_bytes().partition(b"DROP TABLE")
    both = [b"CREATE DATABASE `%b`;\nUSE `%b`;\nDROP TABLE%b" % (name, name, rest) for name in (b"chosen", b"other")]
    source = io.BytesIO(head + b"".join(both))
    report = dumpstream.restore(source, to=server.url, databases=["chosen"])
    assert report.target.databases == ("chosen",)
    assert report.source.databases_left_out == ("other",)
    assert client.ask("SHOW DATABASES LIKE 'other'") == []
    source.seek(0)
    verified = dumpstream.verify(source, against=server.url, databases="chosen")
    assert verified.against is not None
    assert {table.table.partition(".")[0] for table in verified.against.tables} == {"chosen"}
    source.seek(0)
    with pytest.raises(dumpstream.SourceError, match="the dump holds no database none"):
        dumpstream.restore(source, to=server.url, databases=["none"])
    with pytest.raises(dumpstream.UsageError):
        dumpstream.verify(small, databases=["chosen"])
    client.ask("DROP DATABASE chosen")


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
    with pytest.raises(TypeError, match="a source is"):
        dumpstream.verify([b"dump.sql"])  # type: ignore[arg-type]


def test_text_files_are_refused_before_anything_is_read(tmp_path: Path, small: str) -> None:
    import codecs
    import tempfile

    (tmp_path / "d.sql").write_bytes(Path(small).read_bytes())
    with open(tmp_path / "d.sql") as opened, codecs.open(str(tmp_path / "d.sql"), encoding="utf-8") as decoded:
        with tempfile.NamedTemporaryFile("w+") as temporary:
            for text in (opened, decoded, temporary, io.StringIO("-- text"), sys.__stdin__):
                with pytest.raises(TypeError, match="open it in binary mode"):
                    dumpstream.verify(text)  # type: ignore[arg-type]
                with pytest.raises(TypeError, match="open it in binary mode"):
                    dumpstream.scrub(small, output=text, rules=RULES)  # type: ignore[arg-type]
            assert opened.tell() == 0


class Gives(io.RawIOBase):
    """A source whose read() gives what a function makes of the bytes."""

    def __init__(self, data: bytes, give: "Callable[[bytes], Any]") -> None:
        self._data, self._give = io.BytesIO(data), give

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> Any:
        return self._give(self._data.read(size))


def test_read_may_give_any_buffer(small: str) -> None:
    for give in (bytearray, memoryview):
        assert dumpstream.verify(Gives(Path(small).read_bytes(), give)).rows == 7


def test_read_that_gives_something_else_says_why(small: str) -> None:
    async def later(data: bytes) -> bytes:
        return data

    def decode(data: bytes) -> str:
        return data.decode("latin-1")

    for give, words in ((lambda data: None, "doesn't block"), (later, "asynchronous"), (decode, "binary mode")):
        with pytest.raises(dumpstream.SourceError) as failed:
            dumpstream.verify(Gives(Path(small).read_bytes(), give))
        assert isinstance(failed.value.__cause__, TypeError) and words in str(failed.value.__cause__)


def test_a_unicode_error_hands_no_data_on() -> None:
    canary = "canary-4711"
    data = dump_of(3).replace(b"xxx", canary.encode() + b"\xff", 1)

    def wrapped(data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise OSError("not text") from None

    for give in (bytes.decode, wrapped):
        with pytest.raises(dumpstream.SourceError) as failed:
            dumpstream.verify(Gives(data, give))
        error = failed.value
        shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        assert canary not in shown and error.__cause__ is None
        assert "UnicodeDecodeError" in str(error) or "not text" in str(error)


def test_the_size_of_a_file_object_is_known_without_reading_it(tmp_path: Path) -> None:
    from dumpstream._calls import _size

    path = tmp_path / "d"
    path.write_bytes(b"x" * 1000)
    held = io.BytesIO(b"x" * 1000)
    held.seek(100)
    assert _size(held) == 900
    with open(path, "rb") as buffered, open(path, "rb", buffering=0) as raw:
        buffered.read(10)
        assert (_size(buffered), _size(raw)) == (990, 1000)

    class Untouched(io.BytesIO):
        def seek(self, *where: Any) -> int:
            raise AssertionError("it was asked to seek")

        tell = seek

    with gzip.open(path, "wb") as packed:
        packed.write(b"x" * 1000)
    with gzip.open(path) as packed:
        assert _size(packed) is None and packed.tell() == 0
    read, write = os.pipe()
    with open(read, "rb") as pipe, open(write, "wb"):
        assert _size(pipe) is None
    assert _size(Untouched(b"x")) is None


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


def test_a_sandbox_is_closed_while_children_by_fork_live(small: str) -> None:
    script = (
        "import dumpstream, os, signal, time\n"
        f"sandbox = dumpstream.restore({small!r}, to='sandbox/s', keep=True).sandbox\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    time.sleep(30)\n"
        "    os._exit(0)\n"
        "try:\n"
        "    start = time.monotonic()\n"
        "    sandbox.close()\n"
        "    assert time.monotonic() - start < 15 and not sandbox.socket.exists()\n"
        "finally:\n"
        "    os.kill(child, signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


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
        ({"event_interval": float("nan")}, "event_interval"),
        ({"event_interval": "0.5"}, "event_interval"),
        ({"mode": "upsert"}, "'fresh', 'append' or 'replace'"),
        ({"mode": "append", "replace": True}, "contradict"),
        ({"mode": "replace", "append": True}, "contradict"),
        ({"keep_old": True}, "missing: replace="),
        ({"files_from": "list"}, "'source'"),
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
    refused += [{"skip": b"xa"}, {"on_event": 42}, {"on_event": False}, {"lanes": 1j}]
    for options in refused:
        with pytest.raises(TypeError):
            dumpstream.restore(small, to="null", **options)
    with pytest.raises(TypeError, match="output is missing"):
        dumpstream.scrub(small, output=None, rules=RULES)  # type: ignore[arg-type]


def test_sizes_and_times_have_several_forms(small: str) -> None:
    def settings(**options: Any) -> "dict[str, str]":
        return dumpstream.restore(small, to="sandbox", dry_run=True, **options).settings

    assert settings(memory="128MiB")["memory_bytes"] == settings(memory=128 << 20)["memory_bytes"] == str(128 << 20)
    for lag in (2.5, "2.5", timedelta(seconds=2.5)):
        assert settings(max_lag=lag)["max_lag"] == "2.5"
    assert settings(lanes="auto")["lanes"] == "auto"
    assert settings(allow="grant", skip=["xa", "call"])["allow"] == "grant"
    assert settings(skip=(kind for kind in ("xa", "call")))["skip"] == settings(skip={"xa": 1, "call": 2}.keys())["skip"]

    class Method(str, enum.Enum):
        INSERT = "insert"

    class Lanes:
        """As numpy's integers are."""

        def __index__(self) -> int:
            return 3

    assert settings(method=Method.INSERT, lanes=Lanes())["method"] == "insert"
    assert settings(lanes=Lanes())["lanes"] == "3"


def test_mode_says_what_append_and_replace_say(server: dumpstream.Sandbox, client: Client, small: str) -> None:
    to = f"{server.url}/by_mode"
    assert dumpstream.plan(small, to=to, mode="replace").settings["replace"] == "true"
    assert dumpstream.plan(small, to=to, mode="append", append=True).settings["append"] == "true"
    assert "by_mode" not in client.schemas()
    dumpstream.restore(small, to=to, mode="fresh")
    with pytest.raises(dumpstream.TargetError):
        dumpstream.restore(small, to=to)
    assert dumpstream.restore(small, to=to, mode="replace").replaced[0].schema == "by_mode"


def test_a_plan_is_a_dry_run(small: str) -> None:
    planned, dry = dumpstream.plan(small, to="sandbox/s"), dumpstream.restore(small, to="sandbox/s", dry_run=True)
    assert isinstance(planned, dumpstream.RestoreReport)
    assert planned.settings == dry.settings and planned.tables == dry.tables
    with pytest.raises(TypeError):
        dumpstream.plan(small, to="sandbox", dry_run=False)


def test_the_report_is_written_as_the_command_writes_it(small: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report = dumpstream.restore(small, to="null", report=path)
    assert path.read_text() == report.to_json() + "\n"
    with pytest.raises(dumpstream.UsageError):
        dumpstream.restore(small, to="null", report=tmp_path / "no" / "report.json")
