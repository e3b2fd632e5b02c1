"""What a trial changes of a regimen: doses, intervals and ends of lines, each of which must have what is changed.

A change sets values; applying it twice changes nothing, so that a trial which is written out with its changes and read
back is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from her2lab.errors import InputError, Problems
from her2lab.facts.dosing import dose_or_tiers, known_drug, read_line
from her2lab.facts.drug_records import Drug
from her2lab.facts.regimen_records import Dose, LineChange, Regimen
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.trial_writing import in_file
from her2lab.nearest import did_you_mean, one_of

ADDRESS = ("drug", "line")                                       # which line is meant; all else is changed
FIELDS = [name for name in LineChange.model_fields if name not in ADDRESS]
ALWAYS = ("start", "per_day")                                    # what a line that repeats has without saying it

Line = dict[str, Any]


def lines_of(document: Document, where: Where, name: str, regimens: Mapping[str, Regimen] | None) -> list[Line]:
    """Return the lines of a regimen of the library as a trial's file would have them.

    Raises
    ------
    InputError
        If there is no such regimen; the nearest is named.
    """
    if regimens is None:
        raise document.error(where, "is a name, and no library is at hand", value=name,
                             expected="a list of lines such as {drug: …, dose: …, every: 21}")
    if name not in regimens:
        raise document.unknown(where, "regimen", name, regimens)
    lines: list[Line] = in_file(regimens[name].regimen)
    return lines


def with_changes(document: Document, where: Where, lines: list[Any], changes: Any, drugs: Mapping[str, Drug] | None,
                 problems: Problems) -> tuple[list[Any], list[Line]]:
    """Return the lines of a regimen, as a file has them, with the changes made; and the changes with numbers.

    Parameters
    ----------
    document, where, changes
        The changes, and where they stand.
    lines
        The lines as the file, or the library, has them.
    drugs
        What may be given; None leaves out the checks that belong to a drug.
    problems
        Takes up the mistakes of changes, which are then not made.

    Raises
    ------
    InputError
        If the changes are no list.
    """
    if not isinstance(changes, list):
        raise document.error(where, "is not a list of changes", expected="[{drug: …, dose: …}]")
    changed, read = list(lines), list[Line]()
    done: set[tuple[int, str]] = set()
    for k, change in enumerate(changes):
        at = (*where, k)
        with problems:
            places = _places(document, at, changed, change, drugs)
            twice = next((name for name, place in places.items() if (place, name) in done), None)
            if twice is not None:
                raise document.error((*at, twice), "is changed twice", value=_shown(change[twice]),
                                     expected="each value once")
            done |= {(place, name) for name, place in places.items()}
            values = {place: {name: change[name] for name, its in places.items() if its == place}
                      for place in places.values()}
            numbers = {place: changed_line(document, at, changed[place], each, drugs)
                       for place, each in values.items()}
            for place, each in values.items():
                changed[place] = {**changed[place], **each}
            told = {name: numbers[place][name] for name, place in places.items()}
            drug = next(iter(numbers.values()))["drug"]
            read.append({"drug": drug, **{name: change[name] for name in ADDRESS[1:] if name in change}, **told})
    return changed, read


def changed_line(document: Document, at: Where, line: Line, change: Mapping[str, Any],
                 drugs: Mapping[str, Drug] | None) -> Line:
    """Return a line, as a file has it, with some values changed, as numbers.

    Raises
    ------
    InputError
        At the field of the change: if the unit of a dose differs, or the changed line cannot be.
    """
    for name in change:
        if name == "dose":
            _check_unit(document, (*at, name), change[name], line[name])
    return read_line(document, at, {**line, **change}, drugs)


def says(line: Mapping[str, Any], name: str) -> bool:
    """Return whether a line has a value that may be changed."""
    return line.get(name) is not None or (name in ALWAYS and line.get("every") is not None)


# ------------------------------------------------------------------------------------------------ which line is meant
def _places(document: Document, at: Where, lines: list[Any], change: Any,
            drugs: Mapping[str, Drug] | None) -> dict[str, int]:
    """Return the number of the line that each changed value belongs to."""
    if not isinstance(change, dict) or not isinstance(change.get("drug"), str):
        raise document.error(at, "is not a change of a regimen", expected="{drug: …, dose: …}")
    for name in change:
        if name not in LineChange.model_fields:
            hint = did_you_mean(name, LineChange.model_fields)
            raise document.error((*at, name), f"unknown field {name}{hint}",
                                 expected=None if hint else one_of(LineChange.model_fields))
    wanted = [name for name in FIELDS if change.get(name) is not None]
    if not wanted:
        raise document.error(at, "changes nothing", expected=one_of(FIELDS))
    of_drug = _lines_of_drug(document, at, lines, change["drug"], drugs)
    if "line" in change:
        number = change["line"]
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(of_drug):
            raise document.error((*at, "line"), f"there is no such line of {change['drug']}", value=_shown(number),
                                 expected=f"a number from 1 to {len(of_drug)}")
        of_drug = [of_drug[number - 1]]
    return {name: _place(document, (*at, name), lines, of_drug, change, name) for name in wanted}


def _lines_of_drug(document: Document, at: Where, lines: list[Any], name: str,
                   drugs: Mapping[str, Drug] | None) -> list[int]:
    def called(each: Any) -> str:
        try:
            return str(each) if drugs is None else known_drug(document, at, each, drugs).id
        except InputError:
            return str(each)     # the line itself is refused

    given = [called(line.get("drug")) if isinstance(line, dict) else "" for line in lines]
    meant = called(name)
    if meant not in given:
        there = list(dict.fromkeys(filter(None, given)))
        hint = did_you_mean(name, there)
        raise document.error((*at, "drug"), f"the regimen does not give this drug{hint}", value=name,
                             expected=one_of(there))
    return [place for place, each in enumerate(given) if each == meant]


def _place(document: Document, at: Where, lines: list[Any], of_drug: list[int], change: Line, name: str) -> int:
    places = [place for place in of_drug if says(lines[place], name)]
    if not places:
        have = [each for each in FIELDS if any(says(lines[place], each) for place in of_drug)]
        raise document.error(at, f"{change['drug']} has no {name} in this regimen", value=_shown(change[name]),
                             expected=one_of(have))
    if len(places) > 1:
        numbers = " or ".join(str(of_drug.index(place) + 1) for place in places)
        raise document.error(at, f"{change['drug']} has {len(places)} lines with {name}", value=_shown(change[name]),
                             expected=f"line: {numbers}")
    return places[0]


def _check_unit(document: Document, at: Where, changed: Any, before: Any) -> None:
    new, old = (dose_or_tiers(document, at, each) for each in (changed, before))
    unit, wanted = (each.unit if isinstance(each, Dose) else each.above.unit for each in (new, old))
    if unit != wanted:
        raise document.error(at, "is not in the unit of the dose that it changes", value=_shown(changed),
                             expected=wanted)


def _shown(value: Any) -> Any:
    return None if isinstance(value, list | dict) else value
