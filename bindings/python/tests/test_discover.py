"""What is personal in a dump: rules and a lockfile are made of it, and scrubs are held against them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

import dumpstream

PEOPLE = ["anne@example.com", "omar@example.org", "lise@example.net", "yuki@example.com"]


def dump(extra: str = "") -> bytes:
    """Accounts with addresses, as mariadb-dump writes them."""
    column = f" `{extra}` varchar(40) NOT NULL," if extra else ""
    rows = ",".join(f"({i},'{who}'" + (",'x'" if extra else "") + ")" for i, who in enumerate(PEOPLE * 5))
    return f"""-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: shop
-- ------------------------------------------------------
CREATE TABLE `account` (`id` int NOT NULL, `email` varchar(80) NOT NULL,{column} PRIMARY KEY (`id`)) ENGINE=InnoDB;
INSERT INTO `account` VALUES {rows};
-- Dump completed on 2026-01-01  0:00:00
""".encode()


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.sql"
    path.write_bytes(dump())
    return path


def test_rules_and_a_lockfile_are_made_and_a_scrub_keeps_to_them(people: Path, tmp_path: Path) -> None:
    rules, lock = tmp_path / "rules.yaml", tmp_path / "classification.lock"
    found = dumpstream.discover(people, output=rules, lock=lock)
    assert found.outcome == "ok" and found.check.result == "passed" and found.undecided == ()
    assert rules.read_text() == found.rules and lock.read_text() == found.lock
    (table,) = found.tables
    assert (table.table, table.rows, table.looked_at) == ("account", 20, 20)
    key, email = table.columns
    assert (key.class_, key.by) == ("none", "type")
    assert (email.class_, email.by, email.rule) == ("email", "name", "email")
    assert email.evidence.values == 20 and email.evidence.different == 4 and email.evidence.whole["email"] == 20
    assert not [who for who in PEOPLE if who in found.to_json() + repr(found)]

    output = io.BytesIO()
    report = dumpstream.scrub(people, output=output, rules=rules, lock=lock)
    assert report.rules.lock is not None and report.rules.lock.name == str(lock)
    assert f"- **Lockfile:** {lock}\n- **Lockfile SHA-256:** {report.rules.lock.sha256}\n" in report.markdown
    assert not [who for who in PEOPLE if who.encode() in output.getvalue()]

    # A column that nobody has seen yet ends it before the first row.
    people.write_bytes(dump(extra="nickname"))
    output = io.BytesIO()
    with pytest.raises(dumpstream.PolicyViolation, match="nickname"):
        dumpstream.scrub(people, output=output, rules=rules, lock=lock)
    assert output.getvalue() == b""
    again = dumpstream.discover(people, lock=lock, output=rules, overwrite=True)
    assert again.lock_changes.added == ("account.nickname",)
    people.write_bytes(dump())
    pruned = dumpstream.discover(people, lock=lock, prune=True)
    assert pruned.lock_changes.gone == ("account.nickname",) and pruned.lock == found.lock == lock.read_text()


def test_rules_that_are_there_stay(people: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("# decided by a person\n")
    with pytest.raises(dumpstream.UsageError, match="is there already"):
        dumpstream.discover(people, output=rules)
    assert rules.read_text() == "# decided by a person\n"


@pytest.mark.parametrize("options", [{"output": "-"}, {"prune": True}, {"overwrite": True}])
def test_options_that_would_do_nothing_are_refused(options: "dict[str, Any]", people: Path) -> None:
    with pytest.raises(dumpstream.UsageError):
        dumpstream.discover(people, **options)


def test_a_file_object_is_read_once_and_takes_no_rules() -> None:
    found = dumpstream.discover(io.BytesIO(dump()))
    assert found.check.result == "not_checked" and found.tables[0].columns[1].rule == "email"
    with pytest.raises(TypeError, match="output"):
        dumpstream.discover(io.BytesIO(dump()), output=io.BytesIO())  # type: ignore[arg-type]


def test_a_dump_that_is_cut_off_makes_no_files(tmp_path: Path) -> None:
    rules, lock = tmp_path / "rules.yaml", tmp_path / "classification.lock"
    cut = dump().rsplit(b"-- Dump completed", 1)[0]
    with pytest.raises(dumpstream.TruncatedDump) as failed:
        dumpstream.discover(io.BytesIO(cut), output=rules, lock=lock)
    assert failed.value.report.outcome == "failed" and not rules.exists() and not lock.exists()
    assert dumpstream.discover(io.BytesIO(cut), output=rules, allow_unfinished=True).rules == rules.read_text()


def test_names_and_types_alone(people: Path) -> None:
    found = dumpstream.discover(people, sample_rows=0)
    assert found.tables[0].looked_at == 0 and found.tables[0].columns[1].by == "name"


def test_a_row_for_each_column(people: Path) -> None:
    pytest.importorskip("pandas")
    found = dumpstream.discover(people)
    frame = found.to_pandas()
    assert frame[["table", "column", "class"]].values.tolist() == [
        ["account", "id", "none"],
        ["account", "email", "email"],
    ]
    assert frame["evidence_whole"].tolist()[1] == "email: 20"
    assert json.loads(found.to_json())["tables"][0]["columns"][1]["class"] == "email"


def test_what_is_left_to_do_is_shown_in_notebooks(small: str) -> None:
    found = dumpstream.discover(small)
    assert found.check.refusals and "The rules are refused as they are: " in found._repr_html_()
