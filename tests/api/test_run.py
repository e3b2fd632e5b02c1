"""Runs from Python: the same as from the command line, kept and read back, with arguments checked by name."""

from __future__ import annotations

import polars as pl
import pytest

import her2lab
from her2lab.trial.results.trial_result import TABLES

FILES = {*(f"{name}.parquet" for name in TABLES), "cleopatra.yaml", "columns.json", "report.html", "result.json"}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_command_line_writes_the_same_bytes(command, folder, tmp_path):
    ended = command("trial", "run", "cleopatra", "--patients", 20, "--seed", 1, "--jobs", 1, "--out", tmp_path / "cli")
    assert ended.status == 0
    assert contents(tmp_path / "cli") == contents(folder)
    assert set(contents(folder)) == FILES


def test_what_was_written_is_read_back(result, folder, tmp_path):
    again = her2lab.read_result(folder)
    assert again.trial == result.trial
    assert again.reproduce == result.reproduce == "her2lab trial run cleopatra --patients 20 --seed 1"
    for name in ("endpoints", "contrasts", "subjects", "times", "adverse_events", "visits", "exposure",
                 "pharmacokinetics", "disposition"):
        assert getattr(again, name).equals(getattr(result, name)), name
    assert contents(again.write(tmp_path / "copy")) == contents(folder)
    assert again.report(tmp_path / "page.html").read_bytes() == (folder / "report.html").read_bytes()
    assert again.plot("pfs").to_json() == result.plot("pfs").to_json()


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(her2lab.InputError, match="no finished run"):
        her2lab.read_result(tmp_path)


@pytest.mark.parametrize(("argument", "value"), [
    ("patients", 0), ("patients", 2.5), ("patients", True), ("seed", -1), ("jobs", 0), ("by", ["pik3ca"])])
def test_an_argument_that_cannot_be_used_is_named(argument, value):
    with pytest.raises(her2lab.InputError, match=f"^field {argument},") as refused:
        her2lab.run_trial("cleopatra", **{argument: value})
    assert "--" not in str(refused.value)


def test_tables_are_copies(result):
    result.subjects.drop_in_place("arm")
    result.summary["arms"].clear()
    assert "arm" in result.subjects.columns
    assert result.summary["arms"]


def test_endpoints_are_those_of_the_report(result):
    table = result.endpoints.filter(pl.col("published").is_not_null())
    assert set(table["arm"]) == {"placebo", "pertuzumab"}
    open_above = table.with_columns(high=pl.col("high").fill_null(float("inf")))
    within = (open_above["published"] >= open_above["low"]) & (open_above["published"] <= open_above["high"])
    told = table["inside"].is_not_null()
    assert told.any()
    assert (table["inside"] == within).filter(told).all()


def test_times_events_and_doses_agree_with_the_subjects(result):
    subjects = result.subjects.select("USUBJID", "arm", "os_cnsr", "delivered_mg_trastuzumab")
    died = result.times.filter(PARAMCD="OS", CNSR=0)["USUBJID"]
    assert set(died) == set(subjects.filter(os_cnsr=0)["USUBJID"])
    for table in (result.times, result.adverse_events, result.exposure, result.visits):
        assert set(table["USUBJID"]) <= set(subjects["USUBJID"])
    given = result.exposure.filter(EXTRT="trastuzumab").group_by("USUBJID").agg(pl.col("EXDOSE").sum())
    both = subjects.join(given, on="USUBJID")
    assert both["EXDOSE"].to_list() == pytest.approx(both["delivered_mg_trastuzumab"].to_list())


def test_every_plot_is_drawn_and_an_unknown_one_refused(result):
    for name in result.plots:
        assert result.plot(name).data, name
    with pytest.raises(her2lab.InputError, match="did you mean waterfall"):
        result.plot("waterfal")


def test_a_notebook_shows_simulated_beside_published(result):
    html = result._repr_html_()
    assert "Median progression-free survival" in html
    assert "18.7" in html
    assert "Research use only" in html


def test_a_report_that_cannot_be_written_is_refused(result, tmp_path):
    with pytest.raises(her2lab.InputError, match=r"^field path"):
        result.report(tmp_path / "not" / "there.html")


def test_a_changed_trial_says_how_to_run_it_again(folder):
    text = (folder / "cleopatra.yaml").read_text(encoding="utf-8")
    assert her2lab.load_trial(folder / "cleopatra.yaml") == her2lab.load_trial("cleopatra")
    path = folder.parent / "mine.yaml"
    path.write_text(text.replace("id: cleopatra", "id: mine", 1), encoding="utf-8")
    found = her2lab.run_trial(path, patients=1, seed=3)
    assert found.reproduce == "her2lab trial run mine.yaml --patients 1 --seed 3"
