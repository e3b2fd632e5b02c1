"""``her2lab patient``: one virtual patient in a trial and why it fared so, what would be watched, and HER2 status."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from her2lab.api.arguments import LARGEST_PATIENT
from her2lab.lab.cli import patient_options as options
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, naming, show, show_json, warn
from her2lab.lab.cli.values import Changed, read_seed, settings, whole

app = typer.Typer(help="One virtual patient: run, why, plan, status.", rich_markup_mode=None)
Identifier = Annotated[str, typer.Argument(metavar="TRIAL", help="A trial's id or file.")]
Patient = Annotated[int, typer.Option(metavar="NUMBER", parser=whole("--patient", 0, LARGEST_PATIENT),
                                      help="Number of the patient, from 0.")]
Seed = Annotated[int, typer.Option(metavar="S", parser=read_seed, help="Seed of the trial.")]


@app.command("run")
def run(
    identifier: Identifier,
    patient: Patient = 0,
    seed: Seed = 1,
    changed: Changed = None,
    as_json: AsJson = False,
) -> None:
    """Run one virtual patient of a trial through every arm: who it is, its doses, what happened, arm beside arm.

    The patient is number NUMBER of `her2lab trial run` with this seed, if the trial has no limits of eligibility.

    Example: her2lab patient run cleopatra --patient 17
    """
    from her2lab.api.library import load_trial, with_parameters
    from her2lab.api.run import run_patient
    from her2lab.facts import library
    from her2lab.presentation import patient_run as words

    with naming(identifier):
        trial = with_parameters(load_trial(identifier), settings("--set", changed or []))
        warn(library.doubts(trial))
        result = run_patient(trial, patient, seed=seed)
    if as_json:
        show_json(words.data(result))
    else:
        properties, doses, outcome = words.screen(result, patient)
        show(properties, "", doses, words.HOW_DOSES_ARE_COUNTED, "", outcome, "", RESEARCH_USE)


class AskedEvent(StrEnum):
    """What is asked after."""

    response = "response"
    progression = "progression"
    toxicity = "toxicity"


@app.command("why")
def why(
    identifier: Identifier,
    arm: Annotated[str, typer.Option(metavar="ARM", help="Arm of the trial.")],
    patient: Patient = 0,
    event: Annotated[AskedEvent | None, typer.Option(help="Only this one.  [default: all three]")] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Name the clone and the mechanism that drove what happened to one virtual patient in one arm.

    The patient, the one of `her2lab patient run`, runs again with each clone, mechanism, drug and organ switched off
    in turn and the same chance. What is switched off, and how, stands in facts/trace/switches.yaml.

    Example: her2lab patient why cleopatra --patient 17 --arm pertuzumab
    """
    from her2lab.api.explain import explain_patient
    from her2lab.explanation.attribution import EVENTS
    from her2lab.presentation import attribution as words

    events = EVENTS if event is None else tuple(each for each in EVENTS if each == event.value)
    with naming(identifier):
        found = explain_patient(identifier, patient, arm, seed=seed).found
    if as_json:
        show_json(words.data(found, events))
    else:
        show(*words.screen(found, events), RESEARCH_USE)


@app.command("plan")
def plan(
    regimen: options.Regimen,
    age: options.Age = None,
    lvef: options.Lvef = None,
    creatinine_clearance: options.Clearance = None,
    setting: options.Setting = None,
    hypertension: options.Hypertension = False,
    diabetes: options.Diabetes = False,
    obesity: options.Obesity = False,
    smoking: options.Smoking = False,
    prior_heart_failure: options.HeartFailure = False,
    prior_heart_disease: options.HeartDisease = False,
    prior_cardiotoxicity: options.Cardiotoxicity = False,
    arrhythmia: options.Arrhythmia = False,
    raised_troponin: options.Troponin = False,
    raised_natriuretic_peptide: options.Peptide = False,
    prior_anthracycline: options.Anthracycline = False,
    prior_platinum: options.Platinum = False,
    chest_radiation: options.Radiation = False,
    lung_disease: options.LungDisease = False,
    asian: options.Asian = False,
    as_json: AsJson = False,
) -> None:
    """Print what labels and guidelines would have watched under a regimen, when, and what they would do.

    For research on virtual patients only, never advice for a real patient. Nothing is simulated.

    Example: her2lab patient plan --regimen trastuzumab_docetaxel --age 70 --hypertension --lvef 54
    """
    from her2lab.guidelines.monitoring_plan import monitoring_plan
    from her2lab.guidelines.treatment import treatment
    from her2lab.presentation import monitoring_plan as words

    given = dict(locals())
    patient = {name: float(given[name]) for name in options.PROPERTIES if given[name]}
    found = monitoring_plan(treatment(regimen), patient, setting)
    if as_json:
        show_json(words.data(found))
    else:
        show(*words.screen(found))


@app.command("status")
def status(
    disease: options.Disease,
    ihc: options.Ihc = None,
    ratio: options.Ratio = None,
    copies: options.Copies = None,
    probe: options.ProbeKind = None,
    specimen: options.SpecimenKind = None,
    recount_ratio: options.RecountRatio = None,
    recount_copies: options.RecountCopies = None,
    as_json: AsJson = False,
) -> None:
    """Print the HER2 status by the ASCO/CAP guideline, the rule that decided, and which test is needed next.

    For research only, never a diagnosis. Nothing is simulated.

    Example: her2lab patient status --disease breast --ihc 2+ --ratio 2.3 --copies 4.6
    """
    from her2lab.guidelines.her2_status import Sample, her2_status
    from her2lab.presentation import her2_status as words

    found = her2_status(Sample(disease, ihc, ratio, copies, probe, specimen, recount_ratio, recount_copies))
    if as_json:
        show_json(words.data(found))
    else:
        show(*words.screen(found))
