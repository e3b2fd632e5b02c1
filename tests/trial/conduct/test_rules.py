"""Label rules: hold, resume, reduce, stop; caps, order, idempotence, the log."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from her2lab.facts.management import Rule
from her2lab.facts.records import Arm
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.dosing import Dosing, Planned
from her2lab.trial.conduct.rules import RuleBook

from .. import toys

BASELINE = np.array([62.0])
HERE = np.array([True])


def rule(**fields: Any) -> Rule:
    given: dict[str, Any] = {
        "id": "lvef_hold", "organ": "heart", "measure": "lvef", "drugs": ["trastuzumab"], "unit": "percent",
        "when": {"value_below": 50.0, "fall_at_least": 10.0}, "action": "hold",
        "resume": {"value_at_least": 50.0}, "recheck_days": 21.0, "source": toys.MADE_UP,
    }
    return Rule(**(given | fields))


REDUCE = rule(id="anc_reduce", organ="marrow", measure="neutrophils", drugs=["docetaxel"], unit="Gcell/L",
              when={"value_below": 0.5}, action="reduce", resume={}, reduce_to_fraction=0.8)
HOLD_BLOOD = rule(id="anc_hold", organ="marrow", measure="neutrophils", drugs=["docetaxel"], unit="Gcell/L",
                  when={"value_below": 1.5}, resume={"value_at_least": 1.5}, recheck_days=7.0)


def dosing(*drugs: str) -> Dosing:
    days = 21.0 * np.arange(10)
    mg, lengths = np.full((1, 10), 100.0), np.full(10, 0.05)
    return Dosing([Planned(name, f"{name}_infusion", days, mg, lengths) for name in drugs], 1)


def book(*rules: Rule) -> tuple[RuleBook, Dosing]:
    doses = dosing("trastuzumab", "pertuzumab", "docetaxel")
    return RuleBook(rules, doses, 1, {"lvef": 84.0, "neutrophils": 21.0}), doses


def visit(rules: RuleBook, day: float, value: float, measure: str = "lvef") -> None:
    rules.apply(measure, np.array([day]), np.array([value]), BASELINE, HERE)


def actions(rules: RuleBook) -> list[tuple[float, str]]:
    return [(decision.day, decision.action) for decision in rules.log]


def test_hold_and_resume() -> None:
    rules, _ = book(rule())
    visit(rules, 84, 49)
    assert rules.held_until()[0, 0] == 105
    assert np.isneginf(rules.held_until()[1, 0])
    assert rules.next_check("lvef") == 105
    visit(rules, 105, 52)
    assert np.isneginf(rules.held_until()[0, 0])
    assert actions(rules) == [(84, "hold"), (105, "resume")]


def test_all_limits_must_be_met() -> None:
    rules, _ = book(rule())
    rules.apply("lvef", np.array([84.0]), np.array([49.0]), np.array([55.0]), HERE)  # below 50, but a fall of 6 only
    rules.apply("lvef", np.array([105.0]), np.array([np.nan]), np.array([62.0]), HERE)
    assert rules.log == []


def test_fault_33_idempotent_per_visit() -> None:
    rules, doses = book(rule(), rule(id="again", action="stop", when={"value_below": 40.0}), REDUCE)
    for _ in range(3):
        visit(rules, 84, 49)
        visit(rules, 84, 0.3, "neutrophils")
    assert actions(rules) == [(84, "hold"), (84, "reduce")]
    assert doses.fraction[2, 0] == 0.8


def test_fault_33_no_ping_pong_when_hold_and_resume_contradict() -> None:
    rules, _ = book(rule(resume={"value_at_least": 40.0}))  # 49 asks for holding and for resuming
    for day in (84, 84, 105, 105, 126):
        visit(rules, day, 49)
    assert actions(rules) == [(84, "hold"), (105, "resume"), (126, "hold")]


def test_fault_33_number_and_length_of_holds_are_capped() -> None:
    rules, doses = book(rule(holds_at_most=2))
    for day, value in ((21, 45), (42, 55), (63, 45), (84, 55), (105, 45)):
        visit(rules, day, value)
    assert [action for _, action in actions(rules)] == ["hold", "resume", "hold", "resume", "stop"]
    assert doses.stopped[0, 0]
    rules, doses = book(rule(hold_at_most_days=56.0))
    for day in (21, 42, 63, 84, 105):
        visit(rules, day, 45)
    assert actions(rules) == [(21, "hold"), (84, "stop")]
    assert np.isinf(doses.next_days()[0, 0])


def test_fault_33_two_toxicities_at_once() -> None:
    """The longer wait counts, one dose is not put off twice, and each rule logs its own decision."""
    rules, doses = book(rule(drugs=["trastuzumab", "docetaxel"]), HOLD_BLOOD)
    visit(rules, 84, 45)
    visit(rules, 84, 1.0, "neutrophils")
    assert rules.held_until()[:, 0].tolist() == [105, -np.inf, 105]
    visit(rules, 91, 2.0, "neutrophils")
    assert rules.held_until()[2, 0] == 105
    assert [decision.rule for decision in rules.log] == ["lvef_hold", "anc_hold", "anc_hold"]
    assert not doses.stopped.any()


def test_fault_33_a_drug_is_reduced_once_per_rule() -> None:
    rules, doses = book(REDUCE)
    for day in (21, 42, 63):
        visit(rules, day, 0.4, "neutrophils")
    assert doses.fraction[:, 0].tolist() == [1, 1, 0.8]
    assert actions(rules) == [(21, "reduce")]


def test_stop_names_all_drugs_of_the_rule() -> None:
    rules, doses = book(rule(action="stop", drugs=["trastuzumab", "pertuzumab"]))
    visit(rules, 84, 45)
    assert doses.stopped[:, 0].tolist() == [True, True, False]
    visit(rules, 105, 45)
    assert actions(rules) == [(84, "stop")]


def test_a_delay_moves_later_doses_of_that_drug_only() -> None:
    doses = dosing("trastuzumab", "docetaxel")
    doses.give(np.array([[True], [True]]), np.zeros(1))
    doses.postpone(np.array([[True], [False]]), np.array([[7.0], [7.0]]))
    assert doses.next_days()[:, 0].tolist() == [28, 21]
    doses.give(np.array([[True], [False]]), np.full(1, 28.0))
    assert doses.next_days()[0, 0] == 49
    assert doses.withheld[:, 0].tolist() == [1, 0]


# ------------------------------------------------------------------------------------------ in a whole trial
def run(rules: list[Rule], n: int = 6, **parameters: Any) -> ArmOutcome:
    trial = toys.trial(arms=[Arm(id="only", n=n, regimen=toys.TREATED)], followup=300.0)
    quiet = {"mortality": 0.0, "growth_rate": 0.0, "new_lesion_rate": 0.0, "kill": 0.0}
    return run_arm(toys.setting(trial, rules, toys.EXACT), trial.arms[0], toys.cohort(n, **(quiet | parameters)))


def test_trial_with_a_failing_heart_holds_rechecks_and_stops() -> None:
    arm = run([rule(drugs=["trastuzumab", "pertuzumab"], hold_at_most_days=40.0)], cardiotoxicity=0.5)
    assert {decision.action for decision in arm.decisions} == {"hold", "stop"}
    assert {decision.day for decision in arm.decisions if decision.action == "hold"} == {84.0}
    assert {decision.day for decision in arm.decisions if decision.action == "stop"} == {126.0}  # 105 was day 21
    assert (arm.dosing.given[:, 0] == [4, 6, 4]).all()   # trastuzumab and pertuzumab on days 0 to 63
    np.testing.assert_allclose(arm.dosing.delivered, arm.dosing.prescribed, rtol=1e-9)


def test_trial_with_low_neutrophils_delays_docetaxel_by_a_week() -> None:
    arm = run([HOLD_BLOOD, REDUCE], suppression=8.0, circulating=2.0, recovery=0.06)
    holds = [decision for decision in arm.decisions if decision.action == "hold"]
    assert holds
    assert arm.dosing.withheld[1].min() > 0
    assert arm.dosing.withheld[[0, 2]].max() == 0     # the antibodies keep their days
    assert (arm.dosing.given[1] == 6).all()


def test_rules_without_effect_change_nothing() -> None:
    with_rules, without = run([rule(), HOLD_BLOOD]), run([])
    assert with_rules.decisions == []
    np.testing.assert_array_equal(with_rules.dosing.given, without.dosing.given)
    np.testing.assert_array_equal(with_rules.time_courses.values, without.time_courses.values)


def test_a_rule_on_what_the_model_lacks_is_named() -> None:
    platelets = rule(id="platelets_hold", organ="marrow", measure="platelets", drugs=["docetaxel"])
    assert run([platelets]).rules_not_applied == ["platelets_hold"]


@pytest.mark.parametrize("action", ["hold", "stop", "reduce"])
def test_rules_for_other_drugs_are_left_out(action: Any) -> None:
    rules, _ = book(rule(action=action, drugs=["neratinib"], reduce_to_fraction=0.5))
    assert rules.rules == []
    visit(rules, 84, 10)
    assert rules.log == []
