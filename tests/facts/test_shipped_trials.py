"""The trial files that are shipped: each is read, and the model can hold and give what its arms need."""

from __future__ import annotations

import pytest

from her2lab import biology
from her2lab.facts import library
from her2lab.facts.records import Arm, Trial
from her2lab.facts.vocabulary import landmark
from her2lab.population.cohort import with_baseline
from her2lab.trial.conduct import slots
from her2lab.trial.run import check
from her2lab.trial.statistics import endpoints

ARMS = [(trial, arm) for trial in library.trials() for arm in trial.arms]


@pytest.mark.parametrize("trial", library.trials(), ids=lambda trial: trial.id)
def test_a_trial_can_be_run_in_its_population(trial: Trial) -> None:
    check(trial)
    with_baseline(library.population_of(trial), trial.baseline)
    assert (trial.use is None) == (trial.published is None)     # what was published is either fitted or predicted
    assert trial.followup <= 120 * 365.25 / 12


@pytest.mark.parametrize(("trial", "arm"), ARMS, ids=[f"{trial.id}-{arm.id}" for trial, arm in ARMS])
def test_the_drugs_of_an_arm_fit_the_slots_of_the_patient(trial: Trial, arm: Arm) -> None:
    patient = biology.assemble()
    given = {line.drug: library.drug(line.drug) for line in arm.regimen}
    taken = slots.assign(given, patient.slots, arm.id)
    for line in arm.regimen:
        slot = taken[line.drug]
        assert slots.target(line.drug, slot, line.route, patient.inputs[slot], arm.id)


@pytest.mark.parametrize("trial", library.trials(), ids=lambda trial: trial.id)
def test_published_rates_are_of_any_grade_at_least_those_of_grade_3(trial: Trial) -> None:
    for events in trial.published.adverse_events.values() if trial.published else ():
        for event, rates in events.items():
            if "any" in rates and "grade3" in rates:
                assert rates["any"] >= rates["grade3"], event


@pytest.mark.parametrize("trial", [t for t in library.trials() if t.published], ids=lambda trial: trial.id)
def test_every_published_endpoint_has_its_simulated_neighbour(trial: Trial) -> None:
    published = trial.published
    assert published is not None
    assert {name for values in published.arms.values() for name in values} <= set(endpoints.wanted(trial))
    compared = endpoints.pairs(trial, endpoints.wanted(trial))
    assert {(each.endpoint, each.arm, each.reference) for each in published.contrasts} <= set(compared)
    landmarks = [landmark(name) for values in published.arms.values() for name in values]
    last = max((each[1] for each in landmarks if each), default=0)
    assert last * 365.25 / 12 <= trial.followup * 1.001
