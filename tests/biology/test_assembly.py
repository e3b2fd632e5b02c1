"""The assembled patient: complete, with consistent units, and the same in another simulator."""

from __future__ import annotations

import libsbml
import numpy as np
import pytest
import roadrunner

from her2lab import biology, engine, population
from her2lab.biology.assembly import Assembly
from her2lab.facts import library
from her2lab.provenance.model_numbers import model_numbers


@pytest.fixture(scope="module")
def patient() -> Assembly:
    return biology.assemble("patient")


@pytest.fixture(scope="module", params=["patient", "cell"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    return biology.assemble(request.param)


def test_every_symbol_of_every_module_carries_a_unit(assembly: Assembly) -> None:
    document = libsbml.readSBMLFromString(assembly.sbml)
    without = [p.getId() for p in document.getModel().getListOfParameters() if not p.isSetUnits()]
    assert without == []


def test_units_are_consistent(assembly: Assembly) -> None:
    document = libsbml.readSBMLFromString(assembly.sbml)
    document.checkConsistency()
    assert [document.getError(i).getMessage() for i in range(document.getNumErrors())] == []


def test_a_wrong_unit_would_be_noticed(patient: Assembly) -> None:
    document = libsbml.readSBMLFromString(patient.sbml)
    document.getModel().getParameter("antibody_a_clearance").setUnits("day")
    assert document.checkConsistency() > 0


def test_every_constant_has_a_source_or_is_a_labelled_assumption(assembly: Assembly) -> None:
    for constant in assembly.constants.values():
        if constant.quantity is not None:
            assert (constant.quantity.source is None) != (constant.quantity.assumption is None), constant.id


BY_DEFINITION = ("by definition", "convention", "guard", "trace", "typical", "numerical", "148 kDa", "as in module",
                 "none unless", "one cell")


def test_every_assumption_has_a_plausible_range_unless_it_is_a_definition() -> None:
    bare = [(row.holder,
             row.symbol) for row in model_numbers(drugs={}) if row.assumption is not None and row.range is None
            and not any(word in row.assumption for word in BY_DEFINITION)]
    assert bare == []


def test_no_name_is_given_twice(assembly: Assembly) -> None:
    document = libsbml.readSBMLFromString(assembly.sbml)
    names = [parameter.getId() for parameter in document.getModel().getListOfParameters()]
    assert len(names) == len(set(names))


def test_each_slot_has_the_inputs_of_the_ways_in_which_its_drugs_are_given(patient: Assembly) -> None:
    modules = ["antibody"] * 2 + ["small_molecule"] * 2 + ["cytotoxic"] * 3 + ["checkpoint", "endocrine",
                                                                              "antiangiogenic"] + ["supportive"] * 4
    assert list(patient.slots.values()) == modules
    assert patient.inputs["antibody_a"] == ("infusion", "injection")
    assert patient.inputs["small_molecule_b"] == ("intake",)
    assert patient.inputs["cytotoxic_c"] == ("infusion", "intake")
    assert patient.inputs["endocrine_a"] == ("injection", "intake")


def random_patients(n: int, seed: int) -> dict[str, np.ndarray]:
    """Parameters of n patients of the first-line population with all three drugs of CLEOPATRA in their slots."""
    cohort = population.draw(library.population("breast_metastatic_1l"), n, seed)
    parameters = dict(cohort.parameters)
    for slot, drug in (("antibody_a", "trastuzumab"), ("antibody_b", "pertuzumab"), ("cytotoxic_a", "docetaxel")):
        parameters.update(population.drug_parameters(library.drug(drug), slot, cohort))
    return parameters


@pytest.mark.slow  # libroadrunner takes half a minute to load a patient; test_other_simulators loads one
def test_the_engine_agrees_with_libroadrunner_on_every_state_of_random_patients(patient: Assembly) -> None:
    n, days = 4, 42.0
    parameters = random_patients(n, seed=7)
    doses = [("antibody_a_infusion", 500.0), ("antibody_b_infusion", 840.0), ("cytotoxic_a_infusion", 130.0)]
    window = 0.0625
    rows = [(i, 0.0, name, amount, window) for i in range(n) for name, amount in doses]
    model = engine.compile_model(patient.sbml)
    batch = model.start(n, parameters=parameters)
    batch.advance(days, inputs=engine.Inputs.build(n, rows), rtol=1e-7)
    for i in range(n):
        expected = with_roadrunner(patient.sbml, model.states, {k: float(v[i]) for k, v in parameters.items()},
                                   doses, window, days)
        scale = np.maximum(np.abs(expected), 1e-6)
        assert np.max(np.abs(batch.state[i] - expected) / scale) < 1e-4


def with_roadrunner(sbml: str, states: tuple[str, ...], values: dict[str, float], doses: list[tuple[str, float]],
                    window: float, days: float) -> np.ndarray:
    document = libsbml.readSBMLFromString(sbml)
    for name, value in values.items():
        document.getModel().getParameter(name).setValue(value)
    simulator = roadrunner.RoadRunner(libsbml.writeSBMLToString(document))
    simulator.integrator.relative_tolerance = 1e-9
    simulator.integrator.absolute_tolerance = 1e-14
    for name, amount in doses:
        simulator.setValue(name, amount / window)
    simulator.simulate(0, window, 2)
    for name, _ in doses:
        simulator.setValue(name, 0.0)
    simulator.simulate(window, days, 2)
    return np.array([simulator.getValue(state) for state in states])
