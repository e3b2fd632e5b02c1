"""What there is of trials and of the populations that they draw from."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from her2lab.errors import InputError, Problems
from her2lab.facts import plausibility, prior_lines
from her2lab.facts.aliases import id_of
from her2lab.facts.drug_changes import out_of_range
from her2lab.facts.lazy_records import LazyRecords
from her2lab.facts.library.drug_files import drugs, regimens, regimens_by_name
from her2lab.facts.library.folders import Folders, files, files_in, folders, named
from her2lab.facts.library.own_rules import check_own_rules
from her2lab.facts.population_bases import with_base
from her2lab.facts.population_checks import check_population
from her2lab.facts.reading import to_record
from her2lab.facts.records import Drug, Population, Trial
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.trial_writing import in_file, trial_file
from her2lab.facts.trials import own_rules_in
from her2lab.nearest import did_you_mean, nearest_of
from her2lab.resources import is_there


def trials() -> list[Trial]:
    """Return every trial, in alphabetical order."""
    return [trial(name) for name in files("trials")]


def trial(identifier: str | Path) -> Trial:
    """Return one trial: by id or another name from the trials folder, otherwise from a file.

    Raises
    ------
    InputError
        If there is no such trial or file, or the file has a mistake.
    """
    known = files("trials")
    if str(identifier) in known:
        return _trial(known[str(identifier)], folders("drugs"), folders("populations"), folders("regimens"))
    path = Path(identifier)
    if not is_there(path) and not path.suffix and len(path.parts) == 1:
        return trial(_id_of(str(identifier), list(known)))
    return trial_at(path)


def doubts(trial: Trial) -> list[str]:
    """Return what a trial says that is possible but far from what is known, a sentence each."""
    far = [each for name, values in trial.changed_parameters.items() for each in out_of_range(drugs()[name], values)]
    return [*plausibility.doubts(trial, drugs()), *far]


def _id_of(name: str, known: Sequence[str]) -> str:
    """Return the id of the trial that is called so: by the number of its registry or protocol, or an abbreviation."""
    try:
        return id_of("trial", name, LazyRecords({each: each for each in known}, trial), _other_names)
    except InputError as problem:
        raise InputError(problem.message, field="trial", value=name,
                         expected=f"{nearest_of(name, known)}, or a file" if known else "a file") from None


def _other_names(trial: Trial) -> list[str]:
    return [*trial.aliases, *([trial.registry] if trial.registry else [])]


def trial_at(path: Path) -> Trial:
    """Read a trial's file and check that the population and the regimens it names exist."""
    return trial_in(read_document(path))


def trial_from(trial: Trial | Mapping[str, Any], own_drugs: Mapping[str, Drug] | None = None) -> Trial:
    """Return a trial of one's own, checked as a trial file is.

    Parameters
    ----------
    trial
        A record, or what a trial file would hold: ``{"id": "mine", "arms": [{"id": "a", "n": 100, "regimen": …}], …}``.
    own_drugs
        Drugs by id that a regimen may name besides those of the library; they take the place of those.

    Raises
    ------
    InputError
        For the first mistake, with field, value and what was expected.
    """
    data = trial_file(trial) if isinstance(trial, Trial) else in_file(dict(trial))
    return trial_in(Document(None, data), own_drugs)


def trial_in(document: Document, own_drugs: Mapping[str, Drug] | None = None) -> Trial:
    """Return the trial that a document holds, checked in the same way."""
    there = ChainMap({**(own_drugs or {})}, drugs())  # type: ignore[arg-type]  # is not written
    known, lines, problems = files("populations"), files("regimens"), Problems()
    record: Trial | None = None
    with problems:
        record = Trial.of(document, there, regimens_by_name())
    with problems:
        check_own_rules(document, record or own_rules_in(document, there, problems), there)
    if record is None:
        problems.end()
    assert record is not None  # noqa: S101 - for the type checker
    with problems:
        if not isinstance(record.population, str):
            prior_lines.check_history(document, population_of(record), lines, ("population",))
        elif record.population not in known:
            raise document.unknown(("population",), "population", record.population, known)
    for n, each in enumerate(record.prior or []):
        with problems:
            if isinstance(each, str) and each not in lines:
                hint = did_you_mean(each, lines)
                raise document.error(("prior", n), f"unknown regimen{hint}", value=each,
                                     expected=None if hint else "a regimen of facts/regimens")
    problems.end()
    return record


def populations() -> list[Population]:
    """Return every population, in alphabetical order."""
    return list(_populations(folders("populations"), folders("regimens")).values())


def population(identifier: str) -> Population:
    """Return one population of ``facts/populations``.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return named("population", identifier, _populations(folders("populations"), folders("regimens")))


def population_of(trial: Trial) -> Population:
    """Return the population that a trial names or holds."""
    if isinstance(trial.population, str):
        return population(trial.population)
    return Population.model_validate(dict(trial.population), strict=False)


def earlier_lines(trial: Trial, population: Population | None = None) -> list[prior_lines.Line]:
    """Return the lines of therapy that the patients of a trial had before entry, in order.

    Those of the trial's `prior` (an empty list: none), or without it those of `population`, by default its population.
    """
    return prior_lines.earlier_lines(trial, population or population_of(trial), regimens())


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def _trial(path: Path, *_folders_named: Folders) -> Trial:
    return trial_at(path)


@cache
def _populations(found: Folders, regimen_folders: Folders) -> dict[str, Population]:
    files = files_in(found)

    def read(path: Path) -> Population:
        document = with_base(read_document(path), files)
        record = to_record(document, Population, document.data)
        check_population(document, record)
        prior_lines.check_history(document, record, files_in(regimen_folders))
        return record

    return {name: read(path) for name, path in files.items()}
