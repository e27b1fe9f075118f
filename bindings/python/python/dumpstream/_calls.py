"""A call of a command: from the arguments to a run, and from its end to a report or an exception."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, Generic, Mapping, Optional, Tuple, Type, TypeVar

from . import _options, _targets, _transformers, errors, events, reports
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
        self._on_event: Optional[Callable[[events.Event], object]] = arguments.pop("on_event", None)
        self._interval = float(arguments.pop("event_interval", 0.1))
        if self._interval < 0:
            raise errors.UsageError("event_interval is less than 0 seconds")
        self._due = 0.0
        self._report = _OUTCOMES[command]
        words, beside = _request(command, arguments)
        level = _log.getEffectiveLevel() if _log.isEnabledFor(logging.CRITICAL) else 255
        logs.listen(min(level, 255))
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
            while not self._run.wait(0.0):
                _pass_logs_on()
                try:
                    await asyncio.sleep(_NAP)
                except asyncio.CancelledError:
                    # It is ending; to leave now would leave what it made behind.
                    continue
            self._explain(error)
            raise
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
        _, _, ended, sandbox = self._run.outcome()
        if sandbox is not None:
            sandbox.close()
        if error.__cause__ is None:
            error.__cause__ = ended

    def _result(self) -> _R:
        text, throughput, error, sandbox = self._run.outcome()
        report: Optional[_R] = None
        if text != "{}":
            report = reports.from_native(self._report, text, throughput, sandbox)  # type: ignore[assignment]
        if error is not None:
            if isinstance(error, errors.DumpstreamError):
                error.report = report
            raise error
        assert report is not None
        return report


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


def _size(file: Any) -> Optional[int]:
    """How many bytes a file object still has, where it can tell without reading them."""
    try:
        if not file.seekable():
            return None
        at = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(at)
    except (AttributeError, OSError, ValueError):
        return None
    # Some that decompress are slow to seek, and some can't tell before they were read.
    return end - at if isinstance(end, int) and end > at else None


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
