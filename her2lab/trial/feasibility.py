"""Whether a trial can be run, found out before anything is computed; fields are named as in the trial's file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from her2lab import biology, population
from her2lab.errors import InputError, Problems
from her2lab.facts import library
from her2lab.facts.records import Administration, Drug, Population, Trial
from her2lab.nearest import unknown
from her2lab.population.cohort import Cohort, with_baseline
from her2lab.trial.conduct import slots
from her2lab.trial.conduct.prescription import check_area, time_of_a_dose
from her2lab.trial.conduct.surgery import Operation
from her2lab.trial.eligibility import screen
from her2lab.trial.statistics import endpoints

TRIED, SEED = 2, 1  # patients who are drawn to see whether they can be


def check(trial: Trial, patients: int | None = None) -> None:
    """Refuse a design that cannot be run.

    Raises
    ------
    InputError
        For a number of patients below one, arms without patients or of the same name, no calendar of scans, an
        unknown rule, a rule switched on whose drugs no arm gives, and an endpoint that is not simulated.
    """
    if patients is not None and patients < 1:
        raise InputError("a trial needs patients", field="patients", value=patients, expected="a number of at least 1")
    for name, count in Counter(arm.id for arm in trial.arms).items():
        if count > 1:
            raise InputError("two arms have the same name", field="arms.id", value=name, expected="one name per arm")
    for arm in trial.arms:
        if arm.n < 1:
            raise InputError("an arm needs patients", field=f"arms.{arm.id}.n", value=arm.n, expected="at least 1")
    if "tumour" not in trial.assessments:
        raise InputError("a trial needs a calendar of tumour scans", field="assessments.tumour",
                         expected="the days between two scans")
    problems = Problems()
    with problems:
        endpoints.wanted(trial)
    known = {rule.id: rule for rule in library.rules_of(trial)}
    given = {line.drug for arm in trial.arms for line in arm.regimen}
    for name, on in trial.rules.items():
        with problems:
            if name not in known:
                raise _at(f"rules.{name}", unknown("rule", name, known))
            if on and not given & set(known[name].drugs):
                raise InputError("no arm gives a drug of this rule", field=f"rules.{name}", value=on,
                                 expected=" or ".join(known[name].drugs))
    with problems:
        _check_of_use(trial, given)
    problems.end()


def _check_of_use(trial: Trial, given: set[str]) -> None:
    """Refuse rules and numbers of the trial's own that would do nothing in it; a rule may be switched off."""
    problems = Problems()
    fields = {rule.id: f"own_rules.rules[{n}]" for n, rule in enumerate(library.own_rules(trial))}
    fields |= {name: f"changed_rules.{name}" for name in trial.changed_rules}
    in_force = [rule.id for rule in library.rules_in_force(trial)] if fields else []
    for name, field in fields.items():
        if name not in in_force and trial.rules.get(name) is not False:
            with problems:
                raise InputError("is not in force in this trial", field=field, value=name,
                                 expected="a rule on drugs of an arm, for this setting, or switched on in rules")
    earlier = {line.drug for each in library.earlier_lines(trial) for line in each.regimen}
    for field, names, there in (("dose_levels", trial.dose_levels, given),
                                ("changed_parameters", trial.changed_parameters, given | earlier)):
        for name in names:
            if name not in there:
                with problems:
                    raise InputError("no arm gives this drug", field=f"{field}.{name}",
                                     expected=" or ".join(sorted(there)))
    problems.end()


def check_conduct(trial: Trial, people: Population | None = None, drugs: Mapping[str, Drug] | None = None) -> None:
    """Refuse what cannot happen in a trial: what its patients cannot be or be given, and scans that never come.

    Parameters
    ----------
    trial
        The trial.
    people
        The population to draw from; None for the trial's own.
    drugs
        Drugs by id that take the place of the library's.

    Raises
    ------
    InputError
        With all mistakes: a first scan beyond the follow-up, a baseline that the population cannot have, more drugs
        of a kind than the model has places for, a drug given by a way that it has not, a property that is missing for
        a dose, a limit or the operation.
    """
    people, problems = people or library.population_of(trial), Problems()
    possible: dict[str, float] = {}
    with problems:
        scan = trial.assessments["tumour"]
        seen = any(not name.startswith("os") for name in trial.endpoints)   # survival needs no scan
        if seen and trial.followup < min(scan, trial.surgery or scan):
            raise InputError(f"the first tumour scan, on day {scan:g}, lies beyond the follow-up", field="followup",
                             value=f"{trial.followup:g} days", expected="a longer one; months are written as 24 months")
    for key, value in trial.baseline.items():
        with problems:
            with_baseline(people, {key: value})
            possible[key] = value
    regimens = {f"arms[{n}].regimen": arm.regimen for n, arm in enumerate(trial.arms)}
    regimens |= {f"prior[{n}]": each for n, each in enumerate(trial.prior or ()) if not isinstance(each, str)}
    own = {**library.drugs(), **(drugs or {})} if drugs else library.drugs()
    given: dict[str, str] = {}
    for field, lines in regimens.items():
        with problems:
            given |= _slots_taken(field, lines, own)
    with problems:
        _check_patients(trial, regimens, given, own, population.draw(people, TRIED, SEED, possible))
    problems.end()


def _check_patients(trial: Trial, regimens: Mapping[str, Sequence[Administration]], given: Mapping[str, str],
                    own: Mapping[str, Drug], cohort: Cohort) -> None:
    """Check what a trial asks of its patients: what its drugs' numbers, doses, limits and operation go by."""
    problems = Problems()
    for name, slot in given.items():
        with problems:
            population.drug_parameters(own[name], slot, cohort)
    for field, lines in regimens.items():
        for n, line in enumerate(lines):
            with problems:
                _check_given(f"{field}[{n}]", line, own[line.drug], cohort)
    with problems:
        screen(cohort, trial.eligibility)
    with problems:
        if trial.surgery is not None:
            Operation(trial.surgery, cohort)
    problems.end()


def _slots_taken(field: str, lines: Sequence[Administration], drugs: Mapping[str, Drug]) -> dict[str, str]:
    """Return drug -> slot of one regimen."""
    patient = biology.assemble()
    names, routes = dict[str, str](), dict[str, str]()
    for n, line in enumerate(lines):
        here = f"{field}[{n}]"
        try:
            names = slots.assign({name: drugs[name] for name in [*names, line.drug]}, patient.slots, "")
        except InputError as problem:
            raise _at(f"{here}.drug", problem) from None
        if routes.setdefault(line.drug, line.route) != line.route:
            raise InputError(f"{line.drug} is given by two routes in one arm", field=f"{here}.route", value=line.route,
                             expected=f"{routes[line.drug]}, as before")
        try:
            slots.target(line.drug, names[line.drug], line.route, patient.inputs[names[line.drug]], "")
        except InputError as problem:
            raise _at(f"{here}.route", problem) from None
    return names


def _check_given(field: str, line: Administration, drug: Drug, cohort: Cohort) -> None:
    time_of_a_dose(drug, line.route)
    try:
        check_area(line, cohort)
    except InputError as problem:
        raise _at(f"{field}.auc", problem) from None


def _at(field: str, problem: InputError) -> InputError:
    return InputError(problem.message, field=field, value=problem.value, expected=problem.expected)
