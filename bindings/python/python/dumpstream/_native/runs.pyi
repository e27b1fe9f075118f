from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, final

__all__ = ["Run", "Sandbox", "start"]

@final
class Run:
    def wait(self, seconds: float, /) -> bool: ...
    def stop(self) -> None: ...
    def events(self) -> str: ...
    def outcome(self) -> tuple[str, str, BaseException | None, Sandbox | None]: ...

@final
class Sandbox:
    @property
    def url(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def socket(self) -> Path: ...
    @property
    def client_command(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def closed(self) -> bool: ...
    def close(self) -> None: ...

def start(
    argv: Sequence[str],
    /,
    *,
    path: str | None = None,
    reader: Any = None,
    name: str | None = None,
    size: int | None = None,
    writer: Any = None,
    password: str | None = None,
    credentials: Callable[[], tuple[str, str, str | None]] | None = None,
    transformers: dict[str, tuple[Callable[[list[str | None]], list[str | None]], str]] | None = None,
    events: bool = False,
) -> Run: ...
