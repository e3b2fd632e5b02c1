"""Checks before the run, enrolment, and whole toy trials down to the written files."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from her2lab import engine
from her2lab.errors import InputError, WorkError
from her2lab.facts.published import Published, PublishedContrast
from her2lab.facts.records import Arm, Trial
from her2lab.population import Cohort
from her2lab.presentation.figures import FigureData, available
from her2lab.trial import TrialResult, check, run_arms, write
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.eligibility import first_eligible, screen
from her2lab.trial.results.trial_result import TABLES
from her2lab.trial.run import refuse_failures, trial_context

from . import toys

PUBLISHED = Published(
    source=toys.MADE_UP, arms={"placebo": {"orr": 69.3, "pfs_median": 12.4, "cr": 4.2, "pcr": 1.0}},
    contrasts=[PublishedContrast(endpoint="pfs", arm="pertuzumab", reference="placebo", hr=0.68, low=0.58, high=0.8),
               PublishedContrast(endpoint="orr", arm="pertuzumab", reference="placebo", odds_ratio=1.8)],
    adverse_events={"placebo": {"neutropenia": {"any": 49.6, "grade3": 45.8}}},
)


def outcome(n: int = 30, jobs: int = 1, progress: Any = None, **fields: Any) -> TrialResult:
    trial = toys.trial(n, **({"published": PUBLISHED, "followup": 700.0} | fields))
    sizes = {arm.id: arm.n for arm in trial.arms}
    return run_arms(toys.setting(trial), toys.cohort(max(sizes.values())), sizes, jobs=jobs, progress=progress)


@pytest.fixture(scope="module")
def result() -> TrialResult:
    return outcome()


# ------------------------------------------------------------------------------------------------ before the run
@pytest.mark.parametrize("patients", [0, -3])
def test_fault_28_no_patients(patients: int) -> None:
    with pytest.raises(InputError, match="a trial needs patients"):
        check(toys.trial(), patients)


def test_fault_28_two_arms_of_one_name() -> None:
    arm = Arm(id="same", n=3, regimen=toys.CONTROL)
    with pytest.raises(InputError, match=r"two arms have the same name"):
        check(toys.trial(arms=[arm, arm]))


def test_fault_28_an_arm_without_patients_is_named() -> None:
    empty = Arm.model_construct(id="empty", n=0, regimen=toys.CONTROL)
    with pytest.raises(InputError, match=r"arms\.empty\.n.*needs patients"):
        check(toys.trial().model_copy(update={"arms": [empty]}))


def test_fault_28_an_arm_of_one_has_no_intervals() -> None:
    arms = [Arm(id="one", n=1, regimen=toys.CONTROL), Arm(id="five", n=5, regimen=toys.TREATED)]
    endpoints = outcome(arms=arms).summary["arms"][0]["endpoints"]
    assert endpoints["orr"]["value"] in (0.0, 100.0)
    for endpoint in endpoints.values():
        assert endpoint["low"] is None
        assert endpoint["high"] is None


@pytest.mark.parametrize(("fields", "words"), [
    ({"endpoints": ["orr", "pcr"]}, "read at surgery, and the trial has none"),
    ({"assessments": {"lvef": 84.0}}, "calendar of tumour scans"),
    ({"rules": {"no_such_rule": False}}, "unknown rule"),
])
def test_what_cannot_be_run_is_refused_by_name(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        check(toys.trial(**fields))


def test_rules_fit_the_drugs_of_the_trial_and_can_be_switched_off() -> None:
    both = {rule.id for rule in trial_context(toys.trial()).rules}
    alone = {rule.id for rule in trial_context(toys.trial(arms=[Arm(id="a", n=3, regimen=toys.CONTROL)])).rules}
    assert "pertuzumab_trastuzumab_below_40" in both - alone
    assert "trastuzumab_fall_16" in alone - both
    off = {rule.id for rule in trial_context(toys.trial(rules={"docetaxel_reduce": False})).rules}
    assert both - off == {"docetaxel_reduce"}


# ------------------------------------------------------------------------------------------------ eligibility
def eligible(**limits: tuple[float | None, float | None]) -> Trial:
    return toys.trial(eligibility=limits)


def test_everybody_enters_without_criteria() -> None:
    assert first_eligible(toys.trial(), 7, toys.cohort).patients.tolist() == list(range(7))


def test_the_first_eligible_candidates_enter() -> None:
    def draw(n: int) -> Cohort:
        return toys.cohort(5000).select(np.arange(n))

    cohort = first_eligible(eligible(age=(60.0, None), weight=(None, 80.0)), 20, draw)
    assert len(cohort.patients) == 20
    assert cohort.column("age").min() >= 60
    assert cohort.column("weight").max() <= 80
    rows, _ = screen(draw(1000), {"age": (60.0, None), "weight": (None, 80.0)})
    assert cohort.patients.tolist() == rows[:20].tolist()


def test_fault_29_nobody_is_eligible_names_the_funnel() -> None:
    with pytest.raises(InputError, match=r"nobody is eligible: 1000 screened, \d+ left after age >= 60, "
                                         r"0 left after weight >= 200"):
        first_eligible(eligible(age=(60.0, None), weight=(200.0, None)), 10, toys.cohort)


def test_fault_29_unknown_property() -> None:
    with pytest.raises(InputError, match=r"eligibility\.ejection.*not a numeric property"):
        first_eligible(eligible(ejection=(50.0, None)), 10, toys.cohort)


# ------------------------------------------------------------------------------------------------ the result
def test_result_follows_the_contract(result: TrialResult) -> None:
    summary = result.summary
    assert list(summary)[:7] == ["trial", "seed", "patients", "model_hash", "versions", "arms", "contrasts"]
    assert summary["patients"] == 60
    placebo = summary["arms"][0]
    assert placebo["id"] == "placebo"
    assert placebo["n"] == 30
    assert list(placebo["endpoints"]) == ["orr", "pfs_median", "pfs_12m", "os_median", "os_24m", "cr"]
    assert placebo["endpoints"]["orr"]["published"] == 69.3
    assert placebo["endpoints"]["pfs_12m"]["unit"] == "%"
    assert placebo["endpoints"]["pfs_median"]["unit"] == "months"
    for endpoint in placebo["endpoints"].values():
        assert {"value", "low", "high", "sampling_low", "sampling_high", "unit", "published"} <= set(endpoint)
    assert placebo["dose_intensity"]["trastuzumab"] == pytest.approx(100)
    assert placebo["orr_confirmed"]["value"] <= placebo["endpoints"]["orr"]["value"]
    assert {"any", "grade3", "published_any", "published_grade3"} <= set(placebo["adverse_events"]["lvef_drop"])
    assert set(placebo["management"]) == {"trastuzumab", "docetaxel"}
    assert placebo["management"]["docetaxel"]["stopped_because"] == {}
    assert placebo["supportive"] == {}
    kinds = [(c["endpoint"], c["arm"], c["reference"], set(c) & {"hazard_ratio", "odds_ratio"}) for c in
             summary["contrasts"]]
    assert kinds == [("pfs", "pertuzumab", "placebo", {"hazard_ratio"}),
                     ("os", "pertuzumab", "placebo", {"hazard_ratio"}),
                     ("orr", "pertuzumab", "placebo", {"odds_ratio"})]
    assert summary["contrasts"][0]["hazard_ratio"]["published_low"] == 0.58


def test_prediction_intervals_are_those_of_the_trial_in_the_file_whatever_the_size_of_the_run() -> None:
    trial = toys.trial(30, followup=700.0)
    whole, run = (run_arms(toys.setting(trial), toys.cohort(120), {"placebo": n, "pertuzumab": n}).summary
                  for n in (30, 120))
    small, large = (summary["arms"][0]["endpoints"]["orr"] for summary in (whole, run))
    assert small["low"] < small["sampling_low"] < small["value"] < small["sampling_high"] < small["high"]
    assert large["sampling_high"] - large["sampling_low"] < 0.6 * (small["sampling_high"] - small["sampling_low"])
    assert large["high"] - large["low"] == pytest.approx(small["high"] - small["low"], rel=0.15)
    assert "planned size (placebo 30, pertuzumab 30)" in run["interval"]
    assert "this run (placebo 120, pertuzumab 120)" in run["interval"]


def test_fault_26_no_infinity_in_the_json() -> None:
    quiet = toys.trial(5, followup=100.0)
    calm = toys.cohort(5, mortality=0.0, growth_rate=0.0, new_lesion_rate=0.0)
    found = run_arms(toys.setting(quiet), calm, {arm.id: 5 for arm in quiet.arms})
    endpoints = found.summary["arms"][0]["endpoints"]
    assert endpoints["os_median"] == {
        "value": None, "low": None, "high": None, "sampling_low": None, "sampling_high": None, "unit": "months",
        "published": None}
    assert endpoints["os_24m"]["value"] is None           # follow-up is shorter
    ratio = found.summary["contrasts"][0]
    assert ratio["hazard_ratio"]["value"] is None
    assert "no events" in ratio["hazard_ratio"]["note"]
    assert ratio["logrank_p"] is None

    def numbers(value: Any) -> list[float]:
        if isinstance(value, dict | list):
            return [n for item in (value.values() if isinstance(value, dict) else value) for n in numbers(item)]
        return [value] if isinstance(value, float) else []

    assert all(math.isfinite(number) for number in numbers(json.loads(found.json())))


def test_how_an_arm_is_divided_changes_nothing(result: TrialResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("her2lab.trial.run.FEWEST_AT_ONCE", 7)
    again = outcome(jobs=2)
    assert again.json() == result.json()
    for name in TABLES:
        assert getattr(again, name).equals(getattr(result, name)), name
    for arm, course in result.series.items():
        assert again.series[arm].sum_of_diameters.tobytes() == course.sum_of_diameters.tobytes()


def test_courses_are_kept_of_the_first_patients_whatever_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("her2lab.trial.run.FEWEST_AT_ONCE", 7)
    monkeypatch.setattr("her2lab.trial.results.arm_tables.SHOWN_IN_TIME", 10)
    found = outcome(jobs=2)
    assert {len(course.lvef) for course in found.series.values()} == {10}
    assert "Of the first 10 patients of each arm." in available(FigureData.of(found))["tumour"].caption()


def test_same_seed_same_bytes_whatever_the_workers(result: TrialResult) -> None:
    again = outcome(jobs=2)
    assert again.json() == result.json()
    assert again.patients.equals(result.patients)
    assert again.visits.equals(result.visits)


def test_a_patient_does_not_depend_on_the_size_of_the_arm(result: TrialResult) -> None:
    trial = toys.trial(30, followup=700.0, published=PUBLISHED)
    small = run_arms(toys.setting(trial), toys.cohort(30), {"placebo": 10, "pertuzumab": 4})
    for arm, n in (("placebo", 10), ("pertuzumab", 4)):
        mine, theirs = (table.filter(pl.col("arm") == arm).head(n) for table in (small.patients, result.patients))
        assert mine.equals(theirs)


def test_patient_table(result: TrialResult) -> None:
    table = result.patients
    assert len(table) == 60
    assert table.columns[:4] == ["patient", "arm", "USUBJID", "TWIN"]
    assert table["patient"].to_list()[:2] == ["P00000", "P00001"]
    assert set(table["status"]) == {"ok"}
    assert set(table["pfs_cnsr"]) <= {0, 1}
    assert table.filter(pl.col("arm") == "placebo")["delivered_mg_pertuzumab"].null_count() == 30
    assert {"age", "weight"} < set(table.columns)
    assert {"reductions_docetaxel", "holds_docetaxel", "dose_intensity_docetaxel"} < set(table.columns)
    np.testing.assert_allclose(table["pfs_months"] * 365.25 / 12, table["pfs_days"])


def test_visit_table_and_series(result: TrialResult) -> None:
    visits = result.visits
    assert visits["day"].min() == 0
    scans = visits.filter(pl.col("response").is_not_null())
    assert (scans["day"] % 63 == 0).all()
    assert set(scans["response"]) <= {"CR", "PR", "SD", "PD", "NE"}
    series = result.series["pertuzumab"]
    assert series.lvef.shape == (30, len(series.days))
    assert set(series.concentrations) == {"trastuzumab", "docetaxel", "pertuzumab"}
    end = result.patients.filter(pl.col("arm") == "pertuzumab")["pfs_days"].to_numpy()
    assert np.isnan(series.sum_of_diameters[series.days[None, :] > end[:, None]]).all()


def test_progress_reaches_the_end() -> None:
    calls: list[tuple[int, int]] = []
    outcome(5, progress=lambda done, total: calls.append((done, total)))
    done = [call[0] for call in calls]
    assert done == sorted(done)
    assert calls[-1][0] == calls[-1][1] == 7000


def test_fault_7_failed_patients_are_counted_and_left_out() -> None:
    trial = toys.trial(8, followup=300.0)
    whole = run_arm(toys.setting(trial), trial.arms[0], toys.cohort(8))
    growth = np.full(8, 0.01)
    growth[3] = 1e4                                       # its cells overflow
    arm = run_arm(toys.setting(trial), trial.arms[0], toys.cohort(8, growth_rate=growth))
    assert arm.ok.tolist() == [True, True, True, False, True, True, True, True]
    assert arm.status[3] in {status.name.lower() for status in engine.Status if status != engine.Status.OK}
    assert not arm.pfs[1][3]
    assert np.isfinite(arm.pfs[0]).all()
    with pytest.raises(WorkError, match=r"arm placebo: 1 of 8 patients could not be integrated"):
        refuse_failures(arm.arm.id, arm.status.tolist())
    refuse_failures(whole.arm.id, whole.status.tolist())


# ------------------------------------------------------------------------------------------------ the files
def test_write(result: TrialResult, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    write(result, out, {"report.html": b"<html>"})
    assert sorted(path.name for path in out.iterdir()) == [
        "adverse_events.parquet", "columns.json", "disposition.parquet", "exposure.parquet", "patients.parquet",
        "pharmacokinetics.parquet", "report.html", "result.json",
        "times.parquet", "visits.parquet"]
    assert (out / "result.json").read_bytes() == result.json()
    assert pl.read_parquet(out / "patients.parquet").equals(result.patients)
    assert [path.name for path in out.parent.iterdir()] == ["folder"]


def test_write_over_an_old_result_leaves_other_files_alone(result: TrialResult, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "result.json").write_text("old")
    write(result, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "result.json").read_bytes() == result.json()


def test_a_folder_that_cannot_be_written(result: TrialResult, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    for out in (blocked, blocked / "below"):
        with pytest.raises(InputError, match="a folder that can be written"):
            write(result, out)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert blocked.read_text() == "not a folder"


def test_fault_11_an_interrupted_write_leaves_nothing(
    result: TrialResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Path.write_bytes

    def interrupted(path: Path, data: bytes) -> int:
        if path.name == "result.json":
            raise KeyboardInterrupt
        return original(path, data)

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(result, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_passes_through() -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outcome(3, progress=interrupt)
