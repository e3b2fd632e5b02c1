"""Whether files of facts are in order, one by one and with one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel

from her2lab.errors import InputError
from her2lab.facts.credibility import CredibilityPlan, check_plan
from her2lab.facts.library.cell_files import check_cells
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
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.trials import read_regimen
from her2lab.facts.validation import FileKind, check_file

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
    "credibility",
    "trace",
)


def validate_all(others: Sequence[FileKind] = ()) -> list[InputError]:
    """Check every file of ``facts/``, and what they say of each other; return the problems, one for each file.

    Parameters
    ----------
    others
        Kinds of files that other rooms read.
    """
    folders = [*KINDS, *(kind.folder for kind in others)]
    paths = [path for folder in folders for path in files(folder).values()]
    problems = validate_files([*paths, between_trials_file()], others)
    if not problems:
        try:
            rules()       # that no two of them contradict one another
            monitoring()  # that schedules name risk scores and classes that exist
            guidelines()  # that no two are for the same disease
        except InputError as problem:
            return [problem]
    return problems


def validate_files(paths: Iterable[str | Path], others: Sequence[FileKind] = ()) -> list[InputError]:
    """Check files of any kind; return the problems, each once, though a faulty drug fails all trials that use it."""
    problems = [problem for path in paths if (problem := _problem(Path(path), others)) is not None]
    return list({str(problem): problem for problem in problems}.values())


def _problem(path: Path, others: Sequence[FileKind]) -> InputError | None:
    try:
        document = with_base(read_document(path), files("populations"))
        check_file(document, drugs, trial_in, lambda each: read_regimen(each, drugs()), _check, others)
    except InputError as problem:
        return problem
    return None


def _check(document: Document, record: BaseModel) -> None:
    """Check what a record says of cells, of earlier lines, or a plan of trials, beyond its form."""
    if isinstance(record, Population):
        check_history(document, record, files("regimens"))
    elif isinstance(record, CredibilityPlan):
        check_plan(document, record, trial, population_of)
    else:
        check_cells(document, record)
