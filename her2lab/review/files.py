"""The files of ``facts/claims``: read as records, with all that they name looked up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from her2lab.facts import library
from her2lab.facts.cell_checks import Names, check_names, check_times, check_treatment, check_unique
from her2lab.facts.cell_vocabulary import READOUTS
from her2lab.facts.document_checks import check_sources
from her2lab.facts.library.cell_files import names
from her2lab.facts.library.folders import Folders, files_in, folders
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import Document, Where, read_document
from her2lab.facts.validation import FileKind
from her2lab.review.records.cell_experiment import CellCheck, CellClaimFile
from her2lab.review.records.claim import ClaimRecord, Section, SectionFile
from her2lab.review.records.reference import ReferenceClaimFile
from her2lab.review.records.virtual_trial import TrialClaimFile
from her2lab.review.trial_validation import check_trial_claims

FOLDER = "claims"
SECTIONS = "sections"  # the file in which they stand, and its field


def sections() -> list[Section]:
    """Return the sections of the review, in its order."""
    file = _section_file(folders(FOLDER))
    return [] if file is None else list(file.sections)


def review_citation() -> str | None:
    """Return how the review is cited: authors, title, journal; None if its sections' file does not say."""
    file = _section_file(folders(FOLDER))
    return None if file is None or file.review is None else file.review.cite


def check_file(document: Document) -> None:
    """Check a file of claims or of the review's sections.

    Raises
    ------
    InputError
        For the first mistake, with its line.
    """
    if SECTIONS in document.data:
        read_sections(document)
    elif "references" in document.data:
        read_references(document)
    elif "trials" in document.data:
        check_trial_claims(document, read_trial_claims(document))
    else:
        read_cell_claims(document)


CLAIM_FILES = FileKind(FOLDER, (SECTIONS, "references", "trials", "claims"), check_file)


def read_sections(document: Document) -> SectionFile:
    """Return the sections of the review."""
    return to_record(document, SectionFile, document.data)


def read_references(document: Document) -> ReferenceClaimFile:
    """Return facts to hold and show; drugs and sections that they name exist."""
    file = to_record(document, ReferenceClaimFile, document.data)
    _check_claims(document, "references", file.references)
    for n, claim in enumerate(file.references):
        _check_figures(document, ("references", n), claim, ())
        if claim.row is not None and claim.row.drug not in library.drugs():
            raise document.unknown(("references", n, "row", "drug"), "drug", claim.row.drug, library.drugs())
    check_sources(document, file.sources)
    return file


def read_trial_claims(document: Document) -> TrialClaimFile:
    """Return claims that are virtual trials; what their trials name is looked up when they are planned."""
    file = to_record(document, TrialClaimFile, document.data)
    for n, claim in enumerate(file.claims):
        _check_figures(document, ("claims", n), claim, [check.says for check in claim.checks])
    _check_claims(document, "claims", file.claims)
    check_sources(document, file.sources)
    return file


def read_cell_claims(document: Document) -> CellClaimFile:
    """Return claims that are experiments on cells; times and doses can be read, and what they name exists."""
    file = to_record(document, CellClaimFile, document.data)
    check_unique(document, "claims", [each.id for each in file.claims])
    known = names()
    for n, claim in enumerate(file.claims):
        for m, check in enumerate(claim.checks):
            _check_experiment(document, ("claims", n, "checks", m), check, known)
        _check_figures(document, ("claims", n), claim, [check.says for check in claim.checks])
    _check_claims(document, "claims", file.claims)
    check_sources(document, file.sources)
    return file


def _check_experiment(document: Document, at: Where, check: CellCheck, known: Names) -> None:
    for field, cell in (("cell", check.cell), ("reference_cell", check.reference_cell)):
        if isinstance(cell, str):
            check_names(document, (*at, field), [cell], known.lines, "cell line")
    check_names(document, (*at, "features"), check.features, known.features, "feature")
    check_names(document, (*at, "readouts"), check.readouts, READOUTS, "readout")
    check_times(document, at, {"at": check.at, "washout": check.washout})
    check_treatment(document, (*at, "treatment"), check.treatment, known)
    check_treatment(document, (*at, "reference"), check.reference, known)


def _check_figures(document: Document, at: Where, claim: ClaimRecord, said: Sequence[str]) -> None:
    """Check that figures which stand beside the model's name checks of their claim."""
    for m, figure in enumerate(claim.beside):
        if figure.model is not None and figure.model not in said:
            raise document.unknown((*at, "beside", m, "model"), "check of this claim", figure.model, said)


def _check_claims(document: Document, field: str, claims: Sequence[ClaimRecord]) -> None:
    """Check what all claims have: a section that exists, drugs to switch off."""
    known = [section.id for section in sections()]
    for n, claim in enumerate(claims):
        if claim.section is not None and claim.section not in known:
            raise document.unknown((field, n, "section"), "section of the review", claim.section, known)
        for drug in claim.without.drugs if claim.without is not None else ():
            if drug not in library.drugs():
                raise document.unknown((field, n, "without", "drugs"), "drug", drug, library.drugs())


@cache
def _section_file(found: Folders) -> SectionFile | None:
    path = files_in(found).get(SECTIONS)
    return None if path is None else read_sections(read_document(path))
