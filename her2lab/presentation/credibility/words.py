"""Words and number formats of the credibility report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from her2lab.presentation.words import contrast_name, endpoint_name, interval

SETTINGS = {
    "breast_metastatic_1l": "breast, metastatic, first line",
    "breast_metastatic_2l": "breast, metastatic, second line",
    "breast_metastatic_3l": "breast, metastatic, third line and later",
    "breast_metastatic_her2_low": "breast, metastatic, HER2-low",
    "breast_neoadjuvant": "breast, neoadjuvant",
    "breast_adjuvant": "breast, adjuvant",
    "breast_residual": "breast, residual disease after neoadjuvant therapy",
    "gastric_metastatic_1l": "gastric, metastatic, first line",
    "gastric_metastatic_2l": "gastric, metastatic, second line",
    "gastric_perioperative": "gastric, perioperative",
}
NOTHING = "–"


def setting_name(key: str) -> str:
    """Return the words for a population; a user's own is called by its id."""
    return SETTINGS.get(key, key)


def whose(figure: Mapping[str, Any]) -> str:
    """Return the arm, or both arms of a ratio."""
    return str(figure["arm"]) if figure["reference"] is None else f"{figure['arm']} v {figure['reference']}"


def what(figure: Mapping[str, Any]) -> str:
    """Return the words for an endpoint or a ratio."""
    return endpoint_name(figure["endpoint"]) if figure["reference"] is None else contrast_name(figure["endpoint"])


def digits(figure: Mapping[str, Any]) -> int:
    """Return how many decimals a figure has: two for a ratio, one for percent and months."""
    return 1 if figure["reference"] is None else 2


def estimate(value: float | None, low: float | None, high: float | None, decimals: int, none: str = NOTHING) -> str:
    """Return a value with its interval."""
    shown = none if value is None else f"{value:.{decimals}f}"
    return f"{shown} {interval(low, high, decimals)}".strip()


def number(value: float | None, decimals: int = 2) -> str:
    """Return a number, or a dash."""
    return NOTHING if value is None else f"{value:.{decimals}f}"


def breakable(identifier: str) -> str:
    """Return an identifier that may go on in the next line after an underscore (a space of no width)."""
    return identifier.replace("_", "_\u200b")
