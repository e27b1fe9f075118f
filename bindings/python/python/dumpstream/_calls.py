"""A call of a command: from the arguments to a run, and from its end to a report or an exception."""

from __future__ import annotations

import asyncio
import codecs
import inspect
import io
import json
import logging
import os
import stat
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Callable, Dict, Generic, Mapping, Optional, Tuple, Type, TypeVar

from . import _options, _progress, _targets, _transformers, errors, events, reports
from ._native import logs, runs

if TYPE_CHECKING:
    from ._native.runs import Run

_R = TypeVar("_R", bound=reports.Report)

# How long Ctrl-C and logs wait at most, in seconds. Waking up costs microseconds.
_TICK = 0.05

# How long an asynchronous call sleeps at first: short ones shall not wait for a tick. It doubles up to a tick.
_NAP = 0.002

_OUTCOMES: Dict[str, Type[reports.Report]] = {
    "restore": reports.RestoreReport,
    "scrub": reports.ScrubReport,
    "verify": reports.VerifyReport,
    "inspect": reports.InspectReport,
    "discover": reports.DiscoverReport,
    "rollback": reports.RollbackReport,
}

_log = logging.getLogger("dumpstream")


class Call(Generic[_R]):
    """A run that was started, and who listens to it."""

    def __init__(self, command: str, arguments: "Mapping[str, Any]") -> None:
        arguments = dict(arguments)
        self._on_event = _listener(arguments.pop("on_event", None))
        self._interval = _interval(arguments.pop("event_interval", 0.1))
        if command == "plan":
            command, arguments["dry_run"] = "restore", True
        if command == "restore":
            _mode(arguments)
        self._due = 0.0
        self._report = _OUTCOMES[command]
        words, beside = _request(command, arguments)
        level = _log.getEffectiveLevel() if _log.isEnabledFor(logging.CRITICAL) else 255
        logs.listen(max(0, min(level, 255)))
        self._run: "Run" = runs.start(
            words, transformers=_transformers.registered(), events=self._on_event is not None, **beside
        )

    def wait(self) -> _R:
        """Waits for the end, with the signals of the process looked at meanwhile."""
        try:
            while not self._run.wait(_TICK):
                self._tell()
            self._tell(last=True)
        except BaseException as error:
            self._stop()
            while not self._run.wait(_TICK):
                _pass_logs_on()
            self._explain(error)
            raise
        finally:
            self._close_bar()
        return self._result()

    async def wait_async(self) -> _R:
        """Waits for the end, with the event loop free meanwhile."""
        nap = _NAP
        try:
            while not self._run.wait(0.0):
                self._tell()
                await asyncio.sleep(nap)
                nap = min(nap * 2, _TICK)
            self._tell(last=True)
        except BaseException as error:
            self._stop()
            # A coroutine that is closed can't be gone on with: so it waits here.
            closed = isinstance(error, GeneratorExit)
            while not self._run.wait(_TICK if closed else 0.0):
                _pass_logs_on()
                try:
                    if not closed:
                        await asyncio.sleep(_NAP)
                except asyncio.CancelledError:
                    # It is ending; to leave now would leave what it made behind.
                    continue
                except GeneratorExit:
                    closed = True
            self._explain(error)
            raise
        finally:
            self._close_bar()
        return self._result()

    def _tell(self, last: bool = False) -> None:
        _pass_logs_on()
        if self._on_event is None:
            return
        now = time.monotonic()
        if last or now >= self._due:
            self._due = now + self._interval
            for told in json.loads(self._run.events()):
                self._on_event(events.from_native(told))

    def _stop(self) -> None:
        self._run.stop()

    def _explain(self, error: BaseException) -> None:
        """Says how the run ended that was stopped for this."""
        _pass_logs_on()
        report, ended = self._outcome()
        sandbox = getattr(report, "sandbox", None)
        if sandbox is not None:
            sandbox.close()
        if error.__cause__ is None:
            error.__cause__ = ended

    def _result(self) -> _R:
        report, error = self._outcome()
        if error is not None:
            raise error
        assert report is not None
        return report

    def _outcome(self) -> "Tuple[Optional[_R], Optional[BaseException]]":
        """The report, where it came so far, and the exception that the run ended with, which has the report as well."""
        text, throughput, error, sandbox = self._run.outcome()
        report: Optional[_R] = None
        if text != "{}":
            report = reports.from_native(self._report, text, throughput, sandbox)  # type: ignore[assignment]
        if isinstance(error, errors.DumpstreamError):
            error.report = report
        return report, error

    def _close_bar(self) -> None:
        if isinstance(self._on_event, _progress.Bar):
            self._on_event.close()


def _listener(on_event: Any) -> "Optional[Callable[[events.Event], object]]":
    if on_event is None:
        return None
    if not callable(on_event):
        raise TypeError(f"on_event is a callable, not {type(on_event).__name__}")
    if inspect.iscoroutinefunction(on_event) or inspect.iscoroutinefunction(getattr(on_event, "__call__", None)):
        raise TypeError("on_event is called, and not awaited: it can't be a coroutine function")
    listener: Callable[[events.Event], object] = on_event
    return listener


