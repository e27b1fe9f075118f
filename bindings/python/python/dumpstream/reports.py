"""What a run came to: typed, and as it is in the command line's ``--report``.

Every report has :meth:`~Report.to_dict`, :meth:`~Report.to_json`, and the figures of its tables as a DataFrame
(:meth:`~Report.to_pandas`) or an Arrow table (:meth:`~Report.to_arrow`); a notebook shows it as a table with a plot of the
throughput. Bytes are bytes, times are seconds. No cell's value is ever in one.

>>> report = dumpstream.verify(small)
>>> report.rows, report.tables[0].table, report.end
(7, 'city', 'footer')
>>> report.to_dict()["source"]["codec"]
'none'
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Tuple, Type, TypeVar, Union, get_type_hints

from . import _html
from ._native.runs import Sandbox

if TYPE_CHECKING:
    from types import TracebackType

    import pandas
    import pyarrow

__all__ = [
    "Against",
    "Assertion",
    "Check",
    "ComparedTable",
    "DiscoverReport",
    "DiscoveredColumn",
    "DiscoveredLeaf",
    "DiscoveredTable",
    "Dump",
    "DumpDatabase",
    "DumpObject",
    "DumpTable",
    "ErrorReport",
    "Evidence",
    "Hazard",
    "Hit",
    "InspectReport",
    "Lock",
    "LockChanges",
    "NotCompared",
    "Pause",
    "Place",
    "Replaced",
    "Report",
    "RestoreReport",
    "Resumed",
    "RollbackReport",
    "RolledBack",
    "Rules",
    "Sample",
    "Scrub",
    "ScrubReport",
    "ScrubbedColumn",
    "ScrubbedTable",
    "Source",
    "SourceFile",
    "SourceObject",
    "Structure",
    "StructureDifference",
    "Table",
    "Target",
    "UncoveredColumn",
    "Values",
    "Verified",
    "VerifiedTable",
    "VerifyReport",
    "Warning",
    "Written",
]


@dataclass(frozen=True)
class Place:
    """A place in the decoded dump."""

    line: int
    """From 1."""
    offset: int
    """Byte, from 0."""
    file: Optional[int] = None
    """Which of the source's files, from 0, where each is a dump of its own."""


@dataclass(frozen=True)
class Sample:
    """How far a run was at a time. Totals since the start."""

    seconds: float
    encoded_bytes: int
    """Stored bytes read."""
    decoded_bytes: int
    """Bytes after decompression."""
    rows: int
    """Rows that were committed, or read."""
    row_bytes: int
    """Dump text of these rows."""


@dataclass(frozen=True)
class Warning:
    """Something a person should know although the run went on."""

    code: str
    """Stable, such as ``value_changed``."""
    message: str
    table: Optional[str] = None
    row: Optional[int] = None
    column: Optional[str] = None


@dataclass(frozen=True)
class ErrorReport:
    """Why a run failed."""

    kind: str
    message: str
    place: str
    hint: Optional[str] = None
    target_state: Optional[str] = None


@dataclass(frozen=True)
class SourceObject:
    """What S3 says of an object besides its size."""

    storage_class: str
    """``STANDARD``, ``GLACIER_IR`` and so on."""
    checksums: Dict[str, str]
    """Those that S3 keeps, by their kind, in base64 as S3 writes them."""
    checksum_type: Optional[str] = None
    """``FULL_OBJECT``, or ``COMPOSITE`` for those of an upload's parts."""
    compared: Tuple[str, ...] = ()
    """Kinds of checksum that are computed of what is read, and have to come out."""
    tags: Optional[Dict[str, str]] = None
    """``None`` if they aren't known."""
    tags_unknown: Optional[str] = None
    """Why they aren't."""


@dataclass(frozen=True)
class SourceFile:
    """One of several files that are a dump each."""

    name: str
    codec: str
    decoded_bytes: int
    """Bytes after decompression; 0 until it was read to its end."""
    bytes: Optional[int] = None
    """Stored bytes, where they are known beforehand."""
    sha256: Optional[str] = None
    """Of the stored bytes, in hexadecimal digits; ``None`` until it was read to its end."""
    end: Optional[str] = None
    """What shows that it is whole: ``footer``, ``settings_set_back`` or ``unknown``; ``None`` until it was read to its end."""
    etag: Optional[str] = None
    version: Optional[str] = None
    object: Optional[SourceObject] = None


