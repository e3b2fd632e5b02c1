"""From a number to its source and what it moves, and back: names, origins, effects."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from her2lab import trial as room
from her2lab.errors import InputError
from her2lab.explanation import answer_cache, backward, cell_effects, forward, outcomes, scenarios, trial_effects
from her2lab.explanation.answer import TraceOptions, trace
from her2lab.explanation.names import ClaimNamed, DrugNamed, TrialNamed, resolve_name
from her2lab.facts import library
from her2lab.provenance.fitted_by import fitted_by
from her2lab.provenance.numbers import Number, numbers
from her2lab.trial import sensitivity_steps
from her2lab.trial.variants import VERSION, Variant, run_variants

KNOWN = {number.id: number for number in numbers()}
GROWTH = KNOWN["populations/breast_metastatic_1l/clone.growth_rate"]
AFFINITY = KNOWN["drugs/trastuzumab/dissociation_constant"]
MONTH = 365.25 / 12


# ------------------------------------------------------------------------------------------------ names
@pytest.mark.parametrize(("text", "symbol"), [
    ("trastuzumab affinity", "trastuzumab.dissociation_constant"),
    ("drugs/trastuzumab/dissociation_constant", "trastuzumab.dissociation_constant"),
    ("Pertuzumab block ligand induced", "pertuzumab.block_ligand_induced"),
    ("clone.growth_rate", "clone.growth_rate"),
    ("breast_metastatic_1l clone.growth_rate", "clone.growth_rate"),
    ("share_2", "share_2"),
    ("network half_akt", "network.half_akt"),
])
def test_a_number_is_found_by_words(text: str, symbol: str) -> None:
    assert resolve_name(text).symbol == symbol


@pytest.mark.parametrize(("text", "named"), [
    ("CLEOPATRA pfs_median", TrialNamed("cleopatra", "pfs_median")),
    ("cleopatra PFS hr", TrialNamed("cleopatra", "pfs hazard ratio")),
    ("cleopatra diarrhoea grade 3", TrialNamed("cleopatra", "diarrhoea grade3")),
    ("cleopatra", TrialNamed("cleopatra", None)),
    ("T-DM1", DrugNamed("trastuzumab_emtansine")),
    ("c09", ClaimNamed("C09")),
])
def test_drugs_trials_and_statements_are_found(text: str, named: object) -> None:
    assert resolve_name(text) == named


@pytest.mark.parametrize(("words", "near"), [
    (["affinity"], "trastuzumab.dissociation_constant"),
    (["trastuzumab", "afinity_constant"], "trastuzumab"),
    (["cleopatra", "pfz_median"], "pfs_median"),
    (["clone.grwth_rate"], "clone.growth_rate"),
])
def test_what_is_unknown_or_ambiguous_is_refused_with_the_nearest_names(her2lab, words: list[str], near: str) -> None:
    ended = her2lab("trace", *words)
    assert ended.status == 2
    assert near in ended.line


def test_options_that_do_not_fit_are_refused(her2lab) -> None:
    assert "trials" in her2lab("trace", "cleopatra", "--trials", "hera").line
    assert "field arm" in her2lab("trace", "share_2", "--arm", "placebo").line
    with pytest.raises(InputError, match="does not use"):
        trace("tucatinib tumour_activity", TraceOptions(trials=["cleopatra"]))


# ------------------------------------------------------------------------------------------------ origins
def test_a_fitted_number_names_its_calibration_and_the_trials() -> None:
    (fit,) = fitted_by(GROWTH)
    assert fit.calibration == "breast_metastatic_1l"
    assert list(fit.trials) == library.calibration("breast_metastatic_1l").trials
    assert "median" in fit.what


def test_a_number_that_is_taken_over_names_the_calibration_of_its_base() -> None:
    inherited = KNOWN["populations/breast_metastatic_3l/clone.growth_rate"]
    assert not inherited.calibrated
    assert [fit.calibration for fit in fitted_by(inherited)] == ["breast_metastatic_1l"]


def test_the_effect_of_a_drug_on_an_organ_names_the_event_and_its_trials() -> None:
    (fit,) = fitted_by(KNOWN["drugs/pertuzumab/diarrhoea_potency"])
    assert (fit.calibration, fit.what, fit.trials) == ("adverse_events", "diarrhoea", ("cleopatra",))


def test_every_number_has_an_origin() -> None:
    assert all(number.source or number.assumption for number in KNOWN.values())


# ------------------------------------------------------------------------------------------------ what is read
def people(days: list[float], **columns: object) -> pl.DataFrame:
    return pl.DataFrame({"status": "ok", "pfs_days": days, "pfs_cnsr": [0] * len(days), **columns})


def test_a_median_moves_with_every_time_around_it() -> None:
    everybody = np.arange(101)
    days = [MONTH * (month + 1) for month in range(101)]
    read = outcomes.reader(people(days), "pfs_median")
    assert read(everybody) == pytest.approx(51, abs=0.5)
    later = outcomes.reader(people([day + MONTH * (40 < n < 60) for n, day in enumerate(days)]), "pfs_median")
    assert read(everybody) < later(everybody) < read(everybody) + 1


def test_shares_and_landmarks_are_percentages() -> None:
    table = people([MONTH, 3 * MONTH, 5 * MONTH, 7 * MONTH], orr=[True, None, False, False], grade_rash=[0, 1, 3, 4])
    rows = np.arange(4)
    assert outcomes.reader(table, "pfs_4m")(rows) == pytest.approx(50)
    assert outcomes.reader(table, "orr")(rows) == pytest.approx(100 / 3)
    assert outcomes.reader(table, "rash any")(rows) == pytest.approx(75)
    assert outcomes.reader(table, "rash grade3")(rows) == pytest.approx(50)


def test_a_number_at_the_end_of_its_range_is_not_moved_beyond_it() -> None:
    assert sensitivity_steps.bounds(1.0, (0.2, 1.0), 1.5) == pytest.approx((-np.log(1.5), 0.0))


# ------------------------------------------------------------------------------------------------ what is moved
def short(days: float = 130.0, **changes: object):
    trial = library.trial("cleopatra")
    return trial.model_copy(update={"published": None, "followup": days, "arms": trial.arms[1:], **changes})


@pytest.mark.parametrize("number", [GROWTH, AFFINITY, KNOWN["parameters/heart/recovery_half_life"]])
def test_versions_side_by_side_are_what_each_is_alone(number: Number) -> None:
    trial = short()
    population = library.population_of(trial)
    moved = sensitivity_steps.variant(number, 3.0, population)
    table = run_variants(room.trial_context(trial), trial.arms, [Variant(population), moved], 2, 5)
    alone = room.run_trial(trial, patients=2, seed=5, people=moved.people, drugs=moved.drugs).patients
    as_is = room.run_trial(trial, patients=2, seed=5).patients
    for version, single in ((0, as_is), (1, alone)):
        together = table.filter(pl.col(VERSION) == version).select(single.columns)
        assert together.equals(single)


def test_earlier_lines_are_gone_through_again_where_the_number_has_a_part_in_them() -> None:
    trial = short(70.0, prior=["trastuzumab_docetaxel"])
    population = library.population_of(trial)
    lasting = KNOWN["populations/breast_metastatic_1l/clone.her2_heterogeneity"]
    variants = [Variant(population), sensitivity_steps.variant(lasting, 0.2, population),
                sensitivity_steps.variant(KNOWN["drugs/pertuzumab/block_ligand_induced"], 0.5, population)]
    table = run_variants(room.trial_context(trial), trial.arms, variants, 3, 5)
    known = {version: set(table.filter(pl.col(VERSION) == version)["patient"]) for version in (0, 1, 2)}
    as_is = room.run_trial(trial, patients=3, seed=5).patients
    assert set(as_is["patient"]) == known[0] == known[2]   # pertuzumab is not given before
    assert known[1] <= known[0]
    base = table.filter(pl.col(VERSION) == 0)
    assert base["best_change_percent"].to_list() == as_is["best_change_percent"].to_list()


def test_faster_growth_makes_tumours_larger() -> None:
    scene = scenarios.Scenario(short(), "pertuzumab", None, (outcomes.SIZE, "orr"))
    (moved,) = trial_effects.measure(scene, [GROWTH], 4, 5, to_ends=True)
    effect = moved.effects[outcomes.SIZE]
    assert effect.low < effect.value < effect.high
    assert effect.elasticity > 0
    assert effect.bottom < effect.low
    assert effect.top > effect.high


def test_an_endpoint_is_traced_to_numbers_with_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [GROWTH, AFFINITY, KNOWN["drugs/pertuzumab/block_ligand_induced"], KNOWN["drugs/lapatinib/tumour_activity"]]
    monkeypatch.setattr(backward, "numbers", lambda: few)
    answer = backward.of_outcome("cleopatra", "pfs_3m", patients=4, screened=3, seed=5)
    assert answer["published"]["use"] == "calibration"
    assert "breast_metastatic_1l" in answer["calibrations"]
    assert {each["number"] for each in answer["numbers"]} == {number.symbol for number in few[:3]}
    assert all(each["source"] or each["assumption"] for each in answer["numbers"])


def test_a_number_is_traced_to_endpoints_and_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scenarios.Scenario(short(70.0), "pertuzumab", None, ("orr",))
    monkeypatch.setattr(scenarios, "of_trial", lambda *_: scene)
    answer = forward.of_number([AFFINITY], trials=["cleopatra"], patients=3, seed=5)
    assert answer["numbers"][0]["source"].startswith("Scheuher")
    assert {each["outcome"] for each in answer["trials"][0]["effects"]} >= {"orr", outcomes.SIZE}
    assert {"C18", "C31"} <= {each["claim"] for each in answer["claims"]} | set(answer["claims_not_moved"])
    assert "C39" in {each["claim"] for each in answer["claims_in_trials"]}


def test_a_number_moves_what_the_dish_reads_of_its_drug_only() -> None:
    claim = library.claims()["C09"]
    block = KNOWN["drugs/pertuzumab/block_ligand_induced"]
    readings = cell_effects.readings([claim], [block, KNOWN["drugs/lapatinib/ic50_her2"]])
    assert {each.number.id for each in readings} == {block.id}
    alone = {each.readout: each.change for each in readings if each.check.says == "trastuzumab under neuregulin"}
    assert max(alone.values()) == pytest.approx(0, abs=1e-9)
    given = [each for each in readings if each.check.says == "pertuzumab under neuregulin"]
    assert all(each.low > each.value > each.high for each in given)


def test_a_trial_lists_what_was_published_without_a_run() -> None:
    answer = backward.of_trial("cleopatra")
    assert "Swain" in answer["source"]
    assert {"pfs_median", "pfs hazard ratio"} <= {each["outcome"] for each in answer["figures"]}


def test_what_was_answered_is_not_found_again(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path))
    asked: list[int] = []

    def find() -> dict[str, int]:
        asked.append(1)
        return {"answer": len(asked)}

    assert answer_cache.once({"question": 1}, find) == answer_cache.once({"question": 1}, find) == {"answer": 1}
    assert answer_cache.once({"question": 2}, find) == {"answer": 2}


def test_where_a_median_is_not_reached_at_one_end_the_slope_is_taken_to_the_other() -> None:
    ends = (-np.log(1.5), np.log(1.5))
    assert trial_effects._slope(10.0, None, 5.0, ends) == pytest.approx(-np.log(2) / np.log(1.5))
    assert trial_effects._slope(10.0, 20.0, 5.0, ends) == pytest.approx(-np.log(2) / np.log(1.5))
    assert trial_effects._slope(None, None, 5.0, ends) is None
