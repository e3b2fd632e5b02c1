"""What the review states: experiments in the dish, virtual trials, facts to hold and show; and its sections."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from her2lab.facts.cell_checks import check_claims
from her2lab.facts.claims import Claim, ClaimFile, Statement
from her2lab.facts.document_checks import check_sources
from her2lab.facts.library.cell_files import names
from her2lab.facts.library.drug_files import drugs
from her2lab.facts.library.folders import Folders, each, files, folders, named
from her2lab.facts.library.price_files import prices
from her2lab.facts.library.rule_files import rules
from her2lab.facts.library.trial_files import population_of, trial, trial_in
from her2lab.facts.quantity import Source
from her2lab.facts.reading import to_record
from her2lab.facts.reference_claims import ReferenceClaim, ReferenceFile, Section, SectionFile
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.trial_claim_checks import Protocol, Shelves, check_trial_claims, protocols
from her2lab.facts.trial_claims import ClaimWithSource, TrialClaimFile

AnyFile = ClaimFile | list[ClaimWithSource] | ReferenceFile | SectionFile


def claims() -> dict[str, Claim]:
    """Return every statement of the review that is an experiment in the dish, by id."""
    return {claim.id: claim for file in _all() if isinstance(file, ClaimFile) for claim in file.claims}


def trial_claims() -> dict[str, ClaimWithSource]:
    """Return every statement of the review that is a virtual trial, by id."""
    return {posed.claim.id: posed for file in _all() if isinstance(file, list) for posed in file}


def reference_claims() -> dict[str, ReferenceClaim]:
    """Return every statement of the review that is a fact to hold and show, or not testable yet, by id."""
    return {claim.id: claim for file in _all() if isinstance(file, ReferenceFile) for claim in file.references}


def claim_sources() -> dict[str, dict[str, str]]:
    """Return the sources that the files of statements name, as citations, by the id of each statement."""
    found: dict[str, dict[str, str]] = {}
    for file in _all():
        if isinstance(file, list):
            found |= {posed.claim.id: _cited(posed.file) for posed in file}
        elif isinstance(file, ClaimFile):
            found |= dict.fromkeys((claim.id for claim in file.claims), _cited(file))
        elif isinstance(file, ReferenceFile):
            found |= dict.fromkeys((claim.id for claim in file.references), _cited(file))
    return found


def sections() -> list[Section]:
    """Return the sections of the review, in its order."""
    return [section for file in _all() if isinstance(file, SectionFile) for section in file.sections]


def review_citation() -> Source:
    """Return the citation of the review whose statements are tried, with a note on what is not known of it.

    Raises
    ------
    InputError
        If there is no file of its sections.
    """
    return named("file", "sections", {name: file for name, file in _claim_files(folders("claims")).items()
                                      if isinstance(file, SectionFile)}).review


def in_order(statements: Iterable[Statement]) -> list[str]:
    """Return the ids of statements in the order of the review's sections, those without a section last."""
    order = {section.id: n for n, section in enumerate(sections())}
    found = sorted(statements, key=lambda each: (order.get(each.section or "", len(order)), each.id))
    return [each.id for each in found]


def claims_in(path: Path) -> AnyFile:
    """Return what one file holds: statements for the dish, for virtual trials, to hold and show; or sections.

    Raises
    ------
    InputError
        If its form is wrong, or a statement names what there is not; whether one for virtual trials does shows when it
        is run.
    """
    document = read_document(path)
    if "sections" in document.data:
        return to_record(document, SectionFile, document.data)
    found: AnyFile
    if "references" in document.data:
        found = to_record(document, ReferenceFile, document.data)
        check_references(document, found)
    elif "trials" in document.data:
        file = to_record(document, TrialClaimFile, document.data)
        found = [ClaimWithSource(claim, file, document) for claim in file.claims]
        check_frame(document, "claims", file.claims)
    else:
        found = to_record(document, ClaimFile, document.data)
        check_claims(document, found, names())
        check_frame(document, "claims", found.claims)
    check_sources(document, document.data.get("sources", {}))
    return found


def check_references(document: Document, file: ReferenceFile) -> None:
    """Check that facts to hold and show name drugs and sections that exist."""
    check_frame(document, "references", file.references)
    for n, claim in enumerate(file.references):
        if claim.row is not None and claim.row.drug not in drugs():
            raise document.unknown(("references", n, "row", "drug"), "drug", claim.row.drug, drugs())


def check_frame(document: Document, field: str, statements: Iterable[Statement]) -> None:
    """Check what all statements have: a section that exists, figures of checks that exist, drugs to switch off."""
    known = _section_names(folders("claims"))
    for n, claim in enumerate(statements):
        if claim.section is not None and claim.section not in known:
            raise document.unknown((field, n, "section"), "section of the review", claim.section, known)
        said = [check.says for check in getattr(claim, "checks", [])]
        for m, figure in enumerate(claim.beside):
            if figure.model is not None and figure.model not in said:
                raise document.unknown((field, n, "beside", m, "model"), "check of this statement", figure.model, said)
        for drug in claim.without.drugs if claim.without is not None else ():
            if drug not in drugs():
                raise document.unknown((field, n, "without", "drugs"), "drug", drug, drugs())


def claim_trials(posed: ClaimWithSource) -> dict[str, Protocol]:
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


def _all() -> list[AnyFile]:
    return list(_claim_files(folders("claims")).values())


def _cited(file: ClaimFile | TrialClaimFile | ReferenceFile) -> dict[str, str]:
    return {name: source.cite for name, source in file.sources.items()}


@cache
def _claim_files(found: Folders) -> dict[str, AnyFile]:
    return each(found, claims_in)


@cache
def _section_names(found: Folders) -> list[str]:
    path = files("claims").get("sections")
    if path is None:
        return []
    document = read_document(path)
    return [section.id for section in to_record(document, SectionFile, document.data).sections]