@dataclass(frozen=True)
class Source:
    """What was read."""

    name: str
    codec: str
    encoded_bytes: int
    """Stored bytes read."""
    decoded_bytes: int
    """Bytes after decompression."""
    sha256: Optional[str] = None
    """Of the stored bytes, in hexadecimal digits, once they were read to their end; not where files are a dump each."""
    producer: Optional[str] = None
    """Program and version, such as ``mariadb-dump 10.19``."""
    server: Optional[str] = None
    """The server that was dumped."""
    etag: Optional[str] = None
    version: Optional[str] = None
    object: Optional[SourceObject] = None
    """What S3 said of the object before it was read."""
    files: Tuple[SourceFile, ...] = ()
    """The files, where each is a dump of its own, as far as they were read."""
    databases_left_out: Tuple[str, ...] = ()
    """Databases of the dump that were left out, as others were asked for by name."""


@dataclass(frozen=True)
class Target:
    """What was loaded into."""

    name: str
    version: Optional[str] = None
    databases: Tuple[str, ...] = ()


@dataclass(frozen=True)
class UncoveredColumn:
    """A column that can't be compared."""

    column: str
    reason: str


@dataclass(frozen=True)
class Verified:
    """What a comparison of one table with the dump came to."""

    rows: str
    """``equal``, ``different``, or ``not covered: `` and why."""
    target_rows: Optional[int] = None
    content: Optional[str] = None
    """The rows' values: as ``rows``. ``None`` if they weren't asked for."""
    uncovered_columns: Tuple[UncoveredColumn, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of a restore."""

    table: str
    """``database.table``."""
    rows: int
    bytes: int
    """Dump text loaded."""
    blocks: int
    method: str
    """``load-data``, ``insert`` or ``mixed``."""
    seconds: float
    """From the first block's start to the last one's commit."""
    deferred_keys: int
    """Secondary indexes and foreign keys built after the rows."""
    index_seconds: float
    verified: Optional[Verified] = None


@dataclass(frozen=True)
class Replaced:
    """A schema that was replaced as a whole."""

    schema: str
    kept_as: Optional[str]
    """The schema where what was there before stays."""
    tables_before: int
    tables_after: int


@dataclass(frozen=True)
class Resumed:
    """What an earlier run of the same restore had done."""

    blocks: int
    rows: int


@dataclass(frozen=True)
class Pause:
    """Pauses for one reason."""

    pauses: int
    seconds: float


@dataclass(frozen=True)
class Lock:
    """A classification lockfile."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Rules:
    """The rules of a run."""

    name: str
    sha256: str
    key_id: Optional[str] = None
    customs: Tuple[str, ...] = ()
    """Transformers that are written in Python, with their versions: ``name@version``."""
    lock: Optional[Lock] = None
    """The classification lockfile that the dump was held against."""


@dataclass(frozen=True)
class Values:
    """What became of a column's values."""

    seen: int
    changed: int
    null: int
    invalid: int
    kept: int


@dataclass(frozen=True)
class ScrubbedColumn:
    """A column of a scrubbed table."""

    column: str
    action: str
    """``keep``, ``recompute``, or the transformer's name."""
    decided_by: str
    """``rule``, ``default`` or ``table``."""
    rule: Optional[int] = None
    because: Optional[str] = None
    values: Optional[Values] = None
    # A class may not have a field of this name before others.
    class_: str = field(default="", metadata={"json": "class"})


@dataclass(frozen=True)
class ScrubbedTable:
    """A table of a scrubbed dump."""

    table: str
    action: str
    """``kept``, ``filtered``, ``truncated`` or ``dropped``."""
    rows: Optional[int] = None
    columns: Tuple[ScrubbedColumn, ...] = ()


@dataclass(frozen=True)
class Assertion:
    """An assertion that held."""

    assertion: str
    about: Tuple[str, ...] = ()
    values: Optional[int] = None
    left_out: Optional[int] = None


@dataclass(frozen=True)
class Hit:
    """What looks like personal data in a column that is kept."""

    table: str
    column: str
    kind: str
    values: int
    of: int


@dataclass(frozen=True)
class Scrub:
    """What rules did in a restore."""

    rules: Rules
    tables: Tuple[ScrubbedTable, ...] = ()
    assertions: Tuple[Assertion, ...] = ()
    found: Tuple[Hit, ...] = ()


@dataclass(frozen=True)
class Written:
    """What a scrub wrote."""

    name: str
    codec: str
    bytes: int
    sha256: Optional[str] = None


@dataclass(frozen=True)
class VerifiedTable:
    """A table of a verified dump."""

    table: str
    rows: int
    bytes: int
    largest_row_bytes: int
    place: Place


@dataclass(frozen=True)
class ComparedTable:
    """A table of a comparison with a server."""

    table: str
    rows: str
    target_rows: Optional[int] = None
    content: Optional[str] = None
    uncovered_columns: Tuple[UncoveredColumn, ...] = ()


@dataclass(frozen=True)
class StructureDifference:
    """Something that isn't as the dump defines it."""

    object: str
    what: str


@dataclass(frozen=True)
class NotCompared:
    """Something that couldn't be compared."""

    object: str
    reason: str


@dataclass(frozen=True)
class Structure:
    """Definitions of a dump and of a server."""

    compared: int
    differences: Tuple[StructureDifference, ...] = ()
    not_compared: Tuple[NotCompared, ...] = ()
    not_in_dump: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Against:
    """What a comparison with a live server came to."""

    target: str
    version: str
    seconds: float
    tables: Tuple[ComparedTable, ...]
    structure: Structure


@dataclass(frozen=True)
class Dump:
    """What a dump says of itself, in comments: nothing here is certain."""

    lines: int
    rows: int
    producer: Optional[str] = None
    producer_version: Optional[str] = None
    server: Optional[str] = None
    host: Optional[str] = None
    date: Optional[str] = None
    end: Optional[str] = None


@dataclass(frozen=True)
class Hazard:
    """What may go wrong when the dump is restored."""

    code: str
    severity: str
    """``refused``, ``fails``, ``differs`` or ``note``."""
    targets: Tuple[str, ...]
    why: str
    help: str
    count: int
    names: Tuple[str, ...]
    kind: Optional[str] = None
    first: Optional[Place] = None


@dataclass(frozen=True)
class DumpDatabase:
    """A database of a dump."""

    name: Optional[str]
    tables: int
    rows: int
    bytes: int
    charset: Optional[str] = None
    collation: Optional[str] = None


@dataclass(frozen=True)
class DumpTable:
    """A table of a dump."""

    table: str
    defined: bool
    columns: int
    rows: int
    bytes: int
    largest_row_bytes: int
    primary_key: Tuple[str, ...]
    auto_increment: bool
    foreign_keys: Tuple[str, ...]
    partitioned: bool
    place: Place
    database: Optional[str] = None
    engine: Optional[str] = None
    charset: Optional[str] = None
    collation: Optional[str] = None
    largest_row: Optional[Place] = None


@dataclass(frozen=True)
class DumpObject:
    """A view, routine, trigger, event or sequence of a dump."""

    kind: str
    name: str
    place: Place
    database: Optional[str] = None
    table: Optional[str] = None
    definer: Optional[str] = None


@dataclass(frozen=True)
class Evidence:
    """Counts of values that were looked at."""

    values: int
    """NULLs apart."""
    null: int
    empty: int
    """Empty, or white space alone."""
    longest: int
    """Most characters of a value."""
    whole: Dict[str, int]
    """Values that are of a kind as a whole: ``email``, ``sin``, …"""
    holding: Dict[str, int]
    """Values in which a kind is."""
    first_names: int
    """Values that are first names of the dictionary; then last names, and names of persons."""
    last_names: int
    full_names: int
    different: Optional[int] = None
    """Different values; ``None`` from 257 on."""


@dataclass(frozen=True)
class DiscoveredLeaf:
    """A leaf of a column's JSON documents."""

    path: str
    """``$.contact.email``, ``$.list[*]``. Keys that may be data are ``*``."""
    class_: str = field(metadata={"json": "class"})
    confidence: str
    why: str
    evidence: Evidence


@dataclass(frozen=True)
class DiscoveredColumn:
    """A column and what was found in it."""

    column: str
    type: str
    """As the lockfile spells it."""
    class_: str = field(metadata={"json": "class"})
    """``none``, ``unknown``, ``document``, or what is personal about it: ``email``, ``phone``, …"""
    by: str
    """``name``, ``type``, ``content``, ``reference`` or ``person:NAME``."""
    confidence: str
    """``possible``, ``likely`` or ``certain``."""
    why: str
    """In words and counts."""
    evidence: Evidence
    rule: Optional[str] = None
    """The transformer that its rule names; ``None`` where there is no rule, so that a scrub is refused."""
    leaves: Tuple[DiscoveredLeaf, ...] = ()


@dataclass(frozen=True)
class DiscoveredTable:
    """A table and what was found in it."""

    table: str
    rows: int
    looked_at: int
    """Rows that were looked at."""
    columns: Tuple[DiscoveredColumn, ...] = ()
    """In order. Empty where the dump neither defines the table nor names its columns."""


@dataclass(frozen=True)
class Check:
    """What holding the proposed rules against the whole dump showed."""

    result: str
    """``passed``, ``refused``, or ``not_checked`` where the source can be read only once."""
    refusals: Tuple[ErrorReport, ...] = ()
    """Why they are refused."""
    would_do: Tuple[str, ...] = ()
    """What ``default`` would have to say besides, if a person finds that it may: ``programs: keep``, …"""


@dataclass(frozen=True)
class LockChanges:
    """How a lockfile changed. Columns are spelled as in the file."""

    added: Tuple[str, ...] = ()
    changed: Tuple[str, ...] = ()
    """Columns of which it says something else now, and what."""
    gone: Tuple[str, ...] = ()
    """Columns that the dump hasn't got. They stay, unless they were to be pruned."""
    disputed: Tuple[str, ...] = ()
    """Columns that a person called harmless, and that look personal."""


@dataclass(frozen=True)
class RolledBack:
    """A schema that is as it was before."""

    schema: str
    from_schema: Optional[str] = None
    """Where its state had been kept; ``None`` if a swap was under way, which was taken back."""
    kept_as: Optional[str] = None
    """Where what was there until now stays."""


@dataclass(frozen=True)
class Report:
    """What all reports have in common."""

    throughput: Tuple[Sample, ...] = field(default=(), repr=False, compare=False, metadata={"json": None})
    """The run's curve: 512 points at most. It is not part of the JSON."""
    _raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False, metadata={"json": None})

    def to_dict(self) -> Dict[str, Any]:
        """The report as the command line writes it, in dicts and lists.

        >>> sorted(dumpstream.verify(small).to_dict())[:3]
        ['completed', 'dumpstream_version', 'end']
        """
        return copy.deepcopy(dict(self._raw))

    def to_json(self, *, indent: Optional[int] = 2) -> str:
        """The report as JSON text.

        >>> dumpstream.verify(small).to_json(indent=None)[:20]
        '{"schema_version": 1'
        """
        return json.dumps(self._raw, indent=indent, ensure_ascii=False)

    def _columns(self) -> Dict[str, type]:
        """The columns of the figures, and what is in them."""
        hints = get_type_hints(type(self))
        return _columns((hints.get("tables") or hints["schemas"]).__args__[0])

    def _figures(self) -> List[Dict[str, Any]]:
        """The figures of the tables, a dict each."""
        rows: Any = getattr(self, "tables", None) or getattr(self, "schemas", ())
        return [_flat(row) for row in rows]

    def to_pandas(self) -> "pandas.DataFrame":
        """The figures of the tables as a DataFrame, a row each. Needs pandas: ``pip install 'dumpstream[tables]'``.

        >>> dumpstream.verify(small).to_pandas()[["table", "rows"]].values.tolist()
        [['city', 4], ['visit', 3]]
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError("to_pandas() needs pandas: pip install 'dumpstream[tables]'") from error
        frame: pandas.DataFrame = pandas.DataFrame(self._figures(), columns=list(self._columns()))
        return frame

    def to_arrow(self) -> "pyarrow.Table":
        """The figures of the tables as an Arrow table, a row each. Needs pyarrow: ``pip install 'dumpstream[tables]'``.

        >>> dumpstream.verify(small).to_arrow().column("rows").to_pylist()
        [4, 3]
        """
        try:
            import pyarrow
        except ImportError as error:
            raise ImportError("to_arrow() needs pyarrow: pip install 'dumpstream[tables]'") from error
        types = {int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_(), str: pyarrow.string()}
        schema = pyarrow.schema([(name, types[kind]) for name, kind in self._columns().items()])
        return pyarrow.Table.from_pylist(self._figures(), schema=schema)

    def _repr_html_(self) -> str:
        return _html.report(self)


@dataclass(frozen=True)
class _Run(Report):
    schema_version: int = 0
    dumpstream_version: str = ""
    outcome: str = ""
    """``ok``, ``failed`` or ``interrupted``."""
    started_unix: int = 0
    """Start, as seconds since 1970-01-01T00:00:00Z."""
    seconds: float = 0.0
    """Wall-clock seconds."""
    source: Source = field(default_factory=lambda: Source("", "", 0, 0))
    error: Optional[ErrorReport] = None


@dataclass(frozen=True)
class RestoreReport(_Run):
    """What a restore did.

    Where the target is a sandbox that is kept, the report is a context manager that ends it.

    >>> with dumpstream.restore(small, to="sandbox/shop", keep=True) as report:
    ...     report.sandbox.url.startswith("mysql://root@127.0.0.1:"), report.outcome
    (True, 'ok')
    """

    target: Target = field(default_factory=lambda: Target(""))
    tables: Tuple[Table, ...] = ()
    """In the dump's order."""
    objects: Dict[str, int] = field(default_factory=dict)
    """Views, routines, triggers and events created, by kind."""
    phases: Dict[str, float] = field(default_factory=dict)
    """Seconds per phase. Phases overlap."""
    lanes: int = 0
    """Most connections that loaded at a time."""
    settings: Dict[str, str] = field(default_factory=dict, repr=False)
    warnings: Tuple[Warning, ...] = ()
    peak_memory_bytes: int = 0
    """Of this process."""
    resumed: Optional[Resumed] = None
    replaced: Tuple[Replaced, ...] = ()
    scrub: Optional[Scrub] = None
    pauses: Dict[str, Pause] = field(default_factory=dict)
    sandbox: Optional[Sandbox] = field(default=None, compare=False, metadata={"json": None})
    """The server that stays, with ``to="sandbox", keep=True``."""

    def __getstate__(self) -> Dict[str, Any]:
        # A server can't be pickled; it stays with its process.
        return {**self.__dict__, "sandbox": None}

    @property
    def rows(self) -> int:
        """Rows loaded."""
        return sum(table.rows for table in self.tables)

    def __enter__(self) -> "RestoreReport":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: "Optional[TracebackType]",
    ) -> None:
        if self.sandbox is not None:
            self.sandbox.close()


