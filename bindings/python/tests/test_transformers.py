"""Transformers that are written in Python."""

from __future__ import annotations

import io
import sys
import threading
from pathlib import Path
from typing import Iterator, List, Optional

import pytest
from conftest import Client, dump_of

import dumpstream
from dumpstream import _transformers

CANARY = "canary-4711"
Values = List[Optional[str]]


@pytest.fixture(autouse=True)
def _forgets() -> "Iterator[None]":
    before = dict(_transformers._REGISTERED)
    yield
    _transformers._REGISTERED.clear()
    _transformers._REGISTERED.update(before)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    text = 'version: 1\ndefault: { text: keep, programs: keep }\ncolumns:\n  - { match: "big.pad", do: custom, name: mine }\n'
    path.write_text(text)
    return path


def dump(*values: str) -> io.BytesIO:
    data = dump_of(len(values), pad=3)
    for i, value in enumerate(values):
        data = data.replace(f"({i},'xxx')".encode(), f"({i},'{value}')".encode())
    return io.BytesIO(data)


def test_values_are_replaced_on_threads_of_the_library(rules: Path) -> None:
    threads = set()
    seen: List[str] = []

    @dumpstream.transformer("mine")
    def mine(values: Values) -> Values:
        threads.add(threading.get_ident())
        seen.extend(v for v in values if v is not None)
        return [v and v.upper() for v in values]

    output = io.BytesIO()
    report = dumpstream.scrub(dump("abc", "déf", "abc"), output=output, rules=rules)
    text = output.getvalue().decode()
    assert "(0,'ABC')" in text and "(2,'ABC')" in text and "(1,'DÉF')" in text
    # Each value once.
    assert sorted(seen) == ["abc", "déf"]
    assert threading.get_ident() not in threads
    assert report.rules.customs == ("mine@1",)
    assert "- **Custom transformers:** mine@1\n" in report.markdown
    (column,) = [c for c in report.tables[0].columns if c.column == "pad"]
    assert column.action == "custom" and column.values is not None and column.values.changed == 3


def test_many_rows_and_restores(server: dumpstream.Sandbox, client: Client, rules: Path) -> None:
    dumpstream.transformer("mine", lambda values: [v and f"{len(v)}" for v in values])
    data = io.BytesIO(dump_of(20_000))
    report = dumpstream.restore(data, to=f"{server.url}/custom", rules=rules, verify="content", block="64KiB")
    assert client.ask("SELECT COUNT(*), MIN(pad), MAX(pad) FROM custom.big") == [["20000", "200", "200"]]
    assert report.tables[0].verified is not None and report.tables[0].verified.content == "equal"


def test_nulls_come_only_where_they_are_asked_for(tmp_path: Path) -> None:
    data = dump_of(2, pad=3).replace(b"'xxx'", b"NULL", 1).replace(b"`pad` text NOT NULL", b"`pad` text")
    path = tmp_path / "rules.yaml"
    seen: List[Values] = []

    @dumpstream.transformer("mine")
    def mine(values: Values) -> Values:
        seen.append(values)
        return [None if v else "was NULL" for v in values]

    for null, expected in [("keep", [["xxx"]]), ("replace", [[None, "xxx"]])]:
        path.write_text(
            "version: 1\ndefault: { text: keep }\ncolumns:\n"
            f'  - {{ match: "big.pad", do: custom, name: mine, "null": {null} }}\n'
        )
        seen.clear()
        output = io.BytesIO()
        dumpstream.scrub(io.BytesIO(data), output=output, rules=path)
        assert [values for values in seen if values] == expected
        assert b"(1,NULL)" in output.getvalue()
        assert (b"was NULL" in output.getvalue()) is (null == "replace")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise ValueError(values[0])", "raised ValueError"),
        ("return values[:-1]", "was given 2 values and gave back 1"),
        ("return [len(v) for v in values]", "something else than a list of str"),
        ("return [None for v in values]", "NOT NULL"),
        ("sys.exit(3)", "raised SystemExit"),
    ],
)
def test_what_goes_wrong_is_told_without_a_value(body: str, words: str, rules: Path) -> None:
    names = {"sys": sys}
    exec(f"def mine(values):\n    {body}", names)
    dumpstream.transformer("mine", names["mine"])  # type: ignore[call-overload]
    output = io.BytesIO()
    with pytest.raises(dumpstream.PolicyViolation) as failed:
        dumpstream.scrub(dump(CANARY, "other"), output=output, rules=rules)
    error = failed.value
    assert words in error.message and error.column == "pad" and error.table == "big"
    assert CANARY not in str(error) and CANARY not in error.report.to_json()
    assert error.__cause__ is None and error.__context__ is None


def test_one_that_is_not_registered_is_refused(rules: Path) -> None:
    with pytest.raises(dumpstream.PolicyViolation, match="no custom transformer is registered as `mine`"):
        dumpstream.scrub(dump("abc"), output=io.BytesIO(), rules=rules)


def test_a_restore_is_not_gone_on_with_by_another_version(server: dumpstream.Sandbox, rules: Path) -> None:
    def mine(values: Values) -> Values:
        return values

    data = dump_of(40_000)
    options = {"to": f"{server.url}/versions", "rules": rules, "block": "64KiB"}

    def stop(event: dumpstream.events.Event) -> None:
        if isinstance(event, dumpstream.events.Rows):
            raise KeyboardInterrupt

    dumpstream.transformer("mine", mine, version="1")
    with pytest.raises(KeyboardInterrupt):
        dumpstream.restore(io.BytesIO(data), rate="256KiB", on_event=stop, **options)  # type: ignore[arg-type]
    dumpstream.transformer("mine", mine, version="2")
    with pytest.raises(dumpstream.DumpstreamError, match="rules"):
        dumpstream.restore(io.BytesIO(data), resume=True, on_failure="keep", **options)  # type: ignore[arg-type]
    dumpstream.transformer("mine", mine, version="1")
    report = dumpstream.restore(io.BytesIO(data), resume=True, **options)  # type: ignore[arg-type]
    assert report.resumed is not None and report.rows + report.resumed.rows >= 40_000


def test_what_is_no_transformer() -> None:
    for args in [("", len), (3, len), ("x", 3)]:
        with pytest.raises(TypeError):
            dumpstream.transformer(*args)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        dumpstream.transformer("x", lambda values: values, version=2)  # type: ignore[call-overload]
