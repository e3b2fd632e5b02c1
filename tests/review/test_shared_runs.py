"""Who is the same patient in several trials, treated alike, is run once; what came out is as if run in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from her2lab import population
from her2lab import trial as room
from her2lab.facts import library
from her2lab.review import trial_runs
from her2lab.review.library import trial_claims
from her2lab.review.runs import Runs
from her2lab.review.shared_runs import patient_digests, shares
from her2lab.review.trial_runs import Key, TrialRun

PATIENTS = 12
PEOPLE = st.lists(st.binary(max_size=1), unique=True)
ARMS = st.dictionaries(st.text(max_size=2), st.tuples(st.sampled_from("xy"), PEOPLE), max_size=6)


@given(ARMS)
def test_everybody_is_run_once_and_found_again(arms: dict[str, tuple[str, list[bytes]]]) -> None:
    found = shares(arms)
    run = [(arms[name][0], arms[name][1][row]) for name, share in found.items() for row in share.own]
    assert len(run) == len(set(run)) == len({(kind, who) for kind, people in arms.values() for who in people})
    for name, (kind, people) in arms.items():
        rows = [*found[name].own, *(row for each in found[name].others.values() for row in each)]
        assert sorted(rows) == list(range(len(people)))
        for other, taken in found[name].others.items():
            there = {arms[other][1][row] for row in found[other].own}
            assert arms[other][0] == kind
            assert {people[row] for row in taken} <= there


def test_a_patient_is_told_by_number_properties_and_parameters() -> None:
    people = library.population("breast_metastatic_1l")
    first, again = population.draw(people, 4, 1), population.draw(people, 4, 1)
    name = next(iter(first.parameters))
    moved = first.with_parameters({name: first.parameters[name] * [1, 1, 2, 1]})
    digests = patient_digests(first)
    assert digests == patient_digests(again)
    assert [a == b for a, b in zip(digests, patient_digests(moved), strict=True)] == [True, True, False, True]
    assert not set(digests) & set(patient_digests(population.draw(people, 4, 2)))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the arms that were really run."""
    sizes: list[int] = []
    real: Callable[..., Any] = trial_runs.run_arm

    def conduct(setting: Any, arm: Any, cohort: Any, **options: Any) -> Any:
        sizes.append(len(cohort.patients))
        return real(setting, arm, cohort, **options)

    monkeypatch.setattr(trial_runs, "run_arm", conduct)
    return sizes


def planned(claim: str) -> dict[Key, TrialRun]:
    """Return the trials that a claim reads, small."""
    runs = Runs()
    trial_claims()[claim].plan(runs)
    return runs.trials.runs(PATIENTS)


def test_trials_with_the_same_people_read_as_if_run_alone(counted: list[int]) -> None:
    alike = ("keynote811", "keynote811_pdl1", "keynote811_no_pdl1")
    runs = {key: run for key, run in planned("C55").items() if key[1] in alike}
    together = trial_runs.run_all(runs)
    assert sum(counted) == 2 * 2 * PATIENTS               # with PD-L1 and without it; the mixed trial has both
    for key, run in runs.items():
        alone = trial_runs.run_all({key: run})[key].patients
        assert_frame_equal(together[key].patients.sort("arm", "patient"), alone.sort("arm", "patient"),
                           check_dtypes=False, check_exact=True)
        assert together[key].patients["arm"].to_list() == alone["arm"].to_list()
        assert together[key].patients.select(pl.struct("arm", "patient").is_duplicated().any()).item() is False


def test_a_claim_reads_what_a_trial_yields() -> None:
    (key, found), = ((key, run) for key, run in planned("C11").items() if key[1] == "cleopatra")
    columns = ["patient", "arm", "os_days", "holds_trastuzumab", "lvef_lowest"]
    whole = room.run_trial(library.trial("cleopatra").model_copy(update={"followup": found.design.trial.followup}),
                     patients=PATIENTS, people=found.design.people)
    assert_frame_equal(trial_runs.run_all({key: found})[key].patients.select(columns), whole.patients.select(columns),
                       check_exact=True)