@dataclass(frozen=True)
class ScrubReport(_Run):
    """What a scrub did: what an auditor asks for."""

    destination: Written = field(default_factory=lambda: Written("", "", 0))
    rules: Rules = field(default_factory=lambda: Rules("", ""))
    tables: Tuple[ScrubbedTable, ...] = ()
    """In the order of their names."""
    assertions: Tuple[Assertion, ...] = ()
    found: Tuple[Hit, ...] = ()
    warnings: Tuple[Warning, ...] = ()
    peak_memory_bytes: int = 0
    markdown: str = field(default="", repr=False, metadata={"json": None})
    """The report for people."""


@dataclass(frozen=True)
class VerifyReport(_Run):
    """What is known of a verified dump."""

    rows: int = 0
    tables: Tuple[VerifiedTable, ...] = ()
    """In the dump's order."""
    objects: Dict[str, int] = field(default_factory=dict)
    statements: Dict[str, int] = field(default_factory=dict)
    warnings: Tuple[Warning, ...] = ()
    peak_memory_bytes: int = 0
    end: Optional[str] = None
    """What shows that the dump is whole: ``footer``, ``settings_set_back`` or ``unknown``."""
    completed: Optional[str] = None
    """When the producer was done, as it says."""
    against: Optional[Against] = None
    """The comparison with a live server, if one was asked for."""


