"""What the review states: experiments in the dish, and virtual trials."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from her2lab.facts.cell_checks import check_claims
from her2lab.facts.claims import Claim, ClaimFile
from her2lab.facts.library.cells import names
from her2lab.facts.library.folders import Folders, each, files, folders
from her2lab.facts.library.prices import prices
from her2lab.facts.library.protocols import population_of, trial, trial_in
from her2lab.facts.library.rulebook import rules
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import read_document
from her2lab.facts.trial_claim_checks import Protocol, Shelves, check_trial_claims, protocols
from her2lab.facts.trial_claims import Posed, TrialClaimFile


def claims() -> dict[str, Claim]:
    """Return every statement of the review that is an experiment in the dish, by id."""
    files = _claim_files(folders("claims")).values()
    return {claim.id: claim for file in files if isinstance(file, ClaimFile) for claim in file.claims}


def trial_claims() -> dict[str, Posed]:
    """Return every statement of the review that is a virtual trial, by id."""
    files = _claim_files(folders("claims")).values()
    return {posed.claim.id: posed for file in files if not isinstance(file, ClaimFile) for posed in file}


def claims_in(path: Path) -> ClaimFile | list[Posed]:
    """Return the statements of one file: for the dish, or for virtual trials.

    Raises
    ------
    InputError
        If its form is wrong, or a statement for the dish names what there is not; whether one for virtual trials
        does shows when it is run.
    """
    document = read_document(path)
    if "trials" not in document.data:
        claims = to_record(document, ClaimFile, document.data)
        check_claims(document, claims, names())
        return claims
    file = to_record(document, TrialClaimFile, document.data)
    return [Posed(claim, file, document) for claim in file.claims]


def claim_trials(posed: Posed) -> dict[str, Protocol]:
    """Return the trials that a statement reads, by their names in its file.

    Raises
    ------
    InputError
        If the statement names what there is not, or a trial cannot be read.
    """
    check_trial_claims(posed.document, posed.file, shelves(), [posed.claim.id])
    read = [side.trial for check in posed.claim.checks for side in check.sides()]
    return protocols(posed.document, posed.file, read, shelves())


def shelves() -> Shelves:
    """Return where the trials of statements are found."""
    return Shelves(list(files("trials")), trial, trial_in, population_of, list(files("populations")), rules, prices)


@cache
def _claim_files(found: Folders) -> dict[str, ClaimFile | list[Posed]]:
    return each(found, claims_in)
