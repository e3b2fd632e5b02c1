"""A virtual patient as a model file, and any SBML or Antimony model simulated by the engine that runs patients."""

from __future__ import annotations

import os

from her2lab import engine, exchange
from her2lab.api import arguments
from her2lab.api.library import AnyTrial, load_trial
from her2lab.engine import Model
from her2lab.exchange import PatientModel


def compile_model(source: str | os.PathLike[str]) -> Model:
    """Read an SBML or Antimony model and compile it, or load its machine code from the cache.

    Parameters
    ----------
    source
        The path of a .xml, .sbml, .ant or .txt file, or the text of a model.

    Returns
    -------
    her2lab.engine.Model
        ``simulate(until, points=…, parameters={name: value or one for each patient})`` integrates from time 0 and
        returns the variables, shape (patients, times) each, in the units of the model; ``to_polars()`` of that is a
        tidy table. ``states``, ``parameters`` and ``observables`` are the names there are.

    Raises
    ------
    InputError
        If the source is not a model, or uses what the engine does not integrate.

    Examples
    --------
    >>> model = her2lab.compile_model("model decay; x = 1; k = 0.5; x' = -k*x; end")
    >>> found = model.simulate(2.0, points=3, parameters={"k": [0.5, 1.0]}, rtol=1e-8)
    >>> found["x"].round(3).tolist()
    [[1.0, 0.607, 0.368], [1.0, 0.368, 0.135]]
    """
    return engine.compile_model(source)


def patient_model(trial: AnyTrial, arm: str, patient: int, *, seed: int = 1) -> PatientModel:
    """Return one virtual patient of a trial, with its doses, as a model that other simulators run.

    Parameters
    ----------
    trial
        A trial, or what :func:`her2lab.load_trial` takes: an id, a path or a mapping.
    arm
        The id of the arm.
    patient, seed
        Number of the patient from 0, and seed of the trial: the patient of ``run_trial`` with this seed, if the trial
        has no limits of eligibility.

    Returns
    -------
    her2lab.exchange.PatientModel
        ``sbml`` and ``antimony`` are the model as text (time in days, doses as events), ``write(path)`` writes a file,
        ``course.doses`` are the doses that were given.

    Raises
    ------
    InputError
        If an argument cannot be used, or the patient does not come to the trial.
    WorkError
        If the patient cannot be integrated.

    Examples
    --------
    >>> model = her2lab.patient_model("cleopatra", "pertuzumab", 17)
    >>> model.course.doses[1].drug, round(model.course.doses[1].milligrams)
    ('pertuzumab', 840)
    >>> model.write(folder / "patient17.xml").name
    'patient17.xml'
    >>> found = her2lab.compile_model(folder / "patient17.xml").simulate(21, points=4, outputs=["sum_of_diameters"])
    >>> (found["sum_of_diameters"][0, -1] < found["sum_of_diameters"][0, 0]).item()
    True
    """
    record = load_trial(trial)
    arguments.one_of("arm", "arm", arm, [each.id for each in record.arms])
    number = arguments.whole("patient", patient, 0, arguments.LARGEST_PATIENT)
    return exchange.patient_model(record, arm, number, seed=arguments.seed(seed))