@dataclass(frozen=True)
class InspectReport(_Run):
    """What a dump is like."""

    dump: Dump = field(default_factory=lambda: Dump(0, 0))
    hazards: Tuple[Hazard, ...] = ()
    """The worst first."""
    databases: Tuple[DumpDatabase, ...] = ()
    tables: Tuple[DumpTable, ...] = ()
    objects: Tuple[DumpObject, ...] = ()
    object_counts: Dict[str, int] = field(default_factory=dict)
    statements: Dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DiscoverReport(_Run):
    """What a dump's columns hold, with rules to begin with. Its DataFrame has a row for each column.

    >>> report = dumpstream.discover(small)
    >>> report.to_pandas()[["table", "column", "type"]].values.tolist()[0]
    ['city', 'id', 'int']
    >>> '"city.id": { type: "int", class: none, by: type }' in report.lock
    True
    """

    tables: Tuple[DiscoveredTable, ...] = ()
    """By name."""
    undecided: Tuple[str, ...] = ()
    """Columns that a person has to decide about, as rules spell them."""
    check: Check = field(default_factory=lambda: Check("not_checked"))
    rules: str = field(default="", repr=False)
    """The rules, as a file."""
    lock: str = field(default="", repr=False)
    """The lockfile."""
    lock_changes: LockChanges = field(default_factory=LockChanges)
    """How it differs from the one that was there."""
    peak_memory_bytes: int = 0

    def _columns(self) -> Dict[str, type]:
        return {"table": str, **_columns(DiscoveredColumn)}

    def _figures(self) -> List[Dict[str, Any]]:
        """The figures of the columns, a dict each."""
        return [{"table": table.table, **_flat(column)} for table in self.tables for column in table.columns]


