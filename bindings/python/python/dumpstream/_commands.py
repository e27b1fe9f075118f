"""The commands: their options, each with its name and default on the command line, and what they mean."""

from __future__ import annotations

import functools
import os
from datetime import timedelta
from inspect import signature
from typing import TYPE_CHECKING, Any, Callable, Iterable, Literal, Mapping, Optional, Protocol, Union

from ._calls import Call
from .reports import DiscoverReport, InspectReport, RestoreReport, RollbackReport, ScrubReport, VerifyReport

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    from .events import Event

    _P = ParamSpec("_P")

__all__ = ["discover", "inspect", "plan", "restore", "rollback", "scrub", "verify"]


class Readable(Protocol):
    """A binary file object that can be read."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        raise NotImplementedError


class Writable(Protocol):
    """A binary file object that can be written."""

    def write(self, data: bytes, /) -> Any:
        """Takes bytes, and says how many; all of them if it says nothing."""


class RenderedUrl(Protocol):
    """A URL of SQLAlchemy."""

    def render_as_string(self, hide_password: bool = ...) -> str:
        """The URL as text."""
        raise NotImplementedError


Path = Union[str, "os.PathLike[str]"]
Source = Union[str, "os.PathLike[str]", Readable]
Target = Union[str, Mapping[str, Any], RenderedUrl]
Size = Union[int, str]
Seconds = Union[float, str, timedelta]
Pairs = Union[Mapping[str, str], Iterable[str]]
Names = Union[str, Iterable[str]]


def restore(
    source: Optional[Source] = None,
    *,
    to: Target,
    mode: Literal["fresh", "append", "replace"] = "fresh",
    rules: Optional[Path] = None,
    lock: Optional[Path] = None,
    sha256: Optional[str] = None,
    databases: Names = (),
    lanes: Union[int, str] = 4,
    memory: Size = "256MiB",
    verify: Optional[str] = None,
    replace: bool = False,
    append: bool = False,
    keep_old: bool = False,
    swap_wait: Seconds = 60,
    resume: bool = False,
    strict: bool = False,
    dry_run: bool = False,
    keep: bool = False,
    allow: Names = (),
    skip: Names = (),
    on_failure: str = "auto",
    keep_ledger: bool = False,
    user: Optional[str] = None,
    password: Optional[str] = None,
    password_file: Optional[Path] = None,
    defaults_file: Optional[Path] = None,
    secret: Optional[str] = None,
    iam_auth: bool = False,
    ssl_mode: Optional[str] = None,
    ssl_ca: Optional[Path] = None,
    method: str = "auto",
    indexes: str = "auto",
    block: Size = "2MiB",
    max_row: Size = "64MiB",
    shapers: Optional[int] = None,
    retries: int = 5,
    max_lag: Optional[Seconds] = None,
    max_threads_running: Optional[int] = None,
    rate: Optional[Size] = None,
    default_character_set: str = "utf8mb4",
    files_from: Optional[Path] = None,
    files: str = "auto",
    connections: Optional[int] = None,
    session: Optional[object] = None,
    profile: Optional[str] = None,
    region: Optional[str] = None,
    endpoint_url: Optional[str] = None,
    report: Optional[Path] = None,
    sse_kms_key: Optional[str] = None,
    storage_class: Optional[str] = None,
    tag: Pairs = (),
    metadata: Pairs = (),
    on_event: "Optional[Callable[[Event], object]]" = None,
    event_interval: Union[float, timedelta] = 0.1,
) -> RestoreReport:
    """Restores a dump into a server, over several connections at once.

    The result is the plain client's: schema, rows, views, routines, triggers, events. Every block is checked and
    committed whole, rows are counted on the target afterwards, and a failed run leaves nothing half-done. The
    interpreter is free meanwhile; Ctrl-C stops the run, which cleans up first.

    Args:
        source: The dump: a file, an http://, https:// or s3://BUCKET/KEY URL, a folder or s3://BUCKET/PREFIX/ with the
            parts of one dump or several dumps, "-" for standard input; a path; or a readable binary file object, which
            is read once, a mebibyte at a time. gzip, zstd, bzip2, xz and lz4 are recognised by the first bytes.
        to: Where to: mysql://user@host[:port][/database], the same in SQLAlchemy's spelling (a str or its URL), a
            mapping (host, port, user, password, database, unix_socket, ssl_ca, ssl_mode), "sandbox", "sandbox:mariadb"
            or "sandbox:mysql" for a throwaway server on this machine, or "null", which does everything but load. A
            database takes the dump's single or unnamed one, and is made when missing.
        mode: What becomes of what is there: "fresh" refuses a schema that holds something already, untouched; "append" adds
            to it; "replace" loads beside it and swaps. append and replace say the same, one by one; what contradicts mode
            is refused. Default "fresh".
        rules: Replace personal data by these rules on the way: a YAML file, as docs/rules.md describes it.
        lock: With rules, a classification lockfile, which discover makes: a dump is refused with a column that isn't in
            it, has another type there, that nobody has decided about, or that is personal while the rules keep it.
        sha256: SHA-256 that the stored file must have: 64 hex digits, "@FILE" as sha256sum writes it, or "auto" to look
            for it beside the source. Default: any.
        databases: Databases of the dump to restore, and no others: names as in the dump, or one. What stands in others is left
            out, and report.source.databases_left_out lists them. One alone may get another name on the target. That the dump
            hasn't got one is an error, which shows when it was read. Default: all.
        lanes: Connections that load rows, or "auto" for as many as bring more throughput. Default 4.
        memory: Memory to stay under, whatever the dump's size: bytes, or a str with K, M, G, KiB, MiB or GiB. Default
            "256MiB".
        verify: What to compare with the dump once everything is loaded: "rows", or "content" for the values as well.
            Default: "rows"; "content" with replace.
        replace: Replace what is there: load beside it, and swap all tables in one statement once everything is in and
            checked. It takes room for both.
        append: Load into a schema that holds something already; without it, such a schema is refused untouched.
            The dump runs there as in the plain client: a table that it drops is gone with its rows. Nothing is undone if it
            fails.
        keep_old: With replace, keep what was there as NAME__before_YYYYMMDDTHHMMSSZ, for rollback.
        swap_wait: How long to wait for queries and transactions on the old tables: whole seconds. Default 60.
        resume: Go on with a restore that ended early: the same call again, with this.
        strict: Fail on a value that the server changes to fit its column, in place of a warning.
        dry_run: Say in the report what would be done, and do nothing.
        keep: Leave the sandbox running: report.sandbox has it, and leaving a with block of the report ends it.
        allow: Kinds of statements to run that are refused otherwise, such as "grant".
        skip: Kinds of statements to leave out, with a warning, in place of refusing the dump.
        on_failure: What becomes of a failed run's work: "auto", "undo" or "keep". Default "auto".
        keep_ledger: Leave the ledger (the table __dumpstream_ledger) on the target when all is done.
        user: User to log in as. Default: from the URL, the option file, or the login name.
        password: Password. Default: from the URL, password_file, DUMPSTREAM_PASSWORD, MYSQL_PWD or the option file,
            whichever has one first.
        password_file: File that holds the password and nothing else.
        defaults_file: Option file to read in place of ~/.my.cnf.
        secret: Secret in AWS Secrets Manager to log in with, by name or ARN: JSON as RDS keeps it. It stays in memory,
            and is fetched again when the server denies access.
        iam_auth: Log in to RDS or Aurora with tokens made of the AWS credentials, one for each connection.
        ssl_mode: How the connection is protected: "disabled", "preferred", "required", "verify-ca" or
            "verify-identity". Default: "verify-identity"; "disabled" for loopback and sockets.
        ssl_ca: PEM file of the authorities to trust; RDS and Aurora need theirs.
        method: How rows reach the server: "auto", "load-data" or "insert". Default "auto".
        indexes: When secondary indexes and foreign keys are built: "auto", "with-rows" or "after-rows". Default "auto".
        block: Dump text that goes into one transaction, about: bytes or a str, as for memory. Default "2MiB".
        max_row: Largest row, or other statement, that is accepted: bytes or a str, as for memory. It may take a small
            multiple of that on top of memory. Default "64MiB".
        shapers: Threads that prepare rows. Default: the machine's cores.
        retries: How often a block is sent again after a deadlock, a lock wait time-out or a lost connection. Default 5.
        max_lag: Hold rows back while replicas are behind by more than this: seconds. Default: however far.
        max_threads_running: Hold rows back while more threads than this run on the target. Default: any number.
        rate: Dump text to send a second, at most: bytes or a str, as for memory. Default: as fast as it goes.
        default_character_set: Character set of the connection until the dump sets one. Default "utf8mb4".
        files_from: File that lists what to read, a file or URL a line, in their order; in place of source.
        files: What several files are to one another: "sequence", parts of one dump; "independent", dumps in their own
            right, such as one per database; or "auto", which tells by their headers and names, and refuses where that
            is in doubt. Default "auto".
        connections: Connections to read an object over. Default: as many as bring more throughput, up to 32.
        session: Session of boto3 or botocore whose credentials and region count; it is asked again when they expire.
            Default: AWS credentials are found as the AWS CLI finds them.
        profile: AWS profile to use. Default: AWS_PROFILE, or default.
        region: AWS region. Default: the session's, AWS_REGION, the profile's, or the machine's.
        endpoint_url: Endpoint to use in place of AWS's own. Default: AWS_ENDPOINT_URL.
        report: Write the report as JSON to this file, or to s3://BUCKET/KEY, also when the run fails. One that is there
            is replaced.
        sse_kms_key: For a report in S3, the KMS key to encrypt with: an id, an ARN or an alias. Default: what the
            bucket says.
        storage_class: For a report in S3, the storage class, such as "STANDARD_IA". Default: what the bucket says.
        tag: For a report in S3, tags of the object: a mapping, or "KEY=VALUE" strs. At most 10.
        metadata: For a report in S3, metadata of the object: a mapping, or "NAME=VALUE" strs.
        on_event: Called with what happens, on the thread that called this: objects of dumpstream.events. What it raises
            ends the run, and is raised once that has cleaned up. dumpstream.progress() makes one.
        event_interval: Seconds between two rounds of calls of on_event, at least, or a timedelta. Default 0.1.

    Returns:
        What was done: tables, rows, seconds, warnings.

    Raises:
        UsageError: The request is wrong; nothing was touched.
        SourceError: The dump is damaged, cut off (TruncatedDump), has another checksum (ChecksumMismatch), or asks for
            something that is refused.
        TargetError: The server can't be reached, or refused a statement or a row.
        VerificationFailed: The server does not hold what the dump says.
        PolicyViolation: The rules don't fit the dump, or couldn't be kept.

    Example:
        >>> report = dumpstream.restore(small, to="sandbox/shop", lanes=2)
        >>> report.outcome, report.rows, [table.table for table in report.tables]
        ('ok', 7, ['shop.city', 'shop.visit'])
    """
    return Call[RestoreReport]("restore", locals()).wait()


def _planned(command: "Callable[_P, RestoreReport]") -> "Callable[_P, RestoreReport]":
    of_restore = signature(command)
    options = of_restore.replace(parameters=[p for p in of_restore.parameters.values() if p.name != "dry_run"])

    def plan(*args: "_P.args", **kwargs: "_P.kwargs") -> RestoreReport:
        """Says what a restore would do, and does nothing: a restore with dry_run.

        Args:
            All those of restore, with the same meanings and defaults, but for dry_run.

        Returns:
            The report of that restore: what would be loaded, by table, with blocks and keys; objects, settings, warnings.

        Raises:
            UsageError: The request is wrong.
            SourceError: The dump can't be read.
            TargetError: The server can't be reached, or isn't fit to be loaded.

        Example:
            >>> [(table.rows, table.deferred_keys) for table in dumpstream.plan(small, to="sandbox/shop").tables]
            [(4, 1), (3, 1)]
        """
        bound = options.bind(*args, **kwargs)
        bound.apply_defaults()
        return Call[RestoreReport]("plan", bound.arguments).wait()

    functools.update_wrapper(plan, command, assigned=("__module__", "__annotations__"))
    plan.__qualname__ = "plan"
    plan.__signature__ = options  # type: ignore[attr-defined]
    return plan


plan = _planned(restore)


def scrub(
    source: Optional[Source] = None,
    *,
    output: Union[Path, Writable],
    rules: Path,
    lock: Optional[Path] = None,
    sha256: Optional[str] = None,
    compress: Optional[str] = None,
    overwrite: bool = False,
    allow_unfinished: bool = False,
    sse_kms_key: Optional[str] = None,
    storage_class: Optional[str] = None,
    tag: Pairs = (),
    metadata: Pairs = (),
    memory: Size = "256MiB",
    max_row: Size = "64MiB",
    shapers: Optional[int] = None,
    files_from: Optional[Path] = None,
    files: str = "auto",
    connections: Optional[int] = None,
    session: Optional[object] = None,
    profile: Optional[str] = None,
    region: Optional[str] = None,
    endpoint_url: Optional[str] = None,
    report: Optional[Path] = None,
    on_event: "Optional[Callable[[Event], object]]" = None,
    event_interval: Union[float, timedelta] = 0.1,
) -> ScrubReport:
    """Writes a dump anew with its personal data replaced by rules.

    What the rules don't touch comes out byte for byte. Every column must be accounted for: text, JSON and binary
    columns that no rule names end the run, unless the rules say otherwise. Keyed replacements are pseudonyms: the
    output is still personal data to whoever has the key.

    Args:
        source: The dump: a file, an http://, https:// or s3://BUCKET/KEY URL, a folder or s3://BUCKET/PREFIX/ with the
            parts of one dump or several dumps, "-" for standard input; a path; or a readable binary file object, which
            is read once, a mebibyte at a time. gzip, zstd, bzip2, xz and lz4 are recognised by the first bytes.
        output: Where to: a path, s3://bucket/key, "-" for standard output, or a writable binary file object. Nothing is
            under a file's or an object's name before all is well; what a file object took can't be taken back.
        rules: The rules: a YAML file, as docs/rules.md describes it.
        lock: A classification lockfile, which discover makes: a dump is refused with a column that isn't in it, has
            another type there, that nobody has decided about, or that is personal while the rules keep it.
        sha256: SHA-256 that the stored file must have: 64 hex digits, "@FILE" as sha256sum writes it, or "auto" to look
            for it beside the source. Default: any.
        compress: How to compress the output: "none", "gzip", "zstd", "bzip2", "xz" or "lz4". Default: by its name;
            "none" for a file object.
        overwrite: Replace an output that is there.
        allow_unfinished: Take a dump without the end that its producer gives one.
        sse_kms_key: For an output or a report in S3, the KMS key to encrypt with: an id, an ARN or an alias. Default:
            what the bucket says.
        storage_class: For an output or a report in S3, the storage class, such as "STANDARD_IA". Default: what the
            bucket says.
        tag: For an output or a report in S3, tags of the object: a mapping, or "KEY=VALUE" strs. At most 10.
        metadata: For an output or a report in S3, metadata of the object: a mapping, or "NAME=VALUE" strs.
        memory: Memory to stay under, whatever the dump's size: bytes, or a str with K, M, G, KiB, MiB or GiB. Default
            "256MiB".
        max_row: Largest row, or other statement, that is accepted: bytes or a str, as for memory. It may take a small
            multiple of that on top of memory. Default "64MiB".
        shapers: Threads that replace values. Default: the machine's cores.
        files_from: File that lists what to read, a file or URL a line, in their order; in place of source.
        files: What several files are to one another: "sequence", parts of one dump; "independent", dumps in their own
            right, such as one per database; or "auto", which tells by their headers and names, and refuses where that
            is in doubt. Default "auto".
        connections: Connections to read an object over. Default: as many as bring more throughput, up to 32.
        session: Session of boto3 or botocore whose credentials and region count; it is asked again when they expire.
            Default: AWS credentials are found as the AWS CLI finds them.
        profile: AWS profile to use. Default: AWS_PROFILE, or default.
        region: AWS region. Default: the session's, AWS_REGION, the profile's, or the machine's.
        endpoint_url: Endpoint to use in place of AWS's own. Default: AWS_ENDPOINT_URL.
        report: Write a report for auditors to this file, or to s3://BUCKET/KEY, also when the scrub fails: Markdown if
            it ends in .md, else JSON. One that is there is replaced.
        on_event: Called with what happens, on the thread that called this: objects of dumpstream.events. What it raises
            ends the run, and is raised once that has cleaned up. dumpstream.progress() makes one.
        event_interval: Seconds between two rounds of calls of on_event, at least, or a timedelta. Default 0.1.

    Returns:
        What was done, column by column, with the SHA-256 of what was read and written.

    Raises:
        UsageError: The request is wrong; nothing was touched.
        SourceError: The dump is damaged, cut off, or has another checksum.
        TargetError: The output can't be written.
        PolicyViolation: The rules don't fit the dump, or couldn't be kept. Nothing is under the output's name then.

    Example:
        >>> import io
        >>> output = io.BytesIO()
        >>> report = dumpstream.scrub(small, output=output, rules=rules)
        >>> report.destination.bytes == len(output.getvalue()), report.tables[0].columns[1].action
        (True, 'token')
    """
    return Call[ScrubReport]("scrub", locals()).wait()


def verify(
    source: Optional[Source] = None,
    *,
    against: Optional[Target] = None,
    databases: Names = (),
    rules: Optional[Path] = None,
    lock: Optional[Path] = None,
    sha256: Optional[str] = None,
    lanes: int = 4,
    memory: Size = "256MiB",
    max_row: Size = "64MiB",
    default_character_set: str = "utf8mb4",
    user: Optional[str] = None,
    password: Optional[str] = None,
    password_file: Optional[Path] = None,
    defaults_file: Optional[Path] = None,
    secret: Optional[str] = None,
    iam_auth: bool = False,
    ssl_mode: Optional[str] = None,
    ssl_ca: Optional[Path] = None,
    files_from: Optional[Path] = None,
    files: str = "auto",
    connections: Optional[int] = None,
    session: Optional[object] = None,
    profile: Optional[str] = None,
    region: Optional[str] = None,
    endpoint_url: Optional[str] = None,
    report: Optional[Path] = None,
    sse_kms_key: Optional[str] = None,
    storage_class: Optional[str] = None,
    tag: Pairs = (),
    metadata: Pairs = (),
    on_event: "Optional[Callable[[Event], object]]" = None,
    event_interval: Union[float, timedelta] = 0.1,
) -> VerifyReport:
    """Reads a dump through and says whether it is whole and well formed, and whether a live schema holds it.

    No server is needed for the former. With against, every table's rows are compared by number and by a digest of their
    values, and the definitions as well.

    Args:
        source: The dump: a file, an http://, https:// or s3://BUCKET/KEY URL, a folder or s3://BUCKET/PREFIX/ with the
            parts of one dump or several dumps, "-" for standard input; a path; or a readable binary file object, which
            is read once, a mebibyte at a time. gzip, zstd, bzip2, xz and lz4 are recognised by the first bytes.
        against: Server to compare the dump with, as to of restore; its database stands for the dump's single or unnamed
            one. Default: none, the dump is looked at by itself.
        databases: With against, databases of the dump that the server should hold, as for restore. Default: all.
        rules: With against, the rules by which the server's data was scrubbed.
        lock: With rules, a classification lockfile that has to have every column of the dump, as for restore.
        sha256: SHA-256 that the stored file must have: 64 hex digits, "@FILE" as sha256sum writes it, or "auto" to look
            for it beside the source. Default: any.
        lanes: Connections that read the server's tables. Default 4.
        memory: Memory to stay under, whatever the dump's size: bytes, or a str with K, M, G, KiB, MiB or GiB. Default
            "256MiB".
        max_row: Largest row, or other statement, that is accepted: bytes or a str, as for memory. It may take a small
            multiple of that on top of memory. Default "64MiB".
        default_character_set: Character set of the dump until it sets one. Default "utf8mb4".
        user: User to log in as. Default: from the URL, the option file, or the login name.
        password: Password. Default: from the URL, password_file, DUMPSTREAM_PASSWORD, MYSQL_PWD or the option file,
            whichever has one first.
        password_file: File that holds the password and nothing else.
        defaults_file: Option file to read in place of ~/.my.cnf.
        secret: Secret in AWS Secrets Manager to log in with, by name or ARN: JSON as RDS keeps it. It stays in memory,
            and is fetched again when the server denies access.
        iam_auth: Log in to RDS or Aurora with tokens made of the AWS credentials, one for each connection.
        ssl_mode: How the connection is protected: "disabled", "preferred", "required", "verify-ca" or
            "verify-identity". Default: "verify-identity"; "disabled" for loopback and sockets.
        ssl_ca: PEM file of the authorities to trust; RDS and Aurora need theirs.
        files_from: File that lists what to read, a file or URL a line, in their order; in place of source.
        files: What several files are to one another: "sequence", parts of one dump; "independent", dumps in their own
            right, such as one per database; or "auto", which tells by their headers and names, and refuses where that
            is in doubt. Default "auto".
        connections: Connections to read an object over. Default: as many as bring more throughput, up to 32.
        session: Session of boto3 or botocore whose credentials and region count; it is asked again when they expire.
            Default: AWS credentials are found as the AWS CLI finds them.
        profile: AWS profile to use. Default: AWS_PROFILE, or default.
        region: AWS region. Default: the session's, AWS_REGION, the profile's, or the machine's.
        endpoint_url: Endpoint to use in place of AWS's own. Default: AWS_ENDPOINT_URL.
        report: Write the report as JSON to this file, or to s3://BUCKET/KEY, also when the run fails. One that is there
            is replaced.
        sse_kms_key: For a report in S3, the KMS key to encrypt with: an id, an ARN or an alias. Default: what the
            bucket says.
        storage_class: For a report in S3, the storage class, such as "STANDARD_IA". Default: what the bucket says.
        tag: For a report in S3, tags of the object: a mapping, or "KEY=VALUE" strs. At most 10.
        metadata: For a report in S3, metadata of the object: a mapping, or "NAME=VALUE" strs.
        on_event: Called with what happens, on the thread that called this: objects of dumpstream.events. What it raises
            ends the run, and is raised once that has cleaned up. dumpstream.progress() makes one.
        event_interval: Seconds between two rounds of calls of on_event, at least, or a timedelta. Default 0.1.

    Returns:
        What is known of the dump, and how it compares.

    Raises:
        UsageError: The request is wrong.
        SourceError: The dump is damaged, cut off (TruncatedDump), or has another checksum (ChecksumMismatch).
        TargetError: The server can't be reached, or refused a query.
        VerificationFailed: The server does not hold what the dump says: the exception's report has the differences.

    Example:
        >>> report = dumpstream.verify(small)
        >>> report.end, report.rows, report.tables[0].largest_row_bytes > 0
        ('footer', 7, True)
    """
    return Call[VerifyReport]("verify", locals()).wait()


def inspect(
    source: Optional[Source] = None,
    *,
    sha256: Optional[str] = None,
    memory: Size = "256MiB",
    max_row: Size = "64MiB",
    files_from: Optional[Path] = None,
    files: str = "auto",
    connections: Optional[int] = None,
    session: Optional[object] = None,
    profile: Optional[str] = None,
    region: Optional[str] = None,
    endpoint_url: Optional[str] = None,
    on_event: "Optional[Callable[[Event], object]]" = None,
    event_interval: Union[float, timedelta] = 0.1,
) -> InspectReport:
    """Says what a dump holds, who made it, and what may go wrong when it is restored.

    No server is needed. A dump that is cut off is shown all the same, with that as its first hazard.

    Args:
        source: The dump: a file, an http://, https:// or s3://BUCKET/KEY URL, a folder or s3://BUCKET/PREFIX/ with the
            parts of one dump or several dumps, "-" for standard input; a path; or a readable binary file object, which
            is read once, a mebibyte at a time. gzip, zstd, bzip2, xz and lz4 are recognised by the first bytes.
        sha256: SHA-256 that the stored file must have: 64 hex digits, "@FILE" as sha256sum writes it, or "auto" to look
            for it beside the source. Default: any.
        memory: Memory to stay under, whatever the dump's size: bytes, or a str with K, M, G, KiB, MiB or GiB. Default
            "256MiB".
        max_row: Largest row, or other statement, that is accepted: bytes or a str, as for memory. It may take a small
            multiple of that on top of memory. Default "64MiB".
        files_from: File that lists what to read, a file or URL a line, in their order; in place of source.
        files: What several files are to one another: "sequence", parts of one dump; "independent", dumps in their own
            right, such as one per database; or "auto", which tells by their headers and names, and refuses where that
            is in doubt. Default "auto".
        connections: Connections to read an object over. Default: as many as bring more throughput, up to 32.
        session: Session of boto3 or botocore whose credentials and region count; it is asked again when they expire.
            Default: AWS credentials are found as the AWS CLI finds them.
        profile: AWS profile to use. Default: AWS_PROFILE, or default.
        region: AWS region. Default: the session's, AWS_REGION, the profile's, or the machine's.
        endpoint_url: Endpoint to use in place of AWS's own. Default: AWS_ENDPOINT_URL.
        on_event: Called with what happens, on the thread that called this: objects of dumpstream.events. What it raises
            ends the run, and is raised once that has cleaned up. dumpstream.progress() makes one.
        event_interval: Seconds between two rounds of calls of on_event, at least, or a timedelta. Default 0.1.

    Returns:
        What the dump is like.

    Raises:
        UsageError: The request is wrong.
        SourceError: The dump can't be read to its end.

    Example:
        >>> report = dumpstream.inspect(sakila)
        >>> report.dump.producer, report.dump.rows, len(report.tables)
        ('mariadb-dump', 47273, 16)
    """
    return Call[InspectReport]("inspect", locals()).wait()


def discover(
    source: Optional[Source] = None,
    *,
    output: Optional[Path] = None,
    lock: Optional[Path] = None,
    prune: bool = False,
    overwrite: bool = False,
    sample_rows: int = 20000,
    allow_unfinished: bool = False,
    sha256: Optional[str] = None,
    memory: Size = "256MiB",
    max_row: Size = "64MiB",
    files_from: Optional[Path] = None,
    files: str = "auto",
    connections: Optional[int] = None,
    session: Optional[object] = None,
    profile: Optional[str] = None,
    region: Optional[str] = None,
    endpoint_url: Optional[str] = None,
    on_event: "Optional[Callable[[Event], object]]" = None,
    event_interval: Union[float, timedelta] = 0.1,
) -> DiscoverReport:
    """Proposes rules for a dump: what its columns hold, by their names, types and a sample of their values.

    The rules are to begin with: columns that nobody can tell about are replaced, and listed first, for a person to decide.
    They are then held against the whole dump, where it can be read again. No cell's value is in any of it.

    Args:
        source: The dump: a file, an http://, https:// or s3://BUCKET/KEY URL, a folder or s3://BUCKET/PREFIX/ with the
            parts of one dump or several dumps, "-" for standard input; a path; or a readable binary file object, which
            is read once, a mebibyte at a time. gzip, zstd, bzip2, xz and lz4 are recognised by the first bytes.
        output: File that the rules are written to. Default: none, the report's rules attribute has them in any case.
        lock: The classification lockfile: made if it isn't there, otherwise brought up to date. What a person decided in
            it stays; what was personal stays so until a person says otherwise.
        prune: With lock, take columns out of it that the dump hasn't got.
        overwrite: With output, replace rules that are there.
        sample_rows: Rows of each table that are looked at: of its first 2 MiB, and a sixteenth as many of later parts. 0:
            names and types alone decide. Default 20000.
        allow_unfinished: Take a dump without the end that its producer gives one.
        sha256: SHA-256 that the stored file must have: 64 hex digits, "@FILE" as sha256sum writes it, or "auto" to look
            for it beside the source. Default: any.
        memory: Memory to stay under, whatever the dump's size: bytes, or a str with K, M, G, KiB, MiB or GiB. Default
            "256MiB".
        max_row: Largest row, or other statement, that is accepted: bytes or a str, as for memory. It may take a small
            multiple of that on top of memory. Default "64MiB".
        files_from: File that lists what to read, a file or URL a line, in their order; in place of source.
        files: What several files are to one another: "sequence", parts of one dump; "independent", dumps in their own
            right, such as one per database; or "auto", which tells by their headers and names, and refuses where that
            is in doubt. Default "auto".
        connections: Connections to read an object over. Default: as many as bring more throughput, up to 32.
        session: Session of boto3 or botocore whose credentials and region count; it is asked again when they expire.
            Default: AWS credentials are found as the AWS CLI finds them.
        profile: AWS profile to use. Default: AWS_PROFILE, or default.
        region: AWS region. Default: the session's, AWS_REGION, the profile's, or the machine's.
        endpoint_url: Endpoint to use in place of AWS's own. Default: AWS_ENDPOINT_URL.
        on_event: Called with what happens, on the thread that called this: objects of dumpstream.events. What it raises
            ends the run, and is raised once that has cleaned up. dumpstream.progress() makes one.
        event_interval: Seconds between two rounds of calls of on_event, at least, or a timedelta. Default 0.1.

    Returns:
        What was found, column by column, with the rules and the lockfile as text.

    Raises:
        UsageError: The request is wrong; or the rules are there already, without overwrite.
        SourceError: The dump is damaged, cut off (TruncatedDump), or has another checksum (ChecksumMismatch).
        PolicyViolation: The lockfile can't be read.

    Example:
        >>> report = dumpstream.discover(small)
        >>> [(column.column, column.class_, column.rule) for column in report.tables[0].columns]
        [('id', 'none', 'keep'), ('name', 'unknown', 'redact'), ('note', 'free_text', 'redact')]
        >>> report.check.result, report.undecided
        ('refused', ('city.name', 'visit.raw'))
    """
    return Call[DiscoverReport]("discover", locals()).wait()


def rollback(
    *,
    to: Target,
    before: Optional[str] = None,
    keep_old: bool = False,
    swap_wait: Seconds = 60,
    user: Optional[str] = None,
    password: Optional[str] = None,
    password_file: Optional[Path] = None,
    defaults_file: Optional[Path] = None,
    secret: Optional[str] = None,
    iam_auth: bool = False,
    ssl_mode: Optional[str] = None,
    ssl_ca: Optional[Path] = None,
    session: Optional[object] = None,
    profile: Optional[str] = None,
    region: Optional[str] = None,
    endpoint_url: Optional[str] = None,
    on_event: "Optional[Callable[[Event], object]]" = None,
    event_interval: Union[float, timedelta] = 0.1,
) -> RollbackReport:
    """Brings a schema back to what it was before a restore replaced it, in one statement.

    restore with replace and keep_old keeps what it replaces. Schemas that were replaced together, and that foreign keys
    tie to it, come back with it. A swap that was interrupted is taken back, and nothing else is done then.

    Args:
        to: The server and the schema: mysql://user@host[:port]/NAME, or in another form that restore takes.
        before: Which state to go back to, of several: the time in its schema's name. Default: the newest.
        keep_old: Keep what is there until now, as NAME__before_YYYYMMDDTHHMMSSZ.
        swap_wait: How long to wait for queries and transactions on the old tables: whole seconds. Default 60.
        user: User to log in as. Default: from the URL, the option file, or the login name.
        password: Password. Default: from the URL, password_file, DUMPSTREAM_PASSWORD, MYSQL_PWD or the option file,
            whichever has one first.
        password_file: File that holds the password and nothing else.
        defaults_file: Option file to read in place of ~/.my.cnf.
        secret: Secret in AWS Secrets Manager to log in with, by name or ARN: JSON as RDS keeps it. It stays in memory,
            and is fetched again when the server denies access.
        iam_auth: Log in to RDS or Aurora with tokens made of the AWS credentials, one for each connection.
        ssl_mode: How the connection is protected: "disabled", "preferred", "required", "verify-ca" or
            "verify-identity". Default: "verify-identity"; "disabled" for loopback and sockets.
        ssl_ca: PEM file of the authorities to trust; RDS and Aurora need theirs.
        session: Session of boto3 or botocore whose credentials and region count; it is asked again when they expire.
            Default: AWS credentials are found as the AWS CLI finds them.
        profile: AWS profile to use. Default: AWS_PROFILE, or default.
        region: AWS region. Default: the session's, AWS_REGION, the profile's, or the machine's.
        endpoint_url: Endpoint to use in place of AWS's own. Default: AWS_ENDPOINT_URL.
        on_event: Called with what happens, on the thread that called this: objects of dumpstream.events. What it raises
            ends the run, and is raised once that has cleaned up. dumpstream.progress() makes one.
        event_interval: Seconds between two rounds of calls of on_event, at least, or a timedelta. Default 0.1.

    Returns:
        The schemas that are as they were.

    Raises:
        UsageError: The request is wrong.
        TargetError: The server can't be reached, or nothing was kept that could come back.

    Example:
        >>> with dumpstream.restore(small, to="sandbox/shop", keep=True) as first:
        ...     url = first.sandbox.url + "/shop"
        ...     replaced = dumpstream.restore(small, to=url, replace=True, keep_old=True)
        ...     back = dumpstream.rollback(to=url)
        >>> back.schemas[0].from_schema == replaced.replaced[0].kept_as
        True
    """
    return Call[RollbackReport]("rollback", locals()).wait()
