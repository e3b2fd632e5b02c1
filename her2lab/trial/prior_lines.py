"""Earlier lines of therapy: each candidate of a trial goes through them before entry, and what they leave is its start.

A candidate takes its lines one after the other, each as a one-arm trial until progression. Who progressed on all of
them and is alive enters; who died, or did not progress within the horizon, is not of this line. What is carried from
the scan that showed progression to the next start: the shares of the clones, and each constant ``X_at_entry`` of the
model from its state ``X``. All else starts anew: drugs are washed out, and the size of the tumour at entry is drawn.

Outcomes are kept on disk in blocks of candidates, under the hash of everything that went into them.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from her2lab import storage
from her2lab._types import Bools, Floats, Integers, PartDone
from her2lab.biology.patient_interface import AT_ENTRY, LATER_LINE_GROWTH, cells_of_share, clone_cells, clone_share
from her2lab.engine import Model
from her2lab.facts import library
from her2lab.facts.prior_lines import Line
from her2lab.facts.records import Arm, Drug, Trial
from her2lab.population import Cohort
from her2lab.provenance.program import program_hash
from her2lab.task_pool import TaskPool
from her2lab.trial.conduct.arm import treat_until_progression
from her2lab.trial.conduct.context import TrialContext, trial_context

BLOCK = 32  # candidates kept together on disk


@dataclass(frozen=True)
class PriorLinesOutcome:
    """What earlier lines left, row by row.

    Attributes
    ----------
    left_at
        Shape (n,): 0 for who enters, else the number of the line, from 1, that led elsewhere.
    died
        Shape (n,): who died on that line; the others did not progress in time, or could not be integrated.
    names, constants
        Constants of the model and their values at entry, shape (n, k); as drawn where no line was given.
    """

    left_at: Integers
    died: Bools
    names: tuple[str, ...]
    constants: Floats

    @property
    def enters(self) -> Bools:
        """Who progressed on every line and is alive."""
        return np.asarray(self.left_at == 0)

    def applied_to(self, cohort: Cohort) -> Cohort:
        """Return the same patients as the lines left them."""
        return cohort.with_parameters(dict(zip(self.names, self.constants.T, strict=True)))


class PriorLines:
    """The earlier lines of one trial.

    Parameters
    ----------
    trial, lines
        The trial, and the lines before it in order.
    drugs
        Drugs by id that take the place of the library's.
    jobs
        Threads; the result is the same for any number.
    """

    def __init__(self, trial: Trial, lines: Sequence[Line], drugs: Mapping[str, Drug] | None = None,
                 jobs: int = 1) -> None:
        self.lines, self.jobs = lines, jobs
        self.settings = [trial_context(as_trial(trial, line), drugs, occasion=f"line {n}") for n,
                         line in enumerate(lines, 1)]
        self._in_memory: dict[str, bytes] = {}

    def of(self, candidates: Cohort, before: Cohort, progress: PartDone | None = None) -> PriorLinesOutcome:
        """Take candidates through the lines, or read on disk how it went.

        Parameters
        ----------
        candidates
            As they are at entry; their properties say who had which line.
        before
            The same patients as they were before entry.
        progress
            Called with the part that is done, 0 to 1.
        """
        numbers = candidates.patients // BLOCK
        blocks = [np.flatnonzero(numbers == number) for number in np.unique(numbers)]
        keys = [self._key(candidates.select(rows), before.select(rows)) for rows in blocks]
        known = [self._load(key) for key in keys]
        missing = [n for n, past in enumerate(known) if past is None]
        if missing:
            rows = np.concatenate([blocks[n] for n in missing])
            fresh = run_prior_lines(self.lines, self.settings, candidates.select(rows), before.select(rows), self.jobs,
                                 progress)
            ends = np.cumsum([len(blocks[n]) for n in missing])
            for n, end in zip(missing, ends, strict=True):
                known[n] = _rows(fresh, np.arange(end - len(blocks[n]), end))
                self._store(keys[n], known[n])
        return _joined([past for past in known if past is not None], np.concatenate(blocks))

    def _load(self, key: str) -> PriorLinesOutcome | None:
        body = self._in_memory.get(key) or storage.load(key)
        return None if body is None else _read(body)

    def _store(self, key: str, past: PriorLinesOutcome | None) -> None:
        if past is not None:
            self._in_memory[key] = _written(past)
            storage.store(key, self._in_memory[key])

    def _key(self, candidates: Cohort, before: Cohort) -> str:
        """Return the name under which the outcome of some candidates is kept."""
        told = hashlib.sha256(self._facts)
        told.update(repr((candidates.seed, _shown(candidates), _shown(before))).encode())
        for cohort in (candidates, before):
            for name, values in sorted(cohort.parameters.items()):
                if not name.endswith(LATER_LINE_GROWTH):
                    told.update(name.encode() + np.ascontiguousarray(values, dtype=float).tobytes())
        return f"history-{told.hexdigest()}.npz"

    @cached_property
    def _facts(self) -> bytes:
        """Everything but the candidates that has a say in the outcome."""
        said = [program_hash("her2lab.trial.conduct.arm"), library.dosing_rules(), library.measurement(),
                self.lines]
        for setting in self.settings:
            drugs = [drug.model_dump_json() for drug in setting.drugs.values()]
            rules = [rule.model_dump_json() for rule in setting.rules]
            said += [hashlib.sha256(setting.model.sbml.encode()).hexdigest(), setting.trial.assessments,
                     setting.trial.followup, setting.recist, setting.errors, setting.gradings, drugs, rules]
        return repr(said).encode()


def as_trial(trial: Trial, line: Line) -> Trial:
    """Return one earlier line as a one-arm trial in the population of `trial`, under the usual rules."""
    given = library.prior_line_rules()
    return Trial(id=f"{trial.id}_{line.name}", title=line.name, population=trial.population,
                 arms=(Arm(id=line.name, n=1, regimen=line.regimen),), followup=given.horizon,
                 assessments={"tumour": given.tumour, "lvef": given.lvef, "blood": given.blood},
                 endpoints=("pfs",))


def run_prior_lines(lines: Sequence[Line], settings: Sequence[TrialContext], candidates: Cohort, before: Cohort,
                    jobs: int = 1,
                 progress: PartDone | None = None) -> PriorLinesOutcome:
    """Take candidates through the lines, a part of them in each of `jobs` threads; parameters as of `PriorLines.of`."""
    rows = np.arange(len(candidates.patients))
    pool = TaskPool(jobs, len(rows), None if progress is None else lambda done, total: progress(done / total))
    parts = pool.do({
        n: partial(_treat_part, lines, settings, candidates.select(part), before.select(part), pool.share(len(part)))
        for n, part in enumerate(np.array_split(rows, min(jobs, len(rows))))
    })
    return _joined([parts[n] for n in range(len(parts))], rows)


def _treat_part(lines: Sequence[Line], settings: Sequence[TrialContext], candidates: Cohort, before: Cohort,
                   progress: PartDone) -> PriorLinesOutcome:
    n, model = len(candidates.patients), settings[0].model
    names, states = carried(model)
    past = PriorLinesOutcome(np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool), names, _drawn(candidates, names,
                                                                                                 model))
    for number, (line, setting) in enumerate(zip(lines, settings, strict=True)):
        due = np.flatnonzero(past.enters & _had(line, candidates))

        def report(part: float, begun: int = number) -> None:
            progress((begun + part) / len(lines))

        if not due.size:
            continue
        start = past.applied_to(before).select(due)
        left = treat_until_progression(setting, setting.trial.arms[0], start, states, progress=report)
        past.left_at[due[~left.progressed]] = number + 1
        past.died[due] = left.died
        after = constants_of(names, states, left.states, past.constants[due])
        past.constants[due[left.progressed]] = after[left.progressed]
    return past


def carried(model: Model) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the constants of a model that an earlier line sets, and the states that are read for them."""
    constants, states = set(model.parameters), set(model.states)
    clones = [k for k in range(2, len(states)) if clone_share(k) in constants and clone_cells(k) in states]
    entry = [name for name in model.parameters
             if name.endswith(AT_ENTRY) and name.removesuffix(AT_ENTRY) in states]
    cells = [clone_cells(k) for k in (1, *clones)] if clones else []
    return ((*(clone_share(k) for k in clones), *entry), (*cells, *(name.removesuffix(AT_ENTRY) for name in entry)))


