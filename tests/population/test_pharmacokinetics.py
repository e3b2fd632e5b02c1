"""What a drug brings to its slot: optional symbols may be left out, required ones and slips are refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab import population
from her2lab.biology import assemble
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Drug


def without(drug: Drug, *names: str) -> Drug:
    kept = {name: quantity for name, quantity in drug.parameters.items() if name not in names}
    return drug.model_copy(update={"parameters": kept, "correlations": []})


def test_what_is_optional_may_be_left_out_and_is_not_set() -> None:
    drug = without(library.drug("trastuzumab"), "absorption_rate", "bioavailability", "cardiac_potency")
    values = population.typical_parameters(drug, "antibody_b")
    assert "clearance" in values
    assert not {"absorption_rate", "cardiac_potency", "payload_release"} & set(values)
    cohort = population.draw(library.population("breast_metastatic_1l"), 3, seed=1)
    brought = population.drug_parameters(drug, "antibody_b", cohort)
    assert "antibody_b_cardiac_potency" not in brought
    assert brought["antibody_b_clearance"].shape == (3,)
    assert np.unique(brought["antibody_b_clearance"]).size == 3


def test_what_is_required_is_asked_for_with_its_unit() -> None:
    with pytest.raises(InputError, match=r"parameters.clearance: drug trastuzumab lacks .* module antibody.*L/day"):
        population.typical_parameters(without(library.drug("trastuzumab"), "clearance"), "antibody_a")


def test_an_unknown_parameter_is_refused_with_the_nearest_name() -> None:
    drug = library.drug("lapatinib")
    other = drug.model_copy(update={"parameters": drug.parameters | {"ic50_her3x": drug.parameters["ic50_her2"]}})
    with pytest.raises(InputError, match=r"ic50_her3x: module small_molecule has no such constant.*ic50_her"):
        population.check_drug(other)


@pytest.mark.parametrize("name", library.drugs())
def test_every_drug_fits_a_slot_and_every_route_of_it_an_input(name: str) -> None:
    drug, patient = library.drug(name), assemble()
    slot = next(slot for slot, module in patient.slots.items() if module == drug.module)
    population.typical_parameters(drug, slot)
    for route in drug.routes:
        wanted = {"iv": "infusion", "sc": "injection", "im": "injection", "oral": "intake"}[route]
        assert wanted in patient.inputs[slot]


def test_what_a_drug_is_in_a_patient_does_not_depend_on_the_others_to_the_last_bit() -> None:
    cohort, drug = population.draw(library.population("breast_metastatic_1l"), 30, seed=3), library.drug("trastuzumab")
    whole = population.drug_parameters(drug, "antibody_a", cohort)
    for row in range(30):
        alone = population.drug_parameters(drug, "antibody_a", cohort.select(np.array([row])))
        assert all(alone[name][0] == values[row] for name, values in whole.items())
