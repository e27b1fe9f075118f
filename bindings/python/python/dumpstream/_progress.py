"""Bars for ``on_event``."""

from __future__ import annotations

import sys
from typing import Any, Callable, Dict, Optional

from . import events

__all__ = ["progress"]


def progress(kind: Optional[str] = None) -> "Callable[[events.Event], None]":
    """A bar, as an ``on_event``.

    ``kind`` is ``"tqdm"``, ``"rich"`` or ``"notebook"``. Default: a notebook's own where there is one, else rich's or tqdm's,
    whichever is installed: ``pip install 'dumpstream[progress]'``.

    Raises ImportError where what is asked for, or everything, is missing.

    >>> report = dumpstream.verify(small, on_event=dumpstream.progress("tqdm"))
    """
    if kind is None:
        kind = "notebook" if _in_notebook() else _installed()
    makers: Dict[str, Callable[[], Callable[[events.Event], None]]] = {
        "tqdm": _Tqdm,
        "rich": _Rich,
        "notebook": _Notebook,
    }
    if kind not in makers:
        raise ValueError(f"kind is one of {', '.join(sorted(makers))}, not {kind!r}")
    return makers[kind]()


def _in_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


def _installed() -> str:
    for name in ("rich", "tqdm"):
        try:
            __import__(name)
        except ImportError:
            continue
        return name
    raise ImportError("progress() needs rich or tqdm: pip install 'dumpstream[progress]'")


class _State:
    """What a bar shows: how far reading is, and what goes on."""

    def __init__(self) -> None:
        self.size: Optional[int] = None
        self.read = 0
        self.rows = 0
        self.phase = "prepare"

    def take(self, event: events.Event) -> None:
        if isinstance(event, events.Started):
            self.size = event.size
        elif isinstance(event, events.Read):
            self.read = event.encoded
        elif isinstance(event, events.Rows):
            self.rows += event.rows
        elif isinstance(event, events.Phase):
            self.phase = event.phase

    @property
    def words(self) -> str:
        return f"{self.phase}, {self.rows:,} rows"


class _Tqdm:
    def __init__(self) -> None:
        from tqdm.auto import tqdm

        self._state = _State()
        self._bar: Any = tqdm(unit="B", unit_scale=True, unit_divisor=1024)

    def __call__(self, event: events.Event) -> None:
        self._state.take(event)
        self._bar.total = self._state.size
        self._bar.set_description_str(self._state.words, refresh=False)
        self._bar.update(self._state.read - self._bar.n)
        if isinstance(event, events.Finished):
            self._bar.close()

    def __del__(self) -> None:
        if hasattr(self, "_bar"):
            self._bar.close()


class _Rich:
    def __init__(self) -> None:
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        self._state = _State()
        self._bar: Any = Progress(
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(binary_units=True), TransferSpeedColumn()
        )
        self._task = self._bar.add_task("", total=None)
        self._bar.start()

    def __call__(self, event: events.Event) -> None:
        self._state.take(event)
        self._bar.update(
            self._task, total=self._state.size, completed=self._state.read, description=self._state.words
        )
        if isinstance(event, events.Finished):
            self._bar.stop()

    def __del__(self) -> None:
        if hasattr(self, "_bar"):
            self._bar.stop()


class _Notebook:
    """A line of HTML that is drawn anew. It needs no widgets."""

    def __init__(self) -> None:
        import IPython.display

        self._state = _State()
        # It isn't typed.
        self._shown: Any = IPython.display
        self._handle: Any = self._shown.display(self._shown.HTML(""), display_id=True)

    def __call__(self, event: events.Event) -> None:
        self._state.take(event)
        if self._handle is None:
            return
        size, read = self._state.size, self._state.read
        bar = f'<progress max="{size}" value="{read}"></progress>' if size else ""
        self._handle.update(self._shown.HTML(f"<div>{bar} {self._state.words}, {read / 1e6:,.1f} MB read</div>"))
