"""Figures by name: what can be drawn of a result, and what each of them shows."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import plotly.graph_objects as go
import pytest
from lifelines import KaplanMeierFitter

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.presentation.figures import (
    FigureData,
    available,
    canvas,
    concentration,
    figure,
    survival_curves,
    waterfall,
)
from her2lab.presentation.figures import time_courses as courses
from her2lab.presentation.figures.data import survivals
from her2lab.trial.statistics.survival import Times
from tests.presentation import standin

NAMES = ("pfs", "os", "waterfall", "forest", "tumour", "concentration", "concentration_docetaxel", "lvef",
         "neutrophils")


@pytest.fixture(scope="module")
def data():
    return FigureData.of(standin.result(standin.trial()))


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_drawn_by_its_name(data, name):
    drawn = figure(name, data)
    assert isinstance(drawn, go.Figure)
    assert len(drawn.data)
    assert name in available(data)


@pytest.mark.parametrize(("name", "nearest"), [("psf", "pfs"), ("waterfal", "waterfall"), ("neutrophil", "neutrophils"),
                                               ("concentration_docetaxl", "concentration_docetaxel")])
def test_an_unknown_figure_is_refused_with_the_nearest(data, name, nearest):
    with pytest.raises(InputError, match=f"did you mean {nearest}"):
        figure(name, data)


def test_an_unknown_figure_without_a_near_name_is_refused_with_all(data):
    with pytest.raises(InputError) as refused:
        figure("xyz", data)
    assert "pfs, os, waterfall" in str(refused.value.expected)


def test_a_stored_result_has_no_figures_of_time_courses(data):
    stored = replace(data, series={})
    assert set(available(stored)) == {"pfs", "os", "waterfall", "forest"}
    with pytest.raises(InputError, match="time courses"):
        figure("concentration", stored)


def test_concentrations_of_all_drugs_stand_in_one_figure(data):
    titles = {note.text for note in figure("concentration", data).layout.annotations}
    assert any(title.startswith("Trastuzumab, ") for title in titles)
    assert any(title.startswith("Docetaxel, ") for title in titles)


def test_the_forest_shows_simulated_beside_published(data):
    drawn = {trace.name: trace for trace in figure("forest", data).data if trace.mode == "markers"}
    assert list(drawn["simulated (90 % prediction interval)"].x) == [0.7]
    assert list(drawn["published (95 %)"].x) == [0.68]


class TestSurvivalCurves:
    """What a survival figure shows is that which lifelines estimates."""

    MONTHS: ClassVar = np.array([1.0, 2, 2, 3, 5, 8, 8, 9, 12, 14])
    EVENTS: ClassVar = np.array([True, True, False, True, True, False, True, True, False, True])

    def curve(self):
        return survival_curves.estimate(Times(self.MONTHS, self.EVENTS))

    def test_the_estimate_is_kaplan_meiers(self):
        fitted = KaplanMeierFitter(alpha=0.1).fit(self.MONTHS, self.EVENTS)
        curve = self.curve()
        assert curve.percent == pytest.approx(100 * fitted.predict(curve.months).to_numpy())
        assert (curve.low <= curve.percent).all()
        assert (curve.percent <= curve.high).all()
        assert (curve.months[0], curve.percent[0], curve.low[0], curve.high[0]) == (0, 100, 100, 100)

    def test_stairs_hold_each_step(self):
        curve, stairs = self.curve(), self.curve().stairs
        assert len(stairs.months) == 2 * len(curve.months) - 1
        assert np.interp(2.5, stairs.months, stairs.percent) == pytest.approx(curve.percent[curve.months <= 2.5][-1])

    def test_a_thinned_curve_keeps_its_values_and_its_end(self):
        curve = self.curve()
        thinned = curve.at(np.array([0.0, 4.0, 99.0]))
        assert thinned.months.tolist() == [0, 4, 14]
        assert thinned.percent[1] == curve.percent[curve.months <= 4][-1]
        assert thinned.percent[-1] == curve.percent[-1]

    def test_numbers_at_risk_stand_at_each_tick(self):
        trial = standin.trial()
        plot = survival_curves.survival_plot(trial, "pfs", {"placebo": Times(self.MONTHS, self.EVENTS)})
        placebo, pertuzumab = plot.arms
        assert placebo.at_risk == [int((tick <= self.MONTHS).sum()) for tick in plot.ticks]
        assert pertuzumab.simulated is None
        assert placebo.points == [(12.4, 50.0)]
        assert plot.last == 18.5  # the published median of the other arm


def test_published_points_are_medians_and_survival_at_a_time():
    assert survival_curves.published_points(library.trial("th3resa"), "pfs", "choice") == [
        (3.3, 50), (6, 28.3), (12, 8.6)]


def test_percentiles_leave_out_who_has_left():
    values = np.full((20, 2), np.nan)
    values[:, 0] = np.arange(20)
    values[:5, 1] = 1.0
    low, middle, high = canvas.percentiles(values)
    assert (low[0], middle[0], high[0]) == pytest.approx((0.95, 9.5, 18.05))
    assert np.isnan(middle[1])  # five patients are too few for a band


def test_lowest_of_each_window():
    weeks, values = np.arange(8.0), np.array([[0.0, 3, 2, 1, 6, 5, 4, 9]])
    ends, low = concentration.lowest(weeks, values)
    assert ends.tolist() == [3, 6]
    assert low.tolist() == [[1, 4]]


def test_percent_change_of_no_tumour_is_unknown():
    change = courses.percent_change(np.array([[50.0, 25.0], [0.0, 10.0]]))
    assert change[0].tolist() == [0, -50]
    assert np.isnan(change[1]).all()


@pytest.mark.parametrize("last", [2.0, 30.0, 99.0, 300.0, 1000.0])
def test_ticks_are_few(last):
    assert 1 <= len(survival_curves.ticks(last)) <= 18


def test_relapse_is_drawn_under_the_name_that_the_trial_gives_it():
    assert survivals(library.trial("extenet")) == ["idfs", "os"]
    assert survivals(library.trial("cleopatra")) == ["pfs", "os"]


def test_each_response_stands_once_in_the_legend_even_if_the_first_arm_has_none(data):
    responses = [replace(arm, best_response=np.where(arm.best_response == "CR", "PR", arm.best_response))
                 if index == 0 else arm for index, arm in enumerate(data.responses)]
    shown = [trace.name for trace in waterfall.waterfall_figure(responses).data if trace.showlegend]
    assert sorted(shown) == ["CR", "PD", "PR", "SD"]
