"""From keyword arguments to the words of a command line: the library's own parser then says what they mean."""

from __future__ import annotations

import json
import operator
import os
from datetime import timedelta
from functools import lru_cache
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, SupportsIndex

from ._native import cli


@lru_cache(maxsize=None)
def commands() -> Dict[str, Dict[str, Dict[str, Any]]]:
    """What the command line takes: by command, and by the option's name."""
    described: Dict[str, Dict[str, Dict[str, Any]]] = json.loads(cli.options())
    return described


@lru_cache(maxsize=None)
def known() -> FrozenSet[str]:
    """The names of all options."""
    return frozenset(name for options in commands().values() for name in options)


def argv(command: str, options: Mapping[str, Any]) -> List[str]:
    """The words for a command with these options. What is ``None`` or ``False`` is left out."""
    described = commands()[command]
    words = [command]
    for name, value in options.items():
        if value is None and described[name]["required"]:
            raise TypeError(f"{name} is missing")
        if value is None or value is False:
            continue
        flag = "--" + name.replace("_", "-")
        takes = described[name]["takes"]
        if takes == "nothing":
            if value is not True:
                raise TypeError(f"{name} is True or False, not {type(value).__name__}")
            words.append(flag)
        elif takes == "several" and isinstance(value, Mapping):
            words.extend(f"{flag}={text(name, key)}={text(name, item)}" for key, item in value.items())
        elif takes == "several" and isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
            words.extend(f"{flag}={text(name, item)}" for item in value)
        else:
            words.append(f"{flag}={text(name, value)}")
    return words


def text(name: str, value: object) -> str:
    """A value as a command line has it."""
    if isinstance(value, bool):
        raise TypeError(f"{name} can't be {value}")
    if isinstance(value, str):
        # A member of an Enum would be formatted as its name.
        return str.__str__(value)
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, float):
        return str(int(value) if value.is_integer() else value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, SupportsIndex):
        return str(int(operator.index(value)))
    raise TypeError(f"{name} can't be of type {type(value).__name__}")
