"""Which states are species, of which substance, and in which compartment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from her2lab.exchange.reduced import Equations
from her2lab.exchange.words import Words

DRUGS = ("antibody", "small_molecule", "cytotoxic", "checkpoint", "endocrine", "antiangiogenic", "supportive")
MARROW = ("marrow", "thrombopoiesis", "erythropoiesis")
TUMOUR, BRAIN = "tumour", "brain"
OF_CELLS = ("receptor", "network", "payload", "cancer_cell")
VOLUMES = {"L": "litre", "dL": "decilitre", "mL": "millilitre"}


@dataclass(frozen=True)
class Compartment:
    """A place of species. With a `volume` unit it is one such volume, in which species have concentrations.

    `size` is the constant of the patient that is its size, None where that plays no part and is 1.
    """

    id: str
    words: str
    volume: str | None = None
    size: str | None = None


@dataclass(frozen=True)
class Pool:
    """A state that is a species: in units of `substance`, in `compartment`."""

    state: str
    substance: str
    compartment: Compartment


def pools(equations: Equations, words: Words) -> dict[str, Pool]:
    """Return the states that are amounts or concentrations of something, and may be species, by id.

    Those without a unit are species only where they go over into each other (stages of a marrow).
    """
    found: dict[str, Pool] = {}
    for state in equations.rates:
        substance, volume = _parted(words.unit(state))
        place = _site(state, words)
        if place is None or substance is None:
            continue
        found[state] = Pool(state, substance, _compartment(state, place, volume, equations.values, words))
    return found


def _parted(unit: str) -> tuple[str | None, str | None]:
    """Return the substance of a unit of amount or concentration, and the volume; None of any other unit."""
    if unit == "nM":
        return "nmol", "L"
    if unit in ("mg", "Gcell", "million/cell", "1"):
        return unit, None
    substance, _, volume = unit.partition("/")
    return (substance, volume) if substance in ("Gcell", "g", "ng", "mg") and volume in VOLUMES else (None, None)


def _site(state: str, words: Words) -> tuple[str, str] | None:
    """Return id and words of where a state is, None if it is nowhere."""
    module, place = words.module(state), words.place(state)
    unit = words.unit(state)
    if module in DRUGS and unit == "mg":
        slot = words.slot(state) or state
        return f"{words.id(slot)}_site_of_dosing", f"where {words.title(state).partition(':')[0]} is given"
    if module in MARROW:
        return "blood", "blood, and the marrow by what it brings to blood"
    if module == "serum":
        return "serum", "serum"
    if unit == "1":
        return None
    clone = place.partition(".")[0]
    if module in OF_CELLS and clone.startswith("clone_") and not state.endswith("_cells"):
        return f"{clone}_interior", f"cells of {clone.replace('_', ' ')}"
    if module in (*DRUGS, *OF_CELLS, "clone", "patient", TUMOUR, BRAIN):
        in_brain = BRAIN in state or clone == "clone_4" or state.startswith("clone_4_")
        return ("brain_metastases", "brain metastases") if in_brain else ("tumour", "the tumour outside the brain")
    return None


def _compartment(state: str, place: tuple[str, str], volume: str | None, values: Mapping[str, float],
                 words: Words) -> Compartment:
    name, said = place
    if volume is not None:
        return Compartment(f"{name}_{VOLUMES[volume]}", f"one {VOLUMES[volume]} of {said}", volume)
    if words.module(state) in DRUGS:
        stem, _, number = state.rpartition("_")
        sizes = (f"{state}_volume", f"{stem}_volume_{number}")
        size = next((each for each in sizes if each in values), None)
        if size is not None:
            return Compartment(words.id(size), words.title(size), None, size)
    if words.unit(state) == "million/cell":
        return Compartment(name, f"one of the {said}")
    return Compartment(name, said)
