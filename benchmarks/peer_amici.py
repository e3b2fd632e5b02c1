"""AMICI (C++ code for CVODES and KLU). Its model is compiled once and kept in the cache folder."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cases import Case, Floats
from benchmarks.peer import ABSOLUTE, PeerMissing
from her2lab.storage import directory


class Amici:
    name = "AMICI"

    def __init__(self, build: bool = True) -> None:
        self.build = build

    def prepare(self, case: Case) -> None:
        self.case = case
        if importlib.util.find_spec("amici") is None:
            raise PeerMissing("not installed")
        name = "amici_" + hashlib.sha256(case.sbml_with_doses.encode()).hexdigest()[:12]
        folder = directory() / "benchmarks" / name
        if not (folder / "done").exists():
            if not self.build:
                raise PeerMissing("its model is not compiled yet; the long benchmark does so")
            self._compile(name, folder)
        import amici.sim.sundials  # noqa: F401 - the compiled model expects it to be there
        from amici import import_model_module

        self.model = import_model_module(name, folder).get_model()
        self.solver = self.model.create_solver()
        self.solver.set_max_steps(10**7)
        self.model.set_timepoints(case.times.tolist())
        self.own = {state: i for i, state in enumerate(self.model.get_state_ids())}
        self.columns = [self.own[state] for state in case.model.states]
        self.start = np.array(self.model.get_initial_state())

    def _compile(self, name: str, folder: Path) -> None:
        """Needs a C++ compiler, and swig and cmake on the path or beside this Python."""
        from amici.importers.sbml import SbmlImporter

        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
        source = folder.with_suffix(".xml")
        source.write_text(self.case.sbml_with_doses)
        arguments: dict[str, Any] = {"verbose": logging.ERROR, "generate_sensitivity_code": False}
        try:
            importer = SbmlImporter(source)
            importer.sbml2amici(name, output_dir=folder, compute_conservation_laws=False, **arguments)
        except Exception as error:  # whatever its tool chain lacks
            raise PeerMissing(f"its model does not compile: {type(error).__name__}") from error
        (folder / "done").touch()

    def run(self, patients: range, rtol: float) -> Floats:
        from amici.sim.sundials import run_simulation

        self.solver.set_relative_tolerance(rtol)
        self.solver.set_absolute_tolerance(rtol * ABSOLUTE)
        out = []
        for patient in patients:
            start = self.start.copy()
            start[self.columns] = self.case.state_at_start(patient)
            for name, value in self.case.values(patient).items():
                self.model.set_free_parameter_by_id(name, value)
            self.model.set_initial_state(start.tolist())
            answer = run_simulation(self.model, self.solver)
            if answer.status != 0:
                raise RuntimeError(f"AMICI ended with status {answer.status}")
            out.append(np.array(answer.x)[:, self.columns])
        return np.array(out)
