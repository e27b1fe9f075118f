"""What a run tells while it runs: ``on_event`` is called with these.

All have ``at``, seconds since the start. How many rows came in and how far reading is are added up between two calls, so that
``on_event`` isn't called more often than a screen can be drawn, whatever the speed.

>>> rows = []
>>> report = dumpstream.restore(small, to="null", on_event=lambda event: rows.append(event.rows)
...     if isinstance(event, dumpstream.events.Rows) else None)
>>> sum(rows)
7
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Dict, Mapping, Optional, Type, Union

__all__ = [
    "Event",
    "Finished",
    "Lanes",
    "ObjectDone",
    "Paused",
    "Phase",
    "Read",
    "Replay",
    "Resumed",
    "Rows",
    "Started",
    "TableDone",
    "TableStarted",
    "Unknown",
    "Warning",
]


@dataclass(frozen=True)
class Started:
    """The source is open and the target is known."""

    at: float
    source: str
    """As it was named, without credentials."""
    size: Optional[int]
    """Stored size in bytes, where it is known."""
    codec: str
    """``none``, ``gzip``, ``zstd``, ``bzip2``, ``xz`` or ``lz4``."""
    target: str
    """The target, without credentials; empty where there is none."""
    lanes: int
    """Connections that load rows."""


@dataclass(frozen=True)
class Lanes:
    """The number of connections that load rows is another now."""

    at: float
    lanes: int


@dataclass(frozen=True)
class Phase:
    """A phase begins."""

    at: float
    phase: str
    """``prepare``, ``rules``, ``rows``, ``indexes``, ``objects``, ``verify`` or ``swap``."""


@dataclass(frozen=True)
class Read:
    """How far reading is. Totals since the start."""

    at: float
    encoded: int
    """Stored bytes read."""
    decoded: int
    """Bytes after decompression."""


@dataclass(frozen=True)
class TableStarted:
    """The first rows of a table arrived."""

    at: float
    table: str


@dataclass(frozen=True)
class Rows:
    """Rows of a table were committed, or read: so many since the last call."""

    at: float
    table: str
    rows: int
    bytes: int
    """Dump text of these rows."""


@dataclass(frozen=True)
class TableDone:
    """A table has all its rows and indexes."""

    at: float
    table: str


@dataclass(frozen=True)
class ObjectDone:
    """A view, routine, trigger or event was created."""

    at: float
    kind: str
    """``view``, ``procedure``, ``function``, ``trigger``, ``event`` or ``package``."""


@dataclass(frozen=True)
class Replay:
    """A block is sent again after a deadlock, a lock wait time-out or a lost connection."""

    at: float
    table: str
    attempt: int
    """Which attempt comes now, from 2."""
    reason: str


@dataclass(frozen=True)
class Paused:
    """Blocks of rows are held back, to keep to a limit."""

    at: float
    reason: str
    """``lag``, ``threads_running``, or ``unreadable`` where the server doesn't tell."""
    value: Optional[float] = None
    """What the server says: seconds, or threads."""
    limit: Optional[float] = None
    """What it may be."""


@dataclass(frozen=True)
class Resumed:
    """They are sent again."""

    at: float
    seconds: float
    """How long they were held back."""


@dataclass(frozen=True)
class Warning:
    """Something a person should know. It is in the report as well."""

    at: float
    code: str
    """Stable, such as ``value_changed``."""
    message: str
    table: Optional[str] = None
    row: Optional[int] = None
    column: Optional[str] = None


@dataclass(frozen=True)
class Finished:
    """The run ended well."""

    at: float
    rows: int
    seconds: float


@dataclass(frozen=True)
class Unknown:
    """An event of a kind that this package has no class for."""

    at: float
    event: str
    """Its name."""
    fields: Mapping[str, Any]


Event = Union[
    Started,
    Lanes,
    Phase,
    Read,
    TableStarted,
    Rows,
    TableDone,
    ObjectDone,
    Replay,
    Paused,
    Resumed,
    Warning,
    Finished,
    Unknown,
]

_CLASSES: Dict[str, Type[Any]] = {
    "started": Started,
    "lanes": Lanes,
    "phase": Phase,
    "read": Read,
    "table_started": TableStarted,
    "rows": Rows,
    "table_done": TableDone,
    "object_done": ObjectDone,
    "replay": Replay,
    "paused": Paused,
    "resumed": Resumed,
    "warning": Warning,
    "finished": Finished,
}
_FIELDS = {name: frozenset(f.name for f in fields(cls)) for name, cls in _CLASSES.items()}


def from_native(told: Dict[str, Any]) -> Event:
    """The event that the library told."""
    name = told.pop("event")
    cls = _CLASSES.get(name)
    if cls is None:
        return Unknown(told.pop("at"), name, told)
    known = _FIELDS[name]
    event: Event = cls(**{key: value for key, value in told.items() if key in known})
    return event
