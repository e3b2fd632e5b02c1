"""The review's claims as virtual trials: what a file may say, what is read of a trial, and when a check holds."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import polars as pl
import pytest

from her2lab.errors import InputError, WorkError
from her2lab.facts.library import prices, trial, validate_files
from her2lab.facts.units import parse_time
from her2lab.review import library
from her2lab.review.checks import verdicts
from her2lab.review.files import CLAIM_FILES
from her2lab.review.records.virtual_trial import TrialCheck
from her2lab.review.runs import Runs
from her2lab.review.trial_claim import TrialClaim
from her2lab.review.trial_designs import trial_designs
from her2lab.review.trial_outcome import as_expected, compare
from her2lab.review.trial_readouts import difference, group, stratum
from her2lab.trial import TrialResult, run_trial
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.endpoints import times
from her2lab.trial.statistics.estimate import Estimate, proportion

FILE = """\
title: made up for a test
trials:
  blood:
    patients: 12
    fixed: {age: 60}
    file:
      id: blood
      title: trastuzumab with and without docetaxel
      population: breast_metastatic_1l
      arms:
        - {id: alone, n: 12, regimen: [{drug: trastuzumab, dose: 8 mg/kg, at: [0]}]}
        - id: docetaxel
          n: 12
          regimen:
            - {drug: trastuzumab, dose: 8 mg/kg, at: [0]}
            - {drug: docetaxel, dose: 75 mg/m2, at: [0]}
      assessments: {tumour: 63, blood: 7}
      followup: 8
      endpoints: []
  younger: {like: blood, arms: [docetaxel], fixed: {age: 40}}
  published: {library: cleopatra, patients: 4, arms: [placebo], followup: 2 months, without_rules: [heart]}
claims:
  - id: C90
    kind: safety
    states: docetaxel lowers neutrophils
    checks:
      - says: after a week
        trial: blood
        arm: docetaxel
        reference: {arm: alone}
        read: {change: neutrophils, days: [7, 8]}
        expect: down
"""
PRIMARY = """\
        expect: down
      - {says: the reverse, by: primary, trial: blood, arm: docetaxel, reference: {arm: alone},
         read: {change: neutrophils, days: [7, 8]}, expect: up}
"""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Write a file of claims, changed as told, where the folder of the user's own may be."""

    def write(*changes: tuple[str, str]) -> Path:
        text = FILE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "facts" / "claims" / "mine.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


def claim_of(path: Path) -> TrialClaim:
    """Return the one claim of a file."""
    return library.claims_in(path).in_trials["C90"]


# ------------------------------------------------------------------------------------------------ what a file may say
def test_the_trials_of_a_file_are_as_they_are_changed(write: Any) -> None:
    one = claim_of(write())
    trials = trial_designs(one.document, one.file, one.file.trials)
    assert trials["younger"].people.covariates["age"].value == 40
    assert [arm.id for arm in trials["younger"].trial.arms] == ["docetaxel"]
    assert trials["younger"].patients == 12
    assert trials["published"].trial.followup == pytest.approx(2 * 365.25 / 12)
    assert trials["published"].trial.published is None
    assert trials["published"].trial.rules["trastuzumab_fall_16"] is False


