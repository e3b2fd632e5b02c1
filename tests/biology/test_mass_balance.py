"""Nothing is lost: antibody and payload in plasma, in the tumour and in the cell."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import simpson

from her2lab import engine
from her2lab.biology import assemble
from her2lab.facts import library
from her2lab.population.pharmacokinetics import typical_parameters

DAYS = np.linspace(0.0, 21.0, 4201)
DOSE = 240.0  # mg


@pytest.fixture(scope="module")
def course() -> dict[str, np.ndarray]:
    """Trastuzumab deruxtecan in one patient whose tumour is all of clone 1."""
    model = engine.compile_model(assemble().sbml)
    drug = typical_parameters(library.drug("trastuzumab_deruxtecan"), "antibody_a")
    values = {f"antibody_a_{name}": value for name, value in drug.items()} | {"share_2": 0.0, "share_3": 0.0}
    outputs = [*model.states, "antibody_a_eliminated", "antibody_a_concentration", "clone_1_antibody_uptake_a",
               "payload_outflow_a_1",
               "clone_1_her_her2_bound_a", "antibody_a_payload_concentration"]
    batch = model.start(1, values | {"antibody_a_central": DOSE})
    got = batch.advance(DAYS[-1], record=DAYS, outputs=list(dict.fromkeys(outputs)), rtol=1e-7)
    assert got is not None
    found = {name: got[0, :, k] for k, name in enumerate(dict.fromkeys(outputs))}
    return found | {name: np.full(len(DAYS), value) for name, value in values.items()}


def since_start(rate: np.ndarray) -> float:
    return float(simpson(rate, x=DAYS))


def test_antibody_in_the_body(course: dict[str, np.ndarray]) -> None:
    left = sum(course[f"antibody_a_{place}"][-1] for place in ("central", "peripheral", "depot"))
    assert left + since_start(course["antibody_a_eliminated"]) == pytest.approx(DOSE, rel=1e-5)


def test_payload_in_plasma(course: dict[str, np.ndarray]) -> None:
    c = course
    formed = (c["antibody_a_payload_release"][0] * c["antibody_a_payload_per_antibody"][0]
              * c["antibody_a_payload_molar_mass"][0] / c["antibody_a_molar_mass"][0]
              * since_start(c["antibody_a_eliminated"]))
    cleared = since_start(c["antibody_a_payload"]) * c["antibody_a_payload_clearance"][0]
    cleared /= c["antibody_a_payload_volume"][0]
    assert c["antibody_a_payload"][-1] + cleared == pytest.approx(formed, rel=1e-4)
    carried = DOSE * c["antibody_a_payload_per_antibody"][0]
    carried *= c["antibody_a_payload_molar_mass"][0] / c["antibody_a_molar_mass"][0]
    assert formed < carried


def test_antibody_in_the_tumour(course: dict[str, np.ndarray]) -> None:
    patient = assemble()
    constant = {name: patient.constants[name].value for name in
                ("tumour_exchange", "void_fraction", "clone_1_her_receptor_concentration")}
    molar = 1000.0 * course["antibody_a_concentration"] / course["antibody_a_molar_mass"]
    gradient = constant["void_fraction"] * molar - course["antibody_a_tumour"]
    entered = since_start(constant["tumour_exchange"] * gradient)
    bound = constant["clone_1_her_receptor_concentration"] * course["clone_1_her_her2_bound_a"][-1]
    taken_in = since_start(course["clone_1_antibody_uptake_a"])
    assert course["antibody_a_tumour"][-1] + bound + taken_in == pytest.approx(entered, rel=2e-3)


def test_payload_in_the_cell(course: dict[str, np.ndarray]) -> None:
    per_antibody = course["antibody_a_payload_per_antibody"][0]
    brought = per_antibody * since_start(course["clone_1_antibody_uptake_a"])
    inside = per_antibody * course["clone_1_cargo_a_lysosome"][-1] + course["clone_1_payload_a_inside"][-1]
    assert inside + since_start(course["payload_outflow_a_1"]) == pytest.approx(brought, rel=1e-3)
