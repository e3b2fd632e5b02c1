"""Running what was asked of a culture, and all that is shown and written of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

from her2lab import cell_culture, storage
from her2lab.cell_culture.dose_response import concentrations
from her2lab.presentation.cell_culture import picture, results
from her2lab.presentation.cell_culture.request import DoseRange, Request

FILES = ("table.csv", "plot.png", "plot.svg", "result.json")


@dataclass(frozen=True)
class CultureOutcome:
    """A result as plain data, as a table for the terminal, as CSV and as a picture; `notes` explains the table."""

    data: dict[str, Any]
    table: Table
    csv: str
    figure: Figure
    notes: list[str]


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
    return CultureOutcome(results.course(request, result), results.course_screen(request, result),
                          results.course_table(result), picture.course(request, result),
                          [results.meanings(request.readouts)])


def _dose_response(request: Request, doses: DoseRange) -> CultureOutcome:
    tried = concentrations(doses.low, doses.high, request.points)
    result = cell_culture.dose_response(request.culture, request.treatment, doses.compound, tried, request.end,
                                        request.readouts, washout=request.washout)
    return CultureOutcome(results.dose_response(request, result), results.dose_screen(request, result),
                          results.dose_table(result), picture.dose_response(request, result),
                          [results.meanings(request.readouts), *results.potency_words(request, result)])


def write(folder: Path, outcome: CultureOutcome) -> None:
    """Write the table, the plots and result.json; other files in the folder are left alone.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    text = json.dumps(outcome.data, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
    contents = (outcome.csv.encode(), picture.encoded(outcome.figure, "png"), picture.encoded(outcome.figure, "svg"),
                text.encode())
    storage.write_folder(folder, dict(zip(FILES, contents, strict=True)), "out")
