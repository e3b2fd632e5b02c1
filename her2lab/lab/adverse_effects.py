"""Adverse events simulated and published, and what was fitted to them: for the terminal, the documentation, machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from her2lab.evidence.toxicity import Knob

DIGITS = 3


def fits(knobs: Sequence[Knob]) -> Table:
    """Return the fitted numbers and by how many probits their events are missed, for the terminal."""
    table = Table("drug", "number", "value", "event", "trial", "arm", "missed by (probits)", box=None,
                  header_style="bold")
    for knob in knobs:
        fit = knob.fit
        table.add_row(fit.drug, fit.parameter, f"{knob.value:.{DIGITS}g}", fit.event, fit.trial, fit.arm,
                      f"{knob.miss:+.2f}")
    return table


def fits_as_data(knobs: Sequence[Knob]) -> dict[str, Any]:
    """Return the same for ``--json``."""
    return {"fitted": [
        {**knob.fit.model_dump(), "value": knob.value, "missed_by_probits": round(knob.miss, DIGITS)} for knob in knobs
    ]}
