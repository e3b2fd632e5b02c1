"""Whether a file of facts is in order: its form, the sources it names, its units, its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from her2lab.errors import InputError
from her2lab.facts.between_trials import BetweenTrials, check_spreads
from her2lab.facts.calibrations import Calibration
from her2lab.facts.cells import CellLine, FeatureFile, PerturbationFile, ToolFile
from her2lab.facts.credibility import CredibilityPlan
from her2lab.facts.curves import CurveIndex
from her2lab.facts.guidelines import Guideline, check_guideline
from her2lab.facts.management import RuleFile
from her2lab.facts.measures import UNITS
from her2lab.facts.monitoring import MonitoringFile, RiskFile, check_drugs
from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.reading import to_record
from her2lab.facts.recist import RecistFile, check_recist
from her2lab.facts.records import Drug, GradeFile, ModuleFacts, Population, Regimen, Trial
from her2lab.facts.rule_checks import check_supportive, read_rules
from her2lab.facts.rule_numbers import RULE_NUMBERS, rule_numbers
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.toxicity import ToxicityCalibration
from her2lab.facts.tracing import SwitchFile, TraceNames
from her2lab.facts.units import REGISTRY, convert, unit
from her2lab.facts.vocabulary import ADVERSE_EVENTS
from her2lab.nearest import did_you_mean

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
_BARE_UNITS = ("percentage point", "ULN", "grade", "event")  # shown, never converted
GRADED_IN = {"diarrhoea": "1/day"}  # an index has the unit 1


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
    check_cells: Callable[[Document, BaseModel], None],
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
    check_cells
        Checks a record of cell lines, features, tools or perturbations, and leaves others alone.
    others
        Kinds of files that other rooms read.

    Raises
    ------
    InputError
        For the first mistake.
    """
    if "arms" in document.data:
        check_name(document, read_trial(document).id, built_in_only=True)
        return
    if "regimen" in document.data:
        check_name(document, read_regimen(document).id)
        check_sources(document, document.data.get("sources", {}))
        return
    model = next((model for key, model in _KINDS if key in document.data), None)
    other = next((kind for kind in others if any(field in document.data for field in kind.fields)), None)
    if model is not None:
        rules = model is RuleFile
        record = read_rules(document, drugs()) if rules else to_record(document, model, document.data)
        _check_record(document, record, drugs)
        check_cells(document, record)
    elif other is not None:
        other.check(document)
    elif "sources" not in document.data:
        raise InputError(
            "is not a file of facts",
            file=document.file,
            expected="a trial (arms), a drug (drug_class), a regimen, "
            "a population (covariates), rules, parameters of a module, a cell line (doubling_time), "
            "features, tools, or facts on cells",
        )
    check_sources(document, document.data.get("sources", {}))


def _check_record(document: Document, record: BaseModel, drugs: Callable[[], Mapping[str, Drug]]) -> None:
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


def check_grades(document: Document, file: GradeFile) -> None:
    """Require that cut-offs are in the unit of their measure and become worse from grade to grade.

    Raises
    ------
    InputError
        For the first mistake.
    """
    for n, grading in enumerate(file.grades):
        wanted = GRADED_IN.get(grading.measure, UNITS.get(grading.measure, "1"))
        if grading.event not in ADVERSE_EVENTS:
            hint = did_you_mean(grading.event, ADVERSE_EVENTS)
            raise document.error(("grades", n, "event"), f"unknown adverse event{hint}", value=grading.event)
        for name in ("below", "at_least", "fall_at_least"):
            limits = [limit for _, limit in sorted(getattr(grading, name).items())]
            for limit in limits:
                if limit.unit != wanted:
                    raise document.error(("grades", n, name), f"is not in the unit of {grading.measure}",
                                         value=limit.unit, expected=wanted)
            values = [-limit.value if name == "below" else limit.value for limit in limits]
            if values != sorted(values):
                raise document.error(("grades", n, name), "a higher grade has a milder cut-off", value=grading.event,
                                     expected="cut-offs that worsen from grade to grade")


def check_name(document: Document, name: str, *, built_in_only: bool = False) -> None:
    """Require that a file bears the name of what it holds (a trial file of the user's own may have any name)."""
    if document.file is None:
        return
    if name != document.file.stem and (not built_in_only or document.file.parent.name == "trials"):
        field = "id" if "id" in document.data else "module"
        raise document.error((field,), "is not the name of the file", value=name, expected=document.file.stem)


