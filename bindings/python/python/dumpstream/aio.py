"""The commands for asyncio: the same names, options, reports and errors, as awaitables.

The event loop stays free. Cancelling one stops the run, and waits until it has cleaned up, as Ctrl-C does.

>>> import asyncio
>>> async def both():
...     return await asyncio.gather(dumpstream.aio.verify(small), dumpstream.aio.inspect(small))
>>> [type(report).__name__ for report in asyncio.run(both())]
['VerifyReport', 'InspectReport']
"""

from __future__ import annotations

import functools
import inspect as _inspect
from typing import TYPE_CHECKING, Any, Callable, Coroutine, TypeVar

from . import _commands
from ._calls import Call

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    _P = ParamSpec("_P")

_T = TypeVar("_T")

__all__ = ["discover", "inspect", "plan", "restore", "rollback", "scrub", "verify"]


def _asynchronous(command: "Callable[_P, _T]", example: str = "") -> "Callable[_P, Coroutine[Any, Any, _T]]":
    signature = _inspect.signature(command)

    @functools.wraps(command)
    async def awaited(*args: "_P.args", **kwargs: "_P.kwargs") -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return await Call[Any](command.__name__, bound.arguments).wait_async()

    name = command.__name__
    awaited.__doc__ = f"As :func:`dumpstream.{name}`, as an awaitable."
    if example:
        awaited.__doc__ += f"\n\n>>> import asyncio, io\n>>> asyncio.run(dumpstream.aio.{name}({example}"
    return awaited


restore = _asynchronous(_commands.restore, 'small, to="sandbox/shop")).rows\n7')
plan = _asynchronous(_commands.plan, 'small, to="sandbox/shop")).outcome\n\'ok\'')
scrub = _asynchronous(_commands.scrub, "small, output=io.BytesIO(), rules=rules)).tables[0].action\n'kept'")
verify = _asynchronous(_commands.verify, "small)).rows\n7")
inspect = _asynchronous(_commands.inspect, "small)).dump.rows\n7")
discover = _asynchronous(_commands.discover, "small)).undecided\n('city.name', 'visit.raw')")
rollback = _asynchronous(_commands.rollback)
