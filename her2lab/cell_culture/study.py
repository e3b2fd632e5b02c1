"""A treated culture beside the same culture without the treatment: its course, or its end against a concentration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from her2lab._types import Floats
from her2lab.cell_culture.culture import Culture
from her2lab.cell_culture.dose_response import Potency, absolute_ic50, gr50, growth_inhibition, relative_ec50
from her2lab.cell_culture.experiment import CultureTimeCourse, run
from her2lab.cell_culture.medium import CultureTreatment
from her2lab.facts.cell_vocabulary import LIGANDS

NOTHING = 1e-12  # a readout below it is none at all, in whatever unit
GROWTH = ("viability", "net_growth")  # readouts that have a GR50


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
    untreated_growth
        Natural logarithm of how many times the untreated cells became over the course; None unless viability is read.
    """

    compound: str
    concentrations: Floats
    values: dict[str, Floats]
    untreated: dict[str, float]
    untreated_growth: float | None = None

    @property
    def fold_change(self) -> dict[str, list[float | None]]:
        """Treated over untreated by readout, for each concentration."""
        return {name: [fold(float(value), self.untreated[name]) for value in values]
                for name, values in self.values.items()}

    @property
    def relative_ec50(self) -> dict[str, Potency]:
        """The concentration of half of the achieved effect, by readout."""
        return {name: relative_ec50(self.concentrations, values) for name, values in self.values.items()}

    @property
    def absolute_ic50(self) -> dict[str, Potency]:
        """The concentration that halves a readout, against untreated cells, by readout."""
        return {name: absolute_ic50(self.concentrations, values, self.untreated[name])
                for name, values in self.values.items()}

    @property
    def growth_inhibition(self) -> dict[str, Floats]:
        """GR values for each concentration, by the readouts of growth that were read.

        Those of ``viability`` are over the whole course, those of ``net_growth`` at its end. A readout is left out
        where the untreated cells do not grow.
        """
        rates = {}
        if (control := self.untreated_growth) is not None and control > 0:
            rates["viability"] = control + np.log(self.values["viability"]), control
        if self.untreated.get("net_growth", 0.0) > 0:
            rates["net_growth"] = self.values["net_growth"], self.untreated["net_growth"]
        return {name: growth_inhibition(*rates[name]) for name in self.values if name in rates}

    @property
    def gr50(self) -> dict[str, Potency]:
        """The concentration that inhibits growth by half, by the readouts of growth that were read."""
        found = self.growth_inhibition
        return {name: gr50(self.concentrations, found[name]) if name in found
                else Potency(None, "untreated cells do not grow")
                for name in self.values if name in GROWTH}


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
    counted = ["cell_number"] if "viability" in readouts else []
    course: CultureTimeCourse = run(experiments, [end], [*readouts, *counted], washout=washout, threads=threads)
    values = {name: course.of(name)[:, 0] for name in readouts}
    return DoseResponse(compound, concentrations, {name: each[:-1] for name, each in values.items()},
                        {name: float(each[-1]) for name, each in values.items()},
                        float(np.log(course.of("cell_number")[-1, 0])) if counted else None)


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
