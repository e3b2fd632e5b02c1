"""libroadrunner (CVODE, LLVM), the model compiled once and reset for each patient."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import Case, Floats
from benchmarks.peer import ABSOLUTE, PeerMissing


class Roadrunner:
    name = "libroadrunner"

    def prepare(self, case: Case) -> None:
        try:
            import roadrunner
        except ImportError as error:
            raise PeerMissing(str(error)) from error
        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
        self.case = case
        self.simulator = roadrunner.RoadRunner(case.sbml_with_doses)
        pairs = zip(case.model.states, case.concentrations, strict=True)
        self.symbols = [f"[{name}]" if concentration else name for name, concentration in pairs]
        self.simulator.timeCourseSelections = ["time", *self.symbols]

    def run(self, patients: range, rtol: float) -> Floats:
        simulator, out = self.simulator, []
        simulator.integrator.relative_tolerance = rtol
        # one number would be turned into a vector anew at each event, too tight for states near zero, and the run dies
        simulator.integrator.setValue("absolute_tolerance", [rtol * ABSOLUTE] * len(self.symbols))
        times = [0.0, *self.case.times]
        for patient in patients:
            simulator.resetToOrigin()
            for name, value in self.case.values(patient).items():
                simulator.setValue(name, value)
            for symbol, value in zip(self.symbols, self.case.state_at_start(patient), strict=True):
                simulator.setValue(symbol, float(value))
            out.append(np.array(simulator.simulate(times=times))[1:, 1:])
        return np.array(out)
