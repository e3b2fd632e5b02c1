"""The result of a trial: ``result.json`` as in the contract, and the folder it is written to.

The JSON is the same byte for byte for the same seed: keys in a fixed order, six significant digits, no date, no
machine, no number of workers, and never NaN or infinity: what is not reached or not estimable is null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

import polars as pl

from her2lab import __version__, storage
from her2lab.facts import library
from her2lab.facts.records import Grading, Trial
from her2lab.population import Cohort
from her2lab.trial.extrapolation import extrapolations
from her2lab.trial.results.subject_table import CONFIRMED
from her2lab.trial.results.table_files import table_files
from her2lab.trial.results.time_series import ArmTimeSeries
from her2lab.trial.statistics import adverse_events, endpoints, subgroups
from her2lab.trial.statistics.dose_modifications import (
    DoseModificationSummary,
    dose_intensity,
    dose_modifications,
    supportive_care,
)
from her2lab.trial.statistics.estimate import proportion
from her2lab.trial.statistics.prediction import Predictor
from her2lab.trial.statistics.subgroups import SubgroupSummary
from her2lab.trial.statistics.subjects import ArmSubjects, counted
from her2lab.trial.statistics.summaries import (
    ContrastSummary,
    EndpointSummary,
    IntervalSummary,
    contrast_summary,
    endpoint_summary,
    interval_summary,
)

SCHEMA = 1
TABLES = ("patients", "visits", "times", "adverse_events", "exposure", "pharmacokinetics", "disposition")
DIGITS = 6
INTERVAL = (
    "low and high: 90 % prediction interval, where a trial of the {whose} size ({sizes}) would find an endpoint "
    "nine times of ten. It holds the sampling of patients and what differs between trials (assessor, era, region, what "
    "the model misses; facts/between_trials.yaml), added as variances on the scale of logits (proportions), of "
    "complementary log-logs (survival at a time) or of logs (medians and ratios), and the chance of this run ({run}); "
    "of ratios that is run_sd, the standard deviation of the log ratio with other virtual patients, {who} "
    "(sandwich by patients, Lin and Wei 1989). sampling_low and sampling_high: 90 %, the sampling "
    "of patients alone in an arm of the size of this run. Medians and rates: Kaplan-Meier, log-log (Greenwood); "
    "proportions: Wilson; hazard ratios: Cox, Wald; odds ratios: Woolf"
)
WHO = {"twins": "the same in all arms", "independent": "others in every arm"}
DEFINITIONS = {
    "pfs": "first progression (RECIST 1.1, as measured) on the protocol's calendar of scans, or death; else censored, "
    "see censoring",
    "os": "death of any cause; else censored at the end of follow-up",
    "orr": "of those with measurable disease at baseline, by the scans before surgery if there is any; a response "
    "needs no second scan, but does in orr_confirmed",
    "idfs": "also dfs and efs: first relapse after surgery (growth to a size that is seen), progression before it, or "
    "death; else censored as pfs",
    "pcr": "at surgery fewer living cells in breast and nodes (pcr_breast: in the breast) than a pathologist finds; of "
    "all patients (intention to treat): who was not operated on, having progressed or died before, had none",
    "ic_orr": "response by the same criteria of those with measurable brain metastases at baseline",
    "cns_pfs": "first progression in the brain, or death; else censored as pfs",
    "adverse_events": "percent of patients by worst grade until progression or death: blood, laboratory values and "
    "symptoms on their whole course, falls of LVEF as measured; any and grade3 as trials report them (laboratory "
    "values from grade 2, neutropenia as far as it is noticed), any_measured and grade3_measured as a laboratory "
    "would; grades: patients by worst grade",
    "management": "what the rules did, in percent of patients; stopped: by a rule, not by progression or the protocol",
    "subgroups": "patients by a property at baseline, where every arm has at least {fewest} at a level, and not all "
    "are at one; each interval is that of a subgroup as large as the published trial would have; serum_ecd: high from "
    "{ecd:g} ng/mL on",
    "failed": "patients whose integration failed count in no statistic",
}


CENSORING = {
    "fda": "rules of the FDA: at the last scan, where there is neither progression nor death, where either comes after "
    "{missed} or more missed scans, and where death comes after the last scan of the trial",
    "ema": "rules of the EMA: at the last contact; a progression or death counts whenever it happens",
}
CURVES = "; curves and medians end where fewer than {at_risk} patients are at risk"


@dataclass(frozen=True)
class TrialResult:
    """What a trial has yielded.

    Attributes
    ----------
    trial
        The protocol.
    summary
        The content of ``result.json``.
    patients, visits
        One row per patient and arm; one row per visit.
    times, adverse_events, exposure, pharmacokinetics, disposition
        One row per subject and time to an event, per episode of an adverse event, per dose, per dose again with what it
        did to the concentration, per subject and drug; empty where the arms were run apart.
    series
        Arm -> course in time of its patients.
    cohort
        The virtual patients: of twins those of the largest arm, of which a smaller arm has the first; of independent
        arms those of one arm after the other. Empty if read back from files.
    """

    trial: Trial
    summary: TrialSummary
    patients: pl.DataFrame
    visits: pl.DataFrame
    series: Mapping[str, ArmTimeSeries]
    cohort: Cohort
    times: pl.DataFrame = field(default_factory=pl.DataFrame)
    adverse_events: pl.DataFrame = field(default_factory=pl.DataFrame)
    exposure: pl.DataFrame = field(default_factory=pl.DataFrame)
    pharmacokinetics: pl.DataFrame = field(default_factory=pl.DataFrame)
    disposition: pl.DataFrame = field(default_factory=pl.DataFrame)

    def tables(self, only: Collection[str] = TABLES) -> dict[str, pl.DataFrame]:
        """Return the tables by name, of `TABLES`."""
        return {name: getattr(self, name) for name in TABLES if name in only}

    def json(self) -> bytes:
        """Return ``result.json``."""
        return (json.dumps(self.summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


class ArmSummary(TypedDict):
    """One arm of ``result.json``; shares are in percent of the patients who count."""

    id: str
    n: int
    failed: int
    measurable: int
    endpoints: dict[str, EndpointSummary]
    orr_confirmed: IntervalSummary
    adverse_events: dict[str, dict[str, object]]
    dose_intensity: dict[str, float | None]
    management: dict[str, DoseModificationSummary]
    supportive: dict[str, float | None]
    rules_not_applied: Sequence[str]
    extrapolation: list[str]


class CurveDistance(TypedDict):
    """How far a simulated survival curve is from the published one, in percentage points, over `months`."""

    endpoint: str
    arm: str
    distance: float
    largest: float
    months: float


class TrialSummary(TypedDict):
    """The content of ``result.json``; `curves` and `biomarkers` stand in it where something was published or asked.

    `warnings`, `rules` and `facts` stand in what a person has run: what to look at again, which management rules held,
    which facts were read; `changes` is what the trial's file changes of the library. `reference`, `virtual_patients`
    and `changes` stand in it only where the file says something of them.
    """

    trial: str
    seed: int
    patients: int
    model_hash: str
    versions: dict[str, str | int]
    arms: list[ArmSummary]
    contrasts: list[ContrastSummary]
    subgroups: list[SubgroupSummary]
    interval: str
    definitions: dict[str, str]
    reference: NotRequired[str]
    virtual_patients: NotRequired[str]
    warnings: NotRequired[list[str]]
    rules: NotRequired[dict[str, list[str]]]
    facts: NotRequired[dict[str, Any]]
    changes: NotRequired[dict[str, list[dict[str, Any]]]]
    curves: NotRequired[list[CurveDistance]]
    biomarkers: NotRequired[list[dict[str, Any]]]


def summarise(trial: Trial, seed: int, model_hash: str, arms: Sequence[ArmSubjects], gradings: Sequence[Grading],
              rules_not_applied: Mapping[str, Sequence[str]]) -> TrialSummary:
    """Return the content of ``result.json``.

    Parameters
    ----------
    trial, seed, model_hash
        The protocol, the seed of the study, and the hash of the compiled patient.
    arms
        The patients of each arm, with all columns of :func:`her2lab.trial.results.subject_table.arm_subjects`.
    gradings
        Cut-offs of adverse events.
    rules_not_applied
        Arm -> rules in force that could not be applied in it.
    """
    names, predictor = endpoints.wanted(trial), Predictor(library.between_trials(), library.disease_of(trial),
                                                          extrapolations(trial))
    by_id, known = {arm.arm.id: arm for arm in arms}, trial.published.contrasts if trial.published else []
    fewest = library.analysis_limits().subgroup_fewest
    limits = {name: cut.limit for name, cut in library.measurement().cuts.items()}
    summary: TrialSummary = {
        "trial": trial.id,
        "seed": seed,
        "patients": sum(arm.simulated for arm in arms),
        "model_hash": model_hash,
        "versions": {"her2lab": __version__, "schema": SCHEMA},
        "arms": [_arm(trial, arm, names, gradings, rules_not_applied[arm.arm.id], predictor) for arm in arms],
        "contrasts": [contrast_summary(pair, by_id, known, predictor) for pair in endpoints.pairs(trial, names)],
        "subgroups": subgroups.compare(trial, arms, names, predictor, limits, fewest),
        "interval": _interval_in_words(trial, arms),
        "definitions": _definitions(trial),
    }
    if trial.reference is not None:
        summary["reference"] = trial.reference
    if trial.virtual_patients != "twins":
        summary["virtual_patients"] = trial.virtual_patients
    return cast(TrialSummary, rounded(summary))


def _definitions(trial: Trial) -> dict[str, str]:
    """Return what the endpoints mean in this trial."""
    limits, ecd = library.analysis_limits(), library.measurement().cuts["serum_ecd"].value
    return DEFINITIONS | {
        "censoring": (CENSORING[trial.censoring] + CURVES).format(missed=limits.missed_assessments,
                                                                  at_risk=limits.fewest_at_risk),
        "subgroups": DEFINITIONS["subgroups"].format(fewest=limits.subgroup_fewest, ecd=ecd),
    }


def _interval_in_words(trial: Trial, arms: Sequence[ArmSubjects]) -> str:
    planned, run = (", ".join(f"{arm.arm.id} {n}" for arm, n in zip(arms, sizes, strict=True))
                      for sizes in ([arm.arm.n for arm in arms], [arm.simulated for arm in arms]))
    return INTERVAL.format(whose="published" if trial.published is not None else "planned", sizes=planned, run=run,
                           who=WHO[trial.virtual_patients])


def _arm(trial: Trial, arm: ArmSubjects, names: Sequence[str], gradings: Sequence[Grading],
         rules_not_applied: Sequence[str], predictor: Predictor) -> ArmSummary:
    published = trial.published.arms.get(arm.arm.id, {}) if trial.published else {}
    known = counted(arm.table)
    return {
        "id": arm.arm.id,
        "n": arm.simulated,
        "failed": arm.simulated - len(known),
        "measurable": int(known["measurable"].sum()),
        "endpoints": {name: endpoint_summary(arm, name, published.get(name), predictor) for name in names},
        "orr_confirmed": interval_summary(
            arm, "orr", proportion(*endpoints.responders(arm.table, CONFIRMED)), predictor),
        "adverse_events": _adverse_events(trial, arm, gradings),
        "dose_intensity": dose_intensity(arm.table),
        "management": dose_modifications(arm.table),
        "supportive": supportive_care(arm.table),
        "rules_not_applied": rules_not_applied,
        "extrapolation": predictor.beyond[arm.arm.id].reasons,
    }


def _adverse_events(trial: Trial, arm: ArmSubjects, gradings: Sequence[Grading]) -> dict[str, dict[str, object]]:
    published = trial.published.adverse_events.get(arm.arm.id, {}) if trial.published else {}
    limits = library.analysis_limits()
    found = adverse_events.summarise(arm.table, gradings, severe_from=limits.severe_from,
                                     death_grade=limits.death_grade)
    return {
        event: {**rates, **{f"published_{rate}": published.get(event, {}).get(rate) for rate in ("any", "grade3")}}
        for event, rates in found.items()
    }


def rounded(value: Any) -> Any:
    """Return a structure with numbers of six significant digits and without NaN or infinity."""
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


# ------------------------------------------------------------------------------------------------ writing
def write(result: TrialResult, out: str | Path, extra_files: Mapping[str, bytes] | None = None, *,
          only: Collection[str] = TABLES, csv: bool = False) -> Path:
    """Write a result into the folder `out` and return it.

    An interrupted or failed run leaves nothing half-written (:func:`her2lab.storage.write_folder`).

    Parameters
    ----------
    result
        What :func:`her2lab.trial.run_trial` returned.
    out
        The folder; made if it is not there. Other files in it are left alone.
    extra_files
        Name -> content of files to go with it, such as ``report.html``.
    only
        The tables to write, of `TABLES`.
    csv
        Whether each is written as CSV as well.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    folder = Path(out)
    files = table_files(result.tables(only), csv=csv) | {**(extra_files or {}), "result.json": result.json()}
    storage.write_folder(folder, files, "out")
    return folder
