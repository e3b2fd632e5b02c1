"""A treated culture beside the same culture without the treatment: its course, or its end against a concentration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from her2lab._types import Floats
from her2lab.cell_culture.culture import Culture
from her2lab.cell_culture.dose_response import HalfEffect, half_effect
from her2lab.cell_culture.experiment import CultureTimeCourse, run
from her2lab.cell_culture.medium import CultureTreatment
from her2lab.facts.cell_vocabulary import LIGANDS

NOTHING = 1e-12  # a readout below it is none at all, in whatever unit


@dataclass(frozen=True)
class TreatedAndUntreated:
    """A treated culture and the same one untreated, read at `times` (days); each readout has one value per time.

    `fold_change` is that at the end; None where the untreated culture has nothing to compare with.
    """

    times: Floats
    treated: dict[str, Floats]
    untreated: dict[str, Floats]

    @property
    def fold_change(self) -> dict[str, float | None]:
        """Treated over untreated, at the end, by readout."""
        return {name: fold(float(values[-1]), float(self.untreated[name][-1])) for name, values in self.treated.items()}


@dataclass(frozen=True)
class DoseResponse:
    """The end of a course against the concentration of one compound.

    Attributes
    ----------
    compound
        What was varied.
    concentrations
        nM.
    values
        By readout, one value per concentration.
    untreated
        By readout, of the same culture without any treatment.
    """

    compound: str
    concentrations: Floats
    values: dict[str, Floats]
    untreated: dict[str, float]

    @property
    def fold_change(self) -> dict[str, list[float | None]]:
        """Treated over untreated by readout, for each concentration."""
        return {name: [fold(float(value), self.untreated[name]) for value in values]
                for name, values in self.values.items()}

    @property
    def half_effect(self) -> dict[str, HalfEffect | None]:
        """The concentration of half the effect, by readout."""
        return {name: half_effect(self.concentrations, values) for name, values in self.values.items()}


def compare(culture: Culture, treatment: CultureTreatment, times: Floats, readouts: Sequence[str], *,
            washout: float | None = None, threads: int = 1) -> TreatedAndUntreated:
    """Follow a culture under a treatment and without it; errors as of `her2lab.cell_culture.run`."""
    course = run([(culture, treatment), (culture, CultureTreatment())], list(times), readouts, washout=washout,
                 threads=threads)
    return TreatedAndUntreated(times, *({name: course.of(name)[row] for name in readouts} for row in (0, 1)))


def dose_response(culture: Culture, background: CultureTreatment, compound: str, concentrations: Floats, end: float,
                  readouts: Sequence[str], *, washout: float | None = None, threads: int = 1) -> DoseResponse:
    """Read a culture after `end` days under each concentration of a drug, tool compound or ligand.

    `background` is given together with every concentration and not to the untreated culture.
    """
    treatments = [with_compound(background, compound, float(dose)) for dose in concentrations]
    experiments = [(culture, treatment) for treatment in (*treatments, CultureTreatment())]
    course: CultureTimeCourse = run(experiments, [end], readouts, washout=washout, threads=threads)
    values = {name: course.of(name)[:, 0] for name in readouts}
    return DoseResponse(compound, concentrations, {name: each[:-1] for name, each in values.items()},
                        {name: float(each[-1]) for name, each in values.items()})


def with_compound(treatment: CultureTreatment, compound: str, nanomolar: float) -> CultureTreatment:
    """Return the treatment with one more drug, tool compound or ligand."""
    if compound in LIGANDS:
        return replace(treatment, ligands={**treatment.ligands, compound: nanomolar})
    return replace(treatment, drugs={**treatment.drugs, compound: nanomolar})


def fold(treated: float, untreated: float) -> float | None:
    """Return treated over untreated: 1 if both are nothing, None if the untreated alone is nothing."""
    if abs(untreated) < NOTHING:
        return 1.0 if abs(treated) < NOTHING else None
    return treated / untreated