@pytest.mark.parametrize(("old", "new", "said"), [
    ("arm: docetaxel\n", "arm: docetaxol\n", r"checks\[0\]\.arm, value 'docetaxol'.*no such arm.*docetaxel"),
    ("trial: blood\n", "trial: blod\n", r"checks\[0\]\.trial.*no such trial.*did you mean blood"),
    ("reference: {arm: alone}", "reference: {arm: nobody}", r"reference\.arm.*no such arm"),
    ("reference: {arm: alone}", "reference: {where: {agee: [1, 2]}}", r"where\.agee.*property.*did you mean age"),
    ("{change: neutrophils, days: [7, 8]}", "{events: [diarrhea]}", r"events\[0\].*adverse event.*diarrhoea"),
    ("{change: neutrophils, days: [7, 8]}", "{events: [ild], grade: 6}", r"read\.grade"),
    ("{change: neutrophils, days: [7, 8]}", "{change: neutrophils}", "change needs days"),
    ("{change: neutrophils, days: [7, 8]}", "{held: lapatinib}", "no such drug of the trial"),
    ("{change: neutrophils, days: [7, 8]}", "{decision: hold, organ: hart}", "did you mean heart"),
    ("{change: neutrophils, days: [7, 8]}", "{change: neutrophils, days: [7, 8], grade: 3}", "grade belongs to events"),
    ("expect: down", "expect: unchanged", "unchanged needs a margin"),
    ("expect: down", "expect: lower", r"expect, value 'lower'"),
    ("expect: down", "expect: figure", "or the figure to compare with"),
    ("reference: {arm: alone}", "reference: {arm: alone}\n        where: {agee: 1}", r"where\.agee.*did you mean age"),
    ("reference: {arm: alone}", "reference: {where: {ihc: 3}}", r"where\.ihc.*does not fit the property.*3\+"),
    ("reference: {arm: alone}", "reference: {where: {ihc: 4+}}", r"where\.ihc.*no such category of ihc"),
    ("reference: {arm: alone}", "reference: {where: {age: old}}", r"where\.age.*does not fit the property.*a number"),
    ("{change: neutrophils, days: [7, 8]}", "{endpoint: pfs}", r"no such endpoint"),
    ("{change: neutrophils, days: [7, 8]}", "{endpoint: pcr}", "read at surgery, and the trial has none"),
    ("{change: neutrophils, days: [7, 8]}", "{hazard: orr}", r"hazard, value 'orr'"),
    ("{change: neutrophils, days: [7, 8]}", "{concentration: trastuzumab}", "concentration needs days"),
    ("{change: neutrophils, days: [7, 8]}", "{cost: life_year_gained}", "needs minus"),
    ("arm: docetaxel\n        reference: {arm: alone}\n        read: {change: neutrophils, days: [7, 8]}",
     "arm: docetaxel\n        figure: 1\n        read: {hazard: pfs}", "compared with that of a reference"),
    ("expect: down", "expect: down\n        by: primary", "a check by the review that decides"),
    ("kind: safety", "kind: saftey", "did you mean safety"),
    ("patients: 12\n", "patients: 12\n    population: breast_metastatic_11\n", "did you mean breast_metastatic_1l"),
    ("library: cleopatra", "library: cleopatr", r"library, value 'cleopatr'.*did you mean cleopatra"),
    ("without_rules: [heart]", "without_rules: [hart]", "did you mean heart"),
    ("fixed: {age: 40}", "fixed: {ihc: 3}", r"fixed\.ihc"),
    ("like: blood", "like: published, library: cleopatra", "either one of the library"),
    ("dose: 75 mg/m2", "dose: 75", r"trials\.blood\.file\.arms\[1\]\.regimen\[1\]\.dose.*unit of the dose is missing"),
])
def test_a_mistake_is_one_line(write: Any, old: str, new: str, said: str) -> None:
    path = write((old, new))
    (problem,) = validate_files([path], [CLAIM_FILES])
    assert "\n" not in str(problem)
    assert f"{path}:" in str(problem)
    with pytest.raises(InputError, match=said):
        raise problem


# ------------------------------------------------------------------------------------------------ trials that are run
def test_a_claim_holds_or_fails_by_what_comes_out(write: Any) -> None:
    (verdict,) = verdicts([claim_of(write())])
    assert verdict.holds
    assert verdict.reason == "the only reading is as stated"
    (reversed_,) = verdicts([claim_of(write(("expect: down", "expect: up")))])
    assert not reversed_.holds
    assert reversed_.reason == "1 of 1 readings not as stated: after a week"
    assert [each.evidence().summary for each in (*reversed_.outcomes, *verdict.outcomes)] == [
        verdict.outcomes[0].evidence().summary] * 2


