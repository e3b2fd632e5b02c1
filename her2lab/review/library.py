"""The claims of the review, by the files of ``facts/claims``; each file is read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from her2lab.facts.library.folders import Folders, each, folders
from her2lab.facts.quantity import Source
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.review import files
from her2lab.review.cell_claim import CellClaim
from her2lab.review.claim import Claim
from her2lab.review.files import review_citation, sections
from her2lab.review.records.reference import DrugRow
from her2lab.review.reference_claim import NotTestableClaim, ReferenceClaim
from her2lab.review.trial_claim import TrialClaim

__all__ = ["ClaimsOfFile", "cell_claims", "claims", "claims_in", "drug_rows", "in_order", "review_citation", "sections",
           "trial_claims"]


@dataclass(frozen=True)
class ClaimsOfFile:
    """The claims of one file, of each kind by id."""

    on_cells: Mapping[str, CellClaim]
    in_trials: Mapping[str, TrialClaim]
    references: Mapping[str, ReferenceClaim]
    not_testable: Mapping[str, NotTestableClaim]

    @property
    def claims(self) -> dict[str, Claim]:
        """All claims by id."""
        return {**self.on_cells, **self.in_trials, **self.references, **self.not_testable}


def claims() -> dict[str, Claim]:
    """Return every claim of the review by id, in the order of its sections."""
    return {claim.id: claim for claim in in_order(claim for file in _all() for claim in file.claims.values())}


def cell_claims() -> dict[str, CellClaim]:
    """Return every claim that is checked on cells, by id."""
    return {name: claim for file in _all() for name, claim in file.on_cells.items()}


def trial_claims() -> dict[str, TrialClaim]:
    """Return every claim that is checked in virtual trials, by id."""
    return {name: claim for file in _all() for name, claim in file.in_trials.items()}


def drug_rows() -> dict[str, DrugRow]:
    """Return the rows of the review's Table 1 by the ids of their claims."""
    return {name: claim.record.row for file in _all() for name, claim in file.references.items()
            if claim.record.row is not None}


def in_order(found: Iterable[Claim]) -> list[Claim]:
    """Return claims in the order of the review's sections, those without a section last."""
    order = {section.id: n for n, section in enumerate(sections())}
    return sorted(found, key=lambda claim: (order.get(claim.section or "", len(order)), claim.id))


def claims_in(path: Path) -> ClaimsOfFile:
    """Return the claims of one file; that of the sections has none.

    Raises
    ------
    InputError
        If its form is wrong, or a claim names what there is not; whether one for virtual trials does shows when it is
        planned.
    """
    document = read_document(path)
    if files.SECTIONS in document.data:
        files.read_sections(document)
        return ClaimsOfFile({}, {}, {}, {})
    if "references" in document.data:
        return _references(document)
    return _in_trials(document) if "trials" in document.data else _on_cells(document)


def _on_cells(document: Document) -> ClaimsOfFile:
    file = files.read_cell_claims(document)
    return ClaimsOfFile({each.id: CellClaim(each, _cited(file.sources)) for each in file.claims}, {}, {}, {})


def _in_trials(document: Document) -> ClaimsOfFile:
    file = files.read_trial_claims(document)
    cited = _cited(file.sources)
    return ClaimsOfFile(
        {}, {each.id: TrialClaim(each, cited, each.kind, file, document) for each in file.claims
             if each.not_testable is None}, {},
        {each.id: NotTestableClaim(each, cited, each.kind, each.not_testable, each.reading) for each in file.claims
         if each.not_testable is not None})


def _references(document: Document) -> ClaimsOfFile:
    file = files.read_references(document)
    cited = _cited(file.sources)
    return ClaimsOfFile(
        {}, {}, {each.id: ReferenceClaim(each, cited, each.kind) for each in file.references
                 if each.not_testable is None},
        {each.id: NotTestableClaim(each, cited, each.kind, each.not_testable) for each in file.references
         if each.not_testable is not None})


def _cited(sources: Mapping[str, Source]) -> dict[str, str]:
    return {name: source.cite for name, source in sources.items()}


def _all() -> list[ClaimsOfFile]:
    return list(_files(folders(files.FOLDER)).values())


@cache
def _files(found: Folders) -> dict[str, ClaimsOfFile]:
    return each(found, claims_in)
