"""A trial file to start from."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from her2lab import trial as room
from her2lab.api.arguments import argument
from her2lab.errors import ArgumentError, InputError
from her2lab.facts import library
from her2lab.facts.strict_yaml import read_document
from her2lab.presentation.new_trial import copied, written

POPULATION = "breast_metastatic_1l"   # where none is asked for
SUFFIX = ".yaml"


def new_trial(path: str | os.PathLike[str], *, copy_of: str | os.PathLike[str] | None = None,
              drugs: Sequence[str] = (), population: str | None = None) -> Path:
    """Write a commented trial file to start from; it runs as it is.

    Visits, follow-up and endpoints are those of a trial of the same population, doses those of a trial or regimen of
    the library; comments say of which.

    Parameters
    ----------
    path
        The file; its name without ``.yaml`` is the id of the trial. An existing file is not overwritten.
    copy_of
        A trial of the library, or a file, whose text is taken over under the new id; what was published of it
        stays beside, its registry number and `use` do not.
    drugs
        What the last arm gives; with two or more the arm before it goes without the last one. If none, the arms are
        those of the largest published trial of the population.
    population
        Of ``her2lab.populations()``; ``breast_metastatic_1l`` if None.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InputError
        If the file is there, its name is no id or that of a trial of the library, a drug, population or trial is
        unknown, or the drugs cannot be given together.

    Examples
    --------
    >>> path = her2lab.new_trial(folder / "my_trial", drugs=["trastuzumab", "tucatinib"])
    >>> [arm.id for arm in her2lab.load_trial(path).arms]
    ['control', 'with_tucatinib']
    """
    place = Path(path)
    place = place if place.suffix == SUFFIX else place.with_name(f"{place.name}{SUFFIX}")
    _check_name(place)
    if copy_of is not None and (drugs or population is not None):
        raise ArgumentError("a copy has the drugs and the population of its trial", field="copy_of", value=str(copy_of),
                            expected="a copy, or drugs and a population, not both")
    _create(place, _written(place, drugs, population) if copy_of is None else _copied(place, os.fspath(copy_of)))
    return place


def _check_name(place: Path) -> None:
    expected = "a name of small letters, digits and _, such as my_trial"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", place.stem):
        raise ArgumentError("is no id of a trial", field="path", value=place.stem, expected=expected)
    if place.stem in library.files("trials"):
        raise ArgumentError("is the id of a trial of the library", field="path", value=place.stem,
                            expected="another name")


def _written(place: Path, drugs: Sequence[str], population: str | None) -> str:
    with argument("drugs"):
        names = list(dict.fromkeys(library.drug_id(each) for each in drugs))
    with argument("population"):
        people = library.population(population or POPULATION)
    return written(place.stem, place.name, people, names)


def _copied(place: Path, source: str) -> str:
    with argument("copy_of"):
        trial = library.trial(source)
    path = library.files("trials").get(trial.id)
    if path is None or library.trial(path) != trial:
        path = Path(source)
    read_document(path)   # that it is text that can be read
    return copied(path.read_text(encoding="utf-8-sig"), trial, place.stem, place.name)


def _create(place: Path, text: str) -> None:
    """Write a file that was not there, and take it away again if what it holds cannot be run."""
    try:
        with place.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise ArgumentError("is there already and stays as it is", field="path", value=str(place),
                            expected="the name of a new file") from None
    except OSError as error:
        raise ArgumentError((error.strerror or str(error)).lower(), field="path", value=str(place),
                            expected="a file that can be written") from None
    try:
        trial = library.trial(place)
        room.check(trial)
        room.check_conduct(trial)
    except BaseException as problem:
        place.unlink()
        if isinstance(problem, InputError):
            raise InputError(problem.message, field=problem.field, value=problem.value,
                             expected=problem.expected) from None
        raise
