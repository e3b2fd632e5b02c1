"""A batch of cell experiments: enter what is needed, run everything once and side by side, read the values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from her2lab import cell_culture
from her2lab.facts import library
from her2lab.facts.amounts import concentration
from her2lab.facts.changed_drugs import changed
from her2lab.facts.perturbations import Treatment
from her2lab.facts.units import parse_time as days

START = 0.0   # the day on which treatments begin
SAME_DAY = 9  # decimals to which two times are the same


@dataclass(frozen=True)
class Experiment:
    """One culture and what is done to it.

    Attributes
    ----------
    cell
        A line, or receptors per cell of an otherwise typical cell.
    features
        Added to the cell.
    treatment
        Drugs, ligands, knock-downs and further features.
    washout
        Day on which drugs and ligands are taken out, or None.
    moved
        A number that is multiplied: the id of its drug or module, its symbol there, the factor; or None.
    parameters, drug_numbers
        What is switched off: ``module.symbol`` and its value; drug, its number and that one's value.
    """

    cell: str | tuple[tuple[str, float], ...]
    features: tuple[str, ...]
    drugs: tuple[tuple[str, float], ...]
    ligands: tuple[tuple[str, float], ...]
    knockdown: tuple[tuple[str, float], ...]
    washout: float | None = None
    moved: tuple[str, str, float] | None = None
    parameters: tuple[tuple[str, float], ...] = ()
    drug_numbers: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()

    @classmethod
    def of(cls, cell: str | Mapping[Any, float], features: Sequence[str], treatment: Treatment,
           washout: str | None = None, parameters: Mapping[str, float] | None = None,
           drug_numbers: Mapping[str, Mapping[str, float]] | None = None) -> Experiment:
        """Return the experiment of a fact or a claim, its texts read as nM and days."""
        return cls(
            cell if isinstance(cell, str) else tuple(cell.items()),
            (*features, *treatment.features),
            tuple((name, concentration(text)) for name, text in treatment.drugs.items()),
            tuple((name, concentration(text)) for name, text in treatment.ligands.items()),
            tuple(treatment.knockdown.items()),
            None if washout is None else days(washout),
            parameters=tuple((parameters or {}).items()),
            drug_numbers=tuple((name, tuple(numbers.items())) for name, numbers in (drug_numbers or {}).items()),
        )

    def culture(self) -> cell_culture.Culture:
        """Return its cells before treatment."""
        if isinstance(self.cell, str):
            culture = cell_culture.Culture.of(self.cell, self.features)
        else:
            culture = cell_culture.custom_line("typical cell", dict(self.cell), self.features)
        if self.parameters:
            culture = culture.with_parameters(dict(self.parameters))
        return culture if self.moved is None else culture.multiplied(".".join(self.moved[:2]), self.moved[2])

    def treatment(self) -> cell_culture.CultureTreatment:
        """Return what is added to it."""
        drugs = {name: changed(library.drug(name), dict(numbers)) for name, numbers in self.drug_numbers}
        if self.moved is not None and self.moved[0] in dict(self.drugs) and self.moved[0] in library.drugs():
            name, symbol, factor = self.moved
            drug = drugs.get(name) or library.drug(name)
            if symbol in drug.parameters:
                drugs[name] = changed(drug, {symbol: drug.parameters[symbol].value * factor})
        return cell_culture.CultureTreatment(dict(self.drugs), dict(self.ligands), dict(self.knockdown), drugs)


@dataclass
class ExperimentBatch:
    """Experiments, and the days and readouts asked for; filled by :meth:`plan` and :meth:`ask`, then run once."""

    _days: set[float] = field(default_factory=lambda: {START})
    _readouts: set[str] = field(default_factory=set)
    _rows: dict[float, int] = field(default_factory=dict)
    _places: dict[Experiment, tuple[cell_culture.CultureTimeCourse, int]] = field(default_factory=dict)
    _planned: dict[Experiment, None] = field(default_factory=dict)
    _cultures: dict[Experiment, cell_culture.Culture] = field(default_factory=dict)

    def ask(self, moments: Iterable[float], readouts: Iterable[str]) -> None:
        """Enter days and readouts that will be asked for, of all experiments."""
        self._days.update(round(day, SAME_DAY) for day in moments)
        self._readouts.update(readouts)

    def plan(self, experiment: Experiment) -> None:
        """Enter an experiment; the same one is run once."""
        self._planned[experiment] = None

    def run(self, threads: int = 1) -> None:
        """Run all of them, those with one time of washout together."""
        moments, readouts = sorted(self._days), sorted(self._readouts)
        self._rows = {day: row for row, day in enumerate(moments)}
        groups: dict[float | None, list[Experiment]] = defaultdict(list)
        for experiment in self._planned:
            groups[experiment.washout].append(experiment)
        for washout, members in groups.items():
            self._cultures |= {each: each.culture() for each in members}
            added = [(self._cultures[each], each.treatment()) for each in members]
            course = cell_culture.run(added, moments, readouts, washout=washout, threads=threads)
            self._places |= {each: (course, place) for place, each in enumerate(members)}

    def value(self, experiment: Experiment, day: float, readout: str) -> float:
        """Return a readout of an experiment on a planned day."""
        course, place = self._places[experiment]
        return float(course.of(readout)[place, self._rows[round(day, SAME_DAY)]])

    def doubling_time(self, experiment: Experiment) -> float:
        """Return the doubling time of its line in days."""
        return self._cultures[experiment].doubling_time
