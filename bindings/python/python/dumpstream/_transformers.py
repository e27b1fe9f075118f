"""Transformers that are written in Python."""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Tuple, TypeVar, Union, overload

__all__ = ["transformer"]

Transformer = Callable[[List[Optional[str]]], List[Optional[str]]]

_F = TypeVar("_F", bound=Transformer)

_REGISTERED: Dict[str, Tuple[Transformer, str]] = {}


@overload
def transformer(name: str, function: _F, /, *, version: str = "1") -> _F: ...
@overload
def transformer(name: str, /, *, version: str = "1") -> Callable[[_F], _F]: ...
def transformer(
    name: str, function: Optional[_F] = None, /, *, version: str = "1"
) -> Union[_F, Callable[[_F], _F]]:
    """Registers a callable as a transformer that rules can name: ``do: custom, name: NAME``. Also a decorator.

    **This is slow**: where the built-in transformers replace tens of millions of values a second on all cores, Python does
    some hundred thousand, one thread at a time. Prefer a built-in one wherever there is one.

    The callable takes a list of str and gives back a list of as many; ``None`` is NULL. NULL comes only where the rule says
    ``null: replace``. It is called on threads of the library, with each different value of a block once, in any order,
    and again where the dump is read twice: what it gives for a value must depend on that value alone. What it raises ends
    the run with PolicyViolation, which names the exception's type and no text of it.

    Args:
        name: What rules call it. Registering another one by the same name takes its place, for runs that begin later.
        function: The callable; left out where this is a decorator.
        version: Another text whenever it may give something else for a value. A restore that was begun with one version
            isn't gone on with by another; reports have it. Default "1".

    Returns:
        The callable.

    Raises:
        TypeError: It can't be called, or the name or the version is no str.

    Example:
        >>> @dumpstream.transformer("initials", version="2")
        ... def initials(values):
        ...     return [value and "".join(word[0] + "." for word in value.split()) for value in values]
        >>> initials(["Ada Lovelace", None])
        ['A.L.', None]
    """
    if not isinstance(name, str) or not name:
        raise TypeError("the name of a transformer is a str, and not empty")
    if not isinstance(version, str):
        raise TypeError(f"the version of a transformer is a str, not {type(version).__name__}")

    def register(function: _F) -> _F:
        if not callable(function):
            raise TypeError(f"a transformer is a callable, not {type(function).__name__}")
        _REGISTERED[name] = (function, version)
        return function

    return register if function is None else register(function)


def registered() -> Dict[str, Tuple[Transformer, str]]:
    """All that are registered, by name."""
    return dict(_REGISTERED)
