"""The text of a trial file to start from: written anew after a trial of the same population, or copied from one."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.limits import DAYS_PER_YEAR
from her2lab.facts.records import Administration, Population, Trial
from her2lab.facts.trial_writing import in_file
from her2lab.facts.yaml_text import yaml_text

PATIENTS = 100                                   # planned in an arm, until the designer knows better
COLUMNS = 116                                    # of a comment
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
OF_THE_SOURCE = ("aliases", "registry", "use")   # what a copy is not: its names, and what it is used for
Lines = Sequence[Administration]
_TOP = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
_HEAD = """\
# {name}: a trial of your own, from `her2lab trial new`; every field is explained in docs/reference/trial_files.md.
#   her2lab facts check {file}     tells all mistakes of this file
#   her2lab trial show {file}      reads it back in words
#   her2lab trial run {file} --patients 50
"""
_BODY = """\
# Visits, follow-up and endpoints are those of {model}, a trial of the same population; doses are from where it says.
id: {name}
title: {title}
population: {people.id}   # {people.title}; others: her2lab population list
# What differs from the population's own mix: fractions, or medians where the name says so. Keys of this population:
# {keys}
# baseline: {{{example}: {value}}}
# eligibility: {{age: [18, 70]}}        # lowest and highest of a property of the patients; null leaves a side open
# prior: []                           # earlier lines; left out, those of the population: {earlier}
arms:                                 # the first is the one that others are compared with
{arms}
assessments: {assessments}      # days between
followup: {followup}
{surgery}endpoints: {endpoints}
"""


def copied(text: str, source: Trial, name: str, file: str) -> str:
    """Return the text of a trial's file with another id, without what only the trial itself may say of itself.

    Parameters
    ----------
    text
        Of the file of `source`.
    source
        The trial.
    name, file
        The new id, and the name of the file that it is for.
    """
    parts = _TOP.split(text)
    kept = [part for part in parts if part.partition(":")[0] not in OF_THE_SOURCE]
    changed = [re.sub(r"^id:[^\n#]*", f"id: {name}", part, count=1) for part in kept]
    note = f"# Copied from {source.id}. "
    note += ("What stands under `published` is of that trial: take out what your arms are not.\n"
             if source.published else "\n")
    return _HEAD.format(name=name, file=file) + note + "".join(changed)


def written(name: str, file: str, people: Population, drugs: Sequence[str]) -> str:
    """Return the text of a trial file in a population: one arm with the `drugs`, before it one without the last.

    Without drugs the arms are those of the largest published trial of the population.

    Raises
    ------
    InputError
        If no trial of the library is in a population of this kind, or none says how a drug is given.
    """
    model = _model(people, drugs)
    arms = _arms(model, drugs) if drugs else [
        (arm.id, arm.title, [("", arm.regimen)]) for arm in model.arms]
    earlier = ", then ".join(step.regimen for step in people.history) or "none"
    title = f"{' and '.join([', '.join(drugs[:-1]), drugs[-1]] if drugs[1:] else drugs)}" if drugs else (
        f"the arms of {model.id}")
    key = next((each for each in ("hr_positive", *people.baseline_keys) if each in people.baseline_keys), "asian")
    return _HEAD.format(name=name, file=file) + _BODY.format(
        model=model.id, name=name, title=title, people=people, example=key,
        keys=textwrap.fill(", ".join(people.baseline_keys), COLUMNS, subsequent_indent="# "),
        value="60" if key.endswith("_median") else "0.5", earlier=earlier,
        arms="\n".join(line for arm in arms for line in _arm(*arm)),
        assessments=_flow(in_file(dict(model.assessments))), followup=_time(model.followup),
        surgery="" if model.surgery is None else f"surgery: {_time(model.surgery)}\n",
        endpoints=_flow(list(model.endpoints)))


def _model(people: Population, drugs: Iterable[str]) -> Trial:
    """Return the trial after which a new one is written: with most of the drugs, then the largest published."""
    there, wanted = library.trials(), set(drugs)
    alike = [each for each in there if each.population == people.id] or [
        each for each in there if _kind(library.population_of(each)) == _kind(people)]
    if not alike:
        raise InputError("no trial of the library is in such a population", field="population", value=people.id,
                         expected="a population with a trial in `her2lab trial list`")
    return max(alike, key=lambda trial: (len(wanted & _given(trial)), len(trial.arms) > 1,
                                         trial.published is not None, sum(arm.n for arm in trial.arms)))


def _kind(people: Population) -> list[float | None]:
    found = (people.covariates.get(name) for name in ("early", "gastric"))
    return [None if each is None else each.value for each in found]


def _given(trial: Trial) -> set[str]:
    return {line.drug for arm in trial.arms for line in arm.regimen}


def _arms(model: Trial, drugs: Sequence[str]) -> list[tuple[str, str | None, list[tuple[str, Lines]]]]:
    """Return id, title and regimen of each arm, the lines of a drug with where they are from."""
    lines = [_lines(model, drug) for drug in drugs]
    whole = (f"with_{drugs[-1]}" if drugs[1:] else drugs[-1], None, lines)
    return [("control", None, lines[:-1]), whole] if drugs[1:] else [whole]


def _lines(model: Trial, drug: str) -> tuple[str, Lines]:
    """Return how a drug is given: as in the model trial, in another of its population, or in a regimen of the drug."""
    others = [each for each in library.trials() if each.population == model.population and each != model]
    for trial in (model, *others):
        for arm in trial.arms:
            if found := [line for line in arm.regimen if line.drug == drug]:
                return f"{drug} as in {trial.id}, arm {arm.id}", found
    for name in library.drug(drug).regimens:
        if found := [line for line in library.regimens()[name].regimen if line.drug == drug]:
            return f"{drug} as in the regimen {name}", found
    raise InputError("no trial or regimen of the library says how it is given", field="drugs", value=drug,
                     expected="a drug with regimens in `her2lab drug show`")


def _arm(name: str, title: str | None, parts: Sequence[tuple[str, Lines]]) -> list[str]:
    """Return the lines of text of an arm."""
    head = yaml_text({"id": name, "n": PATIENTS, **({"title": title} if title else {})}).splitlines()
    lines = [f"  - {head[0]}", *(f"    {each}" for each in head[1:])]
    if not any(given for _, given in parts):
        return [*lines, "    regimen: []"]
    lines.append("    regimen:")
    for origin, given in parts:
        lines += [f"      # {origin}"] if origin else []
        lines += [f"      {each}" for line in given for each in _entry(in_file(line))]
    return lines


def _entry(data: dict[str, object]) -> list[str]:
    """Return the lines of text of one line of a regimen: one where it fits, else a line for each field."""
    text = yaml_text({"x": data}).splitlines()
    inner = [each.removeprefix("  ") for each in text[1:]] or [text[0].removeprefix("x: ")]
    return [f"- {inner[0]}", *(f"  {each}" for each in inner[1:])]


def _flow(data: object) -> str:
    """Return data as the value of a field on one line."""
    return yaml_text({"x": data}).removeprefix("x: ").rstrip("\n")


def _time(days: float) -> str:
    """Return a time in whole months where it is one, in days otherwise."""
    months = days / DAYS_PER_MONTH
    return f"{round(months)} months" if abs(months - round(months)) < 1e-6 else f"{days:g}"
