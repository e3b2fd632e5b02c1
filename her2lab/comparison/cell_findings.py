"""Put the published findings on cells to the cell model: which hold, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from her2lab.cell_culture.batch import START, Experiment, ExperimentBatch
from her2lab.cell_culture.change import as_expected, ratio
from her2lab.facts import library
from her2lab.facts.perturbations import Comparison, Perturbation, Treatment
from her2lab.facts.units import parse_time as days

SHARE_OF_PEAK = 0.6  # what is sustained still has this share of its peak
MINUTES = 1440.0


@dataclass(frozen=True)
class FindingCheck:
    """One comparison in one line by one readout, and whether it is as published.

    `ratio` is to the reference (:func:`her2lab.cell_culture.change.ratio`), at the peak where the source gives a peak;
    `late_share` is the late value of a time course over its peak.
    """

    line: str
    readout: str
    ratio: float
    late_share: float | None
    holds: bool


@dataclass(frozen=True)
class Finding:
    """What the model says of one published finding."""

    fact: Perturbation
    checks: tuple[FindingCheck, ...]

    @property
    def holds(self) -> bool:
        """Whether it holds in every line, or in one of them where the source says so."""
        if self.fact.holds_in == "each":
            return all(check.holds for check in self.checks)
        lines = {check.line for check in self.checks}
        return any(all(check.holds for check in self.checks if check.line == line) for line in lines)


def findings(facts: Iterable[Perturbation] | None = None, threads: int = 1) -> list[Finding]:
    """Run the findings (default: all that the model can express) and return what comes out, in their order.

    Raises
    ------
    InputError
        If a fact names what the dish does not have.
    """
    chosen = [fact for fact in (library.perturbations().values() if facts is None else facts) if fact.expressible]
    batch = ExperimentBatch()
    for fact in chosen:
        batch.ask(_moments(fact), fact.readouts)
        for comparison in fact.comparisons:
            for line in (*fact.lines, *([fact.against_line] if fact.against_line else [])):
                for experiment in _pair(fact, comparison, line):
                    batch.plan(experiment)
    batch.run(threads)
    return [Finding(fact, tuple(_checks(batch, fact))) for fact in chosen]


def _checks(batch: ExperimentBatch, fact: Perturbation) -> Iterator[FindingCheck]:
    for comparison in fact.comparisons:
        for line in fact.lines:
            for readout in fact.readouts:
                yield _check(batch, fact, comparison, line, readout)


def _check(batch: ExperimentBatch, fact: Perturbation, comparison: Comparison, line: str, readout: str) -> FindingCheck:
    relative = _relative(batch, fact, comparison, line, readout)
    share = None
    if fact.expect in ("transient", "sustained"):
        treated, _ = _pair(fact, comparison, line)
        late = batch.value(treated, days(fact.late), readout)
        share = late / max(late, *(batch.value(treated, moment, readout) for moment in _times(fact)))
    values = relative
    if fact.against_line is not None:
        other = _relative(batch, fact, comparison, fact.against_line, readout)
        values = [one / two for one, two in zip(relative, other, strict=True)]
    as_published = all(_published(fact, readout, value, share) for value in values)
    return FindingCheck(line, readout, max(values), share, as_published)


def _relative(batch: ExperimentBatch, fact: Perturbation, comparison: Comparison, line: str,
              readout: str) -> list[float]:
    """Return the ratio to the reference: at the time of the finding, at the peak, or at every time."""
    treated, reference = _pair(fact, comparison, line)
    at = days(fact.at or "0 h")
    fixed = START if comparison.reference == "start" else None
    fixed = days(fact.early) if fact.expect == "rebound" and fact.early is not None else fixed
    moments = [at] if fact.fold_of == "at" else _times(fact)
    values = [ratio(batch, treated, day, reference, day if fixed is None else fixed, readout) for day in moments]
    return [max(values)] if fact.fold_of == "peak" else values


def _pair(fact: Perturbation, comparison: Comparison, line: str) -> tuple[Experiment, Experiment]:
    treated = Experiment.of(line, fact.features, comparison.treatment)
    if comparison.reference == "start" or fact.expect == "rebound":
        return treated, treated
    other = comparison.reference if isinstance(comparison.reference, Treatment) else Treatment()
    return treated, Experiment.of(line, fact.features, other)


def _published(fact: Perturbation, readout: str, relative: float, share: float | None) -> bool:
    low, high = fact.fold or (None, None)
    inside = (low is None or relative >= low) and (high is None or relative <= high)
    if share is not None:
        return inside and (share >= SHARE_OF_PEAK) == (fact.expect == "sustained")
    if fact.fold is None:
        return as_expected("up" if fact.expect == "rebound" else fact.expect, readout, relative)  # type: ignore[arg-type]
    return inside and (fact.expect == "unchanged" or (relative > 1.0) == (fact.expect != "down"))


def _times(fact: Perturbation) -> list[float]:
    return [minutes / MINUTES for minutes in fact.times or ()]


def _moments(fact: Perturbation) -> list[float]:
    named = [text for text in (fact.at, fact.early, fact.late if fact.times else None) if text is not None]
    return [*(days(text) for text in named), *_times(fact)]
