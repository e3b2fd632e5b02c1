"""What the engine's tests share: the models, a private cache and a second engine as oracle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from her2lab import engine

MODELS = Path(__file__).parent / "models"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Compiled kernels of one test run stay out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HER2LAB_CACHE", str(tmp_path_factory.mktemp("kernels")))
        yield


@pytest.fixture(scope="session")
def drug(cache: object) -> engine.Model:
    return engine.compile_model(MODELS / "drug.ant")


@pytest.fixture(scope="session")
def washout(cache: object) -> engine.Model:
    """One compartment, linear elimination, an input rate: everything has a formula."""
    return engine.compile_model(
        """model washout
           compartment V = 2.5; species C in V; C = 0; CL = 0.7; rate = 0; AUC = 0;
           clear: C -> ; CL*C; infuse: -> C; rate; AUC' = C;
           end"""
    )


@pytest.fixture(scope="session")
def roadrunner_states() -> Callable[..., np.ndarray]:
    """States (times, states) of a model by libroadrunner, at tight tolerances, for given parameter values."""
    roadrunner = pytest.importorskip("roadrunner")

    def run(model: engine.Model, times: np.ndarray, **values: float) -> np.ndarray:
        simulator = roadrunner.RoadRunner(model.sbml)
        simulator.integrator.relative_tolerance = 1e-10
        simulator.integrator.absolute_tolerance = 1e-14
        for name, value in values.items():
            simulator[name] = value
        species = set(simulator.model.getFloatingSpeciesIds()) | set(simulator.model.getBoundarySpeciesIds())
        document = __import__("libsbml").readSBMLFromString(model.sbml).getModel()
        amount = {s.getId() for s in document.getListOfSpecies() if s.getHasOnlySubstanceUnits()}
        columns = [f"[{s}]" if s in species - amount else s for s in model.states]
        return np.asarray(simulator.simulate(times=list(times), selections=["time", *columns]))[:, 1:]

    return run
