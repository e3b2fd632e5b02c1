"""Simulated exposure against what was measured: the drugs are in virtual patients what they are in real ones."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab import biology, engine, population
from her2lab.facts import library
from her2lab.facts.records import Drug, Exposure

PATIENTS, CYCLES, EVERY = 400, 14, 21.0
DOSES = {"trastuzumab": ("antibody_a", 8.0, 6.0, 90.0), "pertuzumab": ("antibody_b", 840.0, 420.0, 60.0)}


@pytest.fixture(scope="module")
def course() -> dict[str, np.ndarray]:
    """Concentration of both antibodies (patients, times) in CLEOPATRA's schedule, over the last of fourteen cycles."""
    cohort = population.draw(library.population("breast_metastatic_1l"), PATIENTS, seed=1)
    parameters, rows = dict(cohort.parameters), []
    weight = cohort.column("weight")
    for drug, (slot, first, later, minutes) in DOSES.items():
        parameters |= population.drug_parameters(library.drug(drug), slot, cohort)
        per = weight if drug == "trastuzumab" else np.ones(PATIENTS)
        rows += [(i, EVERY * cycle, f"{slot}_infusion", per[i] * (later if cycle else first), minutes / 1440)
                 for cycle in range(CYCLES) for i in range(PATIENTS)]
    batch = engine.compile(biology.assemble().sbml).start(PATIENTS, parameters=parameters)
    last = EVERY * (CYCLES - 1)
    times = np.concatenate([last + np.linspace(0.01, 1, 40), last + np.linspace(1.25, EVERY, 80)])
    outputs = [f"{slot}_concentration" for slot, *_ in DOSES.values()]
    values = batch.advance(last + EVERY, inputs=engine.Inputs.build(PATIENTS, rows), record=times, outputs=outputs)
    return {"times": times, **{drug: values[:, :, k] for k, drug in enumerate(DOSES)}}


def observed(drug: Drug, metric: str, population_word: str) -> Exposure:
    return next(e for e in drug.observed_exposure if e.metric == metric and population_word in e.population)


@pytest.mark.parametrize(("drug", "who"), [("trastuzumab", "metastatic"), ("pertuzumab", "reference patient")])
def test_the_steady_state_trough_is_within_15_percent_of_the_published_median(
    course: dict[str, np.ndarray], drug: str, who: str
) -> None:
    published = observed(library.drug(drug), "trough at steady state", who)
    trough = course[drug][:, -1]
    assert np.median(trough) == pytest.approx(published.median.value, rel=0.15)
    low, high = np.percentile(trough, [5, 95])
    if published.p5 is not None and published.p95 is not None:
        assert low < published.p95
        assert high > published.p5


@pytest.mark.parametrize(("drug", "who"), [("trastuzumab", "metastatic"), ("pertuzumab", "reference patient")])
def test_area_under_the_curve_of_a_cycle_is_within_15_percent(
    course: dict[str, np.ndarray], drug: str, who: str
) -> None:
    published = observed(library.drug(drug), "AUC of 21 days at steady state", who)
    area = np.trapezoid(course[drug], course["times"], axis=1)
    assert np.median(area) == pytest.approx(published.median.value, rel=0.15)


def test_peak_of_trastuzumab_is_within_20_percent(course: dict[str, np.ndarray]) -> None:
    published = observed(library.drug("trastuzumab"), "peak at steady state", "metastatic")
    assert np.median(course["trastuzumab"].max(axis=1)) == pytest.approx(published.median.value, rel=0.2)


def test_nine_of_ten_keep_pertuzumab_above_the_target_of_20_mg_per_litre(course: dict[str, np.ndarray]) -> None:
    assert (course["pertuzumab"][:, -1] > 20).mean() > 0.9
