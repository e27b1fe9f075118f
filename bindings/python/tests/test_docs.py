"""Every example in a docstring and in the README is run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import List

import pytest
from conftest import SAKILA, SMALL, TOP

import dumpstream

README = TOP / "bindings" / "python" / "README.md"


def modules() -> List[ModuleType]:
    names = [m.name for m in pkgutil.iter_modules(dumpstream.__path__) if m.name not in ("_native", "__main__")]
    return [dumpstream, *(importlib.import_module(f"dumpstream.{name}") for name in sorted(names))]


def examples() -> "List[doctest.DocTest]":
    names = {
        "dumpstream": dumpstream,
        "small": str(SMALL),
        "sakila": str(SAKILA),
        "rules": str(Path(__file__).parent / "rules.yaml"),
    }
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for module in modules() for test in finder.find(module, globs=None, extraglobs=names)]
    # It comes from another module.
    found += finder.find(dumpstream.Sandbox, "dumpstream.Sandbox", globs={}, extraglobs=names)
    return [test for test in found if test.examples]


@pytest.mark.parametrize("test", examples(), ids=lambda test: test.name)
def test_examples(test: doctest.DocTest, capsys: pytest.CaptureFixture[str]) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test)
    assert runner.failures == 0, capsys.readouterr().out


def test_what_is_public_has_a_docstring() -> None:
    for module in (dumpstream, dumpstream.errors, dumpstream.events, dumpstream.reports, dumpstream.aio):
        for name in module.__all__:
            if name not in ("__version__", "Event"):
                assert getattr(module, name).__doc__, f"{module.__name__}.{name}"


def snippets() -> List[str]:
    return re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)


def test_the_readmes_first_snippet_restores_into_a_sandbox_in_five_lines(tmp_path: Path) -> None:
    first = snippets()[0]
    assert len(first.splitlines()) <= 5
    (tmp_path / "sakila.sql.zst").write_bytes(SAKILA.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", first], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=120
    )
    assert "sakila.rental 16044" in done.stdout


@pytest.mark.parametrize("snippet", range(len(snippets())))
def test_the_readmes_other_snippets_compile(snippet: int) -> None:
    compile(snippets()[snippet], f"README snippet {snippet}", "exec", flags=0x2000)  # with a top-level await
