"""The exported SBML means the same to other simulators: libroadrunner and COPASI, on every state."""

from __future__ import annotations

import basico
import libsbml
import numpy as np
import pytest
import roadrunner

from her2lab import biology, engine
from her2lab.biology import assemble
from her2lab.facts import library
from her2lab.population.pharmacokinetics import typical_parameters

Floats = np.ndarray


def given(name: str, values: dict[str, float]) -> str:
    """Return the SBML of an assembly with other values of some parameters and starting states."""
    document = libsbml.readSBMLFromString(biology.assemble(name).sbml)
    for key, value in values.items():
        parameter = document.getModel().getParameter(key)
        assert parameter is not None, key
        parameter.setValue(value)
    return libsbml.writeSBMLToString(document)


def treated_patient() -> str:
    """A patient on trastuzumab emtansine, lapatinib, docetaxel and letrozole, doses already inside."""
    values: dict[str, float] = {}
    for drug, slot in {"trastuzumab_emtansine": "antibody_a", "lapatinib": "small_molecule_a",
                       "docetaxel": "cytotoxic_a", "letrozole": "endocrine_a"}.items():
        values |= {f"{slot}_{name}": value for name, value in typical_parameters(library.drug(drug), slot).items()}
    return given("patient", values | {"antibody_a_central": 240.0, "small_molecule_a_gut": 1250.0,
                                      "cytotoxic_a_central": 120.0, "endocrine_a_depot": 2.5})


def treated_cell() -> str:
    """A typical cell under neuregulin and a MEK inhibitor."""
    assert "tool_mek" in assemble("cell").constants
    return given("cell", {"line_her_neuregulin": 5.0, "tool_mek": 3.0, "antibody_a_free": 50.0})


@pytest.fixture(scope="module", params=["cell", "patient"])
def model(request: pytest.FixtureRequest) -> tuple[str, engine.Model, Floats, Floats]:
    sbml = treated_cell() if request.param == "cell" else treated_patient()
    ours = engine.compile_model(sbml)
    times = np.array([0.0, 0.01, 0.1, 1.0, 3.0, 7.0])
    values = ours.simulate(times=times, rtol=1e-7, outputs=ours.states).values[0]
    return sbml, ours, times, values


def assert_same(ours: Floats, theirs: Floats) -> None:
    size = np.abs(ours).max(axis=0)
    np.testing.assert_array_less(np.abs(ours - theirs), 1e-3 * np.abs(ours) + 1e-5 * size + 1e-9)


def test_libroadrunner_gets_the_same(model: tuple[str, engine.Model, Floats, Floats]) -> None:
    sbml, ours, times, values = model
    runner = roadrunner.RoadRunner(sbml)
    runner.getIntegrator().setValue("relative_tolerance", 1e-9)
    runner.getIntegrator().setValue("absolute_tolerance", 1e-12)
    runner.timeCourseSelections = ["time", *ours.states]
    assert_same(values, np.asarray(runner.simulate(times=list(times)))[:, 1:])


def test_copasi_gets_the_same(model: tuple[str, engine.Model, Floats, Floats]) -> None:
    sbml, ours, times, values = model
    data = basico.load_model_from_string(sbml)
    shown = {q.getSBMLId(): q.getObjectDisplayName() for q in data.getModel().getModelValues()}
    table = basico.run_time_course_with_output(
        ["Time", *(shown[name] for name in ours.states)], start_time=0.0, values=times.tolist(), r_tol=1e-9,
        a_tol=1e-12, max_steps=10**7, use_numbers=False, model=data,
    )
    theirs = table.to_numpy()[-len(times):, 1:].astype(float)
    assert_same(values, theirs)
