"""Which numbers of the populations move the main endpoints.

For one reference trial of each setting the numbers of the plan are moved in small cohorts, with the same virtual
patients and random numbers each time: all at once by Morris' design (Morris 1991, doi 10.1080/00401706.1991.10484804;
SALib, doi 10.21105/joss.00097), and one by one for local elasticities. Published outcomes are not read.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from SALib.analyze import morris as analysis
from SALib.sample import morris as design

from her2lab import storage
from her2lab.comparison.figures import setting
from her2lab.comparison.run_store import Stamp
from her2lab.facts import library
from her2lab.facts.credibility import Reference, Sensitivity
from her2lab.facts.records import Distribution, Trial
from her2lab.provenance.numbers import typical
from her2lab.trial import run_trial as run_trial
from her2lab.trial import sensitivity_steps
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

Progress = Callable[[int, int], None]
Outcomes = dict[str, float]   # endpoint, or "endpoint hazard ratio" -> percent, or the ratio
Floats = Sequence[float]

METHOD = (
    "Each number is moved from its value divided by {spread:g} to its value times {spread:g}, within its range, on a "
    "logarithmic scale, in {patients} virtual patients per arm. Elasticity: relative change of the endpoint for a "
    "relative change of the number, others fixed (0.5: ten per cent more of the number is five per cent more of the "
    "endpoint). In brackets μ*, the mean absolute effect of moving the number over that span while the others are "
    "anywhere in theirs (Morris): percentage points, or the logarithm of a hazard ratio. Both carry the chance of a "
    "small cohort."
)


def analyse(plan: Sensitivity, path: Path, *, jobs: int = 1, progress: Progress | None = None) -> dict[str, Any]:
    """Analyse each reference trial, keep the result in `path` after each of them, and return it.

    What is kept there from the same plan, model and facts is not run again.
    """
    stamp = _stamp(plan)
    done = _kept(path, stamp)
    missing = [each for each in plan.references if each.trial not in {row["trial"] for row in done}]
    total, begun = sum(_runs(plan, each) for each in missing), 0
    for reference in missing:

        def report(runs: int, before: int = begun) -> None:
            if progress is not None:
                progress(before + runs, total)

        done.append(_analyse(plan, reference, jobs, report))
        begun += _runs(plan, reference)
        order = [each.trial for each in plan.references]
        content = {"stamp": stamp, "method": METHOD.format(**plan.model_dump()),
                   "references": sorted(done, key=lambda row: order.index(row["trial"]))}
        storage.write(path, (json.dumps(content, indent=1, allow_nan=False) + "\n").encode())
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _analyse(plan: Sensitivity, reference: Reference, jobs: int, report: Callable[[int], None]) -> dict[str, Any]:
    trial = shortened(library.trial(reference.trial), reference)
    people = library.population_of(trial)
    names = [*plan.numbers, *reference.also]
    bounds = {name: _bounds(people.parameters[name], plan.spread) for name in names}
    runs = 0

    def outcomes(factors: Mapping[str, float]) -> Outcomes:
        nonlocal runs
        result = run_trial(trial, patients=plan.patients, seed=plan.seed, jobs=jobs,
                           people=sensitivity_steps.scaled(people, factors))
        runs += 1
        report(runs)
        return _read(result.summary, reference)

    screened = _screen(plan, names, bounds, outcomes)
    local = {name: _elasticities(plan.step, name, bounds[name], outcomes) for name in names}
    return {
        "trial": trial.id, "setting": setting(trial), "arm": reference.arm, "reference": reference.reference,
        "numbers": [
            {"number": name, "origin": _origin(people.parameters[name]),
             "factors": [math.exp(bound) for bound in bounds[name]],
             "elasticity": local[name], "mu_star": screened[name]}
            for name in names
        ],
    }


def shortened(trial: Trial, reference: Reference) -> Trial:
    """Return the two arms of a reference trial, as long as they are followed, without what was published."""
    more = (name for name in reference.contrasts if name not in reference.endpoints)
    return library.with_arms(trial, [reference.reference, reference.arm]).replace(
        published=None, endpoints=[*reference.endpoints, *more],
        followup=min(trial.followup, reference.followup * DAYS_PER_MONTH))


def _read(summary: Mapping[str, Any], reference: Reference) -> Outcomes:
    """Return the endpoints of the arm and its ratios; what is not estimable is NaN."""
    arm = next(each for each in summary["arms"] if each["id"] == reference.arm)
    ratios = {each["endpoint"]: each["hazard_ratio"]["value"] for each in summary["contrasts"]
              if each["arm"] == reference.arm and "hazard_ratio" in each}
    found = {name: arm["endpoints"][name]["value"] for name in reference.endpoints}
    found |= {f"{name} hazard ratio": ratios.get(name) for name in reference.contrasts}
    return {name: math.nan if value is None else value for name, value in found.items()}


def _screen(plan: Sensitivity, names: list[str], bounds: Mapping[str, tuple[float, float]],
            outcomes: Callable[[Mapping[str, float]], Outcomes]) -> dict[str, dict[str, float | None]]:
    """Return Morris' mean absolute effect of each number on each outcome."""
    problem = {"num_vars": len(names), "names": names, "bounds": [list(bounds[name]) for name in names]}
    points = design.sample(problem, plan.trajectories, num_levels=plan.levels, seed=plan.seed)
    found = [outcomes(dict(zip(names, np.exp(point).tolist(), strict=True))) for point in points]
    effects: dict[str, dict[str, float | None]] = {name: {} for name in names}
    for outcome in found[0]:
        values = np.array([_linear(outcome, each[outcome]) for each in found])
        known = bool(np.isfinite(values).all())
        stars = analysis.analyze(problem, points, values, num_levels=plan.levels)["mu_star"] if known else None
        for place, name in enumerate(names):
            effects[name][outcome] = None if stars is None else float(stars[place])
    return effects


def _elasticities(step: float, name: str, bounds: tuple[float, float],
                  outcomes: Callable[[Mapping[str, float]], Outcomes]) -> dict[str, float | None]:
    """Return the elasticity of each outcome: the change of its logarithm by that of the number's, both ways."""
    ends = [max(-math.log(step), bounds[0]), min(math.log(step), bounds[1])]
    low, high = (outcomes({name: math.exp(end)}) for end in ends)
    return {outcome: sensitivity_steps.slope(low[outcome], high[outcome], ends[1] - ends[0]) for outcome in low}


def _linear(outcome: str, value: float) -> float:
    """Return an outcome on the scale of its effects: percent as it is, ratios by their logarithm."""
    return math.log(value) if outcome.endswith("ratio") else value


def _bounds(distribution: Distribution, spread: float) -> tuple[float, float]:
    return sensitivity_steps.bounds(typical(distribution), distribution.range, spread)


def _origin(distribution: Distribution) -> str:
    if distribution.calibrated:
        return "fitted"
    return "source" if distribution.source else "assumption"


def _runs(plan: Sensitivity, reference: Reference) -> int:
    numbers = len(plan.numbers) + len(reference.also)
    return plan.trajectories * (numbers + 1) + 2 * numbers


def _stamp(plan: Sensitivity) -> dict[str, Any]:
    stamp = Stamp.now(library.trial(plan.references[0].trial), plan.seed, plan.patients)
    return {**asdict(stamp), "plan": hashlib.sha256(plan.model_dump_json().encode()).hexdigest()}


def _kept(path: Path, stamp: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return list(content["references"]) if content["stamp"] == stamp else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
