"""The review as a page: it loads nothing, follows the review's sections, and shows figures side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from her2lab.presentation.review.plots import plot
from her2lab.review import library


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from her2lab.lab.cli import main

    folder = tmp_path_factory.mktemp("review")
    assert main(["review", "check", "C10", "C05", "C01", "T09", "M01", "--out", str(folder)]) == 0
    return folder


def test_the_page_loads_and_runs_nothing(written: Path) -> None:
    page = (written / "review.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("Content-Security-Policy", "").replace("http-equiv", "")
    assert "Research use only" in page
    assert str(library.review_citation()) in page
    assert all(f'id="{claim}"' in page for claim in ("C01", "C05", "C10", "M01", "T09"))


def test_the_document_counts_and_follows_the_sections(written: Path) -> None:
    document = json.loads((written / "review.json").read_text(encoding="utf-8"))
    assert document["counts"] == {
        "holds": 0, "fails": 2, "reference": 2, "not_testable": 1,
        "fails_because": {"primary sources": 1, "model": 1, "both": 0, "too few patients": 0}}
    filled = [(section["id"], [claim["id"] for claim in section["claims"]])
              for section in document["sections"] if section["claims"]]
    assert filled == [("significance", ["C01", "C05"]), ("table_1", ["T09"]), ("pertuzumab", ["C10"]),
                      ("methods", ["M01"])]
    assert [row["claim"] for row in document["table_1"]] == list(library.drug_rows())


def test_where_the_model_is_at_fault_somebody_has_said_why(written: Path) -> None:
    document = json.loads((written / "review.json").read_text(encoding="utf-8"))
    claims = {claim["id"]: claim for section in document["sections"] for claim in section["claims"]}
    assert "GRB2" in claims["C05"]["explanation"]
    assert claims["C10"]["explanation"] is None


def test_review_primary_source_and_model_stand_side_by_side(written: Path) -> None:
    document = json.loads((written / "review.json").read_text(encoding="utf-8"))
    claims = {claim["id"]: claim for section in document["sections"] for claim in section["claims"]}
    (figure,) = claims["C10"]["side_by_side"]
    assert figure["review"] == "none"
    assert "IgG1" in figure["primary"]
    assert figure["model"].startswith("adcc")


@pytest.mark.parametrize("claim", ["C10", "C11", "C12", "C14", "C19", "C25"])
def test_where_sources_differ_all_figures_are_held(claim: str) -> None:
    found = library.claims()[claim]
    assert found.differing_figures
    assert all(each.model and found.sources[each.source] for each in found.differing_figures)


def row(**changes: Any) -> dict[str, Any]:
    return {"says": "x", "by": "review", "unit": "1", "ratio": {"value": 0.7, "low": 0.6, "high": 0.9},
            "expected": "down", "figure": None, "margin": 0.0, "holds": True, **changes}


@pytest.mark.parametrize(("changes", "inside"), [
    ({}, True), ({"expected": "up"}, False), ({"expected": "unchanged", "margin": 1.25}, False),
    ({"expected": "not_up", "margin": 1.25}, True), ({"expected": "not_down", "margin": 1.25}, False),
])
def test_an_interval_lies_in_the_band_where_the_reading_is_as_stated(changes: dict[str, Any], inside: bool) -> None:
    (drawn,) = plot({"kind": "clinical", "evidence": [row(**changes)]})
    assert (drawn["band"][0] <= drawn["low"] and drawn["high"] <= drawn["band"][1]) is inside
    assert all(0 <= drawn[mark] <= 1 for mark in ("low", "value", "high", "reference"))


def test_what_could_not_be_estimated_is_not_drawn() -> None:
    nothing = {"value": None, "low": None, "high": None}
    assert plot({"kind": "safety", "evidence": [row(ratio=nothing)]}) == []


def test_a_line_or_drug_that_is_unknown_is_refused_before_anything_runs(her2lab: Any, tmp_path: Path) -> None:
    ended = her2lab("review", "check", "C05", "--out", tmp_path / "r", "--drug", "lapatinab=1uM")
    assert (ended.status, "lapatinib" in ended.line) == (2, True)
    assert her2lab("review", "check", "C05", "--out", tmp_path / "r", "--line", "SKBR4").status == 2
    assert not (tmp_path / "r").exists()
