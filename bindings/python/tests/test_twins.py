"""Each option of the command line has its twin in Python, of the same name and with the same default."""

from __future__ import annotations

import asyncio
import inspect
import re
from typing import Any, Callable, Dict

import pytest

import dumpstream
from dumpstream import _options

COMMANDS: Dict[str, Callable[..., Any]] = {
    "restore": dumpstream.restore,
    "scrub": dumpstream.scrub,
    "verify": dumpstream.verify,
    "inspect": dumpstream.inspect,
    "discover": dumpstream.discover,
    "rollback": dumpstream.rollback,
}

# What is about a terminal, and what has its place in Python.
ELSEWHERE = {
    "progress": "on_event, with dumpstream.progress() for bars",
    "quiet": "nothing is printed",
    "verbose": "logging.getLogger('dumpstream').setLevel()",
    "json": "the report's to_json()",
}

# What only Python has: ``mode`` says in one word what ``append`` and ``replace`` say, which are there as well.
ONLY_HERE = {"session", "on_event", "event_interval", "mode"}

# Of the same name, and of another type: the command asks for the password, and here it is given.
OTHERWISE = {"password"}


def of_command(name: str) -> Dict[str, Dict[str, Any]]:
    return {key: about for key, about in _options.commands()[name].items() if key not in ELSEWHERE}


def of_python(name: str) -> "Dict[str, inspect.Parameter]":
    parameters = inspect.signature(COMMANDS[name]).parameters
    return {key: parameter for key, parameter in parameters.items() if key not in ONLY_HERE}


def test_every_command_is_there() -> None:
    assert set(_options.commands()) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_has_its_twin(name: str) -> None:
    assert set(of_command(name)) == set(of_python(name))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_names_and_defaults_are_the_commands(name: str) -> None:
    for key, parameter in of_python(name).items():
        about = of_command(name)[key]
        if about["positional"]:
            assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
            continue
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, key
        if about["required"]:
            assert parameter.default is inspect.Parameter.empty, key
        elif key in OTHERWISE:
            assert parameter.default is None
        elif about["takes"] == "nothing":
            assert parameter.default is False, key
        elif about["takes"] == "several":
            assert parameter.default == (), key
        elif about["default"] is None:
            assert parameter.default is None, key
        else:
            assert _options.text(key, parameter.default) == about["default"], key


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_documented(name: str) -> None:
    doc = inspect.getdoc(COMMANDS[name])
    assert doc is not None
    for key in inspect.signature(COMMANDS[name]).parameters:
        assert re.search(rf"^    {key}: ", doc, re.MULTILINE), f"{name}: {key}"
    for part in ("Args:", "Returns:", "Raises:", ">>> "):
        assert part in doc, part


@pytest.mark.parametrize("name", [*sorted(COMMANDS), "plan"])
def test_awaitables_have_the_same_signature(name: str) -> None:
    awaitable = getattr(dumpstream.aio, name)
    assert inspect.signature(awaitable) == inspect.signature(getattr(dumpstream, name))
    assert asyncio.iscoroutinefunction(awaitable)


def test_plan_is_no_command_of_its_own_and_takes_what_restore_takes() -> None:
    of_restore = dict(inspect.signature(dumpstream.restore).parameters)
    assert of_restore.pop("dry_run").default is False
    assert dict(inspect.signature(dumpstream.plan).parameters) == of_restore


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_name_that_an_option_knows_is_in_its_documentation(name: str) -> None:
    doc = " ".join((inspect.getdoc(COMMANDS[name]) or "").split())
    for key, about in of_command(name).items():
        for known in about["known"] if key not in ("allow", "skip") else []:
            assert f'"{known}"' in doc, f"{name}: {key}={known}"
