"""Whether a file of facts is in order: its form, the sources it names, its units, its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from her2lab.errors import InputError, Problems
from her2lab.facts.between_trials import BetweenTrials, check_spreads
from her2lab.facts.calibrations import Calibration
from her2lab.facts.cells import CellLine, FeatureFile, ToolFile
from her2lab.facts.credibility import CredibilityPlan
from her2lab.facts.curves import CurveIndex
from her2lab.facts.document_checks import check_name, check_sources
from her2lab.facts.drug_checks import check_drug
from her2lab.facts.grade_checks import check_grades
from her2lab.facts.guidelines import Guideline, check_guideline
from her2lab.facts.management import RuleFile
from her2lab.facts.monitoring import MonitoringFile, RiskFile, check_drugs
from her2lab.facts.perturbations import PerturbationFile
from her2lab.facts.population_bases import BASE
from her2lab.facts.population_checks import check_population
from her2lab.facts.reading import to_record
from her2lab.facts.recist import RecistFile, check_recist
from her2lab.facts.records import Drug, GradeFile, ModuleFacts, Population, Regimen, Trial
from her2lab.facts.rule_checks import check_supportive, read_rules
from her2lab.facts.rule_numbers import RULE_NUMBERS, rule_numbers
from her2lab.facts.strict_yaml import Document
from her2lab.facts.toxicity import ToxicityCalibration
from her2lab.facts.tracing import SwitchFile, TraceNames

# How a kind of file is known, by a field that only it has; and the record it must fit.
_KINDS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("drug_class", Drug),
    ("covariates", Population),
    ("rules", RuleFile),
    ("grades", GradeFile),
    ("cutoffs", RecistFile),
    ("module", ModuleFacts),
    ("free", Calibration),
    ("fits", ToxicityCalibration),
    ("spreads", BetweenTrials),
    ("doubling_time", CellLine),
    ("features", FeatureFile),
    ("tools", ToolFile),
    ("facts", PerturbationFile),
    ("schedules", MonitoringFile),
    ("scores", RiskFile),
    ("intended_use", CredibilityPlan),
    ("digitised", CurveIndex),
    ("status_rules", Guideline),
    ("other_names", TraceNames),
    ("switches", SwitchFile),
)

_FIELDS = {   # of which one must stand in each file of a folder
    "trials": ("arms",), "regimens": ("regimen",), "drugs": ("drug_class",), "populations": ("covariates", BASE),
    "rules": ("rules", "grades", "cutoffs", "module"), "parameters": ("module",), "guidelines": ("status_rules",),
    "monitoring": ("schedules", "scores"), "calibrations": ("free",), "curves": ("digitised",), "toxicity": ("fits",),
    "cell_lines": ("doubling_time",), "cell_features": ("features",), "tools": ("tools",), "perturbations": ("facts",),
    "prices": ("module",), "credibility": ("intended_use",), "trace": ("other_names", "switches"),
}


@dataclass(frozen=True)
class FileKind:
    """A kind of file that another room reads.

    Attributes
    ----------
    folder
        Of ``facts/``.
    fields
        By any of which such a file is known.
    check
        Checks one file, and raises an InputError for the first mistake.
    """

    folder: str
    fields: Sequence[str]
    check: Callable[[Document], None]


def check_file(
    document: Document,
    drugs: Callable[[], Mapping[str, Drug]],
    read_trial: Callable[[Document], Trial],
    read_regimen: Callable[[Document], Regimen],
    check_more: Callable[[Document, BaseModel], None],
    others: Sequence[FileKind] = (),
) -> None:
    """Check one file of facts of any kind.

    Parameters
    ----------
    document
        The file, with what a population takes over from its base; its kind is known by its fields, not by its folder.
    drugs
        Gives the drugs that rules and trials may name.
    read_trial, read_regimen
        How these two are read, since their text is not yet the record.
    check_more
        Checks what a record says of other files, and leaves alone what says nothing of them.
    others
        Kinds of files that other rooms read.

    Raises
    ------
    InputError
        With the mistakes that are found.
    """
    problems = Problems()
    with problems:
        _check_kind(document)
    with problems:
        record = _record(document, drugs, read_trial, read_regimen, others)
        if record is not None:
            _check_record(document, record, drugs)
            with problems:
                check_more(document, record)
    if "arms" not in document.data:
        with problems:
            check_sources(document, document.data.get("sources", {}))
    problems.end()


def _record(
    document: Document, drugs: Callable[[], Mapping[str, Drug]], read_trial: Callable[[Document], Trial],
    read_regimen: Callable[[Document], Regimen], others: Sequence[FileKind],
) -> BaseModel | None:
    """Return what a file holds; nothing if another room reads it."""
    if "arms" in document.data:
        return read_trial(document)
    if "regimen" in document.data:
        return read_regimen(document)
    model = next((model for key, model in _KINDS if key in document.data), None)
    if model is not None:
        return read_rules(document, drugs()) if model is RuleFile else to_record(document, model, document.data)
    other = next((kind for kind in others if any(field in document.data for field in kind.fields)), None)
    if other is None:
        raise InputError(
            "is not a file of facts",
            file=document.file,
            expected="a trial (arms), a drug (drug_class), a regimen, "
            "a population (covariates), rules, parameters of a module, a cell line (doubling_time), "
            "features, tools, or facts on cells",
        )
    other.check(document)
    return None


def _check_kind(document: Document) -> None:
    """Require that a file in a folder of facts has a field by which its kind is known."""
    folder = "" if document.file is None else document.file.parent.name
    fields = _FIELDS.get(folder, ())
    if fields and not any(field in document.data for field in fields):
        raise document.error((fields[0],), f"is missing in a file of {folder}", expected=" or ".join(fields))


def _check_record(document: Document, record: BaseModel, drugs: Callable[[], Mapping[str, Drug]]) -> None:
    if isinstance(record, Trial):
        check_name(document, record.id, built_in_only=True)
        return
    if isinstance(record, Population):
        check_population(document, record)
    if isinstance(record, Drug):
        check_drug(document, record)
    if isinstance(record, MonitoringFile | RiskFile):
        check_drugs(document, record, drugs())
    name = getattr(record, "id", None) or getattr(record, "module", None)
    if name is not None:
        check_name(document, name)
    if isinstance(record, RuleFile):
        check_supportive(document, record, drugs())
    if isinstance(record, GradeFile):
        check_grades(document, record)
    if isinstance(record, RecistFile):
        check_recist(document, record)
    if isinstance(record, ModuleFacts) and record.module in RULE_NUMBERS:
        rule_numbers(document, record.module, record)
    if isinstance(record, BetweenTrials):
        check_spreads(document, record)
    if isinstance(record, Guideline):
        check_guideline(document, record)
