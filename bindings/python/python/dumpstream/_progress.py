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

    It may be used for one run after another.

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


class Bar:
    """An ``on_event`` that shows something from the first event of a run until it is closed, and anew for the next run."""

    def __init__(self) -> None:
        self._state = _State()
        self._shown: Any = None

    def __call__(self, event: events.Event) -> None:
        if self._shown is None:
            self._state = _State()
            self._shown = self._open()
        self._state.take(event)
        self._show()

    def close(self) -> None:
        """Leaves it as it is, and the terminal to others. The call of a command does that at its end, however it ends."""
        if self._shown is not None:
            shown, self._shown = self._shown, None
            self._close(shown)

    def _open(self) -> Any:
        raise NotImplementedError

    def _show(self) -> None:
        raise NotImplementedError

    def _close(self, shown: Any) -> None:
        pass


class _Tqdm(Bar):
    def __init__(self) -> None:
        super().__init__()
        from tqdm.auto import tqdm

        self._tqdm: Any = tqdm

    def _open(self) -> Any:
        return self._tqdm(unit="B", unit_scale=True, unit_divisor=1024)

    def _show(self) -> None:
        self._shown.total = self._state.size
        self._shown.set_description_str(self._state.words, refresh=False)
        self._shown.update(self._state.read - self._shown.n)

    def _close(self, shown: Any) -> None:
        shown.close()


class _Rich(Bar):
    def __init__(self) -> None:
        super().__init__()
        import rich.progress

        # What isn't installed has no types.
        self._rich: Any = rich.progress

    def _open(self) -> Any:
        rich = self._rich
        bar = rich.Progress(
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.DownloadColumn(binary_units=True),
            rich.TransferSpeedColumn(),
        )
        self._task = bar.add_task("", total=None)
        bar.start()
        return bar

    def _show(self) -> None:
        state = self._state
        self._shown.update(self._task, total=state.size, completed=state.read, description=state.words)

    def _close(self, shown: Any) -> None:
        shown.stop()


class _Notebook(Bar):
    """A line of HTML that is drawn anew. It needs no widgets."""

    def __init__(self) -> None:
        super().__init__()
        import IPython.display

        # It isn't typed.
        self._display: Any = IPython.display

    def _open(self) -> Any:
        # Outside a notebook there is nothing to draw on.
        return self._display.display(self._display.HTML(""), display_id=True) or False

    def _show(self) -> None:
        if self._shown:
            size, read = self._state.size, self._state.read
            bar = f'<progress max="{size}" value="{read}"></progress>' if size else ""
            words = f"<div>{bar} {self._state.words}, {read / 1e6:,.1f} MB read</div>"
            self._shown.update(self._display.HTML(words))