@dataclass(frozen=True)
class RollbackReport(Report):
    """Schemas that are as they were before."""

    schemas: Tuple[RolledBack, ...] = ()


_R = TypeVar("_R", bound=Report)


def from_native(cls: Type[_R], text: str, throughput: str, sandbox: Optional[Sandbox]) -> _R:
    """The report that the library gave as JSON."""
    raw: Dict[str, Any] = json.loads(text)
    apart: Dict[str, Any] = {"throughput": tuple(Sample(**s) for s in json.loads(throughput))}
    if cls is ScrubReport:
        apart["markdown"] = raw.pop("markdown", "")
    if cls is RestoreReport:
        apart["sandbox"] = sandbox
    report: _R = _made(cls, raw, _raw=raw, **apart)
    return report


_SHAPES: Dict[Any, List[Tuple[str, str, Any]]] = {}


def _shape(cls: Any) -> List[Tuple[str, str, Any]]:
    """The fields that are in the JSON: their names here and there, and their types."""
    if cls not in _SHAPES:
        _SHAPES[cls] = _shape_of(cls)
    return _SHAPES[cls]


def _shape_of(cls: Any) -> List[Tuple[str, str, Any]]:
    hints = get_type_hints(cls)
    named = ((f.name, f.metadata.get("json", f.name)) for f in fields(cls))
    return [(name, key, hints[name]) for name, key in named if key is not None]


