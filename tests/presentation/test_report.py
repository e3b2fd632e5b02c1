"""The report loads nothing, believes no text and forgets no table."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from her2lab.presentation.report import render
from tests.presentation import standin

COMMAND = "her2lab trial run cleopatra --seed 1"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def page():
    return render(standin.result(standin.trial()), standin.PARAMETERS, COMMAND)


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the data of its figures."""

    def __init__(self, page):
        super().__init__()
        self.found, self.figures, self._figure = [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self._figure = dict(attrs).get("class") == "figure-data"

    def handle_data(self, data):
        if self._figure:
            self.figures.append(json.loads(data))
            self._figure = False


def test_it_loads_nothing(page):
    for tag, attributes in Elements(page).found:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes)
    assert "default-src 'none'" in page


def test_no_button_sends_a_figure_away(page):
    assert 'plotlyServerURL: ""' in page
    assert 'modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]]' in page


def test_fault_44_texts_from_files_are_escaped():
    trial = standin.trial(title=HOSTILE)
    arm = trial.arms[0].model_copy(update={"title": HOSTILE})
    trial = trial.model_copy(update={"arms": [arm, *trial.arms[1:]]})
    parameter = standin.PARAMETERS[0].__class__(
        **{**vars(standin.PARAMETERS[0]), "citation": HOSTILE, "link": "javascript:alert(3)"}
    )
    page = render(standin.result(trial), [parameter], HOSTILE)
    assert HOSTILE not in page
    elements = Elements(page).found
    assert [tag for tag, _ in elements].count("img") == 0
    assert not any("javascript:" in attributes.get("href", "") for _, attributes in elements)


def test_every_part_is_there(page):
    text = re.sub(r"\s+", " ", page)
    for words in (
        "Research use only",
        "CALIBRATION",
        "70.1 (66.0 to 74.0)",
        "outside the interval",
        "Swain 2015 N Engl J Med",
        "Docetaxel 75 mg/m² iv every 21 days for 6 cycles",
        "Neutropenia",
        "Step limit",
        "L/day",
        "https://doi.org/10.1007/s00280-018-3728-z",
        "of the order of the growth rate",
        "Alkhafaje Z et al. HER2 in breast and gastric cancer therapy",
        COMMAND,
        "seed 1",
        "0" * 64,
    ):
        assert words in text
    keys = {attributes["id"] for tag, attributes in Elements(page).found if attributes.get("class") == "plot"}
    assert keys == {
        "pfs",
        "os",
        "waterfall",
        "tumour",
        "lvef",
        "neutrophils",
        "concentration_trastuzumab",
        "concentration_docetaxel",
        "concentration_pertuzumab",
    }


def test_it_stays_small(page):
    assert len(page.encode()) < 8e6
    assert all(figure["data"] for figure in Elements(page).figures)


def test_same_result_same_page(page):
    assert render(standin.result(standin.trial()), standin.PARAMETERS, COMMAND) == page


def test_validation_is_told_apart():
    trial = standin.trial().model_copy(update={"use": "validation", "published": None})
    page = render(standin.result(trial), [], COMMAND)
    assert "VALIDATION" in page
    assert 'class="comparison validation"' in page
    assert "Nothing published is recorded" in page


def test_an_arm_of_one():
    trial = standin.trial(patients=1)
    assert "Kaplan-Meier" in render(standin.result(trial), [], COMMAND)


def test_it_says_what_the_rules_did_to_the_doses(page):
    rows = page[page.index('<section id="doses"'):]
    assert "lvef_below_40 1.5" in rows
    assert rows.index("anc_below_half 4.1") < rows.index("lvef_below_40 1.5")  # the commonest reason first
    assert "Loperamide" in rows
    assert "31.2" in rows


def test_a_published_curve_is_drawn_and_its_distance_written():
    trial = standin.trial()
    published = trial.published.model_copy(update={"curves": {"pfs": "cleopatra_pfs.csv"}})
    page = render(standin.result(trial.model_copy(update={"published": published})), [], COMMAND)
    assert "placebo, published (digitised)" in page
    assert re.search(r"Distance of the simulated from the published curve: placebo \d+\.\d percentage points", page)
    assert "published (digitised)" not in render(standin.result(trial), [], COMMAND)
