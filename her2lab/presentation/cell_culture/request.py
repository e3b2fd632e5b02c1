"""What was asked of a culture, read and checked."""

from __future__ import annotations

from dataclasses import dataclass

from her2lab.cell_culture import Culture, CultureTreatment
from her2lab.facts.amounts import concentration_text, time_text


@dataclass(frozen=True)
class DoseRange:
    """One compound over a range of concentrations in nM."""

    compound: str
    low: float
    high: float


@dataclass(frozen=True)
class Request:
    """One experiment.

    Attributes
    ----------
    culture
        The cells.
    features
        What was added to the cells beyond the line's own.
    treatment
        Drugs and ligands in nM, knock-downs.
    washout
        Day of the change of medium, or None.
    end
        Last day.
    readouts
        What is read.
    points
        Times of a course, or concentrations of a dose-response.
    doses
        What is varied in a dose-response; None in a course.
    """

    culture: Culture
    features: tuple[str, ...]
    treatment: CultureTreatment
    washout: float | None
    end: float
    readouts: tuple[str, ...]
    points: int
    doses: DoseRange | None = None

    @property
    def cells(self) -> str:
        """The cells in words: ``SKBR3 with pten_loss``."""
        return self.culture.name + (f" with {', '.join(self.features)}" if self.features else "")

    @property
    def words(self) -> str:
        """The treatment in words: ``lapatinib 1 uM, washed out after 2 h``."""
        given = {**self.treatment.drugs, **self.treatment.ligands}
        parts = [f"{name} {concentration_text(amount)}" for name, amount in given.items()]
        parts += [f"{gene} knocked down by {100 * share:.4g} %" for gene, share in self.treatment.knockdown.items()]
        if self.doses is not None:
            ends = (concentration_text(self.doses.low), concentration_text(self.doses.high))
            parts.append(f"{self.doses.compound} {ends[0]} to {ends[1]}")
        if self.washout is not None:
            parts.append(f"medium changed after {time_text(self.washout)}")
        return ", ".join(parts) or "untreated"
