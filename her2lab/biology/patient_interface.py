"""What a trial reads and sets in the assembled patient: one list of symbols, checked when the patient is assembled.

The biology may change in any way that leaves these symbols; whoever reads or sets another one adds it here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from her2lab.errors import InputError
from her2lab.facts.measures import HAZARD_EVENTS, LABS, MARKERS, TUMOUR_MARKERS

# observables; laboratory values and markers of the heart have the names of her2lab.facts.management
TUMOUR_DIAMETERS = "sum_of_diameters"
BRAIN_DIAMETERS = "brain_diameters"
LUNG_INJURY = "ild"
LVEF = "lvef"
NEUTROPHILS = "neutrophils"
# hazards, cumulative: an event happens once one passes the patient's own threshold
DEATH_HAZARD = "cumulative_death_hazard"
TOXIC_DEATH_HAZARD = "cumulative_toxic_death_hazard"
NEW_LESION_HAZARD = "cumulative_new_lesion_hazard"
# the part of the hazard of death that is of other causes, a constant (1/day)
BACKGROUND_MORTALITY = "disease_background_mortality"
# states that an operation sets to zero, and a constant
DEAD_CELLS = "disease_dead"
SCAR = "disease_residual_fraction"
# constants that are set when later lines of therapy begin, and one that acts only then
LATER_LINE = "later_line"
LATER_LINE_GROWTH = "later_line_growth"       # the end of the name: each clone has its own
# clones
BODY_CLONES = (1, 2, 3)                       # in breast, nodes and metastases outside the brain; 1 is the dominant one
BRAIN_CLONE = 4
CLONE_STATE = re.compile(r"(clone_\d+)_(cells|fate_dormant)")  # cells that divide, and those that rest
AT_ENTRY = "_at_entry"                        # the end of the name of a constant that gives a state its start
# measure of an adverse event -> constants by which a drug brings it about
CAUSES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("neutrophils", "febrile_neutropenia"), ("neutrophil_slope", "payload_neutrophil_slope")),
    **dict.fromkeys((LVEF, "heart_failure"), ("cardiac_potency", "anthracycline_equivalent")),
    "platelets": ("platelet_slope",), "haemoglobin": ("red_cell_slope",),
    **{name: (f"{name}_potency",) for name in ("alt", "ast", "bilirubin", LUNG_INJURY, "diarrhoea", "nausea",
                                               "vomiting", "stomatitis", "rash", "alopecia", "fatigue",
                                               "infusion_reaction")},
    "hand_foot_syndrome": ("hand_foot_potency",), "peripheral_neuropathy": ("neuropathy_potency",),
}
# inputs of the drug slots
INPUT_OF_ROUTE = {"iv": "infusion", "sc": "injection", "im": "injection", "oral": "intake"}


def event_hazard(event: str) -> str:
    """Return the cumulative hazard of an event that happens or not, such as heart failure."""
    return f"cumulative_{event}_hazard"


def clone_cells(clone: int) -> str:
    """Return the state that holds the living cells of a clone (1e9)."""
    return f"clone_{clone}_cells"


def dormant_cells(clone: int) -> str:
    """Return the state that holds the dormant cells of a clone (1e9)."""
    return f"clone_{clone}_fate_dormant"


def clone_share(clone: int) -> str:
    """Return the constant that gives a clone's share of the cells at the start; clone 1 has the rest."""
    return f"share_{clone}"


def cells_of_share(share: str) -> str:
    """Return the state that holds the cells of the clone whose share at the start is the constant `share`."""
    return clone_cells(int(share.removeprefix(clone_share(0).removesuffix("0"))))


def concentration(slot: str) -> str:
    """Return the plasma concentration of a drug slot (mg/L)."""
    return f"{slot}_concentration"


def payload_concentration(slot: str) -> str:
    """Return the plasma concentration of free payload of an antibody's slot (ng/mL)."""
    return f"{slot}_payload_concentration"


def check(symbols: Collection[str], constants: Collection[str], slots: Mapping[str, Collection[str]]) -> None:
    """Require that an assembled patient has all that a trial reads and sets.

    Parameters
    ----------
    symbols, constants
        The ids of all symbols of the patient, and of its constants.
    slots
        The inputs of each drug slot.

    Raises
    ------
    InputError
        Naming the first symbol that is missing, or is a constant where it should change in time or the reverse.
    """
    clones = (*BODY_CLONES, BRAIN_CLONE)
    changing = [TUMOUR_DIAMETERS, BRAIN_DIAMETERS, LUNG_INJURY, LVEF, *LABS, *TUMOUR_MARKERS, *MARKERS,
                DEATH_HAZARD, TOXIC_DEATH_HAZARD, NEW_LESION_HAZARD, *map(event_hazard, HAZARD_EVENTS), DEAD_CELLS,
                *map(clone_cells, clones), *map(dormant_cells, clones), *map(concentration, slots)]
    fixed = [SCAR, BACKGROUND_MORTALITY, LATER_LINE, *(clone_share(clone) for clone in BODY_CLONES[1:]),
             *(f"clone_{clone}_fate_{LATER_LINE_GROWTH}" for clone in clones),
             *(f"{slot}_{name}" for slot, inputs in slots.items() for name in inputs)]
    for name in (*changing, *fixed):
        if name not in symbols:
            raise InputError("the patient lacks a symbol that trials use", file="biology/patient.ant", field=name,
                             expected="the symbols of her2lab/biology/patient_interface.py")
        if (name in constants) != (name in fixed):
            kind = "const" if name in fixed else "var"
            raise InputError("the patient declares a symbol that trials use otherwise than they do",
                             file="biology/patient.ant", field=name, expected=kind)