def _made(cls: Type[Any], data: Mapping[str, Any], **apart: Any) -> Any:
    given = {name: _value(hint, data[key]) for name, key, hint in _shape(cls) if data.get(key) is not None}
    missing = {name: None for name, key, _ in _shape(cls) if key in data and data[key] is None}
    return cls(**{**missing, **given, **apart})


def _value(hint: Any, value: Any) -> Any:
    hint = _without_none(hint)
    origin = getattr(hint, "__origin__", None)
    if origin is tuple:
        return tuple(_value(hint.__args__[0], item) for item in value)
    if origin is dict:
        return {key: _value(hint.__args__[1], item) for key, item in value.items()}
    return _made(hint, value) if is_dataclass(hint) and isinstance(hint, type) else value


def _without_none(hint: Any) -> Any:
    if getattr(hint, "__origin__", None) is Union:
        return next(option for option in hint.__args__ if option is not type(None))
    return hint


def _columns(cls: Any) -> Dict[str, type]:
    """The columns that objects of a dataclass have as lines of a table, and what is in them: as :func:`_flat` fills them."""
    columns: Dict[str, type] = {}
    for _, key, hint in _shape(cls):
        hint = _without_none(hint)
        origin = getattr(hint, "__origin__", None)
        if is_dataclass(hint):
            columns.update({f"{key}_{inner}": kind for inner, kind in _columns(hint).items()})
        elif origin is tuple:
            columns[key] = str if hint.__args__[0] is str else int
        else:
            columns[key] = str if origin is dict else hint
    return columns


def _flat(row: Any) -> Dict[str, Any]:
    """A dataclass as one line of a table: what is in it once gets a name of its own, what is in it many times is counted."""
    line: Dict[str, Any] = {}
    for name, key, hint in _shape(type(row)):
        value = getattr(row, name)
        inner = _without_none(hint)
        if is_dataclass(inner):
            empty = {name: None for name in _columns(inner)}
            line.update({f"{key}_{name}": item for name, item in (empty if value is None else _flat(value)).items()})
        elif isinstance(value, tuple):
            line[key] = ", ".join(value) if inner.__args__[0] is str else len(value)
        elif isinstance(value, dict):
            line[key] = ", ".join(f"{name}: {item}" for name, item in value.items())
        else:
            line[key] = value
    return line
