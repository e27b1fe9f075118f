"""Restores stock mysqldump and mariadb-dump files into Aurora MySQL, RDS, MySQL or MariaDB, in parallel and verified.

:func:`restore` loads a dump, :func:`plan` says what that would do, :func:`scrub` writes it anew with its personal data replaced, :func:`verify` says whether it
is whole, and whether a server holds it, :func:`inspect` what it holds and what may go wrong with it, :func:`discover` what
is personal in it, with rules to begin with, and :func:`rollback` brings back what a restore has replaced.
:mod:`dumpstream.aio` has the same for asyncio.

>>> with dumpstream.restore(small, to="sandbox/shop", keep=True) as report:
...     [(table.table, table.rows, table.verified.rows) for table in report.tables]
[('shop.city', 4, 'equal'), ('shop.visit', 3, 'equal')]
"""

from . import aio, errors, events, reports
from ._commands import discover, inspect, plan, restore, rollback, scrub, verify
from ._native import __version__
from ._native.runs import Sandbox
from ._progress import progress
from ._transformers import transformer
from .errors import (
    ChecksumMismatch,
    DumpstreamError,
    InternalError,
    Interrupted,
    PolicyViolation,
    SourceError,
    TargetError,
    TruncatedDump,
    UsageError,
    VerificationFailed,
)
from .reports import DiscoverReport, InspectReport, RestoreReport, RollbackReport, ScrubReport, VerifyReport

__all__ = [
    "ChecksumMismatch",
    "DiscoverReport",
    "DumpstreamError",
    "InspectReport",
    "InternalError",
    "Interrupted",
    "PolicyViolation",
    "RestoreReport",
    "RollbackReport",
    "Sandbox",
    "ScrubReport",
    "SourceError",
    "TargetError",
    "TruncatedDump",
    "UsageError",
    "VerificationFailed",
    "VerifyReport",
    "__version__",
    "aio",
    "discover",
    "errors",
    "events",
    "inspect",
    "plan",
    "progress",
    "reports",
    "restore",
    "rollback",
    "scrub",
    "transformer",
    "verify",
]