def constants_of(names: Sequence[str], states: Sequence[str], values: Floats, own: Floats) -> Floats:
    """Return the constants `names`, shape (n, k), from the values of the states (n, m) that :func:`carried` named.

    Where no cell is left (a new lesion alone is progression) the shares stay what they were, `own` (n, k).
    """
    after = own.copy()
    by_name = dict(zip(states, values.T, strict=True))
    shares = [name for name in names if not name.endswith(AT_ENTRY)]
    cells = {name: by_name[cells_of_share(name)] for name in shares}
    total = sum(cells.values(), start=by_name[clone_cells(1)]) if shares else np.zeros(len(values))
    for column, name in enumerate(names):
        if name in cells:
            after[:, column] = np.where(total > 0, cells[name] / np.where(total > 0, total, 1.0), own[:, column])
        else:
            after[:, column] = by_name[name.removesuffix(AT_ENTRY)]
    return after


def _had(line: Line, candidates: Cohort) -> Bools:
    """Return who had a line, shape (n,)."""
    had = np.ones(len(candidates.patients), dtype=bool)
    if line.when is not None:
        had &= candidates.column(line.when) == 1
    if line.unless is not None:
        had &= candidates.column(line.unless) != 1
    return had


def _drawn(cohort: Cohort, names: Sequence[str], model: Model) -> Floats:
    """Return constants as the cohort has them, or the model where the population does not speak of them, (n, k)."""
    drawn = np.empty((len(cohort.patients), len(names)))
    for column, name in enumerate(names):
        drawn[:, column] = cohort.parameters.get(name, model.defaults[name])
    return drawn


# ------------------------------------------------------------------------------------------------ keeping
def _rows(past: PriorLinesOutcome, rows: Integers) -> PriorLinesOutcome:
    return PriorLinesOutcome(past.left_at[rows], past.died[rows], past.names, past.constants[rows])


def _joined(parts: Sequence[PriorLinesOutcome], rows: Integers) -> PriorLinesOutcome:
    """Put blocks together; `rows` says where each of their rows belongs."""
    order = np.argsort(rows)
    whole = PriorLinesOutcome(np.concatenate([part.left_at for part in parts]),
                              np.concatenate([part.died for part in parts]),
                 parts[0].names, np.concatenate([part.constants for part in parts]))
    return _rows(whole, order)


def _written(past: PriorLinesOutcome) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, left_at=past.left_at, died=past.died, names=np.array(past.names, dtype=np.str_),
             constants=past.constants)
    return buffer.getvalue()


def _read(body: bytes) -> PriorLinesOutcome:
    with np.load(io.BytesIO(body), allow_pickle=False) as kept:
        return PriorLinesOutcome(kept["left_at"], kept["died"], tuple(kept["names"].tolist()), kept["constants"])


def _shown(cohort: Cohort) -> dict[str, list[object]]:
    return cohort.properties.to_dict(as_series=False)
