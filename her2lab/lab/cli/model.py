"""``her2lab model``: the patient as a model file, and any SBML or Antimony model run by the same engine."""

from __future__ import annotations

import math
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from her2lab.api.arguments import LARGEST_PATIENT
from her2lab.errors import InputError, WorkError
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, naming, show, show_json
from her2lab.lab.cli.values import assignments, finite, read_seed, whole
from her2lab.storage import write_file

if TYPE_CHECKING:
    from her2lab.presentation.model_inspection import Inspection

app = typer.Typer(help="The models: export the patient, check or run any SBML or Antimony.", rich_markup_mode=None)


class Format(StrEnum):
    """The two ways in which a model is written."""

    sbml = "sbml"
    antimony = "antimony"


class Assembly(StrEnum):
    """What is put together from the modules of biology/."""

    patient = "patient"
    cell = "cell"


@app.command("export")
def export(
    trial: Annotated[
        str | None, typer.Option(metavar="TRIAL", help="A trial's id or file: one patient of it, with its doses.")
    ] = None,
    arm: Annotated[str | None, typer.Option(metavar="ARM", help="Arm of the trial.")] = None,
    patient: Annotated[
        int | None, typer.Option(metavar="NUMBER", parser=whole("--patient", 0, LARGEST_PATIENT),
                                 help="Number of the patient, from 0.  [default: 0]")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", parser=read_seed, help="Seed of the trial.")] = 1,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where to: .xml or .sbml, or .ant.  [default: stdout]")
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="How it is written.  [default: by FILE, else sbml]")
    ] = None,
    assembly: Annotated[
        Assembly, typer.Option(help="Which assembly, where no trial is named.")
    ] = Assembly.patient,
) -> None:
    """Write one virtual patient of a trial, with its doses, as a model that other simulators run; or the bare assembly.

    The patient is that of `her2lab patient run`: its parameters, its initial values, its drugs and no others, its doses
    as they were given. Without --trial it is the assembled model of all patients, its drug slots empty.

    Example: her2lab model export --trial cleopatra --arm pertuzumab --patient 17 --to patient17.xml
    """
    form = _form(form, to)
    if trial is None:
        for field, value in (("--arm", arm), ("--patient", patient)):
            if value is not None:
                raise InputError("belongs to a trial", field=field, value=value, expected="--trial as well")
        from her2lab import biology

        assembled = biology.assemble(assembly.value)
        text = assembled.sbml if form is Format.sbml else assembled.antimony
    else:
        if assembly is not Assembly.patient:
            raise InputError("is not part of a trial", field="--assembly", value=assembly.value,
                             expected="no --trial, or the patient")
        if arm is None:
            raise InputError("which arm of the trial?", field="--arm", expected=f"an arm of {trial}")
        from her2lab.api.model import patient_model

        with naming(trial):
            found = patient_model(trial, arm, patient or 0, seed=seed)
        text = found.sbml if form is Format.sbml else found.antimony
    if to is None:
        print(text)
    else:
        write_file(to, text.encode(), "--to")
        print(f"{to} is written. {RESEARCH_USE}")


def _form(form: Format | None, to: Path | None) -> Format:
    """Return the format that was asked for, or that the name of the file stands for."""
    known = {".xml": Format.sbml, ".sbml": Format.sbml, ".ant": Format.antimony}
    if to is None:
        return form or Format.sbml
    by_name = known.get(to.suffix.lower())
    if by_name is None or form not in (None, by_name):
        raise InputError("not the name of a model file", field="--to", value=str(to),
                         expected="a name that ends in .xml, .sbml or .ant, as --format says")
    return by_name


@app.command("sources")
def sources(
    assembly: Annotated[Assembly, typer.Option(help="Which assembly.")] = Assembly.patient,
    as_json: AsJson = False,
) -> None:
    """Count the numbers that have a source and those that are assumptions, and list the assumptions.

    The numbers are those of the assembly's modules and of all drugs that fill its slots.

    Example: her2lab model sources
    """
    from her2lab.provenance.model_numbers import model_numbers

    rows = model_numbers(assembly.value)
    assumed = [row for row in rows if row.assumption is not None]
    if as_json:
        show_json({"assembly": assembly.value, "numbers": len(rows), "with_source": len(rows) - len(assumed),
                   "assumptions": len(assumed), "parameters": [asdict(row) for row in rows]})
        return
    counts = Table("where", "with a source", "assumptions", box=None, header_style="bold")
    for holder in dict.fromkeys(row.holder for row in rows):
        own = [row.assumption is None for row in rows if row.holder == holder]
        counts.add_row(holder, str(sum(own)), str(len(own) - sum(own)))
    counts.add_row("all", str(len(rows) - len(assumed)), str(len(assumed)), style="bold")
    listed = Table("where", "assumption about", "value", "plausible range", "why", box=None, header_style="bold")
    for row in assumed:
        plausible = "–" if row.range is None else f"{row.range[0]:g} to {row.range[1]:g}"
        listed.add_row(row.holder, row.symbol, f"{row.value:g} {row.unit if row.unit != '1' else ''}", plausible,
                       Text(row.assumption or ""))
    show(counts, listed)


