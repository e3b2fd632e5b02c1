"""Which drug of an arm uses which slot of the patient model, and which input of it.

A slot is one place in the model for a drug of some kind (``antibody_a``, ``cytotoxic_a``, …); a drug takes the first
free slot of its own module. A slot has an input for each way in which its drugs are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from her2lab.biology.patient_interface import INPUT_OF_ROUTE
from her2lab.errors import InputError
from her2lab.facts.records import Drug


def assign(drugs: Mapping[str, Drug], slots: Mapping[str, str], arm: str) -> dict[str, str]:
    """Return drug id -> slot for one arm.

    Parameters
    ----------
    drugs
        The arm's drugs in the order of its regimen.
    slots
        Slot -> module, as the patient model offers them.
    arm
        Name of the arm, for the message.

    Raises
    ------
    InputError
        If the arm needs more slots of a module than there are.
    """
    taken: dict[str, str] = {}
    for name, drug in drugs.items():
        slot = free(drug, slots, taken)
        if slot is None:
            of_module = [slot for slot, module in slots.items() if module == drug.module]
            there = ", ".join(of_module) or "no slot"
            raise InputError(f"no free slot for this drug: the model has {there} for {drug.module} drugs",
                             field=f"arms.{arm}.regimen.drug", value=name,
                             expected=f"at most {len(of_module)} {drug.module} drugs in one arm")
        taken[name] = slot
    return taken


def free(drug: Drug, slots: Mapping[str, str], taken: Mapping[str, str]) -> str | None:
    """Return a slot for one more drug beside those that have `taken` theirs (drug -> slot), None if there is none."""
    if drug.id in taken:
        return taken[drug.id]
    used = set(taken.values())
    return next((slot for slot, module in slots.items() if module == drug.module and slot not in used), None)


def target(drug: str, slot: str, route: str, inputs: Sequence[str], arm: str) -> str:
    """Return the model's input (mg/day) that a drug in `slot` enters by when given by `route`.

    Raises
    ------
    InputError
        If the slot has no such input.
    """
    if INPUT_OF_ROUTE[route] not in inputs:
        accepted = [way for way, name in INPUT_OF_ROUTE.items() if name in inputs]
        raise InputError(f"{drug} cannot be given this way: its slot {slot} accepts {', '.join(accepted)}",
                         field=f"arms.{arm}.regimen.route", value=route, expected=" or ".join(accepted))
    return f"{slot}_{INPUT_OF_ROUTE[route]}"
