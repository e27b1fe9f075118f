"""What goes wrong, one class for each kind.

All derive from :class:`DumpstreamError`, and say what failed, where, and what to do about it. None holds a cell's value or a
password. They can be pickled, as task queues and process pools do.

>>> try:
...     dumpstream.verify("/no/such/dump.sql")
... except dumpstream.SourceError as error:
...     print(error.message, error.exit_code)
there is no such file 3
"""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar, Dict, Optional, Tuple, Type

__all__ = [
    "ChecksumMismatch",
    "DumpstreamError",
    "InternalError",
    "Interrupted",
    "PolicyViolation",
    "SourceError",
    "TargetError",
    "TruncatedDump",
    "UsageError",
    "VerificationFailed",
]

_FIELDS = (
    "message",
    "source",
    "offset",
    "line",
    "table",
    "row",
    "column",
    "hint",
    "state",
    "server_code",
    "transient",
    "causes",
)


class DumpstreamError(Exception):
    """A run failed. Which side failed, the class says.

    The text of the exception is ``message`` with everything else that is known, a line each.

    >>> issubclass(dumpstream.TruncatedDump, dumpstream.SourceError)
    True
    >>> dumpstream.TargetError("denied", hint="check the password", transient=True).hint
    'check the password'
    """

    kind: ClassVar[str] = "other"
    """``usage``, ``source``, ``target``, ``verification``, ``policy``, ``interrupted`` or ``internal``, as in reports."""

    exit_code: ClassVar[int] = 1
    """What the command line ends with in its place."""

    message: str
    """What failed, in one sentence."""
    source: Optional[str]
    """The source as it was named, without credentials."""
    offset: Optional[int]
    """Byte in the decoded dump, from 0."""
    line: Optional[int]
    """Line in the decoded dump, from 1."""
    table: Optional[str]
    """``database.table`` as the target has it."""
    row: Optional[int]
    """Row of that table in the dump's order, from 1."""
    column: Optional[str]
    """Column."""
    hint: Optional[str]
    """What to do about it."""
    state: Optional[str]
    """What state the target was left in, where that is known."""
    server_code: Optional[int]
    """The server's error code, where it refused something: 1045, for example."""
    transient: bool
    """Whether the same may work at another time, without any change: the network, a server that restarts, its room, a lock."""
    causes: Tuple[str, ...]
    """What lies behind it, outermost first."""
    report: Any
    """The report of the run that failed, where it came so far; ``None`` otherwise."""

    def __init__(
        self,
        message: str,
        *,
        source: Optional[str] = None,
        offset: Optional[int] = None,
        line: Optional[int] = None,
        table: Optional[str] = None,
        row: Optional[int] = None,
        column: Optional[str] = None,
        hint: Optional[str] = None,
        state: Optional[str] = None,
        server_code: Optional[int] = None,
        transient: bool = False,
        causes: Tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.offset = offset
        self.line = line
        self.table = table
        self.row = row
        self.column = column
        self.hint = hint
        self.state = state
        self.server_code = server_code
        self.transient = transient
        self.causes = tuple(causes)
        self.report = None

    def __str__(self) -> str:
        place = [
            ("", self.source),
            ("line ", self.line),
            ("byte ", self.offset),
            ("table ", self.table),
            ("row ", self.row),
            ("column ", self.column),
        ]
        where = ", ".join(f"{word}{value}" for word, value in place if value is not None)
        parts = [
            ("where", where),
            *(("cause", cause) for cause in self.causes),
            ("state", self.state),
            ("help", self.hint),
        ]
        return "\n".join([self.message, *(f"  {name}: {text}" for name, text in parts if text)])

    def __reduce__(self) -> Tuple[Any, ...]:
        return (_rebuilt, (type(self), {name: getattr(self, name) for name in _FIELDS}), {"report": self.report})


class UsageError(DumpstreamError, ValueError):
    """The request itself is wrong: an option, a URL, a missing file of credentials. Nothing was touched.

    >>> try:
    ...     dumpstream.restore(small, to="null", lanes=0)
    ... except dumpstream.UsageError as error:
    ...     error.message, isinstance(error, ValueError)
    ('lanes 0 is less than 1', True)
    """

    kind = "usage"
    exit_code = 2


class SourceError(DumpstreamError):
    """The dump is damaged, of an unknown kind, can't be read, or asks for something that is refused.

    >>> try:
    ...     dumpstream.verify("/no/such/dump.sql")
    ... except dumpstream.SourceError as error:
    ...     error.source
    '/no/such/dump.sql'
    """

    kind = "source"
    exit_code = 3


class TruncatedDump(SourceError):
    """The dump ends too early: in the compressed data, in a statement, or before the end that its producer gives one.

    >>> import io, pathlib
    >>> try:
    ...     dumpstream.verify(io.BytesIO(pathlib.Path(small).read_bytes()[:3000]))
    ... except dumpstream.TruncatedDump as error:
    ...     error.report.outcome
    'failed'
    """


class ChecksumMismatch(SourceError):
    """What was read has another checksum than ``sha256`` expects, or than S3 keeps of the object.

    >>> try:
    ...     dumpstream.verify(small, sha256="0" * 64)
    ... except dumpstream.ChecksumMismatch as error:
    ...     error.exit_code
    3
    """


class TargetError(DumpstreamError):
    """The target can't be reached, refused a statement or a row, or isn't fit to be loaded; or the output can't be written.

    >>> try:
    ...     dumpstream.restore(small, to="mysql://u@127.0.0.1:1/shop")
    ... except dumpstream.TargetError as error:
    ...     error.message, error.transient
    ('nothing listens at 127.0.0.1:1', True)
    """

    kind = "target"
    exit_code = 4


class VerificationFailed(DumpstreamError):
    """The target does not hold what the dump says.

    >>> issubclass(dumpstream.VerificationFailed, dumpstream.DumpstreamError), dumpstream.VerificationFailed.exit_code
    (True, 5)
    """

    kind = "verification"
    exit_code = 5


class PolicyViolation(DumpstreamError):
    """The rules for personal data are wrong, don't fit the dump, or couldn't be kept for something in it.

    >>> import io
    >>> try:
    ...     dumpstream.scrub(sakila, output=io.BytesIO(), rules=rules)
    ... except dumpstream.PolicyViolation as error:
    ...     error.exit_code
    6
    """

    kind = "policy"
    exit_code = 6


class Interrupted(DumpstreamError):
    """The run was stopped. Ctrl-C raises :class:`KeyboardInterrupt`, with this as its cause."""

    kind = "interrupted"
    exit_code = 130


class InternalError(DumpstreamError):
    """A bug in dumpstream."""

    kind = "internal"


_KINDS: Dict[str, Type[DumpstreamError]] = {
    cls.kind: cls
    for cls in (UsageError, SourceError, TargetError, VerificationFailed, PolicyViolation, Interrupted, InternalError)
}
_DAMAGES: Dict[Optional[str], Type[DumpstreamError]] = {"cut_off": TruncatedDump, "checksum": ChecksumMismatch}

# An option of the command line, as its messages name it.
_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z0-9]+(?:-[a-z0-9]+)*)\b(?![-=])(?: <[^<>]+>)?")

