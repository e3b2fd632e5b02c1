"""A cell line in culture: drugs, ligands, knock-downs and washouts, beside the same cells untreated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import polars as pl

from her2lab import cell_culture
from her2lab.api.arguments import argument, whole
from her2lab.cell_culture import Culture, CultureTreatment, TreatedAndUntreated, asked
from her2lab.cell_culture import medium as media
from her2lab.errors import InputError
from her2lab.facts import amounts, library
from her2lab.presentation.figures.canvas import canvas
from her2lab.presentation.figures.canvas import line as curve
from her2lab.presentation.figures.palette import ARMS
from her2lab.presentation.words import RESEARCH_USE

READ = ("pakt", "perk", "net_growth")
RECEPTORS = ("her1", "her2", "her3", "her4")
MOST_POINTS = 10**5


@dataclass(frozen=True, repr=False)
class CultureResult:
    """What was read of a treated culture and of the same cells untreated.

    Attributes
    ----------
    line : str
        Name of the cells.
    courses : polars.DataFrame
        One row per readout and time: ``readout``, ``hours``, ``treated``, ``untreated``.
    fold_changes : polars.DataFrame
        One row per readout, at the end: ``readout``, ``treated``, ``untreated``, ``fold_change`` (null where the
        untreated culture has nothing to compare with).

    Examples
    --------
    >>> found = her2lab.in_vitro("SKBR3", drugs={"lapatinib": "1 uM"}, time="2 h", points=3, read=["pakt"])
    >>> found.courses["hours"].to_list()
    [0.0, 1.0, 2.0]
    """

    line: str
    courses: pl.DataFrame
    fold_changes: pl.DataFrame

    def plot(self, readout: str | None = None) -> go.Figure:
        """Return a figure of one readout in time, treated and untreated.

        Parameters
        ----------
        readout
            One of those that were read; the first if None.

        Raises
        ------
        InputError
            If it was not read.

        Examples
        --------
        >>> found = her2lab.in_vitro("SKBR3", drugs={"lapatinib": "1 uM"}, time="2 h", points=3, read=["pakt"])
        >>> [trace.name for trace in found.plot("pakt").data]
        ['untreated', 'treated']
        """
        names = self.fold_changes["readout"].to_list()
        name = names[0] if readout is None else readout
        with argument("readout"):
            rows = self.courses.filter(readout=media.known("readout", name, names))
        figure = canvas("hours", name)
        for each, colour in zip(("untreated", "treated"), ARMS, strict=False):
            figure.add_trace(curve(rows["hours"].to_numpy(), rows[each].to_numpy(), each, colour))
        return figure

    def __repr__(self) -> str:
        return f"<{self.line} in culture: {', '.join(self.fold_changes['readout'])}>"

    def _repr_html_(self) -> str:
        return f"{self.fold_changes._repr_html_()}<p><em>{RESEARCH_USE}</em></p>"


def in_vitro(
    line: str | Mapping[str, float], *, drugs: Mapping[str, str] | None = None,
    ligands: Mapping[str, str] | None = None,
    knockdown: Mapping[str, float] | None = None, features: Sequence[str] = (), washout: str | None = None,
    time: str = "24 h", points: int = 25, read: Sequence[str] = READ,
) -> CultureResult:
    """Treat cells in culture and read their signalling, growth and death, beside the same cells untreated.

    Parameters
    ----------
    line
        A cell line such as ``SKBR3``, or receptors per cell of otherwise typical cells, such as ``{"her2": 1.5e6}``.
    drugs, ligands
        What is in the medium from time 0: name -> concentration in pM, nM, uM or mM.
    knockdown
        Gene -> share of its product (0 to 1) that was taken away three days before.
    features
        What sets the cells apart from the line.
    washout
        When drugs and ligands are washed out, in min, h or d.
    time
        How long, in min, h or d.
    points
        Times that are read, equally far apart, 0 and the end included.
    read
        Readouts.

    Returns
    -------
    CultureResult

    Raises
    ------
    InputError
        If an argument cannot be used; it is named.
    WorkError
        If the cells cannot be integrated.

    Examples
    --------
    >>> found = her2lab.in_vitro("SKBR3", drugs={"lapatinib": "1 uM"}, time="24 h", read=["pakt"])
    >>> found.fold_changes["fold_change"].item() < 0.5
    True
    """
    cells, treatment = _cells(line, features), _treatment(drugs or {}, ligands or {}, knockdown or {})
    end, names = _duration(time), _readouts(read)
    times = np.linspace(0.0, end, whole("points", points, 2, MOST_POINTS))
    found = cell_culture.compare(cells, treatment, times, names, washout=_washout(washout, end))
    return CultureResult(cells.name, _courses(found), _fold_changes(found))


# ------------------------------------------------------------------------------------------------ arguments
def _cells(line: str | Mapping[str, float], features: Sequence[str]) -> Culture:
    with argument("features"):
        added = tuple(dict.fromkeys(library.cell_feature(name).id for name in features))
    if isinstance(line, str):
        with argument("line"):
            return Culture.of(line, added)
    with argument("line"):
        receptors = {media.known("receptor", name, RECEPTORS): float(number) for name, number in line.items()}
    return asked.cells_with(receptors, added)


def _treatment(drugs: Mapping[str, str], ligands: Mapping[str, str],
               knockdown: Mapping[str, float]) -> CultureTreatment:
    found = CultureTreatment(_amounts("drugs", drugs, media.compound), _amounts("ligands", ligands, media.ligand),
                             {_gene(name): _share(name, share) for name, share in knockdown.items()})
    with argument("drugs"):
        found.parameters()  # refuses drugs that do not act in a dish, and more of a kind than there are slots
    return found


def _amounts(name: str, given: Mapping[str, str], known: Callable[[str], str]) -> dict[str, float]:
    """Return concentrations in nM by the names that the library has."""
    found = {}
    for key, text in given.items():
        with argument(name):
            compound = known(key)
        with argument(f"{name}[{key!r}]"):
            found[compound] = amounts.concentration(str(text))
    return found


def _gene(name: str) -> str:
    with argument("knockdown"):
        return media.gene(name)


def _share(gene: str, share: float) -> float:
    with argument(f"knockdown[{gene!r}]"):
        return asked.share_taken_away(float(share), share)


def _duration(text: str) -> float:
    with argument("time"):
        return asked.course_end(text)


def _washout(text: str | None, end: float) -> float | None:
    with argument("washout"):
        return asked.washout_day(text, end, "time")


def _readouts(names: Sequence[str]) -> tuple[str, ...]:
    with argument("read"):
        if isinstance(names, str) or not names:
            raise InputError("is not a list of readouts", value=names, expected='readouts, such as ["pakt", "perk"]')
        return asked.readouts(names)


# ------------------------------------------------------------------------------------------------ tables
def _courses(found: TreatedAndUntreated) -> pl.DataFrame:
    hours = found.times * amounts.HOURS_PER_DAY
    return pl.concat([pl.DataFrame({"readout": [name] * len(hours), "hours": hours, "treated": values,
                                    "untreated": found.untreated[name]}) for name, values in found.treated.items()])


def _fold_changes(found: TreatedAndUntreated) -> pl.DataFrame:
    rows = [(name, float(values[-1]), float(found.untreated[name][-1]), found.fold_change[name])
            for name, values in found.treated.items()]
    return pl.DataFrame(rows, {"readout": pl.String(), "treated": pl.Float64(), "untreated": pl.Float64(),
                               "fold_change": pl.Float64()}, orient="row")
