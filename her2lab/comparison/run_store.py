"""Where finished trials of the library are kept: ``DIR/trials/ID/{patients.parquet,result.json}`` and a manifest.

The manifest says of each run from which seed, size, model, facts, program and trial file it came, so that an
interrupted run of the library goes on where it stopped, and a result of another model or of changed facts does not
count.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from her2lab import __version__, storage
from her2lab import trial as trials_room
from her2lab.errors import InputError
from her2lab.facts.records import Trial
from her2lab.provenance.facts import facts_hash
from her2lab.provenance.program import program_hash
from her2lab.trial import TrialResult

SCHEMA = 1
MANIFEST = "manifest.json"
RESULT = "result.json"
PATIENTS = "patients.parquet"
RUN = ("her2lab.trial.run", "her2lab.comparison.curve_distance")  # what makes a stored result


@dataclass(frozen=True)
class Stamp:
    """What a run depends on besides its trial file; `patients` is None for the published sizes, hashes are SHA-256."""

    seed: int
    patients: int | None
    model: str
    facts: str
    program: str

    @classmethod
    def now(cls, any_trial: Trial, seed: int, patients: int | None) -> Stamp:
        """Return the stamp of a run that starts now; the model is that of `any_trial`, as of all."""
        return cls(seed, patients, trials_room.trial_context(any_trial).model.hash, facts_hash(), program_hash(*RUN))


@dataclass(frozen=True)
class StoredRun:
    """One run: how its trial was named, the hashes of trial and result, its stamp; why there is no result, if so."""

    given: str
    trial: str
    result: str
    stamp: Stamp
    failure: str | None = None


class RunStore:
    """A folder of runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = _read(folder / MANIFEST)

    def of(self, identifier: str) -> Path:
        """Return the folder of one trial."""
        return self.folder / "trials" / identifier

    def holds(self, trial: Trial, stamp: Stamp) -> bool:
        """Return whether the run of this trial with this stamp is there and whole."""
        run = self.runs.get(trial.id)
        return (run is not None and run.failure is None and run.stamp == stamp and run.trial == trial_hash(trial)
                and run.result == self._result_hash(trial.id))

    def put(self, result: TrialResult, given: str, stamp: Stamp) -> None:
        """Keep a result; the manifest names it only once it is whole."""
        identifier = result.trial.id
        if self.runs.pop(identifier, None) is not None:
            self._write_manifest()
        trials_room.write(result, self.of(identifier), only=("patients",))
        self.runs[identifier] = StoredRun(given, trial_hash(result.trial), self._result_hash(identifier), stamp)
        self._write_manifest()

    def renew(self, identifier: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Change the ``result.json`` of one trial in what follows from it without a run; written only if it differs."""
        before = self.result(identifier)
        after = change(copy.deepcopy(before))
        if after != before:
            body = json.dumps(after, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
            storage.write(self.of(identifier) / RESULT, body.encode())
            self.runs[identifier] = replace(self.runs[identifier], result=self._result_hash(identifier))
            self._write_manifest()

    def note_failure(self, trial: Trial, given: str, stamp: Stamp, why: str) -> None:
        """Keep that a trial could not be run, so that a report does not pass over it; it is tried again next time."""
        self.runs[trial.id] = StoredRun(given, trial_hash(trial), "", stamp, why)
        self._write_manifest()

    def result(self, identifier: str) -> dict[str, Any]:
        """Return the ``result.json`` of one trial.

        Raises
        ------
        InputError
            If it is not what the manifest says.
        """
        if identifier not in self.runs or self.runs[identifier].result != self._result_hash(identifier):
            raise InputError("is missing or was changed since it was written", file=self.of(identifier) / RESULT,
                             expected="the file that the manifest names; run `her2lab validate` again")
        return dict(json.loads((self.of(identifier) / RESULT).read_text(encoding="utf-8")))

    def patients(self, identifier: str) -> pl.DataFrame:
        """Return the ``patients.parquet`` of one trial, one row per virtual patient and arm.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        path = self.of(identifier) / PATIENTS
        try:
            return pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError):
            raise InputError("cannot be read", file=path, expected="run `her2lab validate` again") from None

    def _result_hash(self, identifier: str) -> str:
        try:
            return hashlib.sha256((self.of(identifier) / RESULT).read_bytes()).hexdigest()
        except OSError:
            return ""

    def _write_manifest(self) -> None:
        runs = {name: asdict(run) for name, run in sorted(self.runs.items())}
        content = {"schema": SCHEMA, "her2lab": __version__, "runs": runs}
        self.folder.mkdir(parents=True, exist_ok=True)
        storage.write(self.folder / MANIFEST, (json.dumps(content, indent=1) + "\n").encode())


def _read(path: Path) -> dict[str, StoredRun]:
    """Return the runs that a manifest names; none if there is no manifest or it is of another form."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            return {}
        return {name: StoredRun(**{**run, "stamp": Stamp(**run["stamp"])})
                for name, run in content["runs"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


# ------------------------------------------------------------------------------------------------ hashes
def trial_hash(trial: Trial) -> str:
    """Return the hash of a trial's record, published figures included: they choose which endpoints a result has."""
    return hashlib.sha256(trial.model_dump_json().encode()).hexdigest()
