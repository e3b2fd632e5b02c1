"""The pages of the settings: made from stored results, calibration and validation apart, with small pictures."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from her2lab.facts import library
from tests.presentation import standin

MOST_BYTES = 60_000


@pytest.fixture
def stored(tmp_path):
    """A folder of one finished run, of the stand-in trial, which has the name and the arms of CLEOPATRA."""
    result = standin.result(standin.trial(patients=1500))
    folder = tmp_path / "trials" / "cleopatra"
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps(result.summary))
    result.patients.write_parquet(folder / "patients.parquet")
    return tmp_path / "trials"


def pages(her2lab, stored, out):
    ended = her2lab("trial", "pages", "--from", stored, "--out", out)
    assert (ended.status, ended.err) == (0, "")
    return {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()}


def test_a_setting_has_a_page_with_picture_values_and_distances(her2lab, stored, tmp_path):
    found = pages(her2lab, stored, tmp_path / "settings")
    assert set(found) == {"README.md", "breast_metastatic_1l.md", "cleopatra.svg"}
    page = found["breast_metastatic_1l.md"]
    assert "## Calibration trials" in page
    assert "## Validation trials" not in page
    assert "![cleopatra, simulated and published](cleopatra.svg)" in page
    assert "| Objective response, % | placebo | 70.1 (66.0 to 74.0) | 69.3 | inside |" in page
    assert "| cleopatra pfs | placebo |" in page
    assert "Swain SM et al. N Engl J Med 2015;372:724, figure 3A" in page
    assert "No stored result: egf30008" in page
    assert "Research use only" in page
    assert "| cleopatra os | pertuzumab |" in found["README.md"]
    assert pages(her2lab, stored, tmp_path / "again") == found


def test_a_picture_is_small_and_shows_the_published_curve(her2lab, stored, tmp_path):
    svg = pages(her2lab, stored, tmp_path / "settings")["cleopatra.svg"]
    assert len(svg.encode()) < MOST_BYTES
    words = {text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}  # noqa: S314
    assert {"Placebo", "Pertuzumab", "published (digitised)", "published value", "Overall survival"} <= words


def test_a_trial_for_validation_stands_under_that_heading(her2lab, stored, tmp_path, monkeypatch):
    held_out = library.trial("cleopatra").model_copy(update={"use": "validation"})
    monkeypatch.setattr(library, "trial", lambda _: held_out)
    page = pages(her2lab, stored, tmp_path / "settings")["breast_metastatic_1l.md"]
    assert "## Validation trials\n\nNothing was fitted to these trials" in page
    assert "## Calibration trials" not in page


def test_a_folder_without_results_is_refused(her2lab, tmp_path):
    ended = her2lab("trial", "pages", "--from", tmp_path, "--out", tmp_path / "settings")
    assert ended.status == 2
    assert "--from" in ended.line
    assert not (tmp_path / "settings").exists()
