"""Whether files of facts are in order, one by one and with one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel

from her2lab.errors import InputError, Problems
from her2lab.facts.library.drug_files import drugs
from her2lab.facts.library.folders import files
from her2lab.facts.library.guideline_files import guidelines
from her2lab.facts.library.management_files import rules
from her2lab.facts.library.monitoring_files import monitoring
from her2lab.facts.library.number_files import between_trials_file
from her2lab.facts.library.references import check_references
from her2lab.facts.library.trial_files import trial_in
from her2lab.facts.population_bases import with_base
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


Further = Callable[[BaseModel], None]


def validate_all(others: Sequence[FileKind] = (), further: Further | None = None) -> list[InputError]:
    """Check every file of ``facts/``, and what they say of each other; return the problems.

    Parameters
    ----------
    others
        Kinds of files that other rooms read.
    further
        Checks a record as the rooms that use it do, and raises InputErrors that name its fields.
    """
    folders = [*KINDS, *(kind.folder for kind in others)]
    paths = [path for folder in folders for path in files(folder).values()]
    problems = validate_files([*paths, between_trials_file()], others, further)
    if not problems:
        try:
            rules()       # that no two of them contradict one another
            monitoring()  # that schedules name risk scores and classes that exist
            guidelines()  # that no two are for the same disease
        except InputError as problem:
            return problem.all
    return problems


def validate_files(paths: Iterable[str | Path], others: Sequence[FileKind] = (),
                   further: Further | None = None) -> list[InputError]:
    """Check files of any kind; return the problems, each once, though a faulty drug fails all trials that use it.

    Parameters
    ----------
    paths
        The files.
    others, further
        As :func:`validate_all` has them.
    """
    found = [problem for path in paths for problem in _problems(Path(path), others, further)]
    return list({str(problem): problem for problem in found}.values())


def _problems(path: Path, others: Sequence[FileKind], further: Further | None) -> list[InputError]:
    """Return the problems of one file, from its top to its end."""
    def check(document: Document, record: BaseModel) -> None:
        problems = Problems()
        with problems:
            check_references(document, record)
        with problems:
            try:
                if further is not None:
                    further(record)
            except InputError as problem:
                raise document.placed(problem) from None
        problems.end()

    try:
        document = with_base(read_document(path), files("populations"))
        check_file(document, drugs, trial_in, lambda each: read_regimen(each, drugs()), check, others)
    except InputError as problem:
        return sorted(problem.all, key=lambda each: each.line or 0)
    return []