# How the command line's parser begins to list what is missing, a line each.
_MISSING = "the following required arguments were not provided:"


def _rebuilt(cls: Type[DumpstreamError], fields: Dict[str, Any]) -> DumpstreamError:
    return cls(**fields)


def _in_python(text: Optional[str]) -> Optional[str]:
    """Options as Python spells them: ``--max-row`` is ``max_row=`` here."""
    from ._options import known

    def spelled(found: "re.Match[str]") -> str:
        name = found.group(1).replace("-", "_")
        return f"{name}=" if name in known() else found.group(0)

    if text is None:
        return None
    text = text.replace("[SOURCE]", "source")
    if text.startswith(_MISSING):
        lines = text[len(_MISSING) :].splitlines()
        text = "missing: " + ", ".join(line.strip() for line in lines if line.strip())
    return _OPTION.sub(spelled, text)


def from_native(text: str) -> DumpstreamError:
    """Makes the exception that the library's error, as JSON, stands for."""
    fields: Dict[str, Any] = json.loads(text)
    cls = _DAMAGES.get(fields.get("damage")) or _KINDS.get(fields["kind"], DumpstreamError)
    known: Dict[str, Any] = {name: fields[name] for name in _FIELDS if fields.get(name) is not None}
    for name in ("message", "hint", "state"):
        if name in known:
            known[name] = _in_python(known[name])
    return cls(**known)
