"""The result of a trial: ``result.json`` as in the contract, and the folder it is written to.

The JSON is the same byte for byte for the same seed: keys in a fixed order, six significant digits, no date, no
machine, no number of workers, and never NaN or infinity: what is not reached or not estimable is null.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from her2lab import __version__, storage
from her2lab.facts import library
from her2lab.facts.records import Grading, Trial
from her2lab.population import Cohort
from her2lab.trial.conduct import criteria
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.results import dose_modifications, entries
from her2lab.trial.results.adverse_events import adverse_events, lvef_event
from her2lab.trial.results.tables import Series
from her2lab.trial.statistics import endpoints, subgroups
from her2lab.trial.statistics.estimate import proportion
from her2lab.trial.statistics.prediction import Predictor

SCHEMA = 1
DIGITS = 6
INTERVAL = (
    "low and high: 90 % prediction interval, where a trial of the published size ({published}) would find an endpoint "
    "nine times of ten. It holds the sampling of patients and what differs between trials (assessor, era, region, what "
    "the model misses; facts/between_trials.yaml), added as variances on the scale of logits (proportions), of "
    "complementary log-logs (survival at a time) or of logs (medians and ratios). The chance of this run ({run}) "
    "counts for endpoints; it hardly touches ratios, as all arms have the same virtual patients. sampling_low and "
    "sampling_high: 90 %, the sampling of patients alone in an arm of the size of this run. Medians and rates: "
    "Kaplan-Meier, log-log (Greenwood); "
    "proportions: Wilson; hazard ratios: Cox, Wald; odds ratios: Woolf"
)
DEFINITIONS = {
    "pfs": "first progression (RECIST 1.1, as measured) on the protocol's calendar of scans, or death; else censored "
    "at the last scan",
    "os": "death of any cause; else censored at the end of follow-up",
    "orr": "of those with measurable disease at baseline; a response needs no second scan, but does in orr_confirmed",
    "idfs": "also dfs and efs: first relapse after surgery (growth to a size that is seen), progression before it, or "
    "death; else censored at the last scan",
    "pcr": "at surgery fewer living cells in breast and nodes (pcr_breast: in the breast) than a pathologist finds; of "
    "all patients",
    "ic_orr": "response by the same criteria of those with measurable brain metastases at baseline",
    "cns_pfs": "first progression in the brain, or death; else censored at the last scan",
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
    series
        Arm -> course in time of its patients.
    cohort
        The virtual patients of the largest arm; a smaller arm has the first of them.
    """

    trial: Trial
    summary: dict[str, Any]
    patients: pl.DataFrame
    visits: pl.DataFrame
    series: Mapping[str, Series]
    cohort: Cohort

    def json(self) -> bytes:
        """Return ``result.json``."""
        return (json.dumps(self.summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def summarise(trial: Trial, seed: int, model_hash: str, arms: Sequence[ArmOutcome],
              gradings: Sequence[Grading]) -> dict[str, Any]:
    """Return the content of ``result.json``."""
    names = endpoints.wanted(trial)
    by_id, known = {arm.arm.id: arm for arm in arms}, trial.published.contrasts if trial.published else []
    predictor = Predictor(library.between_trials(), library.disease_of(trial))
    summary = {
        "trial": trial.id,
        "seed": seed,
        "patients": sum(len(arm.status) for arm in arms),
        "model_hash": model_hash,
        "versions": {"her2lab": __version__, "schema": SCHEMA},
        "arms": [_arm(trial, arm, names, gradings, predictor) for arm in arms],
        "contrasts": [entries.contrast(pair, by_id, known, predictor) for pair in endpoints.pairs(trial, names)],
        "subgroups": subgroups.compare(trial, arms, names, predictor),
        "interval": _interval_in_words(arms),
        "definitions": DEFINITIONS | {"subgroups": DEFINITIONS["subgroups"].format(
            fewest=subgroups.FEWEST, ecd=criteria.cuts()["serum_ecd"].value)},
    }
    return dict(rounded(summary))


def _interval_in_words(arms: Sequence[ArmOutcome]) -> str:
    published, run = (", ".join(f"{arm.arm.id} {n}" for arm, n in zip(arms, sizes, strict=True))
                      for sizes in ([arm.arm.n for arm in arms], [len(arm.status) for arm in arms]))
    return INTERVAL.format(published=published, run=run)


def _arm(trial: Trial, arm: ArmOutcome, names: Sequence[str], gradings: Sequence[Grading],
         predictor: Predictor) -> dict[str, Any]:
    published = trial.published.arms.get(arm.arm.id, {}) if trial.published else {}
    return {
        "id": arm.arm.id,
        "n": len(arm.status),
        "failed": int((~arm.ok).sum()),
        "measurable": int((arm.ok & arm.scans.measurable).sum()),
        "endpoints": {name: entries.endpoint(arm, name, published.get(name), predictor) for name in names},
        "orr_confirmed": entries.interval(
            arm, "orr", proportion(*endpoints.responders(arm, "orr", confirm=True)), predictor),
        "adverse_events": _adverse(trial, arm, gradings),
        "dose_intensity": dose_modifications.intensity(arm),
        "management": dose_modifications.management(arm),
        "supportive": dose_modifications.supportive(arm),
        "rules_not_applied": arm.unread,
    }


def _adverse(trial: Trial, arm: ArmOutcome, gradings: Sequence[Grading]) -> dict[str, Any]:
    published = trial.published.adverse_events.get(arm.arm.id, {}) if trial.published else {}
    return {
        event: {**rates, **{f"published_{rate}": published.get(event, {}).get(rate) for rate in ("any", "grade3")}}
        for event, rates in adverse_events(arm, gradings, lvef_event(trial)).items()
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
          visits: bool = True) -> Path:
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
    visits
        Whether ``visits.parquet``, the largest file, is written as well.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    folder = Path(out)
    tables = {"patients.parquet": result.patients} | ({"visits.parquet": result.visits} if visits else {})
    files = {name: _parquet(table) for name, table in tables.items()}
    files |= {**(extra_files or {}), "result.json": result.json()}
    storage.write_folder(folder, files, "out")
    return folder


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()
