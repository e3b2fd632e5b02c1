"""Every model parameter that a simulation uses, with its value, unit, spread and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from her2lab.biology import assemble
from her2lab.facts import library
from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.records import Distribution, Drug, Population
from her2lab.provenance.fitted import Folder, is_fitted, origin


@dataclass(frozen=True)
class UsedParameter:
    """One parameter. Exactly one of `source` and `assumption` is given; `citation` and `link` belong to the source."""

    module: str
    symbol: str
    meaning: str
    value: float | None
    unit: str
    spread: str
    source: str | None
    assumption: str | None
    citation: str | None
    link: str | None
    seen: bool | None
    calibrated: bool


def used_parameters(population: Population, drugs: Mapping[str, Drug]) -> list[UsedParameter]:
    """List the parameters used when `drugs` (by id) are given to patients of `population`.

    Order: drugs, population, then the constants of the modules that nothing overrules.
    """
    rows = [row for drug in drugs.values() for row in _drug_rows(drug)]
    rows += [_distribution_row(population, "patient", name, d) for name, d in population.covariates.items()]
    rows += [_distribution_row(population, "population", name, d) for name, d in population.parameters.items()]
    return rows + _module_rows(population)


def _drug_rows(drug: Drug) -> list[UsedParameter]:
    quantities = {"molar_mass": drug.molar_mass, **drug.parameters}
    return [_quantity_row("drugs", drug.id, name, "", quantity, drug.sources) for name, quantity in quantities.items()]


def _module_rows(population: Population) -> list[UsedParameter]:
    facts, rows, listed = library.module_facts(), [], set()
    overruled = set(population.parameters)
    for identifier, constant in assemble().constants.items():
        name = (constant.module, constant.name)
        if constant.quantity is None or name in listed or ".".join(name) in overruled or identifier in overruled:
            continue
        listed.add(name)
        rows.append(_quantity_row("parameters", constant.module, constant.name, constant.symbol.meaning,
                                  constant.quantity, facts[constant.module].sources))
    return rows


def _quantity_row(
    folder: Folder, module: str, symbol: str, meaning: str, quantity: Quantity, sources: Mapping[str, Source]
) -> UsedParameter:
    fitted = is_fitted(folder, module, symbol, quantity)
    spread = f"CV {quantity.cv_percent:g} %" if quantity.cv_percent else ""
    citation, link = cite(quantity.source, sources)
    return UsedParameter(module, symbol, meaning, quantity.value, quantity.unit, spread, quantity.source,
                         origin(quantity, fitted), citation, link, quantity.seen, fitted)


def _distribution_row(population: Population, module: str, name: str, distribution: Distribution) -> UsedParameter:
    value = next((v for v in (distribution.median, distribution.mean, distribution.probability, distribution.value)
                  if v is not None), None)
    citation, link = cite(distribution.source, population.sources)
    fitted = is_fitted("populations", population.id, name, distribution)
    assumption = origin(distribution, fitted) or (None if distribution.source else distribution.note or "assumed")
    return UsedParameter(module, name, distribution.note or "", value, distribution.unit, _spread(distribution),
                         distribution.source, assumption, citation, link, distribution.seen, fitted)


def _spread(distribution: Distribution) -> str:
    if distribution.levels is not None:
        return f"by {distribution.by}: " + ", ".join(distribution.levels)
    parts = []
    if distribution.shares:
        parts.append(", ".join(f"{label} {100 * share:.3g} %" for label, share in distribution.shares.items()))
    if distribution.cv_percent is not None:
        parts.append(f"log-normal, CV {distribution.cv_percent:g} %")
    if distribution.sd is not None:
        parts.append(f"normal, SD {distribution.sd:g}")
    if distribution.times:
        parts.append("times " + ", ".join(distribution.times))
    return "; ".join(parts)


def cite(key: str | None, sources: Mapping[str, Source]) -> tuple[str | None, str | None]:
    """Return the citation of a source of a file, and a link to it if it has an identifier."""
    if key is None:
        return None, None
    source = sources[key]
    if source.doi:
        return source.cite, f"https://doi.org/{source.doi}"
    if source.pmid:
        return source.cite, f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    if source.nct:
        return source.cite, f"https://clinicaltrials.gov/study/{source.nct}"
    return source.cite, None
