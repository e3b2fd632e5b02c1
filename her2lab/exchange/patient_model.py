"""One virtual patient of a trial, with its doses, as one model file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import antimony

from her2lab import __version__, storage
from her2lab.errors import InputError, WorkError
from her2lab.exchange.course import PatientCourse, patient_course
from her2lab.exchange.document import Document
from her2lab.exchange.reduced import Equations, reduced
from her2lab.exchange.schedule import in_words
from her2lab.exchange.words import Words, comments
from her2lab.facts.records import Trial
from her2lab.trial.results.columns import column, property_in_words

SBML, ANTIMONY = (".xml", ".sbml"), (".ant",)
RESEARCH_USE = "Research use only: a virtual patient, never advice on the treatment of a person."
NOT_INSIDE = (
    "Not in this file, because a model of equations and events cannot say it: the conduct of the trial. Scans and "
    "blood samples with their errors of measurement, response by RECIST, grades of adverse events, and the label rules "
    "that hold, reduce or stop a drug decided the doses; the doses stand here as they were given, and will not change "
    "if a parameter is changed. Death and new lesions are cumulative hazards here; when they happen is the trial's "
    "chance. Days of progression and of surgery, and those on which a clone fell below one cell, are events."
)


@dataclass(frozen=True)
class PatientModel:
    """One virtual patient in one arm as a model.

    Attributes
    ----------
    sbml
        The model as SBML, level 3.
    course
        What the patient is, and what happened to it in the trial.

    Examples
    --------
    >>> her2lab.patient_model("cleopatra", "pertuzumab", 17)
    PatientModel(virtual patient 17 of cleopatra, arm pertuzumab, seed 1)
    """

    sbml: str
    course: PatientCourse

    def __repr__(self) -> str:
        return f"PatientModel({_title(self.course)})"

    @property
    def antimony(self) -> str:
        """The same model as Antimony, the notes of the model as comments at the head as well.

        Examples
        --------
        >>> her2lab.patient_model("cleopatra", "pertuzumab", 17).antimony[:34]
        '// Virtual patient 17 of cleopatra'
        """
        antimony.clearPreviousLoads()
        if antimony.loadSBMLString(self.sbml) < 0:
            raise WorkError(f"Antimony refuses the model: {antimony.getLastError()}")
        return comments(self.sbml) + str(antimony.getAntimonyString(antimony.getMainModuleName()))

    def write(self, path: str | Path) -> Path:
        """Write the model into a file: .xml or .sbml as SBML, .ant as Antimony.

        Raises
        ------
        InputError
            If the name has another ending, or the file cannot be written.

        Examples
        --------
        >>> her2lab.patient_model("cleopatra", "pertuzumab", 17).write(folder / "patient17.ant").name
        'patient17.ant'
        """
        place = Path(path)
        if place.suffix.lower() not in (*SBML, *ANTIMONY):
            raise InputError("not the name of a model file", field="path", value=str(path),
                             expected="a name that ends in .xml, .sbml or .ant")
        text = self.antimony if place.suffix.lower() in ANTIMONY else self.sbml
        storage.write_file(place, text.encode(), "path")
        return place


def patient_model(trial: Trial, arm: str, patient: int, *, seed: int = 1) -> PatientModel:
    """Run one patient of a trial, by number from 0, in one arm, and return it as a model.

    Raises
    ------
    InputError
        If there is no such arm, the trial cannot be run, or the patient does not come to it.
    WorkError
        If the patient cannot be integrated.
    """
    course = patient_course(trial, arm, patient, seed=seed)
    equations, words = reduced(course), Words(course)
    return PatientModel(Document(course, equations, words).sbml(
        f"{trial.id}_{arm}_patient_{patient}_seed_{seed}", _title(course), *_about(course, equations)), course)


def _title(course: PatientCourse) -> str:
    return f"virtual patient {course.patient} of {course.trial.id}, arm {course.arm.id}, seed {course.seed}"


def _about(course: PatientCourse, equations: Equations) -> list[str]:
    """Return what the notes of the model say, in paragraphs."""
    title = _title(course)
    properties = "; ".join(_property(name, value) for name, value in course.properties.items() if name != "patient")
    doses = "; ".join(f"day {dose.day:.4g} {dose.drug} {in_words(dose)}" for dose in course.doses)
    happened = "; ".join(f"day {day:.4g} {words}" for day, words in course.happened)
    drugs = ", ".join(drug.name for drug in course.drugs.values())
    return [
        f"{title[0].upper()}{title[1:]}, by her2lab {__version__}. {RESEARCH_USE}",
        f"Trial: {course.trial.title}. Drugs given: {drugs or 'none'}. Time in days from the start of treatment; the "
        f"patient was followed to day {course.end:.6g}, what a simulation does later is not of the trial.",
        f"Patient: {properties}.",
        f"Doses as they were given, after delays and reductions: {doses or 'none'}.",
        f"What happened: {happened or 'nothing else'}.",
        *[f"This patient has no cells of clone {clone}; the equations of that clone are left out."
          for clone in equations.without],
        NOT_INSIDE,
    ]


def _property(name: str, value: float | str) -> str:
    known = column("patients", name)
    return f"{name.replace('_', ' ')} {property_in_words(name, value)} {known.unit if known else ''}".strip()
