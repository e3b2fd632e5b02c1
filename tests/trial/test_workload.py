"""Fault 43: what a run needs is estimated before it starts."""

from __future__ import annotations

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Administration, Dose
from her2lab.trial.workload import LIMIT_GB, refuse_if_large, workload


def test_every_trial_of_the_library_runs_unasked_and_needs_more_with_more_patients() -> None:
    for trial in map(library.trial, ("cleopatra", "aphinity", "altto", "neosphere")):
        refuse_if_large(trial)
        assert workload(trial, 400).gigabytes > workload(trial, 200).gigabytes > 0


def test_what_is_refused_says_how_many_would_do() -> None:
    trial = library.trial("cleopatra")
    with pytest.raises(InputError, match=r"GB of memory.*at most [0-9]+ patients.*--yes") as caught:
        refuse_if_large(trial, 10**6)
    most = int(str(caught.value.expected).split()[2])
    assert workload(trial, most).gigabytes <= LIMIT_GB
    refuse_if_large(trial, most)


def test_doses_by_the_hour_for_years_are_counted_without_being_planned() -> None:
    line = Administration(drug="docetaxel", dose=Dose(amount=1.0, unit="mg/m2"), every=1 / 24, per_day=24,
                          until="progression")
    trial = library.trial("cleopatra")
    heavy = trial.model_copy(update={"arms": (trial.arms[0].model_copy(update={"regimen": (line,)}),)})
    with pytest.raises(InputError, match="very large run"):
        refuse_if_large(heavy)