def check_sources(document: Document, sources: Mapping[str, Source | Any]) -> None:
    """Require that every source named in the file is listed in its ``sources``, and that every unit is known."""
    for where, name in _named_sources(document.data, ()):
        if name not in sources:
            raise document.error(
                where,
                f"unknown source{did_you_mean(name, sources)}",
                value=name,
                expected="a key of this file's sources",
            )
    for where, text in _units(document.data, ()):
        if text not in _BARE_UNITS:
            document.parsed(where, unit, text)


def check_drug(document: Document, drug: Drug) -> None:
    """Check the units of a drug's molar mass and doses, and that correlations name its parameters."""
    _check_unit(document, ("molar_mass",), drug.molar_mass, "kg/mol")
    if drug.infusion_minutes is not None:
        _check_unit(document, ("infusion_minutes",), drug.infusion_minutes, "min")
    for dose_unit, highest in drug.highest_dose.items():
        if dose_unit not in drug.dose_units or highest.unit != dose_unit:
            raise document.error(
                ("highest_dose", dose_unit),
                "has another unit than the doses",
                value=highest.unit,
                expected=" or ".join(drug.dose_units),
            )
    _check_routes(document, drug)
    _check_levels(document, drug)
    for n, exposure in enumerate(drug.observed_exposure):
        if exposure.dosing is not None and exposure.window is None:
            raise document.error(("observed_exposure", n, "window"), "is missing beside dosing",
                                 expected="first and last day, such as [0, 21]")
    for name, quantity in drug.parameters.items():
        if quantity.range is not None and not quantity.range[0] <= quantity.value <= quantity.range[1]:
            raise document.error(("parameters", name), "lies outside its range", value=quantity.value)
    for n, correlation in enumerate(drug.correlations):
        for each in correlation.between:
            if each not in drug.parameters:
                raise document.error(
                    ("correlations", n, "between"),
                    f"no parameter {each}{did_you_mean(each, drug.parameters)}",
                )


def _check_routes(document: Document, drug: Drug) -> None:
    """Require that what is said of a route concerns one by which the drug is given."""
    for route, units in drug.dose_units_by_route.items():
        if route not in drug.routes:
            raise document.error(("dose_units_by_route", route), "is not a route of this drug", value=route,
                                 expected=" or ".join(drug.routes))
        for each in units:
            if each not in drug.dose_units:
                raise document.error(("dose_units_by_route", route), "is not a unit of this drug's doses", value=each,
                                     expected=" or ".join(drug.dose_units))
    if "iv" in drug.routes and drug.infusion_minutes is None:
        raise document.error(("infusion_minutes",), "is missing", expected="how long an infusion lasts")


def _check_levels(document: Document, drug: Drug) -> None:
    """Require dose levels that fall, in a unit in which the drug is dosed, with one origin."""
    levels = drug.dose_levels
    if levels is None:
        return
    allowed = [*drug.dose_units, *(["mg*min/mL"] if drug.auc_dosing else [])]
    if levels.unit not in allowed:
        raise document.error(("dose_levels", "unit"), "is not a unit of this drug's doses", value=levels.unit,
                             expected=" or ".join(allowed))
    if any(lower >= higher for higher, lower in pairwise(levels.values)):
        raise document.error(("dose_levels", "values"), "do not fall", expected="from the full dose down, each once")
    if (levels.source is None) == (levels.assumption is None):
        raise document.error(("dose_levels",), "need either a source or an assumption, and not both")


def _check_unit(document: Document, where: Where, quantity: Quantity, wanted: str) -> None:
    try:
        if not REGISTRY.Unit(unit(quantity.unit)).is_compatible_with(unit(wanted)):
            convert(quantity, wanted)
    except InputError as problem:
        raise document.error(
            (*where, "unit"), problem.message, value=quantity.unit, expected=f"a unit like {wanted}"
        ) from None


def _named_sources(data: Any, where: Where) -> Iterator[tuple[Where, str]]:
    """Find every ``source: key`` below the top; ``published.source`` of a trial is free text and not looked at here."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "source" and isinstance(value, str):
                yield (*where, key), value
            elif where or key != "sources":
                yield from _named_sources(value, (*where, key))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _named_sources(value, (*where, n))


def _units(data: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "unit" and isinstance(value, str):
                yield (*where, key), value
            else:
                yield from _units(value, (*where, key))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _units(value, (*where, n))
