"""Numbers and effects as plain data, as ``her2lab trace --json`` gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from her2lab.explanation import outcomes
from her2lab.explanation.cell_effects import ReadoutEffect
from her2lab.explanation.trial_effects import Effect, NumberEffects
from her2lab.provenance.fitted_by import fitted_by
from her2lab.provenance.numbers import Number
from her2lab.trial.results.trial_result import rounded

NOTE = (
    "Each number is moved from its value divided by {spread:g} to its value times {spread:g}, within its range, in the "
    "same virtual patients with the same chance. Elasticity: relative change of the outcome for a relative change of "
    "the number (0.5: ten per cent more of the number is five per cent more of the outcome); chance: its standard "
    "error in so small a cohort. Medians are weighted means of the survival curve around its half. Published outcomes "
    "are not read by any of these runs."
)


def number(one: Number) -> dict[str, Any]:
    """Return a number with its source and the calibrations that fitted it."""
    return {
        "id": one.id, "number": one.symbol, "value": one.value, "unit": one.unit,
        "range": None if one.range is None else list(one.range), "origin": one.origin, "source": one.source,
        "link": one.link, "seen": one.seen, "assumption": one.assumption, "note": one.note,
        "calibrations": [{"calibration": fit.calibration, "trials": list(fit.trials), "moves": fit.what}
                         for fit in fitted_by(one)],
    }


def effect(one: Effect) -> dict[str, Any]:
    """Return an effect on one outcome."""
    return dict(rounded({
        "outcome": one.outcome, "unit": outcomes.unit(one.outcome), "value": one.value, "lower": one.low,
        "higher": one.high, "range_low": one.bottom, "range_high": one.top, "elasticity": one.elasticity,
        "chance": one.chance,
    }))


def moved(one: NumberEffects, names: Sequence[str]) -> dict[str, Any]:
    """Return a number with what it moves, of the outcomes `names`."""
    return {**number(one.number), "factors": rounded(list(one.factors)),
            "effects": [effect(one.effects[name]) for name in names]}


def reading(one: ReadoutEffect) -> dict[str, Any]:
    """Return what a number does to one readout of a statement's experiments."""
    return dict(rounded({
        "claim": one.claim.id, "check": one.check.says, "cell": _cell(one), "readout": one.readout,
        "value": one.value, "lower": one.low, "higher": one.high, "elasticity": one.elasticity,
        "holds": one.holds[0], "holds_lower": one.holds[1], "holds_higher": one.holds[2],
    }))


def _cell(one: ReadoutEffect) -> str:
    cell = one.check.cell
    return cell if isinstance(cell, str) else ", ".join(f"{name} {count:g}" for name, count in cell.items())
