"""The outcome of a trial on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from her2lab.facts.records import Trial
from her2lab.presentation.biomarkers import BiomarkerTable, Line, comparisons, left_out, notes
from her2lab.presentation.calibration_use import use_sentence
from her2lab.presentation.comparison import ComparisonRow, rows
from her2lab.presentation.extrapolation import LEAD, extrapolation
from her2lab.presentation.parameters import fitted
from her2lab.presentation.rules_and_facts import rules_and_facts
from her2lab.presentation.subgroups import groups, published
from her2lab.presentation.words import distance

if TYPE_CHECKING:
    from her2lab.provenance.used_parameters import UsedParameter


def outcome(trial: Trial, summary: Mapping[str, Any], parameters: Sequence[UsedParameter]) -> list[RenderableType]:
    """Return what is printed at the end of a run: title, table, what was fitted."""
    sizes = ", ".join(f"{arm['id']} {arm['n']}" for arm in summary["arms"])
    published = trial.published is not None
    whose = " (every arm its own)" if trial.virtual_patients == "independent" else ""
    intervals = "90 % prediction (simulated), 95 % (published)" if published else "90 % prediction"
    return [
        f"\n[bold]{escape(trial.id)}[/bold]  {escape(trial.title)}",
        f"virtual patients: {escape(sizes)}{whose}; intervals: {intervals}\n",
        _table(rows(summary), published=published),
        "",
        *_subgroups(summary),
        *by_biomarker(summary),
        *(escape(f"{curve['endpoint']} of {curve['arm']}: {distance(curve)} from the published curve (digitised)")
          for curve in summary.get("curves", ())),
        escape(f"{use_sentence(trial)} {_fitted_sentence(parameters)}"),
        *map(escape, rules_and_facts(summary)),
        *(escape(f"{LEAD}: {each}") for each in extrapolation(summary)),
        *(escape(f"look again: {each}") for each in summary.get("warnings", ())),
    ]


def _table(lines: Sequence[ComparisonRow], *, published: bool = True) -> Table:
    table = Table("endpoint", "arm", "unit", box=None, header_style="bold", pad_edge=False)
    table.add_column("simulated", justify="right")
    if published:
        table.add_column("published", justify="right")
        table.add_column("published value is")
    before = ""
    for row in lines:
        style = "yellow" if row.inside is False else ""
        what = "" if row.what == before else row.what
        cells = [what, row.whose, row.unit, row.simulated_text]
        cells += [row.published_text, row.verdict] if published else []
        table.add_row(*map(escape, cells), style=style)
        before = row.what
    return table


def _subgroups(summary: Mapping[str, Any]) -> list[RenderableType]:
    """Return a table for each subgroup of which something was published; the report shows all."""
    parts: list[RenderableType] = []
    for group, lines in published(groups(summary)):
        parts += [escape(f"{group.who}  ({group.sizes})"), _table(lines), ""]
    return parts


def by_biomarker(summary: Mapping[str, Any]) -> list[RenderableType]:
    """Return a table for each endpoint and pair of arms by which a result is cut, and what must be said of it."""
    found = comparisons(summary)
    parts: list[RenderableType] = []
    for comparison in found:
        ratios = [f"{marker.name}: {marker.interaction}" for marker in comparison.markers if marker.interaction]
        parts += [escape(f"{comparison.title}  ({comparison.shown.lower()})"), _strata(comparison),
                  *map(escape, ratios), ""]
    said = [*notes(found), *left_out(summary)]
    if found:
        said.append(f"Biomarkers: {summary['definitions']['biomarkers']}.")
    return [*parts, *map(escape, said), ""] if said else []


def _strata(comparison: BiomarkerTable) -> Table:
    table = Table("", box=None, header_style="bold", pad_edge=False)
    for heading in ["patients", comparison.events, *comparison.arms, *([comparison.kind] if comparison.kind else [])]:
        table.add_column(escape(heading), justify="right")
    for words, line in comparison.together:
        table.add_row(*map(escape, _cells(words, line)))
    for marker in comparison.markers:
        table.add_row(escape(marker.name))
        for line in marker.lines:
            table.add_row(*map(escape, _cells(f"  {line.who}", line)))
    return table


def _cells(words: str, line: Line) -> list[str]:
    return [words, str(line.n), str(line.events), *line.outcomes, *([line.ratio] if line.ratio else [])]


def _fitted_sentence(parameters: Sequence[UsedParameter]) -> str:
    names = [f"{parameter.module}.{parameter.symbol}" for parameter in fitted(parameters)]
    return f"Fitted parameters: {', '.join(names)}." if names else "No parameter was fitted."
