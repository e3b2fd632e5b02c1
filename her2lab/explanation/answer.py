"""The answer to a name: whatever it stands for is traced, and what took long is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from her2lab.errors import InputError
from her2lab.explanation import backward, forward, rows
from her2lab.explanation.answer_cache import once
from her2lab.explanation.names import ClaimNamed, DrugNamed, Named, NumberNamed, TrialNamed, resolve
from her2lab.facts import library

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Asked:
    """How something is traced: trials for a number, the arm of an outcome, sizes (None: those of facts/trace)."""

    trials: Sequence[str] = ()
    arm: str | None = None
    everything: bool = False
    patients: int | None = None
    seed: int | None = None
    jobs: int = 1


def trace(text: str, asked: Asked, progress: Progress | None = None) -> dict[str, Any]:
    """Return the answer to a name: ``kind`` says what it stands for.

    Raises
    ------
    InputError
        If it stands for nothing or several things, or an option does not go with it or names what there is not.
    """
    sizes = library.trace_names().sizes
    patients, seed = asked.patients or sizes.patients, sizes.seed if asked.seed is None else asked.seed
    question = {"text": text, "trials": list(asked.trials), "arm": asked.arm, "all": asked.everything,
                "patients": patients, "seed": seed}
    note = rows.NOTE.format(spread=library.credibility_plan().sensitivity.spread)

    def find() -> dict[str, Any]:
        named = resolve(text)
        _check(named, asked)
        return {"kind": _kind(named), **_found(named, asked, patients, seed, progress)}

    return {**once(question, find), "patients": patients, "seed": seed, "note": note}


def _found(named: Named, asked: Asked, patients: int, seed: int, progress: Progress | None) -> dict[str, Any]:
    match named:
        case NumberNamed():
            return forward.of_number(named.numbers, trials=asked.trials, patients=patients, seed=seed, jobs=asked.jobs,
                                     progress=progress)
        case DrugNamed():
            return forward.of_drug_numbers(named.drug, trials=asked.trials, patients=_small(asked), seed=seed,
                                           jobs=asked.jobs, progress=progress)
        case TrialNamed():
            if named.outcome is None:
                return backward.of_trial(named.trial)
            return backward.of_outcome(named.trial, named.outcome, asked.arm, everything=asked.everything,
                                       patients=patients, screened=_small(asked), seed=seed, jobs=asked.jobs,
                                       progress=progress)
        case ClaimNamed():
            return backward.of_claim(named.claim, jobs=asked.jobs)


def _small(asked: Asked) -> int:
    """Return how many patients screen many numbers: as facts/trace says, not more than were asked for."""
    return min(library.trace_names().sizes.screened_patients, asked.patients or 10**6)


def _kind(named: Named) -> str:
    match named:
        case NumberNamed():
            return "number"
        case DrugNamed():
            return "drug"
        case TrialNamed():
            return "trial" if named.outcome is None else "outcome"
        case ClaimNamed():
            return "claim"


def _check(named: Named, asked: Asked) -> None:
    if asked.trials and not isinstance(named, NumberNamed | DrugNamed):
        raise InputError("goes with a number or a drug", field="--trials", value=",".join(asked.trials),
                         expected="no --trials beside a trial or a statement")
    if (asked.arm or asked.everything) and not (isinstance(named, TrialNamed) and named.outcome):
        raise InputError("goes with an endpoint of a trial", field="--arm" if asked.arm else "--all",
                         value=asked.arm or "", expected='such as "cleopatra pfs_median" before it')
