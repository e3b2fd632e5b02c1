"""Earlier lines of therapy: what they leave in the toy patient, and how real trials are recruited by them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from her2lab import engine, population, storage
from her2lab import trial as room
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.prior_lines import Line
from her2lab.facts.records import Arm, Trial
from her2lab.population import Cohort
from her2lab.trial import prior_lines
from her2lab.trial.conduct.context import TrialContext
from her2lab.trial.enrolment import enrol
from her2lab.trial.prior_lines import PriorLinesOutcome, carried, constants_of, run_prior_lines
from tests.trial import toys

SCARRED = "const tolerance_at_entry = 0; var tolerance = tolerance_at_entry; tolerance' = 0.001;"


@cache
def scarred() -> engine.Model:
    """The toy patient with a share of a resistant clone and a tolerance that grows by a thousandth a day."""
    text = (Path(toys.__file__).parent / "toy.ant").read_text()
    text = text.replace("resistant", "share_2").replace("  const lvef_start", f"  {SCARRED}\n  const lvef_start")
    return engine.compile_model(text)


def line(**conditions: str) -> Line:
    return Line("control", toys.CONTROL, **conditions)


def settings(n: int) -> list[TrialContext]:
    trial = toys.trial(arms=[Arm(id="control", n=1, regimen=toys.CONTROL)], followup=800.0)
    return [replace(toys.setting(trial), model=scarred(), occasion=f"line {number}") for number in range(n)]


def patients(n: int = 6, had: float = 1.0, **parameters: Any) -> Cohort:
    cohort = toys.cohort(n, **{"growth_rate": 0.02, "kill": 2e-4, "share_2": 0.02, "mortality": 1e-9, **parameters})
    return replace(cohort, properties=cohort.properties.with_columns(pl.lit(had).alias("had")))


def lived(lines: list[Line], cohort: Cohort) -> PriorLinesOutcome:
    return run_prior_lines(lines, settings(len(lines)), cohort, cohort)


def column(past: PriorLinesOutcome, name: str) -> Any:
    return past.constants[:, past.names.index(name)]


def test_treatment_leaves_more_of_the_clone_that_it_spares() -> None:
    past = lived([line()], patients())
    assert past.enters.all()
    assert past.names == ("share_2", "tolerance_at_entry")
    assert (column(past, "share_2") > 0.02).all()
    assert past.applied_to(patients()).parameters["share_2"] == pytest.approx(column(past, "share_2"))


def test_a_second_line_starts_from_what_the_first_one_left() -> None:
    one, two = (lived([line()] * lines, patients()) for lines in (1, 2))
    assert (column(two, "share_2") > column(one, "share_2")).all()
    assert (column(two, "tolerance_at_entry") > column(one, "tolerance_at_entry") + 0.06).all()
    day = column(one, "tolerance_at_entry") / 0.001
    assert np.round(day) % 63 == pytest.approx(np.zeros(6))        # values are those of the scan of progression


def test_who_does_not_progress_or_dies_does_not_come_to_the_next_line() -> None:
    calm = lived([line(), line()], patients(growth_rate=-0.001))
    assert calm.left_at.tolist() == [1] * 6
    assert not calm.died.any()
    assert column(calm, "share_2").tolist() == [0.02] * 6
    frail = lived([line()], patients(mortality=1.0))
    assert frail.left_at.tolist() == [1] * 6
    assert frail.died.all()


def test_who_did_not_have_a_line_enters_as_drawn() -> None:
    for past in (lived([line(when="had")], patients(had=0.0)), lived([line(unless="had")], patients(had=1.0))):
        assert past.enters.all()
        entered = past.applied_to(patients()).parameters
        assert entered["share_2"].tolist() == [0.02] * 6
        assert entered["tolerance_at_entry"].tolist() == [0.0] * 6     # of which the population says nothing
    assert (column(lived([line(when="had")], patients(had=1.0)), "share_2") > 0.02).all()


def test_a_patient_is_the_same_beside_any_others() -> None:
    whole = patients(growth_rate=np.linspace(0.01, 0.03, 6))
    alone = whole.select(np.array([4]))
    assert lived([line(), line()], alone).constants[0].tolist() == lived([line(), line()], whole).constants[4].tolist()


def test_without_a_living_cell_the_shares_stay() -> None:
    names, states = carried(scarred())
    values = np.array([[0.0, 0.0, 0.5], [3.0, 1.0, 0.5]])
    after = constants_of(names, states, values, np.array([[0.02, 0.0], [0.02, 0.0]]))
    assert after.tolist() == [[0.02, 0.5], [0.25, 0.5]]


def test_the_patient_model_carries_its_clones() -> None:
    names, states = carried(room.trial_context(library.trial("emilia")).model)
    assert names[:2] == ("share_2", "share_3")
    assert states[:3] == ("clone_1_cells", "clone_2_cells", "clone_3_cells")


# ------------------------------------------------------------------------------------------------ recruiting
@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Where histories are kept, in the place of the disk; all else that is kept stays where it is."""
    kept: dict[str, bytes] = {}
    load, store = storage.load, storage.store

    def keep(name: str, body: bytes) -> None:
        if name.startswith("history"):
            kept[name] = body
        else:
            store(name, body)

    monkeypatch.setattr(storage, "load", lambda name: kept.get(name) if name.startswith("history") else load(name))
    monkeypatch.setattr(storage, "store", keep)
    return kept


