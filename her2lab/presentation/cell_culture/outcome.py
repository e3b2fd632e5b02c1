"""Doing what was asked, and all that is shown and written of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

from her2lab import cell_culture
from her2lab.cell_culture.dose_response import concentrations
from her2lab.presentation.cell_culture import data, picture, tables
from her2lab.presentation.cell_culture.request import DoseRange, Request


@dataclass(frozen=True)
class CultureOutcome:
    """A result as plain data, as a table for the terminal, as CSV and as a picture; `meanings` explains readouts."""

    data: dict[str, Any]
    table: Table
    csv: str
    figure: Figure
    meanings: str


def perform(request: Request) -> CultureOutcome:
    """Run the experiment.

    Raises
    ------
    InputError
        If a treatment cannot be given.
    WorkError
        If the cells cannot be integrated.
    """
    return _course(request) if request.doses is None else _dose_response(request, request.doses)


def _course(request: Request) -> CultureOutcome:
    times = np.linspace(0.0, request.end, request.points)
    result = cell_culture.compare(request.culture, request.treatment, times, request.readouts, washout=request.washout)
    return CultureOutcome(data.course(request, result), tables.course(request, result),
                   data.course_table(result), picture.course(request, result),
                   tables.meanings(request.readouts))


def _dose_response(request: Request, doses: DoseRange) -> CultureOutcome:
    tried = concentrations(doses.low, doses.high, request.points)
    result = cell_culture.dose_response(request.culture, request.treatment, doses.compound, tried, request.end,
                                request.readouts, washout=request.washout)
    return CultureOutcome(data.dose_response(request, result), tables.dose_response(request, result),
                   data.dose_table(result), picture.dose_response(request, result),
                   tables.meanings(request.readouts))
