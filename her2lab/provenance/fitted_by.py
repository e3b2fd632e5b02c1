"""Where a number comes from: its source as the file has it, and the calibrations that fitted it, with their trials."""

from __future__ import annotations

from dataclasses import dataclass

from her2lab.facts import library
from her2lab.facts.population_bases import BASE
from her2lab.facts.strict_yaml import read_document
from her2lab.provenance.numbers import Number


@dataclass(frozen=True)
class FittedBy:
    """One calibration that moves a number: its id, the trials that it is fitted to, and what of the number moves."""

    calibration: str
    trials: tuple[str, ...]
    what: str


def fitted_by(number: Number) -> list[FittedBy]:
    """Return the calibrations that a number was fitted by, in the order of their stages."""
    holder = written_in(number)
    order = sorted(library.calibrations().values(), key=lambda each: (each.stage, each.id))
    found = [
        FittedBy(each.id, tuple(each.trials), ", ".join(free.field for free in freed))
        for each in order
        if (freed := [free for free in each.free if free.parameter == number.name and (
            free.drug == number.holder if number.folder == "drugs"
            else number.folder == "populations" and free.drug is None and each.population == holder)])
    ]
    return found + (_adverse(number) if number.folder == "drugs" else [])


def fitted_to(trial: str) -> list[str]:
    """Return the calibrations, of outcomes or of adverse events, that a trial is a target of."""
    return [*(each.id for each in library.calibrations().values() if trial in each.trials),
            *(name for name in library.files("toxicity")
              if any(arm.partition("/")[0] == trial
                     for fit in library.toxicity_calibration(name).fits for arm in fit.arms))]


def written_in(number: Number) -> str:
    """Return in whose file a number stands: of a population perhaps in that of its base."""
    if number.folder != "populations":
        return number.holder
    files, name = library.files("populations"), number.holder
    while name in files:
        data = read_document(files[name]).data
        if any(number.name in data.get(part, {}) for part in ("parameters", "covariates")) or BASE not in data:
            return name
        name = data[BASE]
    return number.holder


def _adverse(number: Number) -> list[FittedBy]:
    return [
        FittedBy(name, tuple(dict.fromkeys(arm.partition("/")[0] for arm in fit.arms)), fit.event)
        for name in library.files("toxicity") for fit in library.toxicity_calibration(name).fits
        if (fit.drug, fit.parameter) == (number.holder, number.name)
    ]
