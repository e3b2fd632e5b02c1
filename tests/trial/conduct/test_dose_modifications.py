"""Management rules beyond holding: dose levels, stops, supportive drugs, late doses, second measures."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from her2lab.facts.management import Rule
from her2lab.facts.records import Arm, DoseLevels, Grading
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.dosing import Dosing, Planned
from her2lab.trial.conduct.prescription import plan
from her2lab.trial.conduct.regimen import courses
from her2lab.trial.conduct.rules import RuleBook
from her2lab.trial.results.subject_table import arm_subjects, subject_table
from her2lab.trial.results.visit_table import visit_table
from her2lab.trial.statistics.dose_modifications import dose_modifications, supportive_care

from .. import toys

HERE = np.array([True])
LEVELS = np.array([3.6, 3.0, 2.4])
NOWHERE = np.zeros(1)


def rule(**fields: Any) -> Rule:
    given: dict[str, Any] = {
        "id": "alt_reduce", "organ": "liver", "measure": "alt", "drugs": ["tdm1"], "unit": "ULN",
        "when": {"value_above": 5.0}, "action": "reduce", "source": toys.MADE_UP,
    }
    return Rule(**(given | fields))


def tdm1(n_doses: int = 20, first: float = 3.6) -> Planned:
    """70 kg."""
    doses = np.full(n_doses, 3.6)
    doses[0] = first
    days = 21.0 * np.arange(n_doses)
    return Planned("tdm1", "antibody_a_infusion", days, 70 * doses[None, :], np.full(n_doses, 0.05), levels=LEVELS,
                   doses=doses[None])


def support() -> Planned:
    return Planned("loperamide", "supportive_a_intake", np.array([0.0, 7.0]), np.full((1, 2), 84.0), np.full(2, 7.0),
                   waits=True)


def book(*rules: Rule, plans: list[Planned] | None = None) -> tuple[RuleBook, Dosing]:
    dosing = Dosing(plans or [tdm1()], 1)
    gives = {each.id: len(dosing.plans) - 1 for each in rules if each.action == "give"}
    return RuleBook(rules, dosing, 1, {"alt": 21.0, "diarrhoea": 7.0}, gives), dosing


def see(rules: RuleBook, day: float, value: float, measure: str = "alt", present: float | None = None,
        **others: tuple[float, float]) -> None:
    last = {name: (np.array([value]), np.array([fall])) for name, (value, fall) in others.items()}
    rules.apply(measure, np.array([day]), np.array([value]), NOWHERE, HERE,
                present=None if present is None else np.array([present]), others=last)


def actions(rules: RuleBook) -> list[tuple[float, str]]:
    return [(decision.day, decision.action) for decision in rules.log]


def give(dosing: Dosing, day: float) -> float:
    return float(dosing.give(np.array([[True]] + [[False]] * (len(dosing.plans) - 1)), np.array([day]))[0, 0])


def test_levels_are_taken_one_by_one_and_below_the_last_the_drug_is_stopped() -> None:
    rules, dosing = book(rule())
    given = []
    for day in (0.0, 21.0, 42.0, 63.0):
        see(rules, day, 6.0 if day else 1.0)
        given.append(give(dosing, day) / 70 if not dosing.stopped[0, 0] else 0.0)
    assert given == pytest.approx([3.6, 3.0, 2.4, 0.0])
    assert actions(rules) == [(21, "reduce"), (42, "reduce"), (63, "stop")]
    assert dosing.reductions[0, 0] == 2
    assert rules.stopped_by() == {"tdm1": np.array(["alt_reduce"])}
    assert dosing.level[0, 0] == 2.4


def test_a_dose_is_not_raised_again_and_a_lower_planned_dose_is_left_alone() -> None:
    ramp = Planned("tdm1", "antibody_a_infusion", 21.0 * np.arange(3), 70 * np.array([[2.4, 3.6, 3.6]]),
                   np.full(3, 0.05), levels=LEVELS, doses=np.array([[2.4, 3.6, 3.6]]))
    dosing = Dosing([ramp], 1)
    dosing.level[0, 0] = 3.0
    assert [give(dosing, day) / 70 for day in (0.0, 21.0, 42.0)] == pytest.approx([2.4, 3.0, 3.0])


def test_one_level_a_visit_however_many_rules_speak() -> None:
    rules, dosing = book(rule(), rule(id="platelets_reduce", measure="platelets", when={"value_below": 25.0}))
    see(rules, 21, 6.0)
    see(rules, 21, 10.0, "platelets")
    assert actions(rules) == [(21, "reduce")]
    assert dosing.level[0, 0] == 3.0


def test_one_more_reduction_than_allowed_stops() -> None:
    rules, dosing = book(rule(reductions_at_most=1))
    for day in (21, 42):
        see(rules, day, 6.0)
    assert actions(rules) == [(21, "reduce"), (42, "stop")]
    plain = Planned("tdm1", "x", 21.0 * np.arange(9), np.full((1, 9), 100.0), np.full(9, 0.1))
    rules, dosing = book(rule(reduce_to_fraction=0.8, reductions_at_most=1), plans=[plain])
    see(rules, 21, 6.0)
    assert dosing.fraction[0, 0] == 0.8
    see(rules, 42, 6.0)
    assert actions(rules) == [(21, "reduce"), (42, "stop")]


def test_a_hold_may_resume_one_level_lower() -> None:
    rules, dosing = book(rule(action="hold", on_resume="reduce", resume={"value_at_most": 3.0}))
    see(rules, 21, 8.0)
    assert rules.held_until()[0, 0] == 42
    assert dosing.reductions[0, 0] == 0
    see(rules, 42, 2.0)
    assert actions(rules) == [(21, "hold"), (42, "resume"), (42, "reduce")]
    assert dosing.level[0, 0] == 3.0


def test_the_first_holds_may_end_at_the_same_dose() -> None:
    rules, dosing = book(rule(action="hold", on_resume="reduce", same_dose_holds=1, resume={"value_at_most": 3.0}))
    for day, value in ((21, 8.0), (42, 2.0), (63, 8.0), (84, 2.0)):
        see(rules, day, value)
    assert actions(rules) == [(21, "hold"), (42, "resume"), (63, "hold"), (84, "resume"), (84, "reduce")]
    assert dosing.level[0, 0] == 3.0


def test_a_symptom_is_judged_by_its_worst_grade_and_resumed_by_the_present_one() -> None:
    rules, _ = book(rule(measure="diarrhoea", unit="grade", when={"value_at_least": 3.0}, action="hold",
                         resume={"value_at_most": 1.0}))
    see(rules, 21, 3.0, "diarrhoea", present=2.0)
    see(rules, 28, 3.0, "diarrhoea", present=2.0)
    see(rules, 35, 2.0, "diarrhoea", present=1.0)
    assert actions(rules) == [(21, "hold"), (35, "resume")]
    rules, _ = book(rule(measure="diarrhoea", unit="grade", when={"value_at_least": 3.0}, action="hold"))
    see(rules, 21, 3.0, "diarrhoea", present=3.0)
    see(rules, 28, 3.0, "diarrhoea", present=2.0)
    assert actions(rules) == [(21, "hold"), (28, "resume")]


def test_a_second_measure_must_agree() -> None:
    hy = rule(action="stop", when={"value_above": 3.0},
              also=[{"measure": "bilirubin", "unit": "ULN", "when": {"value_above": 2.0}}])
    rules, dosing = book(hy)
    assert rules.concerned("bilirubin").tolist() == [True]
    see(rules, 21, 4.0, bilirubin=(1.0, 0.0))
    assert not dosing.stopped.any()
    see(rules, 42, 4.0, bilirubin=(2.5, 0.0))
    assert dosing.stopped.all()


def test_limits_include_their_ends_or_not() -> None:
    for name, meets in (("value_below", (True, False, False)), ("value_at_most", (True, True, False)),
                        ("value_at_least", (False, True, True)), ("value_above", (False, False, True))):
        for value, expected in zip((4.0, 5.0, 6.0), meets, strict=True):
            rules, dosing = book(rule(action="stop", when={name: 5.0}))
            see(rules, 21, value)
            assert dosing.stopped[0, 0] == expected, (name, value)


# ------------------------------------------------------------------------------------------ supportive drugs
GIVE = rule(id="loperamide_for_diarrhoea", measure="diarrhoea", unit="grade", when={"value_at_least": 1.0},
            action="give", give=toys.line("loperamide", 4, "mg", every=1.0, per_day=3, duration=14.0, route="oral"))


def test_a_supportive_drug_waits_runs_once_and_may_start_again() -> None:
    rules, dosing = book(GIVE, plans=[tdm1(), support()])
    assert np.isinf(dosing.next_days()[1, 0])
    see(rules, 21, 2.0, "diarrhoea")
    assert dosing.next_days()[:, 0].tolist() == [0, 21]
    for day in (21.0, 28.0):
        see(rules, day + 1, 2.0, "diarrhoea")                         # while it runs it is not started again
        dosing.give(np.array([[False], [True]]), np.array([day]))
    assert np.isinf(dosing.next_days()[1, 0])
    see(rules, 33, 2.0, "diarrhoea")                                  # the last block lasts until day 35
    see(rules, 42, 2.0, "diarrhoea")
    assert actions(rules) == [(21, "give"), (42, "give")]
    assert dosing.next_days()[1, 0] == 42
    assert dosing.planned(np.array([100.0]))[1, 0] == 0


def test_in_a_trial_the_gut_calls_for_the_supportive_drug() -> None:
    gut = {"gut": np.array([0.0, 0.004, 0.02]), "relief": 0.05}       # 0, 1.25 and 6.25 stools a day
    regimen = [toys.line("lapatinib", 1250, "mg", every=1.0, until="progression", route="oral")]
    treated = run([GIVE.model_copy(update={"drugs": ["lapatinib"]})], regimen, **gut)
    without = run([], regimen, **gut)
    assert (treated.dosing.given[1] > 0).tolist() == [False, True, True]
    assert supportive_care(table(treated)) == {"loperamide": pytest.approx(200 / 3)}
    assert list(dose_modifications(table(treated))) == ["lapatinib"]
    assert treated.severity["diarrhoea"].grade.tolist() == without.severity["diarrhoea"].grade.tolist() == [0, 1, 2]
    np.testing.assert_allclose(treated.dosing.delivered, treated.dosing.prescribed, rtol=1e-9)
    np.testing.assert_array_equal(treated.time_courses.values[:, 0], without.time_courses.values[:, 0])
    frame = subject_table(toys.trial(), [treated], treated_gradings())
    assert frame["delivered_mg_loperamide"].to_list() == treated.dosing.delivered[1].tolist()
    assert frame["grade_diarrhoea"].to_list() == [0, 1, 2]
    assert frame["onset_diarrhoea_days"][0] is None
    assert frame["stopped_lapatinib"].to_list() == [False] * 3
    assert visit_table("toy", treated)["grade_diarrhoea"].max() == 2


def test_without_a_slot_or_a_drug_the_rule_is_named() -> None:
    regimen = [toys.line("lapatinib", 1250, "mg", every=1.0, until="progression", route="oral")]
    nothing = GIVE.model_copy(update={"drugs": ["lapatinib"], "give": toys.line("codeine", 1, "mg", at=[0.0])})
    other = GIVE.model_copy(update={"drugs": ["lapatinib"], "id": "second",
                                    "give": toys.line("pertuzumab", 1, "mg", at=[0.0])})
    found = run([nothing, other], [*regimen, *(toys.line(name, 6, "mg/kg", at=[0.0]) for name in
                                               ("trastuzumab", "margetuximab"))])
    assert found.rules_not_applied == ["loperamide_for_diarrhoea", "second"]


# ------------------------------------------------------------------------------------------ late doses
RELOAD = rule(id="reload", measure="days_late", unit="day", when={"value_above": 14.0}, action="reload")


def test_a_late_dose_is_replaced_by_the_loading_dose() -> None:
    loading = Planned("tdm1", "x", 21.0 * np.arange(5), np.array([[800.0, 600, 600, 600, 600]]), np.full(5, 0.1))
    rules, dosing = book(RELOAD, plans=[loading])
    due, days = np.array([[True]]), [0.0, 21.0, 49.0, 77.0]
    given = []
    for day, delay in zip(days, (0.0, 7.0, 21.0, 0.0), strict=True):
        dosing.postpone(due, np.array([[delay]]))
        assert dosing.late()[0, 0] == delay
        rules.apply_late(np.array([day]), due, "reload")
        given.append(float(dosing.give(due, np.array([day]))[0, 0]))
    assert given == [800, 600, 800, 600]
    assert actions(rules) == [(49, "reload")]


def test_a_dose_that_comes_too_late_is_the_last() -> None:
    rules, dosing = book(RELOAD.model_copy(update={"action": "stop"}))
    due = np.array([[True]])
    dosing.postpone(due, np.array([[15.0]]))
    rules.apply_late(np.array([15.0]), due, "reload")
    assert not dosing.stopped.any()
    rules.apply_late(np.array([15.0]), due, "stop")
    assert dosing.stopped.all()
    assert actions(rules) == [(15, "stop")]


# ------------------------------------------------------------------------------------------ in a whole trial
def treated_gradings() -> list[Grading]:
    cut = {f"grade{grade}": toys.number(value, "1/day") for grade, value in ((1, 1.0), (2, 4.0), (3, 7.0))}
    lung = {"grade1": toys.number(1, "1"), "grade2": toys.number(2, "1")}
    return [Grading(event="diarrhoea", measure="diarrhoea", at_least=cut),
            Grading(event="ild", measure="ild", at_least=lung)]


def run(rules: list[Rule], regimen: list[Any], n: int = 3, seed: int = 1, jobs: int = 1,
        **parameters: Any) -> ArmOutcome:
    trial = toys.trial(arms=[Arm(id="only", n=n, regimen=regimen)], followup=200.0)
    quiet = {"mortality": 0.0, "growth_rate": 0.0, "new_lesion_rate": 0.0, "kill": 0.0}
    setting = toys.setting(trial, rules, toys.EXACT, treated_gradings())
    extra = {"margetuximab": toys.drug("margetuximab", "antibody")}
    setting = type(setting)(**{**vars(setting), "drugs": {**toys.DRUGS, **extra}})
    return run_arm(setting, trial.arms[0], toys.cohort(n, seed, **(quiet | parameters)), jobs=jobs)


def table(outcome: ArmOutcome) -> pl.DataFrame:
    return arm_subjects(toys.trial(), outcome, treated_gradings()).table


def test_lung_injury_on_a_scan_stops_the_drug_and_switching_the_rule_off_goes_on() -> None:
    """The rule names a drug that is not due on the day of the scan: it is the scan that shows the lungs."""
    stop = rule(id="ild_stop", organ="lung", measure="ild", drugs=["trastuzumab"], unit="grade",
                when={"value_at_least": 2.0}, action="stop")
    regimen = [toys.line("trastuzumab", 6, "mg/kg", every=28.0, until="progression")]
    on, off = run([stop], regimen, lung=0.03), run([], regimen, lung=0.03)
    assert {decision.day for decision in on.decisions} == {28.0}
    late = run([stop], regimen, lung=np.array([0.0, 0.008, 0.01]))
    assert {decision.day for decision in late.decisions} <= {56.0, 63.0, 84.0, 112.0, 126.0}
    assert (on.dosing.given[0] == 1).all()
    assert (off.dosing.given[0] == 8).all()
    assert dose_modifications(table(on))["trastuzumab"] == {
        "dose_intensity": pytest.approx(100 / 8), "held": 0.0, "reduced": 0.0, "stopped": 100.0,
        "stopped_because": {"ild_stop": 100.0},
    }
    frame = subject_table(toys.trial(), [on], [])
    assert frame["stopped_trastuzumab_because"].to_list() == ["ild_stop"] * 3
    assert off.severity["ild"].grade.min() == 2


def test_decisions_do_not_depend_on_threads_nor_on_other_patients() -> None:
    hold = rule(id="diarrhoea_hold", measure="diarrhoea", drugs=["lapatinib"], unit="grade",
                when={"value_at_least": 2.0}, action="hold", resume={"value_at_most": 0.0}, recheck_days=7.0)
    gives = GIVE.model_copy(update={"drugs": ["lapatinib"]})
    regimen = [toys.line("lapatinib", 1250, "mg", every=1.0, until="progression", route="oral")]
    gut = np.linspace(0.0, 0.02, 20)
    one = run([hold, gives], regimen, 20, gut=gut, relief=0.01)
    two = run([hold, gives], regimen, 20, jobs=2, gut=gut, relief=0.01)
    alone = run([hold, gives], regimen, 1, gut=gut[-1:], relief=0.01)
    np.testing.assert_array_equal(one.time_courses.values, two.time_courses.values)
    assert one.decisions == two.decisions
    assert {"hold", "resume", "give"} <= {decision.action for decision in one.decisions}
    mine = [(each.day, each.rule, each.action) for each in one.decisions if each.patient == 19]
    assert mine == [(each.day, each.rule, each.action) for each in alone.decisions]


def test_an_arm_under_observation_has_no_doses_and_no_rules() -> None:
    found = run([GIVE], [])
    assert dose_modifications(table(found)) == supportive_care(table(found)) == {}
    assert subject_table(toys.trial(), [found], treated_gradings())["grade_ild"].to_list() == [0, 0, 0]


def test_tablets_are_reduced_by_their_single_dose() -> None:
    levels = DoseLevels(unit="mg/m2", values=[1000, 750, 500], source="test")
    drug = toys.drug("capecitabine", "small_molecule", dose_levels=levels)
    line = toys.line("capecitabine", 1000, "mg/m2", every=21.0, days=list(range(1, 15)), per_day=2, cycles=2,
                     route="oral")
    made = plan(courses([line], 100.0)[0], drug, "small_molecule_a", toys.INPUTS, toys.cohort(2), 100.0, "only")
    assert made.doses.tolist() == [[1000] * 4]
    dosing = Dosing([made], 2)
    assert dosing.lower(0, np.array([True, False])).tolist() == [True, False]
    amounts = dosing.give(np.array([[True, True]]), np.zeros(2))[0]
    np.testing.assert_allclose(amounts, made.milligrams[:, 0] * [0.75, 1.0])
    flat = toys.line("capecitabine", 2000, "mg", every=1.0, duration=14.0, route="oral")
    other = plan(courses([flat], 100.0)[0], drug, "small_molecule_a", toys.INPUTS, toys.cohort(2), 100.0, "only")
    assert other.doses.tolist() == [[1000] * 2]            # in another unit: taken as the full dose
