"""The closed lists of the trial-file contract: which keys a trial may use."""

from __future__ import annotations

import re
from typing import Literal, get_args

Setting = Literal["early", "metastatic"]
BASELINE_FRACTIONS = (
    "hr_positive",
    "ihc3",
    "ihc2_ish",
    "visceral",
    "brain_metastases",
    "node_positive",
    "prior_trastuzumab",
    "prior_pertuzumab",
    "prior_tdm1",
    "prior_lapatinib",
    "prior_anthracycline",
    "pik3ca_mutated",
    "pdl1_cps1",
    "asian",
)
YEAR = "year_median"                          # of the trial, not of a patient
BASELINE_MEDIANS = ("age_median", "lvef_median", "tumour_size_median", YEAR)
BASELINE_KEYS = BASELINE_FRACTIONS + BASELINE_MEDIANS

PERCENT_ENDPOINTS = ("orr", "cr", "cbr", "pcr", "pcr_breast", "ic_orr")
MEDIAN_ENDPOINTS = ("dor_median", "pfs_median", "os_median", "cns_pfs_median")
TimeEndpoint = Literal["pfs", "os", "idfs", "dfs", "efs"]
OddsEndpoint = Literal["orr", "pcr"]           # arms are compared by their odds
Followed = Literal[TimeEndpoint, "cns_pfs"]
TIME_ENDPOINTS: tuple[str, ...] = get_args(TimeEndpoint)  # asked for as a whole: median, curve and hazard ratio
ENDPOINTS_SHOWN = (
    *PERCENT_ENDPOINTS,
    *MEDIAN_ENDPOINTS,
    *TIME_ENDPOINTS,
    *(f"{name}_Nm" for name in TIME_ENDPOINTS),
)
RELAPSE = ("idfs", "dfs", "efs")               # what a relapse or death is called after surgery
LANDMARK_MONTHS = re.compile(rf"({'|'.join(TIME_ENDPOINTS)})_([1-9][0-9]{{0,2}})m")

# Properties of patients by which subgroups are formed, and their levels; nothing else is compared. `fcgr3a` is F for
# carriers of at least one F allele, `serum_ecd` is high from the limit of facts/rules/measurement.yaml on.
SUBGROUPS: dict[str, tuple[str, ...]] = {
    "ihc": ("3+", "2+", "1+", "0"),
    "hr_positive": ("yes", "no"),
    "pik3ca_mutated": ("yes", "no"),
    "fcgr3a": ("F", "VV"),
    "pdl1_positive": ("yes", "no"),
    "brain_metastases": ("yes", "no"),
    "node_positive": ("yes", "no"),
    "serum_ecd": ("high", "low"),
}
# What a trial may be cut by, and the levels, those of a marker with more than two from the highest to the lowest.
# `serum_ecd_fall` is the early fall of serum HER2; the limits of all measured markers are in the same file.
BIOMARKERS: dict[str, tuple[str, ...]] = {
    **SUBGROUPS,
    "pten_loss": ("yes", "no"),
    "stromal_lymphocytes": ("high", "low"),
    "serum_ecd_fall": ("yes", "no"),
}

ADVERSE_EVENTS = (
    "lvef_drop",
    "heart_failure",
    "ild",
    "neutropenia",
    "febrile_neutropenia",
    "thrombocytopenia",
    "anaemia",
    "alt_increased",
    "ast_increased",
    "bilirubin_increased",
    "diarrhoea",
    "nausea",
    "vomiting",
    "fatigue",
    "rash",
    "hand_foot_syndrome",
    "stomatitis",
    "infusion_reaction",
    "alopecia",
    "peripheral_neuropathy",
)


def landmark(name: str) -> tuple[str, int] | None:
    """Return endpoint and months of ``pfs_12m``, or nothing if the name is not of this form."""
    match = LANDMARK_MONTHS.fullmatch(name)
    return (match[1], int(match[2])) if match else None


def is_endpoint(name: str) -> bool:
    """Return whether a trial may ask for the endpoint of this name."""
    return name in ENDPOINTS_SHOWN[: -len(TIME_ENDPOINTS)] or landmark(name) is not None


def is_percentage(name: str) -> bool:
    """Return whether values of the endpoint are percentages (the others are times in months)."""
    return name in PERCENT_ENDPOINTS or landmark(name) is not None
