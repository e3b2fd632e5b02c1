"""Biomarkers on the command line and on paper, from a result made up for it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from her2lab.presentation.biomarkers import comparisons, left_out, notes
from her2lab.presentation.report import render
from her2lab.trial import TrialResult
from her2lab.trial.results import biomarkers
from tests.presentation import standin

MARKERS = ("pten_loss", "stromal_lymphocytes", "serum_ecd_fall", "brain_metastases")


def result(of=None, seed=1):
    made_up = standin.result(of or standin.trial(), seed)
    row = np.arange(len(made_up.patients))
    patients = made_up.patients.with_columns(
        pten_loss=pl.Series(row % 2).cast(pl.Float64), stromal_lymphocytes=pl.Series(np.where(row % 3, 0.05, 0.4)),
        brain_metastases=pl.lit(0.0), serum_ecd_baseline=pl.lit(20.0), orr=pl.col("best_response").is_in(["CR", "PR"]),
    )
    visits = patients.select("patient", "arm", day=pl.lit(21.0), serum_ecd=pl.Series(np.where(row % 4, 12.0, 22.0)))
    return replace(made_up, patients=patients, visits=visits)


@pytest.fixture
def cut():
    made_up = result()
    return replace(made_up, summary=biomarkers.added(made_up.summary, made_up.patients, made_up.visits, MARKERS))


@pytest.fixture
def folder(tmp_path):
    made_up = result()
    made_up.patients.write_parquet(tmp_path / "patients.parquet")
    made_up.visits.write_parquet(tmp_path / "visits.parquet")
    (tmp_path / "result.json").write_text(json.dumps(made_up.summary))
    return tmp_path


def test_each_endpoint_has_all_markers_and_says_what_must_be_said(cut):
    found = comparisons(cut.summary)
    assert [each.title.removesuffix(", pertuzumab v placebo") for each in found] == [
        "Objective response", "Progression-free survival", "Overall survival"]
    assert [each.better for each in found] == ["placebo", "pertuzumab", "pertuzumab"]     # below a ratio of 1
    assert [marker.name for marker in found[1].markers] == [
        "PTEN", "Lymphocytes in the stroma", "Early fall of HER2 in serum, from day 21"]
    assert [line.who for line in found[1].markers[1].lines] == ["20 % or more", "less than 20 %"]
    assert found[1].markers[0].interaction.startswith("ratio of hazard ratios, reduced v present: ")
    assert [words for words, _ in found[1].together] == ["All patients", "All under observation on day 21"]
    assert len(notes(found)) == 1
    assert "no longer groups of a randomised comparison" in notes(found)[0]
    assert left_out(cut.summary) == ["Brain metastases: no strata: all 118 patients are at one level, no."]


def test_the_report_has_a_table_and_a_forest_plot_of_each_endpoint(cut):
    page = render(cut, [], "command")
    part = page[page.index('<section id="biomarkers"'):page.index('<section id="design"')]
    assert part.count('class="plot"') == part.count("<table") == 3
    assert "below 1: pertuzumab better" in part
    assert "ratio of hazard ratios, reduced v present" in part
    assert "Brain metastases: no strata" in part


def test_a_run_that_was_not_cut_has_no_such_section():
    made_up = standin.result(standin.trial())
    assert biomarkers.with_biomarkers(made_up, []) is made_up
    assert '<section id="biomarkers"' not in render(made_up, [], "command")


def test_one_arm_is_a_table_without_ratios():
    made_up = result()
    summary = made_up.summary | {"arms": made_up.summary["arms"][:1], "contrasts": []}
    found = comparisons(biomarkers.added(summary, made_up.patients, made_up.visits, ["pten_loss"]))
    assert {each.kind for each in found} == {""}
    assert all(line.ratio == "" for each in found for marker in each.markers for line in marker.lines)
    assert notes(found) == ["One arm: outcomes at each level, no benefit and no interaction."]


def test_a_run_is_cut_as_asked_and_says_so(her2lab, monkeypatch, tmp_path):
    written = {}
    monkeypatch.setattr("her2lab.facts.library.trial", lambda _: standin.trial())
    monkeypatch.setattr("her2lab.presentation.parameters.used_in", lambda _: [])
    monkeypatch.setattr("her2lab.trial.run_trial", lambda trial, **_: TrialResult(**vars(result(trial))))
    monkeypatch.setattr("her2lab.trial.write",
                        lambda found, _, files, **__: written.update(files, summary=found.summary))
    ended = her2lab("trial", "run", "cleopatra", "--out", tmp_path, "--by", "pten_loss", "--by", "pten_loss")
    assert ended.status == 0
    assert {entry["biomarker"] for entry in written["summary"]["biomarkers"]} == {"pten_loss"}
    assert "PTEN: ratio of hazard ratios, reduced v present: " in ended.out
    assert b"cleopatra --seed 1 --by pten_loss<" in written["report.html"]


def test_an_unknown_marker_is_refused_before_anything_is_run(her2lab, tmp_path):
    ended = her2lab("trial", "run", "cleopatra", "--out", tmp_path / "out", "--by", "pik3ca")
    assert ended.status == 2
    assert "did you mean pik3ca_mutated?" in ended.line
    assert not (tmp_path / "out").exists()


def test_a_finished_run_can_be_cut_anew(her2lab, folder):
    ended = her2lab("trial", "biomarkers", folder, "--by", "stromal_lymphocytes", "--json")
    assert [entry["endpoint"] for entry in json.loads(ended.out)] == ["orr", "pfs", "os"]
    everything = her2lab("trial", "biomarkers", folder)
    assert everything.status == 0
    for words in ("PTEN", "Early fall of HER2 in serum", "Nodes: the patients of this trial do not have this marker",
                  "Research use only"):
        assert words in everything.out


def test_without_visits_there_is_no_early_fall(her2lab, folder):
    (folder / "visits.parquet").unlink()
    ended = her2lab("trial", "biomarkers", folder, "--by", "serum_ecd_fall")
    assert ended.status == 0
    assert "do not have this marker" in ended.out