def test_what_is_behind_a_claim_can_be_switched_off(write: Any) -> None:
    off = """\
    without: {mechanism: what docetaxel does to the marrow, drugs: {docetaxel: {neutrophil_slope: 0}}}
    checks:
"""
    one = claim_of(write(("    checks:\n", off)))
    assert verdicts([one])[0].holds
    assert not verdicts([one], without=True)[0].holds
    with pytest.raises(InputError, match="does not say"):
        verdicts([claim_of(write())], without=True)


@pytest.mark.slow
def test_verdicts_follow_the_mechanisms_behind_them() -> None:
    """In small trials; beside the claims that are checked on cells."""
    chosen = [library.trial_claims()[name] for name in ("C16", "C28", "C30", "C33", "C41", "C42", "C43", "C44")]
    pairs = zip(verdicts(chosen, patients=150), verdicts(chosen, patients=150, without=True), strict=True)
    changed = [as_it_is.claim.id for as_it_is, switched in pairs if as_it_is.holds and not switched.holds]
    assert len(changed) >= 6, changed


def test_a_trial_is_run_only_as_far_as_it_is_read(write: Any) -> None:
    """Whoever has progressed is followed only where something is read of it; what is read is the same."""
    checks = """\
    checks:
      - {says: x, trial: published, arm: placebo, reference: {trial: followed}, read: {hazard: pfs}, expect: shown}
      - {says: y, trial: followed, arm: placebo, reference: {where: {age: 60}}, read: {hazard: os}, expect: shown}
"""
    one = claim_of(write(
        ("patients: 4, arms: [placebo], followup: 2 months", "patients: 8, arms: [placebo, pertuzumab], followup: 240"),
        ("claims:\n", "  followed: {like: published}\nclaims:\n"), ("    checks:\n", checks)))
    planned = Runs()
    one.plan(planned)
    runs = {key[1]: run for key, run in planned.trials.runs().items()}
    assert {name: run.until_progression for name, run in runs.items()} == {
        "published": True, "followed": False, "blood": True}
    assert [arm.id for arm in runs["published"].design.trial.arms] == ["placebo"]
    first = verdicts([one])[0].outcomes[0].evidence().data
    assert first["value"] == first["reference"]


def test_the_command_answers_in_json_and_markdown(
    write: Any, her2lab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))
    ended = her2lab("review", "check", "C90", "--json")
    assert ended.status == 0
    assert '"verdict": "holds"' in ended.out
    ended = her2lab("review", "check", "C90", "--markdown", "--kind", "safety")
    assert "### C90: holds" in ended.out
    assert "| after a week (blood: docetaxel against blood: alone) | neutrophils on days 7 to 8" in ended.out
    assert her2lab("review", "check", "C90", "--kind", "mechanism").status == 2


# ------------------------------------------------------------------------------------------------ what is read
def result(patients: dict[str, Any], visits: dict[str, Any] | None = None, summary: Any = None) -> TrialResult:
    count = len(next(iter(patients.values())))
    frame = pl.DataFrame({"status": ["ok"] * count, **patients})
    return cast(TrialResult, SimpleNamespace(
        trial=SimpleNamespace(id="made_up"), patients=frame, summary=summary,
        visits=pl.DataFrame(visits or {"patient": [], "arm": [], "day": [], "decisions": []})))


def check(**fields: Any) -> TrialCheck:
    return TrialCheck.model_validate(
        {"says": "x", "trial": "t", "arm": "a", "reference": {"arm": "b"}, "expect": "up", **fields}, strict=False)


FOUR = {"patient": ["1", "2", "3", "4", "1", "2"], "arm": ["a"] * 4 + ["b"] * 2, "age": [40.0, 50, 60, 70, 40, 50],
        "grade_ild": [0, 1, 3, 5, 0, 2], "grade_rash": [2, 0, 0, 0, 0, 0], "holds_t": [0, 2, 0, None, 0, 0]}