def emilia(**changes: Any) -> Trial:
    return library.trial("emilia").model_copy(update=changes)


def recruited(trial: Trial, n: int = 8, **options: Any) -> Cohort:
    return enrol(trial, n, library.population_of(trial), 3, **options)


def same(one: Cohort, other: Cohort) -> bool:
    return one.patients.tolist() == other.patients.tolist() and all(
        np.array_equal(values, other.parameters[name]) for name, values in one.parameters.items())


def test_second_line_is_the_same_for_any_number_of_jobs_and_free_the_second_time(
    shelf: dict[str, bytes], monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[int, int]] = []
    first = recruited(emilia(), progress=lambda done, cost: seen.append((done, cost)))
    assert seen[-1][0] == seen[-1][1] > 0
    shelf.clear()
    assert same(first, recruited(emilia(), jobs=2))
    simulate = prior_lines.run_prior_lines
    monkeypatch.setattr(prior_lines, "run_prior_lines", lambda *_: pytest.fail("simulated although it is kept"))
    assert same(first, recruited(emilia()))
    monkeypatch.setattr(prior_lines, "run_prior_lines", simulate)
    shelf.clear()          # as the disk answers for a lost or damaged file
    assert same(first, recruited(emilia()))


def test_second_line_has_more_of_the_variant_than_first_line(shelf: dict[str, bytes]) -> None:
    people = library.population("breast_metastatic_2l")
    cohort = recruited(emilia(), 12)
    drawn = population.draw(people, 1, 3, emilia().baseline, patients=cohort.patients)
    assert len(set(cohort.patients.tolist())) == 12
    assert np.median(cohort.parameters["share_2"] / drawn.parameters["share_2"]) > 1
    for name in ("clone_1_fate_growth_rate", "disease_baseline_sum_of_diameters"):
        assert np.array_equal(cohort.parameters[name], drawn.parameters[name])


def test_a_trial_may_name_its_own_earlier_lines_or_none(shelf: dict[str, bytes]) -> None:
    people = library.population("breast_metastatic_2l")
    assert same(recruited(emilia(prior=[])), population.draw(people, 8, 3, emilia().baseline))
    own = recruited(emilia(prior=["paclitaxel_weekly"]))
    assert not same(own, recruited(emilia()))


def test_limits_of_eligibility_hold_after_earlier_lines(shelf: dict[str, bytes]) -> None:
    cohort = recruited(emilia(eligibility={"lvef": (62.0, None)}), 4)
    assert len(cohort.patients) == 4
    assert (cohort.column("lvef") >= 62).all()


def test_a_patient_of_the_trial_can_be_run_alone(shelf: dict[str, bytes]) -> None:
    trial = emilia(followup=130.0)
    whole = room.run_trial(trial, patients=3, seed=3)
    inside = int(whole.cohort.patients[-1])
    alone = room.run_patient(trial, inside, seed=3).patients
    of_whole = whole.patients.filter(patient=f"P{inside:05}")
    assert alone["best_change_percent"].to_list() == of_whole["best_change_percent"].to_list()


@pytest.mark.parametrize(("died", "says"), [(True, "died on line 2"), (False, "did not progress on line 2")])
def test_a_patient_whose_history_leads_elsewhere_is_refused_in_one_line(
    shelf: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, died: bool, says: str,
) -> None:
    elsewhere = PriorLinesOutcome(np.array([2]), np.array([died]), ("share_2",), np.array([[np.nan]]))
    monkeypatch.setattr(prior_lines, "run_prior_lines", lambda *_: elsewhere)
    with pytest.raises(InputError, match=rf"value 7: this patient {says} \(trastuzumab_docetaxel\)"):
        room.run_patient(emilia(), 7)
