"""``her2lab patient``: one virtual patient through a trial, what would be watched in one, and HER2 status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.table import Table
from rich.text import Text

from her2lab.lab.cli import patient_options as who
from her2lab.lab.cli import status_options as tests
from her2lab.lab.cli import why
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, naming, show, show_json
from her2lab.lab.cli.values import whole

if TYPE_CHECKING:
    from her2lab.trial import TrialResult

app = typer.Typer(help="One virtual patient: run, why, plan, status.", rich_markup_mode=None)
app.command("why")(why.why)

SHOWN = {
    "best_response": "best response",
    "best_change_percent": "best change of the sum of diameters, %",
    "pfs_months": "progression-free, months",
    "os_months": "survival, months",
}


@app.command("run")
def run(
    identifier: Annotated[str, typer.Argument(metavar="TRIAL", help="A trial's id or file.")],
    patient: Annotated[
        int, typer.Option(metavar="NUMBER", parser=whole("--patient", 0, 2**62), help="Number of the patient, from 0.")
    ] = 0,
    seed: Annotated[
        int, typer.Option(metavar="S", parser=whole("--seed", 0, 2**63 - 1), help="Seed of the trial.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Run one virtual patient of a trial through every arm: who it is, what happened, arm beside arm.

    The patient is number NUMBER of `her2lab trial run` with this seed, if the trial has no limits of eligibility.

    Example: her2lab patient run cleopatra --patient 17
    """
    from her2lab.api.run import run_patient

    with naming(identifier):
        result = run_patient(identifier, patient, seed=seed)
    if as_json:
        show_json(_plain(result))
        return
    table = Table("patient", str(patient), box=None, header_style="bold")
    for name, value in result.cohort.properties.row(0, named=True).items():
        if name != "patient":
            table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
    rows = {row["arm"]: row for row in result.patients.to_dicts()}
    outcome = Table("outcome", *rows, box=None, header_style="bold")
    for name, words in SHOWN.items():
        outcome.add_row(words, *(_cell(row, name) for row in rows.values()))
    show(table, "", outcome, "", RESEARCH_USE)


@app.command("plan")
def plan(
    regimen: who.Regimen,
    age: who.Age = None,
    lvef: who.Lvef = None,
    creatinine_clearance: who.Clearance = None,
    setting: who.Setting = None,
    hypertension: who.Hypertension = False,
    diabetes: who.Diabetes = False,
    obesity: who.Obesity = False,
    smoking: who.Smoking = False,
    prior_heart_failure: who.HeartFailure = False,
    prior_heart_disease: who.HeartDisease = False,
    prior_cardiotoxicity: who.Cardiotoxicity = False,
    arrhythmia: who.Arrhythmia = False,
    raised_troponin: who.Troponin = False,
    raised_natriuretic_peptide: who.Peptide = False,
    prior_anthracycline: who.Anthracycline = False,
    prior_platinum: who.Platinum = False,
    chest_radiation: who.Radiation = False,
    lung_disease: who.LungDisease = False,
    asian: who.Asian = False,
    as_json: AsJson = False,
) -> None:
    """Print what labels and guidelines would have watched under a regimen, when, and what they would do.

    For research on virtual patients only, never advice for a real patient. Nothing is simulated.

    Example: her2lab patient plan --regimen trastuzumab_docetaxel --age 70 --hypertension --lvef 54
    """
    from her2lab.guidelines import monitoring_plan as room
    from her2lab.presentation import monitoring_plan

    given = dict(locals())
    patient = {name: float(given[name]) for name in who.PROPERTIES if given[name]}
    answer = room.plan(room.treatment(regimen), patient, setting)
    if as_json:
        show_json(answer)
    else:
        show(*monitoring_plan.screen(answer))


@app.command("status")
def status(
    disease: tests.Disease,
    ihc: tests.Ihc = None,
    ratio: tests.Ratio = None,
    copies: tests.Copies = None,
    probe: tests.ProbeKind = None,
    specimen: tests.SpecimenKind = None,
    recount_ratio: tests.RecountRatio = None,
    recount_copies: tests.RecountCopies = None,
    as_json: AsJson = False,
) -> None:
    """Print the HER2 status by the ASCO/CAP guideline, the rule that decided, and which test is needed next.

    For research only, never a diagnosis. Nothing is simulated.

    Example: her2lab patient status --disease breast --ihc 2+ --ratio 2.3 --copies 4.6
    """
    from her2lab.guidelines import her2_status as room

    answer = room.status(room.Sample(disease, ihc, ratio, copies, probe, specimen, recount_ratio, recount_copies))
    if as_json:
        show_json(answer)
        return
    table = Table("", "", box=None, show_header=False)
    for name, text in room.words(answer):
        table.add_row(name, Text(text, style="bold" if name == "HER2 status" else ""))
    notice = Text(room.NOTICE, style="bold")
    show(notice, "", table, "", notice)


def _cell(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, float):
        return str(value)
    censored = row.get(name.replace("_months", "_cnsr")) if name.endswith("_months") else 0
    return f"{value:.1f}" + ("+" if censored else "")


def _plain(result: TrialResult) -> dict[str, Any]:
    arms = {}
    for arm, series in result.series.items():
        columns = {"sum_of_diameters": series.sum_of_diameters, "lvef": series.lvef, "neutrophils": series.neutrophils}
        columns |= {f"{drug}_mg_per_L": values for drug, values in series.concentrations.items()}
        arms[arm] = {"days": series.days.tolist(), **{name: _numbers(values[0]) for name, values in columns.items()}}
    properties = result.cohort.properties.row(0, named=True)
    return {"patient": properties, "outcome": result.patients.to_dicts(), "series": arms}


def _numbers(values: Any) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