@pytest.mark.parametrize(("fields", "value", "patients"), [
    ({"read": {"events": ["ild"]}}, 75, 4),
    ({"read": {"events": ["ild"], "grade": 3}}, 50, 4),
    ({"read": {"events": ["ild"], "grade": 5}}, 25, 4),
    ({"read": {"events": ["ild", "rash"]}}, 100, 4),
    ({"read": {"held": "t"}}, 25, 4),
    ({"read": {"events": ["ild"], "grade": 3}, "where": {"age": [60, None]}}, 100, 2),
    ({"read": {"events": ["ild"], "grade": 3}, "where": {"age": [None, 50]}}, 0, 2),
    ({"read": {"events": ["ild"], "grade": 1}, "minus": "b"}, 0, 2),
    ({"read": {"events": ["rash"]}, "minus": "b"}, 50, 2),
])
def test_percentages_by_grade_and_stratum(fields: dict[str, Any], value: float, patients: int) -> None:
    found, count = group(result(FOUR), check(**fields))
    assert (found.value, count) == (value, patients)


def test_patients_that_could_not_be_integrated_do_not_count() -> None:
    broken = result({**FOUR, "status": ["ok", "ok", "ok", "failed", "ok", "ok"]})
    assert group(broken, check(read={"events": ["ild"], "grade": 5}))[0].value == 0


def test_a_column_that_is_missing_is_named_and_a_stratum_without_patients_says_so() -> None:
    with pytest.raises(WorkError, match="trial made_up has no column grade_nausea"):
        group(result(FOUR), check(read={"events": ["nausea"]}))
    found, _ = group(result(FOUR), check(read={"events": ["ild"]}, where={"age": [90, None]}))
    assert found.value is None
    assert found.note == "0 patients of arm a can be read; at least 2 are needed"


def test_a_change_is_the_mean_of_the_days_less_baseline() -> None:
    visits = {"patient": ["1", "1", "1", "2", "2", "3"], "arm": ["a"] * 6, "day": [0.0, 90, 100, 0, 90, 0],
              "lvef": [60.0, 58, 56, 65, 55, 70], "decisions": [""] * 6}
    found, count = group(result(FOUR, visits), check(read={"change": "lvef", "days": [80, 120]}))
    assert (found.value, count) == (pytest.approx(-6.5), 2)


def test_decisions_of_the_rules_of_an_organ() -> None:
    visits = {"patient": ["1", "2", "2"], "arm": ["a", "a", "a"], "day": [0.0, 90, 100],
              "decisions": ["hold (trastuzumab_fall_16); reduce (made_up)", "hold (made_up)",
                            "resume (trastuzumab_fall_16)"]}
    heart = {"decision": "hold", "organ": "heart"}
    assert group(result(FOUR, visits), check(read=heart))[0].value == 25
    assert group(result(FOUR, visits), check(read=heart | {"decision": "resume"}))[0].value == 25
    assert group(result(FOUR, visits), check(read=heart | {"decision": "stop"}))[0].value == 0


@pytest.mark.parametrize(("name", "followup", "endpoints"), [
    ("landscape", "6 months", ["orr", "cr", "cbr", "dor_median", "pfs_median", "os_median", "cns_pfs_median", "ic_orr",
                               "pfs_3m", "os_6m"]),
    ("neosphere", "4 months", ["pcr", "pcr_breast", "dfs_3m"]),
])
def test_an_endpoint_of_everybody_is_that_of_the_result(name: str, followup: str, endpoints: list[str]) -> None:
    published = trial(name)
    arm = published.arms[0]
    whole = run_trial(published.model_copy(update={"arms": [arm], "endpoints": endpoints, "published": None,
                                         "followup": parse_time(followup)}), patients=16)
    for endpoint in endpoints:
        found, _ = group(whole, check(arm=arm.id, read={"endpoint": endpoint}))
        shown = whole.summary["arms"][0]["endpoints"][endpoint]
        assert (found.value, found.low, found.high) == tuple(
            None if shown[key] is None else pytest.approx(shown[key], rel=1e-5)
            for key in ("value", "sampling_low", "sampling_high"))


