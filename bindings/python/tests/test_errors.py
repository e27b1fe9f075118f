"""What goes wrong: one class for each kind, with where and what to do, and never a value or a password."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import pickle
import signal
from pathlib import Path
from typing import Any, Type

import pytest
from conftest import dump_of

import dumpstream
from dumpstream import errors

CANARY = "hunter2-canary"


def test_a_dump_that_is_cut_off() -> None:
    data = dump_of(1000)
    for broken in (gzip.compress(data)[:-40], data[: len(data) // 2], dump_of(10, footer=False)):
        with pytest.raises(dumpstream.TruncatedDump) as failed:
            dumpstream.verify(io.BytesIO(broken))
        assert failed.value.exit_code == 3 and failed.value.kind == "source" and failed.value.hint
        assert failed.value.source == "a BytesIO"
        assert failed.value.report.outcome == "failed"


def test_another_checksum(small: str) -> None:
    good = hashlib.sha256(Path(small).read_bytes()).hexdigest()
    assert dumpstream.verify(small, sha256=good).source.sha256 == good
    with pytest.raises(dumpstream.ChecksumMismatch) as failed:
        dumpstream.verify(small, sha256="0" * 64)
    assert failed.value.exit_code == 3 and "expected" in failed.value.message


def test_a_place_in_the_dump() -> None:
    data = dump_of(3).replace(b"(2,", b"(2,'extra',")
    with pytest.raises(dumpstream.SourceError) as failed:
        dumpstream.verify(io.BytesIO(data))
    error = failed.value
    assert error.line == 7 and error.offset and error.offset > 100 and error.table == "big"
    assert "line 7" in str(error)


def test_a_value_that_the_server_refuses(server: dumpstream.Sandbox) -> None:
    data = dump_of(3).replace(b"`id` int NOT NULL", b"`id` tinyint NOT NULL").replace(b"(2,", b"(4711,")
    head = b"SET SQL_MODE='STRICT_ALL_TABLES';\n"
    with pytest.raises(dumpstream.TargetError) as failed:
        dumpstream.restore(io.BytesIO(head + data), to=f"{server.url}/refused")
    error = failed.value
    assert error.exit_code == 4 and error.table == "refused.big" and error.row == 3 and error.column == "id"
    assert "4711" not in str(error) and "xxx" not in str(error) and error.state


def test_what_may_work_at_another_time_is_said(server: dumpstream.Sandbox, small: str, tmp_path: Path) -> None:
    def transient(to: str, **options: Any) -> bool:
        with pytest.raises(dumpstream.TargetError) as failed:
            dumpstream.restore(small, to=to, **options)
        return failed.value.transient

    assert transient("mysql://u@127.0.0.1:1/d")
    assert transient(f"mysql+mysqldb://u@/d?unix_socket={tmp_path}/sock")
    assert not transient(f"mysql://nobody:x@127.0.0.1:{server.port}/d")
    assert not transient(f"{server.url}/first")


def test_a_server_that_goes_may_come_back(small: str) -> None:
    with dumpstream.restore(small, to="sandbox/s", keep=True) as report:
        assert report.sandbox is not None
        pid = int((report.sandbox.socket.parent / "pid").read_text())

        def listen(event: dumpstream.events.Event) -> None:
            if isinstance(event, dumpstream.events.Rows):
                os.kill(pid, signal.SIGKILL)

        options: "dict[str, Any]" = {"rate": "256KiB", "block": "64KiB", "retries": 0, "on_event": listen}
        with pytest.raises(dumpstream.TargetError) as failed:
            dumpstream.restore(io.BytesIO(dump_of(40_000)), to=f"{report.sandbox.url}/goes", **options)
        assert failed.value.transient and "resume=" in (failed.value.state or "")


def test_rules_that_do_not_fit(small: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("version: 1\ncolumns:\n  - { match: nothing.here, do: redact }\ndefault: { text: keep }\n")
    with pytest.raises(dumpstream.PolicyViolation) as failed:
        dumpstream.restore(small, to="null", rules=rules)
    assert failed.value.exit_code == 6


@pytest.mark.parametrize(
    "to",
    [
        f"mysql://u:{CANARY}@127.0.0.1:1/d",
        f"mysql+pymysql://u:{CANARY}@127.0.0.1:1/d",
        {"host": "127.0.0.1", "port": 1, "user": "u", "password": CANARY, "database": "d"},
        f"mysql://u:{CANARY}@127.0.0.1:port/d",
        f"mysql+pymysql://u:{CANARY}@h/d?nonsense={CANARY}",
        f"mysql://u:{CANARY}/@127.0.0.1:1/d",
        f"mysql+pymysql://u:{CANARY}/@127.0.0.1:1/d",
    ],
)
def test_no_password_is_in_an_error(to: Any, small: str) -> None:
    with pytest.raises(dumpstream.DumpstreamError) as failed:
        dumpstream.restore(small, to=to)
    error = failed.value
    assert isinstance(error, (dumpstream.TargetError, dumpstream.UsageError))
    for text in (str(error), repr(error), json.dumps(error.__dict__, default=repr), repr(error.report)):
        assert CANARY not in text


def test_options_are_spelled_as_in_python(small: str) -> None:
    with pytest.raises(dumpstream.UsageError) as failed:
        dumpstream.restore(small, to="null", keep=True)
    assert failed.value.hint == "use keep= with to= sandbox"


@pytest.mark.parametrize("cls", [getattr(errors, name) for name in errors.__all__])
def test_errors_can_be_pickled(cls: Type[errors.DumpstreamError]) -> None:
    error = cls("what", table="d.t", row=3, hint="do it", causes=("a", "b"), transient=True)
    error.report = {"outcome": "failed"}
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is cls and again.__dict__ == error.__dict__ and str(again) == str(error)


def test_every_kind_has_its_class() -> None:
    kinds = ["usage", "source", "target", "verification", "policy", "interrupted", "internal"]
    for kind in kinds:
        made = errors.from_native(json.dumps({"kind": kind, "message": "m", "exit_code": 0}))
        assert type(made) is not errors.DumpstreamError and made.kind == kind


def test_a_failed_run_has_a_report_that_can_be_pickled(small: str) -> None:
    with pytest.raises(dumpstream.ChecksumMismatch) as failed:
        dumpstream.restore(small, to="null", sha256="0" * 64)
    again = pickle.loads(pickle.dumps(failed.value))
    assert again.report == failed.value.report and again.report.error.kind == "source"
