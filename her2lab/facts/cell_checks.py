"""Checks of cell lines, features, tool compounds and findings on cells beyond their form.

That a parameter is one of the cell model's, a unit fits, a name is known, a source is listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from her2lab.errors import InputError
from her2lab.facts.amounts import PUBLISHED, concentration
from her2lab.facts.cell_vocabulary import CONTRACT_READOUTS, GENES, LIGANDS, MODEL_PARAMETERS, READOUTS
from her2lab.facts.cells import CellLine, FeatureFile, ToolFile
from her2lab.facts.perturbations import PerturbationFile, Treatment
from her2lab.facts.quantity import Quantity
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.units import convert, parse_time


def check_cell_line(document: Document, line: CellLine, features: Collection[str]) -> None:
    """Check that parameters are the cell model's, in units that fit and within their range, and features exist."""
    for name, quantity in line.parameters.items():
        _check_parameter(document, ("parameters", name), name)
        _check_unit(document, ("parameters", name), quantity, MODEL_PARAMETERS[name])
    _check_unit(document, ("doubling_time",), line.doubling_time, "h")
    check_names(document, ("features",), line.features, features, "feature")


def check_features(document: Document, file: FeatureFile) -> None:
    """Check that ids are unique, that changes are of the cell model's parameters, and that sources are listed."""
    check_unique(document, "features", [each.id for each in file.features])
    for n, feature in enumerate(file.features):
        if feature.mechanism_source is not None:
            check_names(
                document, ("features", n, "mechanism_source"), [feature.mechanism_source], file.sources, "source"
            )
        for m, change in enumerate(feature.changes):
            where: Where = ("features", n, "changes", m)
            _check_parameter(document, (*where, "parameter"), change.parameter)
            number = next(each for each in (change.set, change.times, change.plus) if each is not None)
            if change.range is not None and not change.range[0] <= number <= change.range[1]:
                raise document.error(where, "lies outside its range", value=number)


def check_tools(document: Document, file: ToolFile) -> None:
    """Check that half inhibitions are concentrations."""
    for name, tool in file.tools.items():
        _check_unit(document, ("tools", name, "half_inhibition"), tool.half_inhibition, "nM")


@dataclass(frozen=True)
class Names:
    """What findings and claims on cells may name; `compounds` are drugs and tools."""

    lines: Collection[str]
    features: Collection[str]
    compounds: Collection[str]


def check_perturbations(document: Document, file: PerturbationFile, names: Names) -> None:
    """Check a file of facts: unique ids, times and doses that can be read, and names that exist."""
    check_unique(document, "facts", [each.id for each in file.facts])
    for n, fact in enumerate(file.facts):
        at: Where = ("facts", n)
        check_names(document, (*at, "further_sources"), fact.further_sources, file.sources, "source")
        check_names(document, (*at, "lines"), fact.lines, names.lines, "cell line")
        check_names(document, (*at, "features"), fact.features, names.features, "feature")
        check_names(document, (*at, "readouts"), fact.readouts, READOUTS, "readout")
        if fact.against_line is not None:
            check_names(document, (*at, "against_line"), [fact.against_line], names.lines, "cell line")
        check_times(document, at, {"at": fact.at, "early": fact.early, "late": fact.late})
        for treatment in fact.treatments:
            check_treatment(document, at, treatment, names)
        if fact.expressible and fact.extra_readout == set(fact.readouts).issubset(CONTRACT_READOUTS):
            raise document.error(
                (*at, "extra_readout"),
                "does not fit the readouts",
                value=fact.extra_readout,
                expected="true if one of them is beyond those of cell run, otherwise false",
            )


def check_treatment(document: Document, at: Where, treatment: Treatment, names: Names) -> None:
    """Check that a treatment names drugs, features, ligands and genes that exist, in concentrations."""
    check_names(document, at, treatment.drugs, names.compounds, "drug")
    check_names(document, at, treatment.features, names.features, "feature")
    check_names(document, at, treatment.ligands, LIGANDS, "ligand")
    check_names(document, at, treatment.knockdown, GENES, "knockdown")
    for text in (*treatment.drugs.values(), *treatment.ligands.values()):
        document.parsed(at, _dose, text)


def _dose(text: str) -> float:
    return concentration(text, PUBLISHED)


def check_times(document: Document, at: Where, times: Mapping[str, str | None]) -> None:
    """Check that times, by the names of their fields, can be read."""
    for field, text in times.items():
        if text is not None:
            document.parsed((*at, field), parse_time, text)


def _check_parameter(document: Document, where: Where, name: str) -> None:
    if name not in MODEL_PARAMETERS:
        raise document.unknown(where, "parameter of the cell model", name, MODEL_PARAMETERS)


def _check_unit(document: Document, where: Where, quantity: Quantity, unit: str) -> None:
    try:
        convert(quantity, unit)
    except InputError as problem:
        raise document.error(
            (*where, "unit"), problem.message, value=quantity.unit, expected=f"a unit like {unit}"
        ) from None
    if quantity.range is not None and not quantity.range[0] <= quantity.value <= quantity.range[1]:
        raise document.error(where, "lies outside its range", value=quantity.value)


def check_names(document: Document, where: Where, names: Iterable[str], known: Collection[str], kind: str) -> None:
    """Check that names are known; `kind` says of what they are."""
    for name in names:
        if name not in known:
            raise document.unknown(where, kind, name, sorted(known))


def check_unique(document: Document, field: str, names: list[str]) -> None:
    """Check that each id of a list stands there once."""
    for n, name in enumerate(names):
        if name in names[:n]:
            raise document.error((field, n, "id"), "is given twice", value=name, expected="each id once")
