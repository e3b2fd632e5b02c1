"""Simulated exposure against what was measured: the drugs are in virtual patients what they are in real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from her2lab import population
from her2lab.comparison.exposure import ExposureComparison, compare
from her2lab.facts import library
from her2lab.facts.records import Administration, Dose, Exposure
from her2lab.trial.exposure import Concentrations, Sampling, simulate

QUICK = ("trastuzumab", "pertuzumab", "tucatinib", "trastuzumab_deruxtecan")

# (drug, words of the population, metric) -> why a row that is evidence is more than 20 % away
EXPLAINED = {
    ("capecitabine", "normal liver", "area"):
        "first dose in 14 patients; two population models agree on the 0.65 mg*h/L that is simulated",
    ("docetaxel", "cancer (24)", "area"):
        "published means range from 3.1 to 4.6 mg*h/L; the model, fitted by others, lies between them",
    ("ramucirumab", "before dose 7", "trough"):
        "rises by half from the fourth to the seventh dose, more than a linear model can",
    ("trastuzumab", "gastric cancer (274)", "trough"):
        "the virtual population is lighter and has less albumin (assumptions) than the label's reference patient",
    ("trastuzumab", "FeDeriCa (fixed combination)", "trough"):
        "lower than in HannaH at the same dose, which is met",
    ("trastuzumab_emtansine", "MARIANNE", "trough"):
        "a sixtieth of the peak, predicted by another population model than the one used",
}


def is_evidence(row: ExposureComparison) -> bool:
    observed = row.observed
    modelled = row.drug.pharmacokinetics_tier in ("A", "B")
    return modelled and bool(observed.value.seen) and not observed.informs_parameters


def misses(rows: list[ExposureComparison]) -> list[str]:
    return [f"{row.drug.id}, {row.observed.population}: {row.observed.metric} {row.difference:+.0f} %"
            for row in rows if is_evidence(row) and row.within is False and not explained(row)]


def explained(row: ExposureComparison) -> bool:
    observed = row.observed
    return any(row.drug.id == drug and who in observed.population and observed.metric == metric
               for drug, who, metric in EXPLAINED)


@pytest.fixture(scope="module")
def quick() -> list[ExposureComparison]:
    return compare([library.drug(name) for name in QUICK], jobs=2)


def test_two_antibodies_a_tablet_and_a_payload_stand_as_high_as_was_measured(quick: list[ExposureComparison]) -> None:
    assert {row.drug.id for row in quick if row.value is not None} == set(QUICK)
    assert any(row.observed.analyte == "payload" for row in quick)
    assert misses(quick) == []


def test_published_and_simulated_bands_overlap(quick: list[ExposureComparison]) -> None:
    for row in quick:
        published = row.observed
        if None not in (row.low, row.high, published.p5, published.p95):
            assert row.low < published.p95, row
            assert row.high > published.p5, row


@pytest.mark.slow
def test_every_published_exposure_is_met_or_the_miss_is_explained() -> None:
    rows = compare(list(library.drugs().values()), jobs=2)
    assert misses(rows) == []
    assert [row.reason for row in rows if row.reason is not None] == []


def test_levels_of_a_linear_drug_are_those_of_the_formula() -> None:
    """A two-compartment drug, two infusions: area, peak, trough and average by hand."""
    drug = library.drug("pembrolizumab")
    cohort = population.draw(library.population("breast_metastatic_1l"), 5, seed=2)
    line = Administration(drug=drug.id, dose=Dose(amount=200, unit="mg"), every=21.0, cycles=40)
    [levels] = simulate(drug, [Sampling([line], cohort, [(0.0, 21.0), (819.0, 840.0)])])
    values = population.drug_parameters(drug, "checkpoint_a", cohort)
    clearance, v1, q, v2 = (
        values[f"checkpoint_a_{name}"]
        for name in ("clearance", "central_volume", "intercompartmental_clearance", "peripheral_volume")
    )
    np.testing.assert_allclose(levels.metric("area", (819.0, 840.0)), 200 / clearance, rtol=0.03)  # nearly steady
    k10, k12, k21 = clearance / v1, q / v1, q / v2
    root = np.sqrt((k10 + k12 + k21) ** 2 - 4 * k10 * k21)
    fast, slow = (k10 + k12 + k21 + root) / 2, (k10 + k12 + k21 - root) / 2
    length = 30 / 1440

    def level(day: float) -> np.ndarray:
        rate = 200 / length / v1
        return rate * sum(
            weight / one * np.exp(-one * (day - length)) * (1 - np.exp(-one * length))
            for one, weight in ((fast, (fast - k21) / (fast - slow)), (slow, (k21 - slow) / (fast - slow)))
        )

    np.testing.assert_allclose(levels.metric("peak", (0.0, 21.0)), level(length), rtol=2e-3)
    np.testing.assert_allclose(levels.metric("trough", (0.0, 21.0)), level(21.0), rtol=2e-3)
    np.testing.assert_allclose(levels.metric("average", (0.0, 21.0)) * 21, levels.metric("area", (0.0, 21.0)))


def test_metrics_of_a_course_known_by_hand() -> None:
    levels = Concentrations(np.array([0.0, 1.0, 2.0, 3.0]), {"drug": np.array([[0.0, 4.0, 2.0, 9.0]])})
    assert levels.metric("peak", (0.0, 2.0)) == [4]
    assert levels.metric("trough", (0.0, 2.0)) == [2]
    assert levels.metric("area", (0.0, 2.0)) == [5]
    assert levels.metric("average", (0.0, 2.0)) == [2.5]


def changed(**fields: Any) -> ExposureComparison:
    """The first exposure of pertuzumab with other fields, simulated."""
    drug = library.drug("pertuzumab")
    first = next(each for each in drug.observed_exposure if each.dosing)
    other = Exposure.model_validate({**dict(first), **fields})
    [row] = compare([drug.model_copy(update={"observed_exposure": [other]})], patients=20)
    return row


def test_a_row_that_cannot_be_simulated_says_why() -> None:
    assert "unknown population" in (changed(simulate_in="breast_imaginary").reason or "")
    assert "no such property" in (changed(properties={"shoe_size": 40.0}).reason or "")
    assert changed(simulate_in="breast_imaginary").within is None


def test_a_fixed_property_moves_the_exposure() -> None:
    light, heavy = (changed(properties={"lean_body_weight": weight}, metric="trough").value for weight in (35.0, 60.0))
    assert light is not None
    assert heavy is not None
    assert light > heavy


def test_the_command_prints_data_and_the_page(her2lab: Any) -> None:
    ended = her2lab("drug", "exposure", "tucatinib", "--json")
    assert ended.status == 0
    rows = json.loads(ended.out)["rows"]
    assert {row["metric"] for row in rows} == {"area", "peak", "trough"}
    assert all(row["within"] for row in rows)
    page = her2lab("drug", "exposure", "tucatinib", "--markdown").out
    assert "Generated by `her2lab drug exposure --markdown > docs/generated/exposure.md`" in page
    assert page.count("| tucatinib |") == 3
    refused = her2lab("drug", "exposure", "tucatinib", "--json", "--markdown")
    assert refused.status == 2


def test_the_page_of_the_documentation_has_every_row() -> None:
    page = (Path(__file__).parents[2] / "docs" / "generated" / "exposure.md").read_text(encoding="utf-8")
    for drug in library.drugs().values():
        rows = [each for each in drug.observed_exposure if each.dosing]
        assert page.count(f"| {drug.id} |") == len(rows), f"{drug.id}: run her2lab drug exposure --markdown"
