"""COPASI through basico (LSODA)."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import Case, Floats
from benchmarks.peer import ABSOLUTE, PeerMissing


class Copasi:
    name = "COPASI"

    def prepare(self, case: Case) -> None:
        try:
            import basico
        except ImportError as error:
            raise PeerMissing(str(error)) from error
        self.case, self.basico = case, basico
        self.data = basico.load_model_from_string(case.sbml_with_doses)
        model = self.data.getModel()
        quantities = {q.getSBMLId(): q for q in model.getModelValues()}
        species = {s.getSBMLId(): s for s in model.getMetabolites()}
        self.value = {**quantities, **species}
        self.species = set(species)
        self.shown = [self.value[name].getObjectDisplayName() for name in case.model.states]

    def run(self, patients: range, rtol: float) -> Floats:
        return np.array([self._patient(patient, rtol) for patient in patients])

    def _patient(self, patient: int, rtol: float) -> Floats:
        changed = dict(zip(self.case.model.states, self.case.state_at_start(patient), strict=True))
        changed.update(self.case.values(patient))
        model = self.data.getModel()
        references = []
        for name, value in changed.items():
            quantity = self.value[name]
            if name in self.species:
                quantity.setInitialConcentration(float(value))
                references.append(quantity.getInitialConcentrationReference())
            else:
                quantity.setInitialValue(float(value))
                references.append(quantity.getInitialValueReference())
        for reference in references:
            model.updateInitialValues(reference)
        table = self.basico.run_time_course_with_output(
            self._selection(),
            start_time=0.0,
            values=[0.0, *self.case.times.tolist()],
            r_tol=rtol,
            a_tol=rtol * ABSOLUTE,
            max_steps=10**7,
            use_numbers=False,
            model=self.data,
        )
        return np.asarray(table.to_numpy()[1:, 1:], dtype=np.float64)

    def _selection(self) -> list[str]:
        shown = zip(self.case.model.states, self.shown, strict=True)
        return ["Time", *(f"[{s}]" if n in self.species and not s.startswith("[") else s for n, s in shown)]
