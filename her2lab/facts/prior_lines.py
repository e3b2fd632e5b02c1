"""The lines of therapy that patients had before a trial: which ones, who had them, and how they are said in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from her2lab.facts.records import Administration, Distribution, Population, Regimen, Trial
from her2lab.facts.strict_yaml import Document, Where
from her2lab.nearest import did_you_mean, one_of


@dataclass(frozen=True)
class Line:
    """One earlier line: its regimen, and the 0/1 properties that say who had it (None: no condition)."""

    name: str
    regimen: tuple[Administration, ...]
    when: str | None = None
    unless: str | None = None

    def words(self) -> str:
        """Return the line as one would say it: ``trastuzumab_docetaxel, unless prior_pertuzumab``."""
        conditions = [f"{word} {name}" for word, name in (("when", self.when), ("unless", self.unless)) if name]
        return ", ".join([self.name, " and ".join(conditions)] if conditions else [self.name])


def earlier_lines(trial: Trial, population: Population, regimens: Mapping[str, Regimen]) -> list[Line]:
    """Return the lines before entry, in order: those of the trial's `prior`, or without it those of its population."""
    if trial.prior is None:
        return [Line(step.regimen, regimens[step.regimen].regimen, step.when, step.unless)
                for step in population.history]
    return [Line(each, regimens[each].regimen) if isinstance(each, str) else Line(f"prior_{n}", each)
            for n, each in enumerate(trial.prior, 1)]


def check_history(document: Document, population: Population, regimens: Iterable[str], at: Where = ()) -> None:
    """Require that each step names a regimen that exists, and each condition a 0/1 property of the population.

    Parameters
    ----------
    document
        The file, for messages.
    population
        What stands at `at` of it.
    regimens
        The regimens that there are.

    Raises
    ------
    InputError
        For the first mistake; the nearest name is given.
    """
    known = set(regimens)
    flags = [name for name, distribution in population.covariates.items() if _is_flag(distribution)]
    for n, step in enumerate(population.history):
        if step.regimen not in known:
            raise document.unknown((*at, "history", n, "regimen"), "regimen", step.regimen, sorted(known))
        for field in ("when", "unless"):
            name = getattr(step, field)
            if name is not None and name not in flags:
                raise document.error((*at, "history", n, field), f"is no 0/1 property{did_you_mean(name, flags)}",
                                     value=name, expected=one_of(flags))
    for name in population.before_entry:
        if name not in flags:
            raise document.error((*at, "before_entry", name), f"is no 0/1 property{did_you_mean(name, flags)}",
                                 expected=one_of(flags))


def _is_flag(distribution: Distribution) -> bool:
    """Return whether a property is either 0 or 1."""
    if distribution.levels is not None:
        return all(_is_flag(each) for each in distribution.levels.values())
    return distribution.kind == "bernoulli" or (distribution.kind == "constant" and distribution.value in (0, 1))
