"""This project's engine."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import Case, Floats


class Her2lab:
    name = "her2lab"

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads

    def prepare(self, case: Case) -> None:
        self.case = case

    def run(self, patients: range, rtol: float) -> Floats:
        case = self.case
        chosen = {name: values[patients.start : patients.stop] for name, values in case.parameters.items()}
        batch = case.model.start(len(patients), chosen)
        values = batch.advance(
            float(case.times[-1]),
            inputs=case.inputs(len(patients)),
            record=case.times,
            outputs=case.model.states,
            rtol=rtol,
            threads=self.threads,
            max_steps=10**7,
        )
        return np.asarray(values)