@app.command("run")
def run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A model: .xml, .sbml (SBML; also packed, .gz) or .ant (Antimony).")
    ],
    until: Annotated[
        float, typer.Option(metavar="T", parser=finite("--until", positive=True), help="Last time, from 0.")
    ],
    points: Annotated[
        int,
        typer.Option(metavar="N", parser=whole("--points", 2, 10**6), help="Times from 0 to T, both included."),
    ] = 101,
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=X", help="A parameter or initial value to change; repeatable."),
    ] = None,
    rtol: Annotated[
        float, typer.Option(metavar="X", parser=finite("--rtol", positive=True), help="Relative tolerance of a step.")
    ] = 1e-4,
    atol: Annotated[
        float | None,
        typer.Option(metavar="X", parser=finite("--atol", positive=True),
                     help="Absolute tolerance; by default 1e-12 of what each state reaches."),
    ] = None,
    max_steps: Annotated[
        int, typer.Option(metavar="N", parser=whole("--max-steps", 1, 10**9), help="Most steps before giving up.")
    ] = 10**6,
    as_json: AsJson = False,
) -> None:
    """Simulate a model file and print what its variables do.

    Example: her2lab model run model.ant --until 24 --points 25 --param k1=0.5 --json
    """
    import numpy as np

    from her2lab import engine

    changed = assignments("--param", param or [])
    if not file.is_file():
        raise InputError("cannot be read", file=file, expected="a .xml, .sbml or .ant file")
    result = engine.compile_model(file).simulate(
        until, points=points, parameters=changed, rtol=rtol, atol=atol, max_steps=max_steps
    )
    if result.failures:
        raise WorkError(f"{file}: the integration ended early {result.failures[0]}")
    courses = {name: result[name][0] for name in result.names}
    missing = {name: int((~np.isfinite(values)).sum()) for name, values in courses.items()}
    notes = [f"{name} has no finite value at {n} of {points} times" for name, n in missing.items() if n]
    if as_json:
        show_json(
            {
                "times": result.times.tolist(),
                "variables": {
                    name: [x if math.isfinite(x) else None for x in values.tolist()]
                    for name, values in courses.items()
                },
                **({"notes": notes} if notes else {}),
            }
        )
        return
    table = Table("variable", "at the start", "at the end", "lowest", "highest", box=None, header_style="bold")
    for name, values in courses.items():
        table.add_row(name, *(f"{x:.6g}" for x in (values[0], values[-1], values.min(), values.max())))
    show(table, *notes)


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A model: .xml, .sbml (SBML) or .ant (Antimony).")],
    as_json: AsJson = False,
) -> None:
    """Say what is in a model file, which units contradict each other, and whether it can be run.

    Exit status 0 when the engine can run it, 2 when not.

    Example: her2lab model check model.xml
    """
    from her2lab.presentation.model_inspection import inspect

    if not file.is_file():
        raise InputError("cannot be read", file=file, expected="a .xml, .sbml or .ant file")
    found = inspect(file)
    if as_json:
        show_json({"file": str(file), "runs": found.runs, **asdict(found)})
    else:
        _show_inspection(file, found)
    if not found.runs:
        raise typer.Exit(InputError.exit_status)


def _show_inspection(file: Path, found: Inspection) -> None:
    table = Table("what", "how many", box=None, header_style="bold")
    for kind, count in found.contents.items():
        if count:
            table.add_row(kind, str(count))
    if found.runs:
        table.add_row("states to integrate", str(len(found.states)))
        table.add_row("parameters that can be set", str(len(found.parameters)))
    show(table)
    for problem in found.unit_problems:
        show(Text(f"units: {problem}"))
    if not found.unit_problems:
        show("No contradiction of units was found.")
    if found.unchecked_formulas:
        show(f"{found.unchecked_formulas} formulas hold something without a unit and could not be checked.")
    show(Text(f"{file} can be run." if found.runs else f"{file} cannot be run: {found.unsupported}."))
