"""The trial-file contract: what it accepts, and how it refuses the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab.facts.plausibility import doubts
from her2lab.facts.records import Trial
from her2lab.facts.strict_yaml import read_document
from her2lab.presentation.regimen import regimen

from .files import DRUGS, TRIAL, read, refusal, with_line

CONTRACT = """\
id: cleopatra
title: pertuzumab, trastuzumab and docetaxel in first-line metastatic breast cancer
registry: NCT00567190
population: breast_metastatic_1l          # a file in facts/populations, or inline
baseline: {hr_positive: 0.48, visceral: 0.78, brain_metastases: 0.0, prior_trastuzumab: 0.11}
prior: []                                 # regimens simulated before entry, in order
arms:
  - id: placebo
    n: 406
    regimen:
      - {drug: trastuzumab, dose: 8 mg/kg, at: [0]}
      - {drug: trastuzumab, dose: 6 mg/kg, start: 21, every: 21, until: progression}
      - {drug: docetaxel, dose: 75 mg/m2, start: 0, every: 21, cycles: 6}
      - {drug: capecitabine, dose: 1000 mg/m2, per_day: 2, days: 1-14, every: 21, route: oral, until: progression}
      - {drug: lapatinib, dose: 1250 mg, every: 1, route: oral, until: progression}
      - {drug: paclitaxel, dose: 80 mg/m2, days: [1, 8, 15], every: 21, cycles: 6}
      - {drug: carboplatin, auc: 6, start: 0, every: 21, cycles: 6}
      - {drug: trastuzumab, dose: 600 mg, route: sc, every: 21, duration: 365}
      - {drug: neratinib, dose: 240 mg, every: 1, route: oral, duration: 365, ramp: [120 mg for 7, 160 mg for 7]}
  - {id: pertuzumab, n: 402, regimen: []}
assessments: {tumour: 63, lvef: 84, blood: 21}      # days between
followup: 99 months
endpoints: [orr, pfs, os]
published:
  source: Swain 2015 N Engl J Med, NCT00567190
  arms: {placebo: {orr: 69.3, pfs_median: 12.4, os_median: 40.8}}
  contrasts: [{endpoint: pfs, arm: pertuzumab, reference: placebo, hr: 0.68, low: 0.58, high: 0.80}]
