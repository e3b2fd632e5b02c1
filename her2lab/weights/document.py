"""The weights of one population, found, described and kept: ``POPULATION.json`` and ``POPULATION.parquet``."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from her2lab import storage
from her2lab.comparison.run_store import RunStore, StoredRun
from her2lab.facts import library
from her2lab.population.weights import effective_size
from her2lab.provenance.facts import facts_hash
from her2lab.weights.entropy_weights import Fitted, weigh
from her2lab.weights.shifts import parameters_of, properties_of, shifts
from her2lab.weights.table import CandidateTable, read, runs_of

SCHEMA = 1
FOLDER = "weights"


def run(population: str, source: Path, out: Path | None = None) -> dict[str, Any]:
    """Find the weights of a population from stored runs of its calibration trials, write and return what was found.

    Parameters
    ----------
    population
        A file of ``facts/populations``.
    source
        A folder that ``her2lab validate`` has written.
    out
        Where ``POPULATION.json`` and ``POPULATION.parquet`` (patient, weight) go; ``source/weights`` if None.

    Raises
    ------
    InputError
        If there is no such population, no run of a calibration trial of it, or too few patients in every arm.
    """
    people, store = library.population(population), RunStore(source)
    runs = runs_of(store, population)
    table, frames = read(store, runs, people)
    fitted = weigh(table)
    stamp = next(iter(runs.values())).stamp
    unchanged = stamp.facts == facts_hash()
    parameters = parameters_of(people, stamp.seed, table.patients) if unchanged else {}
    moved = shifts(fitted.weights, properties_of(people, list(frames.values())), parameters)
    found = {
        "schema": SCHEMA, "population": population, **_described(table, fitted),
        "shifts": [asdict(each) for each in moved], "parameters_known": unchanged,
        "results": {name: each.result for name, each in runs.items()},
        "versions": {name: getattr(stamp, name) for name in ("seed", "model", "facts", "program")},
    }
    buffer = io.BytesIO()
    pl.DataFrame({"patient": table.patients, "weight": fitted.weights}).write_parquet(buffer)
    text = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    files = {f"{population}.parquet": buffer.getvalue(), f"{population}.json": text.encode()}
    storage.write_folder(source / FOLDER if out is None else out, files, "out")
    return found


def summaries(folder: Path, runs: Mapping[str, StoredRun]) -> list[dict[str, Any]]:
    """Return what was written under ``folder/weights`` from just these runs, one document for each population."""
    found = []
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            document = dict(json.loads(path.read_text(encoding="utf-8")))
            current = all(name in runs and runs[name].result == result for name, result in document["results"].items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if document.get("schema") == SCHEMA and current:
            found.append(document)
    return found


def _described(table: CandidateTable, fitted: Fitted) -> dict[str, Any]:
    n, size = len(table.patients), effective_size(fitted.weights)
    targets = [_target(table, fitted, k) for k in range(len(table.targets))]
    outcomes = [each for each in targets if each["kind"] == "outcome"]
    before, after = fitted.left_out_misfit if fitted.left_out else (None, None)
    return {
        "verdict": verdict(fitted),
        "trials": list(dict.fromkeys(target.trial for target in table.targets)),
        "patients": n, "effective_size": size, "effective_share": size / n,
        "largest_weight": float(fitted.weights.max()),
        "shift_by_chance": math.sqrt(max(1 / size - 1 / n, 0.0)),
        "misfit": {"before": _root_mean_square(outcomes, "missed_before"),
                   "after": _root_mean_square(outcomes, "missed_after")},
        "left_out": {
            "helps": fitted.helps, "before": before, "after": after,
            "trials": [{"trial": each.trial, "targets": each.targets, "before": each.before, "after": each.after,
                        "effective_size": effective_size(each.weights)} for each in fitted.left_out],
        },
        "targets": targets,
    }


def _target(table: CandidateTable, fitted: Fitted, k: int) -> dict[str, Any]:
    target, error = table.targets[k], float(fitted.errors[k])
    before, after = float(fitted.before[k]), float(fitted.after[k])
    return {
        "trial": target.trial, "arm": target.arm, "name": target.name,
        "kind": "outcome" if target.outcome else "baseline", "month": target.month, "above": target.limit,
        "doubtful": target.doubtful, "published": target.published, "error": error,
        "its_arm": float(table.whole[k]), "unweighted": before, "weighted": after,
        "missed_before": (before - target.published) / error,
        "missed_after": (after - target.published) / error,
    }


def _root_mean_square(rows: list[dict[str, Any]], field: str) -> float:
    return math.sqrt(sum(row[field] ** 2 for row in rows) / len(rows))


def verdict(fitted: Fitted) -> str:
    """Say in one sentence whether the weights help trials that they were not fitted to."""
    end = "predictions are made without them"
    if fitted.helps is None:
        return f"weights help left-out trials: cannot be told from one trial; {end}"
    before, after = fitted.left_out_misfit
    closer = sum(each.after < each.before for each in fitted.left_out)
    return (f"weights help left-out trials: {'yes' if fitted.helps else 'no'} (misfit {before:.2f} standard errors "
            f"without, {after:.2f} with; closer in {closer} of {len(fitted.left_out)}); {end}")
