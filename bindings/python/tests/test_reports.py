"""Reports: typed, complete, and shown in notebooks."""

from __future__ import annotations

import dataclasses
import json
import pickle
import sys
import typing
from pathlib import Path
from typing import Any, List

import pytest
from conftest import SAKILA, SMALL, TOP

import dumpstream
from dumpstream import reports

RULES = Path(__file__).parent / "rules.yaml"


def unknown(cls: Any, data: Any, at: str) -> List[str]:
    """What is in the JSON and in no field, and the other way round where that can be told."""
    found = []
    shape = {key: hint for _, key, hint in reports._shape(cls)}
    found += [f"{at}.{key}" for key in data if key not in shape]
    for key, hint in shape.items():
        value = data.get(key)
        if typing.get_origin(hint) is typing.Union:
            hint = next(option for option in typing.get_args(hint) if option is not type(None))
        items = value if typing.get_origin(hint) is tuple else [value]
        inner = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint
        if dataclasses.is_dataclass(inner):
            for item in items or ():
                if item is not None:
                    found += unknown(inner, item, f"{at}.{key}")
    return found


@pytest.fixture(scope="module")
def all_reports(tmp_path_factory: pytest.TempPathFactory) -> "List[reports.Report]":
    out = tmp_path_factory.mktemp("scrubbed") / "out.sql"
    dumps = tmp_path_factory.mktemp("dumps")
    for name in ("first.sql", "second.sql"):
        (dumps / name).write_bytes(SMALL.read_bytes())
    with dumpstream.restore(str(SAKILA), to="sandbox", keep=True, verify="content") as restored:
        assert restored.sandbox is not None
        url = restored.sandbox.url
        return [
            restored,
            dumpstream.restore(str(SMALL), to=f"{url}/r", rules=RULES, replace=True),
            dumpstream.restore(str(SMALL), to=f"{url}/r", replace=True, keep_old=True),
            dumpstream.rollback(to=f"{url}/r"),
            dumpstream.verify(str(SAKILA), against=url),
            dumpstream.inspect(str(SAKILA)),
            dumpstream.inspect(str(TOP / "tests" / "data" / "features-mariadb1011.sql")),
            dumpstream.scrub(str(SMALL), output=out, rules=RULES),
            dumpstream.discover(str(SAKILA), lock=out.with_name("classification.lock")),
            dumpstream.verify(str(dumps), files="independent"),
        ]


def test_every_field_of_the_library_is_typed(all_reports: "List[reports.Report]") -> None:
    for report in all_reports:
        assert unknown(type(report), report.to_dict(), type(report).__name__) == []


def test_reports_turn_into_everything(all_reports: "List[reports.Report]") -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    for report in all_reports:
        assert json.loads(report.to_json()) == report.to_dict()
        frame, table = report.to_pandas(), report.to_arrow()
        assert len(frame) == table.num_rows > 0
        assert list(frame.columns) == table.column_names == list(report._figures()[0])
        again = pickle.loads(pickle.dumps(report))
        assert again == report and again.to_dict() == report.to_dict()
        html = report._repr_html_()
        assert html.startswith("<div>") and "<table>" in html and "<script" not in html


def test_columns_are_there_whatever_the_rows_hold() -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    place = reports.Place(1, 1)
    table = reports.DumpTable("a", True, 1, 0, 0, 0, (), False, (), False, place)
    filled = dataclasses.replace(table, rows=1, largest_row=place, engine="InnoDB")
    empty = dumpstream.InspectReport()
    report = dumpstream.InspectReport(tables=(table, filled))
    assert report.to_arrow().column("largest_row_line").to_pylist() == [None, 1]
    assert list(report.to_pandas()["largest_row_line"])[1] == 1
    assert "largest_row_line" in report._repr_html_()
    assert empty.to_arrow().schema == report.to_arrow().schema
    assert list(empty.to_pandas().columns) == list(report.to_pandas().columns) == report.to_arrow().column_names
    for cls in (dumpstream.RestoreReport, dumpstream.ScrubReport, dumpstream.VerifyReport, dumpstream.DiscoverReport):
        assert cls().to_arrow().column("table").to_pylist() == [] and len(cls().to_pandas()["table"]) == 0
    assert dumpstream.RollbackReport().to_arrow().column_names[0] == "schema"


def test_the_figures_are_the_libraries(all_reports: "List[reports.Report]") -> None:
    restored = all_reports[0]
    assert isinstance(restored, dumpstream.RestoreReport)
    frame = restored.to_pandas()
    assert frame.set_index("table").loc["sakila.rental", "rows"] == 16_044
    assert set(frame["verified_rows"]) == {"equal"}
    assert restored.objects["view"] == 7 and restored.phases["rows"] >= 0


def test_several_dumps_are_told_apart(all_reports: "List[reports.Report]") -> None:
    report = all_reports[-1]
    assert isinstance(report, dumpstream.VerifyReport)
    assert [Path(file.name).name for file in report.source.files] == ["first.sql", "second.sql"]
    assert {file.end for file in report.source.files} == {"footer"} and report.source.sha256 is None
    assert all(table.place.file in (0, 1) for table in report.tables)


def test_what_is_changed_by_the_caller_is_a_copy(all_reports: "List[reports.Report]") -> None:
    report = all_reports[0]
    report.to_dict()["tables"].clear()
    assert report.to_dict()["tables"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.seconds = 1.0  # type: ignore[attr-defined]


def test_names_are_escaped_in_html() -> None:
    sample = [reports.Sample(i / 10, i, i, i, i * 1000) for i in range(5)]
    table = reports.VerifiedTable("<script>x", 1, 1, 1, reports.Place(1, 1))
    report = reports.VerifyReport(tables=(table,), throughput=tuple(sample), outcome="ok")
    html = report._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html and "<polyline" in html


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, small: str) -> None:
    report = dumpstream.verify(small)
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for export in (report.to_pandas, report.to_arrow):
        with pytest.raises(ImportError, match=r"dumpstream\[tables\]"):
            export()
