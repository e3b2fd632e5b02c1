"""The answer to a name: whatever it stands for is traced, and what took long is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from her2lab.errors import InputError
from her2lab.explanation import backward, forward, plain_data
from her2lab.explanation.answer_cache import once
from her2lab.explanation.names import ClaimNamed, DrugNamed, Named, NumberNamed, TrialNamed, resolve_name
from her2lab.facts import library

Progress = Callable[[float], None]


@dataclass(frozen=True)
class TraceOptions:
    """How something is traced: trials for a number, the arm of an outcome, sizes (None: those of facts/trace)."""

    trials: Sequence[str] = ()
    arm: str | None = None
    everything: bool = False
    patients: int | None = None
    seed: int | None = None
    jobs: int = 1


def trace(name: str, options: TraceOptions, progress: Progress | None = None) -> dict[str, Any]:
    """Return the answer to a name: ``kind`` says what it stands for.

    Raises
    ------
    InputError
        If it stands for nothing or several things, or an option does not go with it or names what there is not.
    """
    sizes = library.trace_names().sizes
    patients, seed = options.patients or sizes.patients, sizes.seed if options.seed is None else options.seed
    question = {"text": name, "trials": list(options.trials), "arm": options.arm, "all": options.everything,
                "patients": patients, "seed": seed}
    note = plain_data.NOTE.format(spread=library.credibility_plan().sensitivity.spread)

    def find() -> dict[str, Any]:
        named = resolve_name(name)
        _check(named, options)
        return {"kind": _kind(named), **_found(named, options, patients, seed, progress)}

    return {**once(question, find), "patients": patients, "seed": seed, "note": note}


def _found(named: Named, options: TraceOptions, patients: int, seed: int, progress: Progress | None) -> dict[str, Any]:
    match named:
        case NumberNamed():
            return forward.of_number(named.numbers, trials=options.trials, patients=patients, seed=seed,
                                     jobs=options.jobs,
                                     progress=progress)
        case DrugNamed():
            return forward.of_drug_numbers(named.drug, trials=options.trials, patients=_small(options), seed=seed,
                                           jobs=options.jobs, progress=progress)
        case TrialNamed():
            if named.outcome is None:
                return backward.of_trial(named.trial)
            return backward.of_outcome(named.trial, named.outcome, options.arm, everything=options.everything,
                                       patients=patients, screened=_small(options), seed=seed, jobs=options.jobs,
                                       progress=progress)
        case ClaimNamed():
            return backward.of_claim(named.claim, jobs=options.jobs)


def _small(options: TraceOptions) -> int:
    """Return how many patients screen many numbers: as facts/trace says, not more than were options for."""
    return min(library.trace_names().sizes.screened_patients, options.patients or 10**6)


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


def _check(named: Named, options: TraceOptions) -> None:
    if options.trials and not isinstance(named, NumberNamed | DrugNamed):
        raise InputError("goes with a number or a drug", field="trials", value=",".join(options.trials),
                         expected="no trials beside a trial or a claim")
    if (options.arm or options.everything) and not (isinstance(named, TrialNamed) and named.outcome):
        raise InputError("goes with an endpoint of a trial", field="arm" if options.arm else "everything",
                         value=options.arm or "", expected='such as "cleopatra pfs_median" before it')
