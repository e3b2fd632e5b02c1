"""Words and number formats that the terminal and the report share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ENDPOINTS = {
    "orr": "Objective response",
    "cr": "Complete response",
    "cbr": "Clinical benefit",
    "dor_median": "Median duration of response",
    "pfs_median": "Median progression-free survival",
    "os_median": "Median overall survival",
    "pcr": "Pathological complete response",
    "pcr_breast": "Pathological complete response, breast",
    "cns_pfs_median": "Median CNS progression-free survival",
    "ic_orr": "Intracranial objective response",
}
SURVIVALS = {
    "pfs": "Progression-free survival",
    "os": "Overall survival",
    "idfs": "Invasive disease-free survival",
    "dfs": "Disease-free survival",
    "efs": "Event-free survival",
    "orr": "Objective response",
    "pcr": "Pathological complete response",
}
SETTINGS = {  # population -> its words, in the order of the pages
    "breast_metastatic_1l": "Breast cancer, metastatic, first line",
    "breast_metastatic_2l": "Breast cancer, metastatic, second line",
    "breast_metastatic_3l": "Breast cancer, metastatic, third line or later",
    "breast_metastatic_her2_low": "Breast cancer, metastatic, HER2-low",
    "breast_neoadjuvant": "Breast cancer, before surgery",
    "breast_adjuvant": "Breast cancer, after surgery",
    "breast_residual": "Breast cancer, residual disease after neoadjuvant therapy",
    "gastric_metastatic_1l": "Gastric cancer, metastatic, first line",
    "gastric_metastatic_2l": "Gastric cancer, metastatic, later line",
    "gastric_perioperative": "Gastric cancer, before and after surgery",
}
ADVERSE_EVENTS = {
    "lvef_drop": "Fall of ejection fraction",
    "ild": "Interstitial lung disease",
    "alt_increased": "ALT increased",
    "ast_increased": "AST increased",
    "hand_foot_syndrome": "Hand-foot syndrome",
}
NOT_REACHED = "not reached"
NOT_ESTIMABLE = "not estimable"
RESEARCH_USE = "Research use only: simulated outcomes of virtual patients, never advice on the treatment of a person."
_AT_MONTH = re.compile(r"(pfs|os|idfs|dfs|efs)_(\d+)m")


def endpoint_name(key: str) -> str:
    """Return the words for an endpoint key: ``os_24m`` is "Overall survival at 24 months"."""
    if at := _AT_MONTH.fullmatch(key):
        return f"{SURVIVALS[at[1]]} at {at[2]} months"
    return ENDPOINTS.get(key, plain(key))


def contrast_name(endpoint: str) -> str:
    """Return the words for a contrast: odds ratios for responses, hazard ratios for survival."""
    ratio = "odds ratio" if endpoint in ("orr", "pcr") else "hazard ratio"
    return f"{SURVIVALS.get(endpoint, plain(endpoint))}, {ratio}"


def adverse_event_name(key: str) -> str:
    """Return the words for an adverse event key."""
    return ADVERSE_EVENTS.get(key, plain(key))


def setting_name(key: str) -> str:
    """Return the words for a population; a user's own is called by its id."""
    return SETTINGS.get(key, key)


def review_citation() -> str:
    """Return the citation of the review whose biology the model holds."""
    from her2lab.review import files  # reads facts, for which a help text does not wait

    return files.review_citation() or "the review"


def plain(key: str) -> str:
    """Return an identifier as words: ``febrile_neutropenia`` is "Febrile neutropenia"."""
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]


def number(value: float | None, digits: int) -> str:
    """Return a number with a fixed count of decimals; a median that no one reached is said in words."""
    return NOT_REACHED if value is None else f"{value:.{digits}f}"


def interval(low: float | None, high: float | None, digits: int) -> str:
    """Return ``(low to high)``; an open end is a dash, an unknown interval is nothing."""
    if low is None and high is None:
        return ""
    ends = ("–" if end is None else f"{end:.{digits}f}" for end in (low, high))
    return "({} to {})".format(*ends)


def unit_name(unit: str) -> str:
    """Return a unit as printed: ``%`` and ``months``; a ratio has none."""
    return "" if unit in ("1", "ratio", "") else unit


def distance(curve: Mapping[str, Any]) -> str:
    """Return how far a simulated curve is from the published one: an entry of ``curves`` of ``result.json``."""
    return (f"{curve['distance']:.1f} percentage points on average and {curve['largest']:.1f} at most over "
            f"{curve['months']:.0f} months")
