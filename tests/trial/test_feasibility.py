"""What a run refuses is refused before it starts, and by ``her2lab facts check`` as well."""

from __future__ import annotations

from pathlib import Path

import pytest

GOOD = """\
id: mine
title: trastuzumab and docetaxel
population: breast_metastatic_1l
baseline: {visceral: 0.5}
arms:
  - id: both
    n: 5
    regimen:
      - {drug: trastuzumab, dose: 8 mg/kg, at: [0]}
      - {drug: docetaxel, dose: 75 mg/m2, every: 21, cycles: 6}
assessments: {tumour: 63, lvef: 84, blood: 21}
eligibility: {lvef: [50, null]}
followup: 12 months
endpoints: [orr, pfs, os]
"""
WRONG = {
    "a rule that is misspelt": ("endpoints:", "rules: {docetaxel_day_of_dosin: false}\nendpoints:", 14,
                                "docetaxel_day_of_dosing"),
    "a rule of a drug that is not given": ("endpoints:", "rules: {capecitabine_hand_foot_syndrome_2: true}\nendpoints:",
                                           14, "rule"),
    "three antibodies in one arm": (
        "      - {drug: docetaxel, dose: 75 mg/m2, every: 21, cycles: 6}\n",
        "      - {drug: pertuzumab, dose: 420 mg, at: [0]}\n"
        "      - {drug: trastuzumab_emtansine, dose: 3.6 mg/kg, at: [0]}\n", 11, "antibody"),
    "a baseline that no patient can have": ("{visceral: 0.5}", "{age_median: 200}", 4, "age_median"),
    "a baseline that is not simulated": ("{visceral: 0.5}", "{node_positive: 0.5}", 4, "not yet simulated"),
    "a limit on what nobody has": ("{lvef: [50, null]}", "{lvev: [50, null]}", 12, "lvev"),
    "a first scan beyond the follow-up": ("followup: 12 months", "followup: 60", 13, "beyond the follow-up"),
    "two routes": ("every: 21, cycles: 6}", "every: 21, cycles: 6}\n      "
                   "- {drug: trastuzumab, dose: 600 mg, route: sc, at: [21]}", 11, "two routes"),
    "an operation without what lies beyond the knife": ("endpoints:", "surgery: 140\nendpoints:", 14, "knife"),
    "no response at surgery without one": ("[orr,", "[pcr,", 14, "surgery"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_check_says_what_a_run_would_say(her2lab, tmp_path, name):
    good, bad, line, said = WRONG[name]
    assert good in GOOD
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace(good, bad))
    checked = her2lab("facts", "check", file)
    assert checked.status == 2
    assert f"mine.yaml:{line}" in checked.line
    assert said in checked.line
    run = her2lab("trial", "run", file, "--out", tmp_path / "out")
    assert run.status == 2
    assert said in run.line
    assert not (tmp_path / "out").exists()


def test_all_are_told_at_once(her2lab, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace("[50, null]}", "[50, null], lvev: [1, 2]}").replace("{visceral: 0.5}",
                                                                                    "{age_median: 200, asian: 0.3}"))
    (tmp_path / "other.yaml").write_text(GOOD.replace("both", "Both").replace("orr", "or"))
    ended = her2lab("facts", "check", file, tmp_path / "other.yaml")
    assert ended.status == 2
    assert len(ended.err.splitlines()) == 3
    assert all(each.startswith("her2lab: error: ") for each in ended.err.splitlines())


# ------------------------------------------------------------------------------------------------ own populations
OLDER = """\
population:
  based_on: breast_metastatic_1l
  covariates:
    age: {kind: normal, mean: 70, sd: 6, low: 65, high: 89, unit: year, assumption: a trial in older women}
"""


def test_a_population_is_written_in_the_trial_as_another_and_what_differs(her2lab, tmp_path):
    from her2lab.api import library as api
    from her2lab.facts import library
    from her2lab.population import draw

    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace("population: breast_metastatic_1l\n", OLDER))
    assert her2lab("facts", "check", file).status == 0
    trial = api.load_trial(file)
    people = library.population_of(trial)
    assert people.id == "mine_population"
    assert draw(people, 50, 1).column("age").min() > 65
    again = tmp_path / "again.yaml"
    again.write_text(trial.to_yaml())
    assert api.load_trial(again) == trial


def test_a_population_is_a_file_beside_the_trial(her2lab, tmp_path):
    from her2lab.api import library as api

    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "older.yaml").write_text("id: older\ntitle: older women\n" + "".join(
        line[2:] + "\n" for line in OLDER.splitlines()[1:]))
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace("breast_metastatic_1l", "sub/older.yaml"))
    assert dict(api.load_trial(file).population)["id"] == "older"
    file.write_text(GOOD.replace("breast_metastatic_1l", "older.yaml"))
    assert "older.yaml" in her2lab("facts", "check", file).line


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("based_on: breast_metastatic_1l", "based_on: breast_metastatic_1", "breast_metastatic_1l"),
        ("  based_on: breast_metastatic_1l\n", "  id: p\n  title: p\n  parameters: {}\n  sources: {}\n", "weight"),
        ("mean: 70, ", "", "population.covariates.age.mean"),
        ("    age:", "    weight: {kind: lognormal, median: -3, cv_percent: 2}\n    age:", "covariates.weight.median"),
    ],
)
def test_what_such_a_population_lacks_is_told_before_the_run(her2lab, tmp_path: Path, good, bad, said):
    assert good in OLDER
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace("population: breast_metastatic_1l\n", OLDER.replace(good, bad)))
    ended = her2lab("trial", "run", file, "--out", tmp_path / "out")
    assert ended.status == 2
    assert said in ended.err
