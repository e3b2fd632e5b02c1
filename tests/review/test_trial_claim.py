"""The review's claims as virtual trials: what a file may say, and what is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from her2lab.errors import InputError
from her2lab.facts.library import validate_files
from her2lab.review import library
from her2lab.review.checks import verdicts
from her2lab.review.files import CLAIM_FILES
from her2lab.review.runs import Runs
from her2lab.review.trial_claim import TrialClaim
from her2lab.review.trial_designs import trial_designs

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


def test_a_claim_holds_or_fails_by_what_comes_out(write: Any) -> None:
    (verdict,) = verdicts([claim_of(write())])
    assert verdict.holds
    assert verdict.reason == "the only reading is as stated"
    (reversed_,) = verdicts([claim_of(write(("expect: down", "expect: up")))])
    assert not reversed_.holds
    assert reversed_.reason == "1 of 1 readings not as stated: after a week"
    assert [each.evidence().summary for each in (*reversed_.outcomes, *verdict.outcomes)] == [
        verdict.outcomes[0].evidence().summary] * 2


def test_with_fewer_patients_than_a_claim_asks_for_the_model_is_not_blamed(write: Any) -> None:
    one = claim_of(write(("expect: down", "expect: up")))
    enough, few = verdicts([one])[0], verdicts([one], patients=4)[0]
    assert not enough.holds
    assert not few.holds
    assert (enough.fault, few.fault) == ("model", "too few patients")
    assert "4 patients of each arm, 12 are asked for" in few.reason


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


def test_what_primary_sources_say_is_shown_and_does_not_decide(write: Any) -> None:
    (verdict,) = verdicts([claim_of(write(("        expect: down\n", PRIMARY)))])
    assert (verdict.holds, [each.evidence().data["holds"] for each in verdict.outcomes]) == (True, [True, False])
    assert verdict.reason == "the only reading is as stated; of what primary sources say 0 of 1 readings are"


def test_a_claim_that_cannot_be_tried_says_why(write: Any) -> None:
    text = FILE[:FILE.index("    checks:")] + "    not_testable: the model has no such thing\n"
    (verdict,) = verdicts(library.claims_in(write((FILE, text))).claims.values())
    assert (verdict.word, verdict.reason) == ("not_testable", "the model has no such thing")


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
