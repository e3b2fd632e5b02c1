"""Where the marks of a claim's plot lie: one row for each reading, places from 0 (left) to 1 (right)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

LARGEST_FOLD = 16.0       # of a cell's readout; beyond it a bar is cut
MARGIN = 0.06             # of the width, left free on both sides
NOTHING = 1e-9


def plot(claim: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a claim's plot; none for a fact.

    A row has a label, the marks ``value`` and, of trials, ``low`` and ``high``; the ``band`` in which the reading is as
    stated; ``reference``, where there is no difference or the stated figure; ``text`` and ``state``.
    """
    if claim["kind"] == "mechanism":
        return [_fold(row) for row in claim["evidence"]]
    if claim["kind"] in ("reference", "method"):
        return []
    return [row for each in claim["evidence"] if (row := _interval(each)) is not None]


def _fold(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a bar of a fold change on a logarithmic scale."""
    (low, high), ratio = row["limits"], row["ratio"]
    shown = "from none" if ratio > 1e4 else f"×{ratio:.3g}"
    return {
        "label": f"{row['says']}: {row['readout']}", "value": _log(ratio), "low": None, "high": None,
        "reference": _log(1.0), "band": (0.0 if low is None else _log(low), 1.0 if high is None else _log(high)),
        "text": f"{shown} ({row['expected']})", "state": "holds" if row["holds"] else "fails", "bar": True,
    }


def _log(ratio: float) -> float:
    cut = min(max(ratio, 1 / LARGEST_FOLD), LARGEST_FOLD)
    return 0.5 + 0.5 * math.log(cut) / math.log(LARGEST_FOLD)


def _interval(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an estimate with its interval, on a scale of its own; None where nothing could be estimated."""
    ratio = "ratio" in row
    found = row["ratio"] if ratio else row["difference"]
    if found["value"] is None:
        return None
    nothing = 1.0 if ratio else 0.0
    reference = nothing if row["figure"] is None else row["figure"]
    low, high = _band(row, reference, ratio)
    numbers = [found["value"], found["low"], found["high"], reference, low, high]
    scale = _Scale([number for number in numbers if number is not None], logarithmic=ratio)
    state = "shown" if row["holds"] is None else "holds" if row["holds"] else "fails"
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    bounds = " to ".join("–" if found[end] is None else _figure(found[end]) for end in ("low", "high"))
    return {
        "label": ("" if row["by"] == "review" else "primary: ") + row["says"], "value": scale.place(found["value"]),
        "low": scale.place(found["low"], 0.0), "high": scale.place(found["high"], 1.0),
        "reference": scale.place(reference),
        "band": (0.0 if low is None else scale.place(low), 1.0 if high is None else scale.place(high)),
        "text": f"{_figure(found['value'])}{unit} ({bounds})", "state": state, "bar": False,
    }


def _figure(value: float) -> str:
    """Return three digits of a number, thousands written out."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _band(row: Mapping[str, Any], reference: float, ratio: bool) -> tuple[float | None, float | None]:
    """Return between which values the whole interval (for a figure: nothing but the figure) must lie."""
    expected, margin = row["expected"], row["margin"] or 0.0
    lower, upper = ((reference / margin, reference * margin) if ratio and margin
                    else (reference - margin, reference + margin))
    return {
        "up": (reference, None), "down": (None, reference), "unchanged": (lower, upper), "not_up": (None, upper),
        "not_down": (lower, None), "figure": (reference, reference), "shown": (reference, reference),
    }[expected]


class _Scale:
    """A scale on which all numbers have a place between 0 and 1."""

    def __init__(self, numbers: list[float], *, logarithmic: bool) -> None:
        self.logarithmic = logarithmic and min(numbers) > 0
        at = [self._of(number) for number in numbers]
        self.low, self.width = min(at), max(max(at) - min(at), NOTHING)

    def place(self, number: float | None, otherwise: float = 0.5) -> float:
        """Return where a number lies; `otherwise` where there is none."""
        if number is None:
            return otherwise
        return MARGIN + (1 - 2 * MARGIN) * (self._of(number) - self.low) / self.width

    def _of(self, number: float) -> float:
        return math.log(number) if self.logarithmic else number
