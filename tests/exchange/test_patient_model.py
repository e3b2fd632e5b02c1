"""A patient as a file: other simulators get her2lab's own course, and the file says what it is."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from itertools import pairwise
from pathlib import Path

import libsbml
import numpy as np
import pytest

from her2lab import biology, engine, trial
from her2lab.biology import patient_interface as symbols
from her2lab.engine import Inputs
from her2lab.exchange import PatientModel, patient_model
from her2lab.exchange.reduced import reduced
from her2lab.exchange.words import Words
from her2lab.facts import library
from her2lab.trial.conduct.context import compiled_patient

# antibodies with chemotherapy, a conjugate, tablets with an antibody, surgery after which clones die out
PATIENTS = [("cleopatra", "pertuzumab", 17), ("destiny_breast03", "tdxd", 3), ("her2climb", "tucatinib", 2),
            ("neosphere", "pertuzumab_trastuzumab_docetaxel", 4)]
TIGHT = 1e-8

Floats = np.ndarray


@cache
def exported(name: str, arm: str, number: int) -> PatientModel:
    return patient_model(library.trial(name), arm, number)


@pytest.fixture(params=PATIENTS, ids=lambda each: each[0])
def model(request: pytest.FixtureRequest) -> PatientModel:
    return exported(*request.param)


def days(model: PatientModel) -> Floats:
    return np.concatenate([np.arange(0.0, 1.0, 0.1), np.arange(1.0, min(model.course.end, 300.0), 3.0)])


def shown(model: PatientModel) -> dict[str, str]:
    """What is compared: symbol of the model of all patients -> id in the file."""
    of_drugs = {symbols.concentration(slot): f"{drug.id}_concentration" for slot, drug in model.course.drugs.items()}
    return {name: name for name in (symbols.TUMOUR_DIAMETERS, "lvef", "neutrophils", "platelets")} | of_drugs


def every_state(model: PatientModel) -> dict[str, str]:
    """All that is integrated: symbol of the model of all patients -> id in the file."""
    words = Words(model.course)
    return {name: words.id(name) for name in reduced(model.course).rates}


def own_course(model: PatientModel, outputs: Collection[str]) -> Floats:
    """The course of the patient by the model of all patients, doses given by the engine."""
    course, times = model.course, days(model)
    batch = compiled_patient().start(1, course.given)
    doses = Inputs.build(1, [(0, dose.day, dose.target, dose.milligrams, dose.length) for dose in course.doses])
    parts, done = [], -1.0
    for each in [*course.interventions, None]:
        until = times[-1] if each is None else min(each.day, times[-1])
        record = times[(times > done) & (times <= until)]
        parts.append(batch.advance(until, inputs=doses, record=record, outputs=list(outputs), rtol=TIGHT)[0])
        done = until
        if each is not None and each.day <= times[-1]:
            for name, formula in each.changes.items():
                share, _, state = formula.partition("*")
                batch.set(name, float(share) * (batch.values(state)[0, 0] if state else 1.0))
    return np.concatenate(parts)


def assert_same(found: Floats, expected: Floats, within: float, of_largest: float = 1e-7) -> None:
    size = np.abs(expected).max(axis=0)
    np.testing.assert_array_less(np.abs(found - expected), within * np.abs(expected) + of_largest * size + 1e-300)


def test_libroadrunner_gets_the_course_of_the_patient(model: PatientModel) -> None:
    roadrunner = pytest.importorskip("roadrunner", reason="libroadrunner is not installed")
    runner = roadrunner.RoadRunner(model.sbml)
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = TIGHT, 1e-13
    document = libsbml.readSBMLFromString(model.sbml).getModel()
    amounts = {each.getId() for each in document.getListOfSpecies() if each.getHasOnlySubstanceUnits()}
    concentrations = set(runner.model.getFloatingSpeciesIds()) - amounts
    compared = shown(model) | every_state(model)
    runner.timeCourseSelections = ["time", *(f"[{name}]" if name in concentrations else name
                                             for name in compared.values())]
    found, own = np.asarray(runner.simulate(times=days(model).tolist()))[:, 1:], own_course(model, compared)
    few = len(shown(model))
    assert_same(found[:, :few], own[:, :few], 2e-6)
    assert_same(found, own, 0.0, of_largest=5e-6)


def test_her2lab_runs_the_file_to_the_same_course(model: PatientModel) -> None:
    outputs = list(shown(model).values())
    found = engine.compile_model(model.sbml).simulate(times=days(model), rtol=TIGHT, outputs=outputs)
    assert_same(found.values[0], own_course(model, shown(model)), 2e-6)


def test_copasi_gets_the_same() -> None:
    basico = pytest.importorskip("basico", reason="COPASI is not installed")
    model = exported("her2climb", "tucatinib", 2)
    data = basico.load_model_from_string(model.sbml)
    of_id = {each.getSBMLId(): each.getObjectDisplayName() for each in data.getModel().getModelValues()}
    columns = {name: of_id[found] for name, found in shown(model).items() if found in of_id}
    times = days(model)[:60]
    table = basico.run_time_course_with_output(
        ["Time", *columns.values()], start_time=0.0, values=times.tolist(), r_tol=TIGHT, a_tol=1e-13, max_steps=10**6,
        use_numbers=False, model=data)
    own = own_course(model, columns)[:60]
    assert_same(table.to_numpy()[-len(times):, 1:].astype(float), own, 2e-6)


def test_the_trial_itself_gives_the_same_within_its_own_tolerance() -> None:
    model = exported("cleopatra", "pertuzumab", 17)
    series = trial.run_patient(library.trial("cleopatra"), 17).series["pertuzumab"]
    seen = np.isfinite(series.sum_of_diameters[0])
    found = engine.compile_model(model.sbml).simulate(
        times=series.days[seen], rtol=TIGHT, outputs=["sum_of_diameters", "trastuzumab_concentration"])
    assert_same(found.values[0][:, 0], series.sum_of_diameters[0][seen], 1e-4)
    assert_same(found.values[0][:, 1], series.concentrations["trastuzumab"][0][seen], 1e-4)


def test_libsbml_finds_no_fault_not_even_of_units(model: PatientModel) -> None:
    document = libsbml.readSBMLFromString(model.sbml)
    document.checkConsistency()
    assert [document.getError(i).getMessage() for i in range(document.getNumErrors())] == []


def test_every_symbol_and_reaction_has_a_name_and_notes_and_numbers_their_source(model: PatientModel) -> None:
    found = libsbml.readSBMLFromString(model.sbml).getModel()
    for elements in (found.getListOfCompartments(), found.getListOfSpecies(), found.getListOfParameters(),
                     found.getListOfReactions()):
        assert [each.getId() for each in elements if not each.getName() or not each.getNotesString()] == []
    sourced = [each for each in found.getListOfParameters() if each.getConstant() and "facts/" in each.getNotesString()]
    assert len(sourced) > 100
    assert all(word in found.getNotesString() for word in ("Research use only", "Doses", "Not in this file"))


def test_only_the_drugs_that_were_given_are_there(model: PatientModel) -> None:
    found = libsbml.readSBMLFromString(model.sbml).getModel()
    ids = [each.getId() for each in found.getListOfAllElements() if each.isSetIdAttribute()]
    assert [each for each in ids for slot in biology.assemble().slots if f"{slot}_" in f"{each}_"] == []
    drugs = {dose.drug for dose in model.course.doses}
    assert {f"{drug}_concentration" for drug in drugs} <= set(ids)


def test_doses_are_events_at_their_days_and_add_up(model: PatientModel) -> None:
    given: dict[str, float] = {}
    for dose in model.course.doses:
        given[dose.drug] = given.get(dose.drug, 0.0) + dose.milligrams
    inputs = {dose.drug: f"{dose.drug}_{dose.target.rpartition('_')[2]}" for dose in model.course.doses}
    last = max(dose.day + dose.length for dose in model.course.doses)
    runner = engine.compile_model(model.sbml)
    assert libsbml.readSBMLFromString(model.sbml).getModel().getNumEvents() == len(runner.events)
    changes = sorted({change for dose in model.course.doses for change in (dose.day, dose.day + dose.length)})
    middles = [(a + b) / 2 for a, b in pairwise(changes)]
    rates = runner.start(1).advance(last, record=middles, outputs=list(inputs.values()))[0]
    for column, drug in enumerate(inputs):
        assert rates[:, column] @ np.diff(changes) == pytest.approx(given[drug], rel=1e-9)


def test_antimony_is_the_same_model_with_its_notes(model: PatientModel) -> None:
    times, outputs = days(model)[:40], list(shown(model).values())
    ours = engine.compile_model(model.sbml).simulate(times=times, outputs=outputs).values[0]
    theirs = engine.compile_model(model.antimony).simulate(times=times, outputs=outputs).values[0]
    assert_same(theirs, ours, 1e-3)
    assert "// Not in this file" in model.antimony


def test_a_clone_without_cells_is_left_out_and_that_is_said() -> None:
    model = exported("cleopatra", "pertuzumab", 17)
    assert "clone_4_" not in model.sbml
    assert "no cells of clone 4; the equations of that clone are left out" in model.sbml
    assert "clone_1_her_her2_free" in model.sbml


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--arm", "pertuzumb"), "unknown arm"), (("--arm", "pertuzumab", "--patient", "-1"), "--patient"),
     ((), "--arm"), (("--arm", "pertuzumab", "--to", "no/such/folder/a.xml"), "no such file"),
     (("--arm", "pertuzumab", "--to", "a.txt"), ".xml"),
     (("--arm", "pertuzumab", "--to", "a.ant", "--format", "sbml"), ".ant"),
     (("--arm", "pertuzumab", "--assembly", "cell"), "--assembly")],
)
def test_what_cannot_be_used_is_one_line(her2lab, arguments: tuple[str, ...], words: str) -> None:
    ended = her2lab("model", "export", "--trial", "cleopatra", *arguments)
    assert ended.status == 2
    assert words in ended.line
    assert ended.out == ""


def test_an_arm_and_a_patient_belong_to_a_trial(her2lab) -> None:
    assert her2lab("model", "export", "--arm", "pertuzumab").status == 2
    assert her2lab("model", "export", "--patient", "3").status == 2


def test_the_command_writes_a_file_that_check_and_run_take(her2lab, tmp_path: Path) -> None:
    file = tmp_path / "patient.ant"
    ended = her2lab("model", "export", "--trial", "her2climb", "--arm", "tucatinib", "--patient", "2", "--to", file)
    assert (ended.status, ended.err) == (0, "")
    assert "Research use only" in ended.out
    checked = her2lab("model", "check", file)
    assert checked.status == 0
    assert "No contradiction of units" in checked.out
    assert "tucatinib_concentration" in her2lab("model", "run", file, "--until", "7", "--points", "2").out
