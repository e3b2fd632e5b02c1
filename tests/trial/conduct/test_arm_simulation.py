"""The loop over stops, in toy patients on the real engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from her2lab.errors import InputError
from her2lab.facts.records import Administration, Arm
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.recist import Code

from .. import toys

N = 60


@pytest.fixture(scope="module")
def arms() -> dict[str, ArmOutcome]:
    trial = toys.trial(N)
    return {arm.id: run_arm(toys.setting(trial), arm, toys.cohort(N)) for arm in trial.arms}


def one(regimen: list[Any], n: int = 8, followup: float = 400.0, **fields: Any) -> ArmOutcome:
    trial = toys.trial(arms=[Arm(id="only", n=n, regimen=regimen)], followup=followup)
    return run_arm(toys.setting(trial, [], toys.EXACT), trial.arms[0], toys.cohort(n, **fields))


def test_everybody_is_followed_to_an_end(arms: dict[str, ArmOutcome]) -> None:
    for arm in arms.values():
        assert arm.ok.all()
        assert ((arm.last_seen == 1000) | np.isfinite(arm.death)).all()
        pfs, seen = arm.pfs
        os, dead = arm.os
        assert (pfs[seen] <= os[seen]).all()
        assert 0 < seen.mean() <= 1
        assert 0 < dead.mean() < 1
    assert (arms["pertuzumab"].scans.best_change() < arms["placebo"].scans.best_change()).mean() > 0.9


def test_fault_31_events_lie_on_the_calendar_or_at_a_death(arms: dict[str, ArmOutcome]) -> None:
    for arm in arms.values():
        days, seen = arm.pfs
        on_calendar = days % 63 == 0
        assert (on_calendar | (days == arm.death))[seen].all()
        assert on_calendar[~seen].all()


def test_fault_31_the_grid_delays_progression_by_half_an_interval() -> None:
    """Untreated growth of known rate: diameters grow by 20 % in ln(1.2)*3/rate days, seen at the next scan."""
    regimen = [toys.line("trastuzumab", 0.001, "mg", at=[0.0])]
    n = 400
    rate = np.linspace(0.0015, 0.006, n)
    arm = one(regimen, n, followup=1000.0, growth_rate=rate, start_cells=20, mortality=0.0, new_lesion_rate=0.0)
    truth = 3 * np.log(1.2) / rate
    seen = arm.scans.progression
    np.testing.assert_allclose(seen, 63 * np.ceil(truth / 63))
    assert np.mean(seen - truth) == pytest.approx(63 / 2, rel=0.15)


def test_fault_2_delivered_is_prescribed_and_arrives(arms: dict[str, ArmOutcome]) -> None:
    for arm in arms.values():
        np.testing.assert_allclose(arm.dosing.delivered, arm.dosing.prescribed, rtol=1e-6)
    arm = one(toys.CONTROL, mortality=0.0, growth_rate=0.0, kill=0.0, new_lesion_rate=0.0)
    weight = toys.cohort(8).column("weight")
    np.testing.assert_allclose(arm.dosing.delivered[0], weight * (8 + 6 * 19), rtol=1e-9)
    # one compartment, so that the concentration is the sum of what each infusion has left (C = 0 before dose 1)
    days, clearance, litres, length = arm.time_courses.days, 0.2, 4.0, 90 / 1440
    since = days[:, None] - 21.0 * np.arange(20)[None, :]
    left = np.exp(-clearance / litres * (since - length)) - np.exp(-clearance / litres * since)
    dose = weight[:, None] * np.where(np.arange(20) == 0, 8, 6)
    expected = dose @ (np.where(since > 0, left, 0.0) / (clearance * length)).T
    between = ~((since > 0) & (since < length)).any(axis=1)        # the formula holds outside the infusions
    found = arm.time_courses.of("antibody_a_concentration")[:, between]
    np.testing.assert_allclose(found, expected[:, between], rtol=2e-3, atol=1e-3)


def test_fault_4_a_value_on_the_day_of_a_dose_is_that_before_the_dose() -> None:
    arm = one([toys.line("trastuzumab", 6, "mg/kg", every=21.0, cycles=2)])
    concentration = arm.time_courses.of("antibody_a_concentration")
    before, at, after = (concentration[:, arm.time_courses.days == day] for day in (20.75, 21.0, 21.25))
    assert (concentration[:, 0] == 0).all()
    assert (at < before).all()       # day 21 is the trough of the first dose
    assert (after > at).all()


def test_patients_do_not_depend_on_each_other_nor_on_threads() -> None:
    trial = toys.trial(N, followup=500.0)
    everybody = toys.cohort(N)
    whole = run_arm(toys.setting(trial), trial.arms[0], everybody)
    rows = np.array([3, 17, 41])
    few = run_arm(toys.setting(trial), trial.arms[0], everybody.select(rows), jobs=2)
    np.testing.assert_array_equal(whole.time_courses.values[:, rows], few.time_courses.values)
    np.testing.assert_array_equal(whole.death[rows], few.death)
    np.testing.assert_array_equal(whole.scans.measured[rows], few.scans.measured)


def test_same_patients_in_each_arm(arms: dict[str, ArmOutcome]) -> None:
    placebo, pertuzumab = arms["placebo"], arms["pertuzumab"]
    np.testing.assert_array_equal(placebo.scans.baseline, pertuzumab.scans.baseline)


def test_progression_ends_treatment_and_starts_the_later_line(arms: dict[str, ArmOutcome]) -> None:
    arm = arms["placebo"]
    progressed = np.isfinite(arm.scans.progression)
    assert progressed.any()
    doses = arm.dosing.given[0]
    stop = np.minimum(np.minimum(arm.scans.progression, arm.death), 1000)
    np.testing.assert_array_equal(doses, np.ceil(stop / 21))
    assert (arm.scans.codes[progressed] == Code.PD).sum(axis=1).tolist() == [1] * progressed.sum()


def test_fault_9_an_extinct_clone_stays_extinct() -> None:
    arm = one([toys.line("trastuzumab", 8, "mg/kg", start=0.0, every=7.0, duration=200.0)], followup=1000.0,
              resistant=0.0, kill=0.01, growth_rate=0.01, mortality=0.0)
    assert (arm.extinct_clones >= 1).all()
    assert (arm.scans.best() == Code.CR).all()
    assert (arm.time_courses.of("sum_of_diameters")[:, -1] == 0).all()


def test_less_than_one_dormant_cell_is_none() -> None:
    arm = one(toys.CONTROL, n=2, resistant=0.0, kill=0.01, mortality=0.0, awakening=0.0,
              dormant=np.array([1e-11, 1e-3]))
    assert arm.extinct_clones.tolist() == [1, 0]


def test_tablets_and_injections_arrive() -> None:
    regimen = [
        toys.line("lapatinib", 1250, "mg", every=1.0, until="progression", route="oral"),
        toys.line("trastuzumab", 600, "mg", every=21.0, duration=63.0, route="sc"),
    ]
    arm = one(regimen, growth_rate=0.0, mortality=0.0, new_lesion_rate=0.0, followup=100.0)
    np.testing.assert_allclose(arm.dosing.delivered, arm.dosing.prescribed, rtol=1e-9)
    np.testing.assert_allclose(arm.dosing.delivered[:, 0], [125000, 1800])
    level = arm.time_courses.of("small_molecule_a_concentration")
    np.testing.assert_allclose(level[:, -1], 1250 / 4, rtol=1e-3)         # intake by clearance of 4 L/day
    trastuzumab = arm.time_courses.of("antibody_a_concentration")
    assert (trastuzumab[:, arm.time_courses.days == 0.25] > 140).all()           # 600 mg in 4 L


def test_a_route_that_the_slot_does_not_have_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match="docetaxel cannot be given this way: its slot cytotoxic_a accepts iv"):
        one([toys.line("docetaxel", 75, "mg/m2", at=[0.0], route="oral")])


def test_dosing_by_area_is_calvert_with_a_capped_filtration() -> None:
    regimen = [Administration(drug="carboplatin", auc=6.0, every=21.0, cycles=2)]
    arm = one(regimen, n=40, growth_rate=0.0, mortality=0.0, followup=63.0)
    clearance = arm.cohort.column("creatinine_clearance")
    assert clearance.max() > 125
    np.testing.assert_allclose(arm.dosing.delivered[0], 2 * 6 * (np.minimum(clearance, 125) + 25))
    trial = toys.trial(arms=[Arm(id="only", n=2, regimen=regimen)])
    people = toys.cohort(2)
    without = type(people)(people.seed, people.patients, people.properties.drop("creatinine_clearance"),
                           people.parameters)
    with pytest.raises(InputError, match=r"carboplatin.*population has no creatinine_clearance"):
        run_arm(toys.setting(trial), trial.arms[0], without)


def test_death_before_the_first_scan() -> None:
    arm = one(toys.CONTROL, mortality=1.0)
    days, seen = arm.pfs
    assert seen.all()
    assert (days < 63).all()
    assert (arm.scans.best() == Code.NE).all()
    after = arm.time_courses.days[None, :] > arm.death[:, None]
    assert np.isnan(arm.time_courses.of("lvef")[after]).all()


def test_a_new_lesion_is_seen_at_the_next_scan() -> None:
    arm = one(toys.CONTROL, n=40, new_lesion_rate=1e-3, mortality=0.0, growth_rate=0.0)
    assert np.isfinite(arm.scans.progression).any()
    assert (arm.scans.measured[:, 0] <= arm.scans.baseline * 1.0001).all()


def test_too_many_drugs_for_the_slots() -> None:
    extra = toys.DRUGS | {"margetuximab": toys.drug("margetuximab", "antibody")}
    regimen = [*toys.TREATED, toys.line("margetuximab", 15, "mg/kg", at=[0.0])]
    trial = toys.trial(arms=[Arm(id="three", n=2, regimen=regimen)])
    setting = toys.setting(trial)
    setting = type(setting)(**{**vars(setting), "drugs": extra})
    with pytest.raises(InputError, match=r"margetuximab.*antibody_a, antibody_b"):
        run_arm(setting, trial.arms[0], toys.cohort(2))
