"""Populations as tables: which there are, and how each property of a patient is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table

from her2lab.facts.records import Distribution, Population


def table(populations: Sequence[Population]) -> Table:
    """Return the populations, a row each."""
    found = Table("population", "who", "covariates", "varying parameters", box=None, header_style="bold")
    for each in populations:
        found.add_row(each.id, each.title, str(len(each.covariates)), str(len(each.parameters)))
    return found


def page(population: Population) -> list[RenderableType]:
    """Return one population: how each property is drawn and from which source, and the lines before entry."""
    return [f"[bold]{population.id}[/bold]  {population.title}", _properties(population), *_history(population)]


def _history(population: Population) -> list[str]:
    """The lines before entry, one each, with who had them and why it is taken to be so."""
    lines = []
    for step in population.history:
        who = ", ".join(f"{word} {name}" for word, name in (("when", step.when), ("unless", step.unless)) if name)
        origin = step.source or f"assumption: {step.assumption or 'not stated'}"
        lines.append(f"  {step.regimen}{f' ({who})' if who else ''}: {origin}")
    before = [f"  during these lines: {name} {value:g}" for name, value in population.before_entry.items()]
    return ["earlier lines, simulated before entry until progression", *lines, *before] if lines else []


def _properties(population: Population) -> Table:
    table = Table("property", "drawn from", "unit", "source or assumption", box=None, header_style="bold")
    for group in (population.covariates, population.parameters):
        for name, distribution in group.items():
            origin = distribution.source or f"assumption: {distribution.assumption or 'not stated'}"
            table.add_row(name, _law(distribution), distribution.unit, origin)
        table.add_section()
    return table


def _law(distribution: Distribution) -> str:
    """One distribution in words: its kind and the numbers that it was given."""
    names = ("median", "cv_percent", "mean", "sd", "probability", "value", "low", "high", "by", "formula")
    given = {name: getattr(distribution, name) for name in names}
    parts = [
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in given.items()
        if value is not None
    ]
    return ", ".join([distribution.kind, *parts])