use: calibration                           # or validation
"""


def test_the_contract_example_is_read(tmp_path: Path) -> None:
    trial = read(tmp_path, CONTRACT)
    lines = trial.arms[0].regimen
    assert trial.followup == pytest.approx(99 * 365.25 / 12)
    assert lines[3].days == tuple(range(1, 15))
    assert lines[3].per_day == 2
    assert lines[6].auc == 6
    assert (lines[7].route, lines[7].dose.unit) == ("sc", "mg")
    assert [(step.amount, days) for step, days in lines[8].ramp] == [(120, 7), (160, 7)]
    assert trial.prior == ()
    assert trial.published.contrasts[0].high == 0.8


def test_a_regimen_in_words(tmp_path: Path) -> None:
    said = regimen(read(tmp_path, CONTRACT).arms[0].regimen)
    assert said[0] == "trastuzumab 8 mg/kg iv on day 0, then 6 mg/kg every 21 days until progression"
    assert "capecitabine 1000 mg/m² twice a day oral on days 1 to 14 of every 21 until progression" in said
    assert "carboplatin AUC 6 iv every 21 days for 6 cycles" in said


def test_prior_regimens_by_name_or_as_lines(tmp_path: Path) -> None:
    text = TRIAL + "prior:\n  - some_regimen\n  - [{drug: docetaxel, dose: 75 mg/m2, every: 21, cycles: 6}]\n"
    prior = read(tmp_path, text).prior
    assert prior[0] == "some_regimen"
    assert prior[1][0].cycles == 6
    problem = refusal(tmp_path, text.replace("cycles: 6}", "cycls: 6, until: progression}"))
    assert (problem.field, problem.line) == ("prior[1][0].cycls", 15)


@pytest.mark.parametrize(
    ("line", "field", "says"),
    [
        ("{drug: trastuzumap, dose: 8 mg/kg, at: [0]}", "drug", "did you mean trastuzumab?"),
        ("{dose: 8 mg/kg, at: [0]}", "drug", "is missing"),
        ("{drug: docetaxel, dsoe: 75 mg/m2, dose: 75 mg/m2, at: [0]}", "dsoe", "did you mean dose?"),
        ("{drug: docetaxel, at: [0]}", "dose", "no dose is given"),
        ("{drug: docetaxel, dose: 75, at: [0]}", "dose", "unit of the dose is missing"),
        ("{drug: docetaxel, dose: -75 mg/m2, at: [0]}", "dose", "above zero"),
        ("{drug: docetaxel, dose: 0 mg/m2, at: [0]}", "dose", "above zero"),
        ("{drug: docetaxel, dose: nan mg/m2, at: [0]}", "dose", "is not a dose"),
        ("{drug: docetaxel, dose: nan, at: [0]}", "dose", "is not a dose"),
        ("{drug: docetaxel, dose: 75 mg/m2}", "", "how often"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21}", "", "how long"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 0, cycles: 6}", "every", "above zero"),
        ("{drug: docetaxel, dose: 75 mg/m2, at: [0], every: 21}", "every", "beside at"),
        ("{drug: docetaxel, dose: 75 mg/m2, at: []}", "at", "no day"),
        ("{drug: docetaxel, dose: 75 mg/m2, at: [-1]}", "at[0]", "before day 0"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, cycles: 6, duration: 365}", "duration", "beside cycles"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, cycles: 0}", "cycles", ""),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, cycles: 1.5}", "cycles", ""),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, days: [0], cycles: 6}", "days", "counted from 1"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, days: 1-28, cycles: 6}", "days", "beyond the cycle"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, days: 14-1, cycles: 6}", "days", "1-14"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 3 fortnights, cycles: 6}", "every", "unit of time"),
        ("{drug: docetaxel, dose: 75 mg/m2, at: [0], until: boredom}", "until", "progression"),
        ("{drug: docetaxel, dose: 75 mg/m2, at: [0], route: sc}", "route", "not given this way"),
        ("{drug: docetaxel, auc: 6, at: [0]}", "auc", "area under the curve"),
        ("{drug: carboplatin, auc: 6, dose: 600 mg, at: [0]}", "dose", "both"),
        (
            "{drug: neratinib, dose: 240 mg, every: 1, route: oral, duration: 365, ramp: [120 mg]}",
            "ramp[0]",
            "120 mg for 7",
        ),
        ("docetaxel", "", "line of a regimen"),
    ],
)
def test_lines_that_are_refused(tmp_path: Path, line: str, field: str, says: str) -> None:
    problem = refusal(tmp_path, with_line(line))
    assert problem.field == ("arms[0].regimen[0]." + field).rstrip(".")
    assert problem.line == 8
    assert says in str(problem)


def test_fault_21_mg_for_mg_per_kg(tmp_path: Path) -> None:
    problem = refusal(tmp_path, with_line("{drug: trastuzumab, dose: 8 mg, at: [0]}"))
    assert "dose 8 mg for trastuzumab; expected mg/kg" in str(problem)
    refusal(tmp_path, with_line("{drug: trastuzumab, dose: 8 mg/kg, route: sc, at: [0]}"))
    refusal(tmp_path, with_line("{drug: docetaxel, dose: 75 mg/kg, at: [0]}"))


@pytest.mark.parametrize(("mg_per_kg", "said"), [(8, []), (11.9, []), (12, ["1.5 times"]), (79, ["9.88 times"])])
def test_fault_20_implausible_doses_are_questioned(tmp_path: Path, mg_per_kg: float, said: list[str]) -> None:
    trial = read(tmp_path, with_line(f"{{drug: trastuzumab, dose: {mg_per_kg} mg/kg, at: [0]}}"))
    found = doubts(trial, DRUGS)
    assert len(found) == len(said)
    assert all(words in each for words, each in zip(said, found, strict=True))


@pytest.mark.parametrize("mg_per_kg", [80, 8000])
def test_fault_20_ten_times_the_highest_dose_is_refused(tmp_path: Path, mg_per_kg: float) -> None:
    problem = refusal(tmp_path, with_line(f"{{drug: trastuzumab, dose: {mg_per_kg} mg/kg, at: [0]}}"))
    assert (problem.field, problem.value) == ("arms[0].regimen[0].dose", f"{mg_per_kg} mg/kg")
    assert f"{mg_per_kg // 8} times the highest dose known" in str(problem)
    assert problem.expected == "at most about 8 mg/kg"


def test_a_trial_with_doses_as_known_is_not_questioned(tmp_path: Path) -> None:
    assert doubts(read(tmp_path, TRIAL), DRUGS) == []


@pytest.mark.parametrize("name", ["Trastuzumab", "made-up T", "MADEUPT"])
def test_a_drug_may_be_called_by_another_name(tmp_path: Path, name: str) -> None:
    drugs = {**DRUGS, "trastuzumab": DRUGS["trastuzumab"].replace(aliases=["Made-up T"])}
    path = tmp_path / "small.yaml"
    path.write_text(with_line(f"{{drug: {name}, dose: 8 mg/kg, at: [0]}}"), encoding="utf-8")
    assert Trial.of(read_document(path), drugs).arms[0].regimen[0].drug == "trastuzumab"


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        (TRIAL[: TRIAL.index("arms")] + "arms: []\n" + TRIAL[TRIAL.index("assess") :], "arms", "at least one arm"),
        (TRIAL[: TRIAL.index("arms")] + TRIAL[TRIAL.index("assess") :], "arms", "at least one arm"),
        (TRIAL.replace("n: 10", "n: 0"), "arms[0].n", "arm control has no patients"),
        (TRIAL.replace("n: 10", "n: -5"), "arms[0].n", "no patients"),
        (TRIAL.replace("n: 10", "n: 10.5"), "arms[0].n", "not a number"),
        (TRIAL.replace("n: 10", "n: true"), "arms[0].n", "not a number"),
        (
            TRIAL.replace("assessments", "  - {id: control, n: 3, regimen: []}\nassessments"),
            "arms[1].id",
            "the same id",
        ),
    ],
)
def test_fault_28_arms(tmp_path: Path, text: str, field: str, says: str) -> None:
    problem = refusal(tmp_path, text)
    assert problem.field == field
    assert says in str(problem)


def test_fault_28_an_arm_of_one_is_allowed(tmp_path: Path) -> None:
    assert read(tmp_path, TRIAL.replace("n: 10", "n: 1")).arms[0].n == 1


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        ("baseline: {hr_postive: 0.4}", "baseline.hr_postive", "did you mean hr_positive?"),
        ("baseline: {hr_positive: 48}", "baseline.hr_positive", "from 0 to 1"),
        ("baseline: {age_median: 0}", "baseline.age_median", "above zero"),
        ("baseline: {hr_positive: NA}", "baseline.hr_positive", "not a number"),
        ("surgery: 0", "surgery", "above zero"),
        ("use: fun", "use", "calibration, validation"),
        ("published: {source: x, arms: {contrl: {orr: 5}}}", "published.arms.contrl", "did you mean control?"),
        ("published: {source: x, arms: {control: {orrr: 5}}}", "published.arms.control.orrr", "did you mean orr?"),
        ("published: {source: x, arms: {control: {orr: 500}}}", "published.arms.control.orr", "0 to 100"),
        (
            "published: {source: x, contrasts: [{endpoint: pfs, arm: a, reference: control}]}",
            "published.contrasts[0].arm",
            "no arm a",
        ),
        (
            "published: {source: x, contrasts: [{endpoint: pffs, arm: control, reference: control}]}",
            "published.contrasts[0].endpoint",
            "did you mean pfs?",
        ),
        (
            "published: {source: x, adverse_events: {control: {neutropaenia: {any: 5}}}}",
            "published.adverse_events.control.neutropaenia",
            "did you mean neutropenia?",
        ),
        (
            "published: {source: x, adverse_events: {control: {ild: {some: 5}}}}",
            "published.adverse_events.control.ild.some",
            "any, grade3",
        ),
        ("colour: blue", "colour", "unknown field colour"),
        ("population: {id: own, title: t}", "population", "given twice"),
    ],
)
def test_fields_that_are_refused(tmp_path: Path, more: str, field: str, says: str) -> None:
    problem = refusal(tmp_path, f"{TRIAL}{more}\n")
    assert problem.field == field
    assert problem.line == 14 - 1
    assert says in str(problem)


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("[orr, pfs]", "[orr, pfs_12mo]", "endpoints[1]", "unknown endpoint"),
        ("[orr, pfs]", "[orr, orr]", "endpoints", "twice"),
        ("[orr, pfs]", "[pfs_0m]", "endpoints[0]", "unknown endpoint"),
        ("{tumour: 63}", "{tumor: 63}", "assessments.tumor", "did you mean tumour?"),
        ("{tumour: 63}", "{tumour: 0}", "assessments.tumour", "above zero"),
        ("24 months", "24 moons", "followup", "unit of time"),
        (
            "population: breast_metastatic_1l",
            "population: {id: own, titel: t}",
            "population.titel",
            "did you mean title?",
        ),
    ],
)
def test_values_that_are_refused(tmp_path: Path, old: str, new: str, field: str, says: str) -> None:
    problem = refusal(tmp_path, TRIAL.replace(old, new))
    assert problem.field == field
    assert says in str(problem)


@pytest.mark.parametrize(
    "name", ["pfs_12m", "os_24m", "idfs_36m", "dfs_60m", "pcr", "ic_orr", "cns_pfs_median", "dor_median"]
)
def test_endpoints_of_the_contract(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, TRIAL.replace("[orr, pfs]", f"[{name}]")).endpoints == (name,)


def test_a_trial_may_say_what_a_fall_of_lvef_is(tmp_path: Path) -> None:
    event = read(tmp_path, TRIAL + "lvef_event: {below: 50, fall: 10, confirmed: true}\n").lvef_event
    assert event is not None
    assert (event.below, event.fall, event.confirmed) == (50, 10, True)
    problem = refusal(tmp_path, TRIAL + "lvef_event: {below: 50, drop: 10}\n")
    assert problem.field == "lvef_event.drop"
    assert "unknown field drop" in str(problem)


def test_a_rate_of_an_adverse_event_may_say_that_it_was_not_read(tmp_path: Path) -> None:
    more = "published: {source: x, adverse_events: {control: {ild: {any: 5, seen: false, note: recalled}}}}\n"
    rates = read(tmp_path, TRIAL + more).published.adverse_events["control"]["ild"]
    assert (rates["any"], rates["seen"], rates["note"]) == (5, False, "recalled")
    problem = refusal(tmp_path, TRIAL + more.replace("any: 5", "any: 105"))
    assert problem.field == "published.adverse_events.control.ild.any"


SUBGROUP = "property: hr_positive, level: 'yes', arms: {placebo: {orr: 60}}, source: someone, seen: true"


@pytest.mark.parametrize(
    ("groups", "field", "says"),
    [
        (SUBGROUP.replace("hr_positive", "hr_positve"), "published.subgroups[0].property", "hr_positive"),
        (SUBGROUP.replace("'yes'", "high"), "published.subgroups[0].level", "unknown level of hr_positive"),
        (SUBGROUP.replace("placebo", "placibo"), "published.subgroups[0].arms.placibo", "there is no arm placibo"),
        (SUBGROUP.replace("60", "160"), "published.subgroups[0].arms.placebo.orr", "is not a percentage"),
        (SUBGROUP.replace("arms: {placebo: {orr: 60}}, ", ""), "published.subgroups[0]", "says nothing"),
        (SUBGROUP.replace(", seen: true", ""), "published.subgroups[0].seen", "missing"),
        (f"{SUBGROUP}}}, {{{SUBGROUP}", "published.subgroups[1].level", "given twice"),
    ],
)
def test_subgroups_are_checked_as_the_whole_trial_is(tmp_path: Path, groups: str, field: str, says: str) -> None:
    text = CONTRACT.replace("  contrasts:", f"  subgroups: [{{{groups}}}]\n  contrasts:")
    problem = refusal(tmp_path, text)
    assert problem.field == field
    assert says in str(problem)
    good = read(tmp_path, CONTRACT.replace("  contrasts:", f"  subgroups: [{{{SUBGROUP}}}]\n  contrasts:"))
    assert good.published.subgroups[0].arms["placebo"]["orr"] == 60


def test_event_free_survival_has_landmarks(tmp_path: Path) -> None:
    assert read(tmp_path, CONTRACT.replace("[orr, pfs, os]", "[efs_36m]")).endpoints == ("efs_36m",)


@pytest.mark.parametrize("text", ["{jitter: 48 h, missed: 5 %}", "{jitter: 2, missed: 0.05}"])
def test_how_visits_are_kept(tmp_path: Path, text: str) -> None:
    trial = read(tmp_path, f"{TRIAL}visits: {text}\n")
    assert (trial.visits.jitter, trial.visits.missed) == (2.0, 0.05)
    assert trial.replace(title="another").visits == trial.visits


@pytest.mark.parametrize(("text", "field", "says"), [
    ("{jitter: 40 days}", "visits.jitter", "out of their order"), ("{jitter: -1 days}", "visits.jitter", "greater"),
    ("{missed: 120 %}", "visits.missed", "0 to 1"), ("{missed: 5 mg}", "visits.missed", "not a share"),
    ("{missed: 1}", "visits.missed", "less than 1"), ("{late: 1}", "visits.late", "jitter")])
def test_visits_that_are_refused(tmp_path: Path, text: str, field: str, says: str) -> None:
    problem = refusal(tmp_path, f"{TRIAL}visits: {text}\n")
    assert problem.field == field
    assert says in str(problem)


def test_an_unknown_reference_is_refused_with_the_nearest(tmp_path: Path) -> None:
    problem = refusal(tmp_path, f"{TRIAL}reference: controll\n")
    assert (problem.field, problem.line) == ("reference", 13)
    assert "did you mean control?" in str(problem)
    assert read(tmp_path, f"{TRIAL}reference: control\n").reference_arm == "control"
