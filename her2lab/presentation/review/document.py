"""The checked review as plain data: what ``review.json`` holds and the page is made from."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from her2lab import __version__, cell_culture
from her2lab.cell_culture.experiment import model as cell_model
from her2lab.facts import library
from her2lab.facts.records import Drug
from her2lab.presentation import claims
from her2lab.presentation.words import RESEARCH_USE, adverse_event_name
from her2lab.review import library as review
from her2lab.review.claim import Verdict
from her2lab.review.records.reference import DrugRow
from her2lab.review.reference_claim import approved, first_by_region
from her2lab.trial.conduct.context import compiled_patient
from her2lab.trial.results.trial_result import rounded

SCHEMA = 1
REST = "other"     # section of claims that the user's own files add


def document(found: Sequence[Verdict], figure: dict[str, Any], *, seed: int, patients: int | None,
             without: bool = False) -> dict[str, Any]:
    """Return the page as JSON data: six significant digits, nothing that is not finite.

    Parameters
    ----------
    found
        The claims as they came out.
    figure
        What :func:`figure_1` returned.
    seed, patients
        Of the virtual trials; None for as many patients as the claims say.
    without
        Whether the mechanisms behind the claims were switched off.
    """
    by_id = {verdict.claim.id: claims.data(verdict) for verdict in found}
    known = [section.model_dump() for section in review.sections()]
    named = {section["id"] for section in known}
    ordered = [by_id[claim.id] for claim in review.in_order(verdict.claim for verdict in found)]
    for claim in ordered:
        claim["section"] = claim["section"] if claim["section"] in named else REST
    listed = [*known, {"id": REST, "title": "Other statements"}]
    data = {
        "schema": SCHEMA,
        "review": review.review_citation(),
        "research_use": RESEARCH_USE,
        "counts": claims.counts(found),
        "switched_off": without,
        "sections": [section | {"claims": [claim for claim in ordered if claim["section"] == section["id"]]}
                     for section in listed],
        "figure_1": figure,
        "table_1": [_row(claim, row) for claim, row in review.drug_rows().items()],
        "versions": {"her2lab": __version__, "python": platform.python_version(), "seed": seed, "patients": patients,
                     "patient_model": compiled_patient().hash, "cell_model": cell_model().hash},
    }
    return dict(rounded(data))


def figure_1(line: str, treatment: cell_culture.CultureTreatment, words: str, days: float,
             threads: int = 1) -> dict[str, Any]:
    """Return the network of a line, its nodes without and with a treatment for so many days.

    Raises
    ------
    InputError
        If there is no such line.
    """
    culture = cell_culture.Culture.of(line)
    found = cell_culture.network(culture, treatment, days, threads)
    return {"line": culture.name, "treatment": words, "days": days,
            "nodes": [asdict(node) for node in found.nodes],
            "edges": [asdict(edge) for edge in found.edges]}


def _row(claim: str, row: DrugRow) -> dict[str, Any]:
    """Return a row of Table 1 from the drug's file, with the names of side effects that the review has."""
    drug = library.drug(row.drug)
    return {
        "claim": claim, "drug": drug.name, "mechanism": " ".join(drug.mechanism.split()),
        "targets": drug.targets,
        "side_effects": [{"name": adverse_event_name(each.name), "note": each.note,
                          "in_review": any(each.name in names for names in row.side_effects.values())}
                         for each in drug.side_effects],
        "not_held": [words for words, names in row.side_effects.items()
                     if not any(each.name in names for each in drug.side_effects)],
        "approvals": _approvals(drug), "review": row.model_dump(exclude={"drug"}),
    }


def _approvals(drug: Drug) -> list[dict[str, Any]]:
    """Return the first approval in each region and how many followed, then where there is none."""
    granted = approved(drug)
    first = [{"region": region, "date": each.date, "indication": each.indication,
              "source": drug.sources[each.source].cite, "later": sum(other.region == region for other in granted) - 1}
             for region, each in first_by_region(drug).items()]
    refused = [{"region": each.region, "date": None, "later": 0,
                "indication": f"{each.status.replace('_', ' ')}: {each.indication}",
                "source": drug.sources[each.source].cite} for each in drug.approvals if each.status != "approved"]
    return first + refused