FOLLOWED = {
    "patient": ["1", "2", "3", "4", "5", "6"] * 2, "arm": ["a"] * 6 + ["b"] * 6, "mutated": [0.0, 0, 0, 1, 1, 1] * 2,
    "kind": ["x", "x", "y", "x", "x", "y"] * 2,
    "pfs_days": [300.0, 500, 700, 200, 250, 400, 100, 200, 600, 190, 260, 390],
    "pfs_cnsr": [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "os_days": [365.25, 730.5, 730.5, 730.5, 365.25, 730.5] + [365.25] * 6, "os_cnsr": [1] * 12,
    "delivered_mg_trastuzumab": [1000.0] * 6 + [0.0] * 6,
}


def test_a_hazard_is_compared_by_its_ratio_and_two_effects_by_the_ratio_of_these() -> None:
    table = result(FOLLOWED)
    everybody = check(read={"hazard": "dfs"}, expect="down")
    assert group(table, everybody)[0].value == pytest.approx(100 * 5 / 6)
    ratio = compared(everybody, table)
    assert ratio.value == pytest.approx(survival.hazard_ratio(
        times(stratum(table, "a", {}), "pfs"), times(stratum(table, "b", {}), "pfs")).value)
    effects = check(read={"hazard": "pfs"}, minus="b", where={"mutated": 1}, reference={"where": {"mutated": 0}})
    mutated, wild = (group(table, each)[0].value for each in effects.sides())
    assert compared(effects, table).value == pytest.approx(mutated / wild)


def compared(asked: TrialCheck, table: TrialResult) -> Estimate:
    """Return what comes out of a check whose trials are all this one."""
    return compare(asked, {"t": table}).compared


def test_a_stratum_may_be_a_number_a_word_or_several_words() -> None:
    table = result(FOLLOWED)
    counts = [len(stratum(table, "a", check(read={"hazard": "os"}, where=where).where))
              for where in ({"mutated": 1}, {"kind": "y"}, {"kind": ["x", "y"]}, {"kind": "y", "mutated": [None, 0]})]
    assert counts == [3, 2, 6, 1]


def test_a_group_of_one_or_without_events_gives_no_estimate_and_does_not_hold() -> None:
    asked = check(read={"hazard": "os"}, expect="down")
    found = compared(asked, result(FOLLOWED))
    assert found.note == "not estimable: no events"
    assert not as_expected(asked, found)


def test_drugs_cost_what_was_given_and_a_life_year_what_it_adds() -> None:
    table, price = result(FOLLOWED), prices()["trastuzumab"].value
    assert group(table, check(read={"cost": "patient"}))[0].value == pytest.approx(1000 * price)
    gained = check(read={"cost": "life_year_gained"}, minus="b", reference=None, expect="shown")
    assert group(table, gained)[0].value == pytest.approx(1000 * price / (4 / 6))
    lost = gained.model_copy(update={"arm": "b", "minus": "a"})
    assert group(table, lost)[0] == Estimate(None, None, None, "no life is gained")


def test_a_concentration_is_the_mean_of_the_days_in_whom_it_was_recorded() -> None:
    table = result(FOUR)
    course = SimpleNamespace(days=np.array([0.0, 21, 42]), concentrations={"t": np.array(
        [[0.0, 10, 30], [0, 20, np.nan], [0, np.nan, np.nan], [0, 40, 40]])})
    found, count = group(cast(TrialResult, SimpleNamespace(**vars(table), series={"a": course})),
                         check(read={"concentration": "t", "days": [21, 42]}))
    assert (found.value, count) == (pytest.approx((20 + 20 + 40) / 3), 3)


# ------------------------------------------------------------------------------------------------ when a check holds
@pytest.mark.parametrize(("fields", "low", "high", "holds"), [
    ({"expect": "up", "figure": 5}, 6, 9, True), ({"expect": "up", "figure": 5}, 4, 9, False),
    ({"expect": "figure", "figure": 5}, 4, 9, True), ({"expect": "figure", "figure": 5}, 6, 9, False),
    ({"expect": "not_up", "margin": 5}, -9, 5, True), ({"expect": "not_up", "margin": 5}, -9, 6, False),
    ({"expect": "not_down", "margin": 5}, -5, 9, True), ({"expect": "shown"}, -5, 9, True),
    ({"read": {"hazard": "pfs"}, "expect": "down"}, 0.5, 0.9, True),
    ({"read": {"hazard": "pfs"}, "expect": "down", "margin": 2}, 0.5, 0.9, False),
    ({"read": {"hazard": "pfs"}, "expect": "up"}, 0.9, 1.4, False),
    ({"read": {"hazard": "pfs"}, "expect": "unchanged", "margin": 1.25}, 0.8, 1.25, True),
    ({"read": {"hazard": "pfs"}, "expect": "not_up", "margin": 1.25}, 0.2, 1.3, False),
    ({"read": {"hazard": "pfs"}, "expect": "figure", "figure": 0.8}, 0.7, 0.9, True),
])
def test_figures_and_ratios_decide_as_is_written(fields: dict[str, Any], low: float, high: float, holds: bool) -> None:
    asked = check(**{"read": {"events": ["ild"]}, **fields})
    for kind in (float, np.float64):    # a verdict is plain data, whatever the numbers are
        assert as_expected(asked, Estimate(kind((low + high) / 2), kind(low), kind(high))) is holds
    assert as_expected(asked, Estimate(None, note="not reached")) is (asked.expect == "shown")


def test_what_primary_sources_say_is_shown_and_does_not_decide(write: Any) -> None:
    (verdict,) = verdicts([claim_of(write(("        expect: down\n", PRIMARY)))])
    assert (verdict.holds, [each.evidence().data["holds"] for each in verdict.outcomes]) == (True, [True, False])
    assert verdict.reason == "the only reading is as stated; of what primary sources say 0 of 1 readings are"


def test_a_claim_that_cannot_be_tried_says_why(write: Any) -> None:
    text = FILE[:FILE.index("    checks:")] + "    not_testable: the model has no such thing\n"
    (verdict,) = verdicts(library.claims_in(write((FILE, text))).claims.values())
    assert (verdict.word, verdict.reason) == ("not_testable", "the model has no such thing")


def test_the_interval_of_a_difference_is_newcombes() -> None:
    # Newcombe 1998 Stat Med 17:873, table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339 at 95 %; at the
    # 90 % used here it lies inside that.
    found = difference(proportion(56, 70), proportion(48, 80))
    assert found.value == pytest.approx(20)
    assert found.low is not None
    assert found.high is not None
    assert 5.24 < found.low < 10
    assert 28 < found.high < 33.39


def test_nothing_against_nothing_has_an_interval_around_zero() -> None:
    found = difference(proportion(0, 400), proportion(0, 400))
    assert found.low is not None
    assert found.low < 0 == found.value
    assert not as_expected(check(read={"events": ["ild"]}), found)
    assert as_expected(check(read={"events": ["ild"]}, expect="unchanged", margin=1), found)


@pytest.mark.parametrize(("expect", "margin", "low", "high", "holds"), [
    ("up", 0, 1, 9, True), ("up", 0, -1, 11, False), ("up", 6, 1, 9, False), ("down", 0, 1, 9, False),
    ("down", 0, -9, -1, True), ("unchanged", 3, -2, 2, True), ("unchanged", 3, -2, 4, False),
    ("unchanged", 3, 1, 2, True),
])
def test_direction_interval_and_margin_decide(expect: str, margin: float, low: float, high: float, holds: bool) -> None:
    found = Estimate((low + high) / 2, low, high)
    assert as_expected(check(read={"events": ["ild"]}, expect=expect, margin=margin), found) is holds