def _interval(value: Any) -> float:
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, (str, bool)) or not hasattr(value, "__float__"):
        raise errors.UsageError(f"event_interval is a number of seconds or a timedelta, not {type(value).__name__}")
    seconds = float(value)
    if not 0 <= seconds < float("inf"):
        raise errors.UsageError(f"event_interval can't be {seconds} seconds")
    return seconds


def _mode(arguments: Dict[str, Any]) -> None:
    """Puts ``mode`` as the command line's options say it."""
    mode = arguments.pop("mode", "fresh")
    if mode not in ("fresh", "append", "replace"):
        raise errors.UsageError(f"mode is 'fresh', 'append' or 'replace', not {mode!r}")
    for option in ("append", "replace"):
        if mode == option:
            arguments[option] = True
        elif mode != "fresh" and arguments.get(option):
            raise errors.UsageError(f"mode={mode!r} and {option}=True contradict each other")


def _pass_logs_on() -> None:
    for level, name, text in logs.drain():
        logger = logging.getLogger(name)
        if logger.isEnabledFor(level):
            logger.log(level, "%s", text)


def _request(command: str, arguments: Dict[str, Any]) -> Tuple["list[str]", Dict[str, Any]]:
    """The words of a command line, and what can't be said in words."""
    beside: Dict[str, Any] = {}
    source = arguments.pop("source", None)
    password = arguments.pop("password", None)
    if password is not None and not isinstance(password, str):
        raise TypeError(f"password is a str, not {type(password).__name__}")
    for name in ("to", "against"):
        if arguments.get(name) is not None:
            arguments[name], of_target = _targets.target(arguments[name])
            password = of_target if password is None else password
    session = arguments.pop("session", None)
    if session is not None:
        if arguments.get("profile") is not None:
            raise errors.UsageError("a session and a profile are two ways to name AWS credentials")
        arguments["region"] = arguments.get("region") or _region(session)
        beside["credentials"] = _credentials(session)
    if command == "discover" and arguments["output"] == "-":
        raise errors.UsageError("discover prints nothing here: the report's rules attribute has them")
    if command == "scrub" and _has(arguments["output"], "write"):
        _must_be_binary("output", arguments["output"])
        beside["writer"] = arguments["output"]
        beside["name"] = _name(arguments["output"])
        arguments["output"] = "-"
        # The name of a file object doesn't say whether it compresses by itself.
        arguments["compress"] = arguments.get("compress") or "none"
    words = _options.argv(command, arguments)
    if "source" in _options.commands()[command]:
        words += _source(source, arguments, beside)
    return words, {**beside, "password": password}


def _source(source: Any, arguments: Dict[str, Any], beside: Dict[str, Any]) -> "list[str]":
    if source is None:
        if arguments.get("files_from") is None:
            raise TypeError("a source is missing: the dump, or files_from")
        return []
    if isinstance(source, str):
        return ["--", source]
    if isinstance(source, os.PathLike):
        beside["path"] = os.fsdecode(source)
    elif _has(source, "read"):
        _must_be_binary("source", source)
        beside["reader"] = source
        beside["size"] = _size(source)
        if "writer" not in beside:
            beside["name"] = _name(source)
    else:
        raise TypeError(f"a source is a str, a path or a readable file object, not {type(source).__name__}")
    # What it stands for is beside it.
    return ["--", "-"]


def _has(value: Any, method: str) -> bool:
    return not isinstance(value, (str, os.PathLike)) and callable(getattr(value, method, None))


def _name(file: Any) -> str:
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else f"a {type(file).__name__}"


_TEXT = (io.TextIOBase, codecs.StreamReader, codecs.StreamWriter, codecs.StreamReaderWriter)


def _must_be_binary(what: str, file: Any) -> None:
    # What tempfile gives has the file itself inside.
    if isinstance(file, _TEXT) or isinstance(getattr(file, "file", None), _TEXT):
        raise TypeError(f"the {what} is a text file: open it in binary mode, or give its buffer, such as sys.stdin.buffer")


def _size(file: Any) -> Optional[int]:
    """How many bytes a file object still has, where that is known. Others might have to read or decompress to tell."""
    try:
        if type(file) is io.BytesIO:
            with file.getbuffer() as held:
                left = len(held) - file.tell()
        else:
            raw = getattr(file, "raw", file)
            about = os.fstat(raw.fileno()) if isinstance(raw, io.FileIO) else None
            if about is None or not stat.S_ISREG(about.st_mode):
                return None
            left = about.st_size - file.tell()
    except (AttributeError, OSError, ValueError):
        return None
    return left if left > 0 else None


def _region(session: Any) -> Optional[str]:
    region = getattr(session, "region_name", None)  # boto3
    if region is None and hasattr(session, "get_config_variable"):  # botocore
        region = session.get_config_variable("region")
    return region


def _credentials(session: Any) -> Callable[[], Tuple[str, str, Optional[str]]]:
    if not callable(getattr(session, "get_credentials", None)):
        raise TypeError(f"session is a session of boto3 or botocore, not {type(session).__name__}")

    def ask() -> Tuple[str, str, Optional[str]]:
        credentials = session.get_credentials()
        if credentials is None:
            raise errors.UsageError("the session has no AWS credentials")
        frozen = credentials.get_frozen_credentials()
        return frozen.access_key, frozen.secret_key, frozen.token

    return ask
