"""Events, bars and logs."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import threading
from datetime import timedelta
from typing import Any, List

import pytest
from conftest import dump_of

import dumpstream
from dumpstream import events


def test_events_tell_the_run(server: dumpstream.Sandbox) -> None:
    told: List[events.Event] = []
    report = dumpstream.restore(io.BytesIO(dump_of(30_000)), to=f"{server.url}/events", on_event=told.append)
    kinds = [type(event) for event in told]
    assert kinds[0] is events.Phase and kinds[-1] is events.Finished
    assert sum(event.rows for event in told if isinstance(event, events.Rows)) == report.rows == 30_000
    assert [e.table for e in told if isinstance(e, events.TableStarted)] == ["events.big"]
    reads = [event.decoded for event in told if isinstance(event, events.Read)]
    assert reads == sorted(reads) and reads[-1] <= report.source.decoded_bytes
    assert all(isinstance(event.at, float) for event in told)
    assert not [event for event in told if isinstance(event, events.Unknown)]


def test_events_come_on_the_calling_thread_and_not_too_often() -> None:
    threads = set()
    rows = 0

    def listen(event: events.Event) -> None:
        nonlocal rows
        threads.add(threading.get_ident())
        rows += isinstance(event, events.Rows)

    report = dumpstream.restore(io.BytesIO(dump_of(100_000)), to="null", block="64KiB", on_event=listen)
    assert threads == {threading.get_ident()}
    # One table: its rows come once per interval.
    assert 1 <= rows <= report.seconds / 0.1 + 2


def test_the_curve_is_there_without_a_listener() -> None:
    report = dumpstream.restore(io.BytesIO(dump_of(100_000)), to="null", block="64KiB")
    assert report.throughput[-1].rows == 100_000
    assert [s.rows for s in report.throughput] == sorted(s.rows for s in report.throughput)
    assert len(report.throughput) <= 513


def test_what_cannot_be_called_is_refused_before_anything_starts(server: dumpstream.Sandbox, small: str) -> None:
    async def listen(event: events.Event) -> None:
        raise AssertionError

    class Listener:
        async def __call__(self, event: events.Event) -> None:
            raise AssertionError

    to = f"{server.url}/not_started"
    refused: List[Any] = [42, listen, Listener()]
    for on_event in refused:
        with pytest.raises(TypeError, match="on_event"):
            dumpstream.restore(small, to=to, on_event=on_event)
        with pytest.raises(TypeError, match="on_event"):
            asyncio.run(dumpstream.aio.restore(small, to=to, on_event=on_event))
    # Nothing is there.
    assert dumpstream.restore(small, to=to).rows == 7


def test_the_interval_may_be_a_timedelta(small: str) -> None:
    told: List[events.Event] = []
    dumpstream.verify(small, on_event=told.append, event_interval=timedelta(seconds=1))
    assert isinstance(told[-1], events.Finished)


@pytest.mark.parametrize("kind", ["tqdm", "rich", "notebook", None])
def test_bars(kind: Any, small: str, capsys: pytest.CaptureFixture[str]) -> None:
    for module in {"tqdm": ["tqdm"], "rich": ["rich"], "notebook": ["IPython"]}.get(kind, ["rich", "tqdm"]):
        pytest.importorskip(module)
    bar = dumpstream.progress(kind)
    assert dumpstream.verify(small, on_event=bar).rows == 7
    # It is closed however a run ends, and good for the next one.
    with pytest.raises(dumpstream.SourceError) as failed:
        dumpstream.verify(io.BytesIO(dump_of(2000, footer=False)), on_event=bar)
    assert dumpstream.verify(small, on_event=bar).rows == 7
    assert asyncio.run(dumpstream.aio.verify(small, on_event=dumpstream.progress(kind))).rows == 7
    assert failed.value.report.outcome == "failed"


def test_a_bar_counts_each_run_from_the_start(small: str) -> None:
    from dumpstream._progress import Bar

    said: List[str] = []

    class Said(Bar):
        def _open(self) -> Any:
            return said.append("opened") or True  # type: ignore[func-returns-value]

        def _show(self) -> None:
            said.append(self._state.words)

        def _close(self, shown: Any) -> None:
            said.append("closed")

    bar = Said()
    for _ in range(2):
        dumpstream.restore(small, to="null", on_event=bar)
        assert (said[0], said[-2], said[-1]) == ("opened", said[-2], "closed") and "7 rows" in said[-2]
        said.clear()
    with pytest.raises(dumpstream.SourceError):
        dumpstream.verify("/no/such/dump.sql", on_event=bar)
    assert said.count("opened") == said.count("closed")


def test_bars_that_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match="pip install"):
        dumpstream.progress()
    with pytest.raises(ValueError, match="one of"):
        dumpstream.progress("fireworks")


def test_logs_go_to_logging(server: dumpstream.Sandbox, caplog: pytest.LogCaptureFixture, small: str) -> None:
    caplog.set_level(logging.DEBUG, logger="dumpstream")
    to = f"{server.url}/logged"
    dumpstream.restore(small, to=to, replace=True)
    found = [record for record in caplog.records if record.getMessage().startswith("swapped")]
    assert found and found[0].levelno == logging.DEBUG and found[0].name.startswith("dumpstream.")
    caplog.clear()
    caplog.set_level(logging.WARNING, logger="dumpstream")
    dumpstream.restore(small, to=to, replace=True)
    assert not caplog.records
    # Levels below 0 are levels.
    caplog.set_level(-5, logger="dumpstream")
    assert dumpstream.verify(small).rows == 7
