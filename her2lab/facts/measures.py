"""What is measured in a patient: one list of each kind, with units and the assessments at which it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

HeartMarker = Literal["troponin", "natriuretic_peptide"]
Laboratory = Literal["neutrophils", "platelets", "haemoglobin", "alt", "ast", "bilirubin"]
TumourMarker = Literal["serum_ecd"]                                      # no rule acts on it
HazardEvent = Literal["heart_failure", "febrile_neutropenia"]            # has happened, or not
Symptom = Literal["diarrhoea", "ild", "hand_foot_syndrome", "rash", "stomatitis", "nausea", "vomiting", "fatigue",
                  "peripheral_neuropathy", "infusion_reaction"]

Measure = Literal["lvef", HeartMarker, Laboratory, Symptom, HazardEvent, "days_late"]     # what rules compare
Graded = Literal["lvef", Laboratory, Symptom, "alopecia", HazardEvent]                    # what has CTCAE grades
Change = Literal["lvef", Laboratory, TumourMarker]                    # what is compared with its baseline
Assessment = Literal["tumour", "lvef", "blood"]

MARKERS: tuple[HeartMarker, ...] = get_args(HeartMarker)
LABS: tuple[Laboratory, ...] = get_args(Laboratory)
TUMOUR_MARKERS: tuple[TumourMarker, ...] = get_args(TumourMarker)
HAZARD_EVENTS: tuple[HazardEvent, ...] = get_args(HazardEvent)  # a rule reads 1 after one since the last look
ASSESSMENTS: tuple[Assessment, ...] = get_args(Assessment)
DAYS_LATE = "days_late"                                                  # of a dose that is about to be given
GRADE = "grade"
UNITS: Mapping[str, str] = {                                             # of a measure; every other one is a grade
    "lvef": "percent", **dict.fromkeys(MARKERS, "ng/L"), "neutrophils": "Gcell/L", "platelets": "Gcell/L",
    "haemoglobin": "g/dL", "alt": "ULN", "ast": "ULN", "bilirubin": "ULN", **dict.fromkeys(HAZARD_EVENTS, "event"),
    DAYS_LATE: "day",
}
TAKEN_AT: Mapping[str, Assessment] = {
    "lvef": "lvef", **dict.fromkeys(MARKERS, "lvef"), **dict.fromkeys((*LABS, *TUMOUR_MARKERS), "blood"),
}
FALLS = ("lvef", *MARKERS, *LABS)                                        # what rules may compare with its baseline


def unit_of(measure: str) -> str:
    """Return the unit in which the limits of a rule on `measure` are written."""
    return UNITS.get(measure, GRADE)
