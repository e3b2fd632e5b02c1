"""Whether files of facts are in order, one by one and with one another."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from her2lab.errors import InputError
from her2lab.facts.claims import ClaimFile
from her2lab.facts.credibility import CredibilityPlan, check_plan
from her2lab.facts.library.cell_files import check_cells
from her2lab.facts.library.claim_files import check_frame, check_references, shelves
from her2lab.facts.library.drug_files import drugs
from her2lab.facts.library.folders import files
from her2lab.facts.library.guideline_files import guidelines
from her2lab.facts.library.monitoring_files import monitoring
from her2lab.facts.library.number_files import between_trials_file
from her2lab.facts.library.rule_files import rules
from her2lab.facts.library.trial_files import population_of, trial, trial_in
from her2lab.facts.population_bases import with_base
from her2lab.facts.prior_lines import check_history
from her2lab.facts.records import Population
from her2lab.facts.reference_claims import ReferenceFile
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.trial_claim_checks import check_trial_claims
from her2lab.facts.trial_claims import TrialClaimFile
from her2lab.facts.trials import read_regimen
from her2lab.facts.validation import check_file

KINDS = (
    "drugs",
    "regimens",
    "populations",
    "parameters",
    "rules",
    "monitoring",
    "guidelines",
    "trials",
    "calibrations",
    "curves",
    "toxicity",
    "cell_lines",
    "cell_features",
    "tools",
    "perturbations",
    "prices",
    "claims",
    "credibility",
    "trace",
)


def validate_all() -> list[InputError]:
    """Check every file of ``facts/``, and what they say of each other; return the problems, one for each file."""
    problems = validate_files([*(path for kind in KINDS for path in files(kind).values()), between_trials_file()])
    if not problems:
        try:
            rules()       # that no two of them contradict one another
            monitoring()  # that schedules name risk scores and classes that exist
            guidelines()  # that no two are for the same disease
        except InputError as problem:
            return [problem]
    return problems


def validate_files(paths: Iterable[str | Path]) -> list[InputError]:
    """Check files of any kind; return the problems, each once, though a faulty drug fails all trials that use it."""
    problems = [problem for path in paths if (problem := _problem(Path(path))) is not None]
    return list({str(problem): problem for problem in problems}.values())


def _problem(path: Path) -> InputError | None:
    try:
        document = with_base(read_document(path), files("populations"))
        check_file(document, drugs, trial_in, lambda each: read_regimen(each, drugs()), _check)
    except InputError as problem:
        return problem
    return None


def _check(document: Document, record: BaseModel) -> None:
    """Check what a record says of cells, of earlier lines, or a statement or plan of trials, beyond its form."""
    if isinstance(record, TrialClaimFile):
        check_frame(document, "claims", record.claims)
        check_trial_claims(document, record, shelves())
    elif isinstance(record, ReferenceFile):
        check_references(document, record)
    elif isinstance(record, Population):
        check_history(document, record, files("regimens"))
    elif isinstance(record, CredibilityPlan):
        check_plan(document, record, trial, population_of)
    else:
        check_cells(document, record)
        if isinstance(record, ClaimFile):
            check_frame(document, "claims", record.claims)
