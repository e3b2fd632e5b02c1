"""Whether a number that a file calls fitted is one that a calibration has found.

A file of the user's own may be a copy: what was fitted stays fitted only as long as it is the library's number of the
same drug or population, or a calibration of the user's own names it. Any other number was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from her2lab import resources
from her2lab.facts import library
from her2lab.facts.quantity import Quantity
from her2lab.facts.records import Distribution

Folder = Literal["drugs", "populations", "parameters"]
Entry = Quantity | Distribution
REMARKS = {"source": None, "assumption": "", "seen": None, "range": None, "note": None}  # what no patient is made of
TYPED = "a number of one's own, not fitted"


def is_fitted(folder: Folder, holder: str, name: str, entry: Entry) -> bool:
    """Return whether a number, marked as calibrated, is one that was fitted, unchanged.

    Parameters
    ----------
    folder, holder, name
        Where it stands: ``drugs``, the drug, the symbol.
    entry
        The number as it is used.
    """
    if not entry.calibrated:
        return False
    if folder != "populations" and len(resources.search_path("facts")) == 1:
        return True  # no facts of the user's own; a population may also stand in a trial file
    with resources.home(None):
        fitted = _entries(folder, holder).get(name)
    if fitted is not None and fitted.calibrated and _same(entry, fitted):
        return True
    return _by_own_calibration(folder, holder, name)


def origin(entry: Entry, fitted: bool) -> str | None:
    """Return the assumption of a number; one that calls itself fitted and is not is called what it is."""
    if entry.calibrated and not fitted:
        return f"{TYPED}; its file says: {entry.assumption or entry.source or entry.note}"
    return entry.assumption


def _entries(folder: Folder, holder: str) -> Mapping[str, Entry]:
    """Return the numbers of a drug, population or module of the library, none if it has no such."""
    if holder not in library.files(folder):
        return {}
    if folder == "drugs":
        return library.drug(holder).parameters
    if folder == "parameters":
        return library.module_facts()[holder].parameters
    people = library.population(holder)
    return {**people.covariates, **people.parameters}


def _same(entry: Entry, other: Entry) -> bool:
    return entry.model_copy(update=REMARKS) == other.model_copy(update=REMARKS)


def _by_own_calibration(folder: Folder, holder: str, name: str) -> bool:
    """Return whether a calibration of the user's own moves this number."""
    own = {kind: [each for each, path in library.files(kind).items() if resources.is_own(path, "facts")]
           for kind in ("calibrations", "toxicity")}
    free = [(each.population if one.drug is None else one.drug, one.drug is not None, one.parameter)
            for each in map(library.calibration, own["calibrations"]) for one in each.free]
    free += [(fit.drug, True, fit.parameter) for each in own["toxicity"]
             for fit in library.toxicity_calibration(each).fits]
    return (holder, folder == "drugs", name) in free
