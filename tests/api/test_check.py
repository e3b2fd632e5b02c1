"""Tables of a result agree with each other and with result.json, and a change of any of them is seen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

import her2lab

SUBJECT = "cleopatra-placebo-P00003"


@pytest.mark.parametrize("trial", ["neosphere", "aphinity"])
def test_tables_of_a_small_run_agree(trial):
    assert her2lab.run_trial(trial, patients=2, seed=2).check() == []


def test_what_was_written_agrees(result, folder, command):
    assert result.check() == []
    ended = command("trial", "check", folder)
    assert (ended.status, ended.out.strip()) == (0, "all tables agree")


@pytest.fixture
def place(folder, tmp_path):
    """A copy of the run that may be changed."""
    return Path(shutil.copytree(folder, tmp_path / "run"))


def plus_one(column):
    return pl.when(USUBJID=SUBJECT).then(pl.col(column) + 1).otherwise(pl.col(column)).alias(column)


@pytest.mark.parametrize(("table", "column", "said"), [
    ("patients", "pfs_days", "times: {} PFS"), ("patients", "doses_docetaxel", "exposure: {} docetaxel"),
    ("times", "AVAL", "times: {} OS"), ("exposure", "EXDOSE", "exposure: {} trastuzumab"),
    ("patients", "grade_diarrhoea", "adverse_events: {} diarrhoea"),
    ("adverse_events", "AETOXGR", "adverse_events: {}"),
    ("pharmacokinetics", "EXSTDY", "pharmacokinetics: {} docetaxel")])
def test_a_changed_cell_is_named(place, command, table, column, said):
    pl.read_parquet(place / f"{table}.parquet").with_columns(plus_one(column)).write_parquet(place / f"{table}.parquet")
    ended = command("trial", "check", place)
    assert ended.status == 1
    assert said.format(SUBJECT) in ended.out


def test_a_subject_of_another_arm_is_named(place):
    other = pl.col("USUBJID").str.replace("pertuzumab", "placebo")
    pl.read_parquet(place / "patients.parquet").with_columns(other).write_parquet(place / "patients.parquet")
    lines = her2lab.read_result(place).check()
    assert f"patients: {SUBJECT} has 2 rows, expected one" in lines


def test_a_changed_endpoint_is_named(place):
    summary = json.loads((place / "result.json").read_text())
    summary["arms"][0]["endpoints"]["orr"]["value"] = 12.5
    (place / "result.json").write_text(json.dumps(summary))
    lines = her2lab.read_result(place).check()
    assert len(lines) == 1
    assert lines[0].startswith("result.json: arm placebo orr is 12.5; patients gives")


def test_columns_are_described_beside_the_tables(result, folder):
    told = json.loads((folder / "columns.json").read_text())
    for name, columns in told.items():
        assert list(columns) == pl.read_parquet(folder / f"{name}.parquet").columns
        assert all(each["meaning"] and each["null"] for each in columns.values())
    assert told["pharmacokinetics"]["AUCTAU"]["unit"] == "mg*day/L"


def test_tables_as_text_hold_the_same(result, tmp_path):
    place = her2lab.read_result(result.write(tmp_path / "run", csv=True)).write(tmp_path / "copy", csv=True)
    for name in ("times", "exposure", "pharmacokinetics", "disposition", "adverse_events"):
        read = pl.read_csv(place / f"{name}.csv", schema=pl.read_parquet_schema(place / f"{name}.parquet"))
        assert read.equals(pl.read_parquet(place / f"{name}.parquet")), name
        assert (place / f"{name}.csv").read_bytes() == (tmp_path / "run" / f"{name}.csv").read_bytes()
