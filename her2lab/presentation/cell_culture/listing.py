"""Everything that a cell experiment can be made of, each with its source: as plain data, and on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from her2lab.cell_culture import catalogue
from her2lab.cell_culture.medium import in_vitro_drugs
from her2lab.facts import library
from her2lab.facts.cells import CellFeature, CellLine, Tool
from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.records import Drug
from her2lab.facts.strict_yaml import read_document
from her2lab.facts.units import convert
from her2lab.presentation import facts_words
from her2lab.presentation.cell_culture.results import MILLION, RECEPTORS
from her2lab.resources import search_path

TITLES = {
    "lines": "Lines (--line)",
    "features": "Features (--feature)",
    "drugs": "Drugs (--drug)",
    "tools": "Tool compounds (--drug)",
    "ligands": "Ligands (--ligand)",
    "genes": "Genes (--knockdown)",
    "readouts": "Readouts (--read)",
}
# what says how strong a drug is on cells, by the module of the drug
_STRENGTHS = {"antibody": "dissociation_constant", "cytotoxic": "tumour_half_effect", "endocrine": "half_effect"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return lines, features, drugs, tool compounds, ligands, genes and readouts as plain data."""
    of_features, of_tools = _sources("cell_features"), _sources("tools")
    return {
        "lines": [_line(line) for line in library.cell_lines().values()],
        "features": [_feature(feature, of_features) for feature in library.cell_features().values()],
        "drugs": [_drug(drug) for drug in in_vitro_drugs().values()],
        "tools": [_tool(name, tool, of_tools) for name, tool in library.tools().items()],
        "ligands": [asdict(entry) for entry in catalogue.ligands()],
        "genes": [asdict(entry) for entry in catalogue.genes()],
        "readouts": [asdict(entry) for entry in catalogue.readouts()],
    }


def _line(line: CellLine) -> dict[str, Any]:
    receptors = {name: line.parameters[f"receptor.{name}_per_cell"] for name in RECEPTORS}
    return {
        "id": line.id,
        "name": line.name,
        "aliases": line.aliases,
        "meaning": f"{line.tissue}: {line.genotype}",
        "receptors_per_cell": {name: round(convert(each, "million/cell") * MILLION, 3)
                               for name, each in receptors.items()},
        "features": line.features,
        "doubling_time_h": convert(line.doubling_time, "h"),
        "source": _together({name.upper(): _origin(each, line.sources) for name, each in receptors.items()}),
    }


def _together(origins: Mapping[str, str]) -> str:
    """Return ``HER1, HER2: a; HER3: b``: those of one origin together."""
    groups = {origin: [name for name, each in origins.items() if each == origin] for origin in origins.values()}
    return "; ".join(f"{', '.join(names)}: {origin}" for origin, names in groups.items())


def _feature(feature: CellFeature, sources: Mapping[str, Source]) -> dict[str, Any]:
    evidence = feature.evidence
    size = _cited(evidence.source, sources) if evidence.source else f"ASSUMPTION: {evidence.assumption}"
    mechanism = _cited(feature.mechanism_source, sources) if feature.mechanism_source else "none"
    return {
        "id": feature.id,
        "meaning": f"{feature.title}: {feature.mechanism}",
        "changes": [change.model_dump(mode="json", exclude_none=True) for change in feature.changes],
        "source": f"{mechanism}; size: {size}",
    }


def _drug(drug: Drug) -> dict[str, Any]:
    name = _STRENGTHS.get(drug.module) or _strongest(drug)
    strength = drug.parameters.get(name)
    return {
        "id": drug.id,
        "meaning": f"{drug.drug_class.replace('_', ' ')} on {', '.join(drug.targets)}",
        "strength": None if strength is None else {"name": name, "value": strength.value, "unit": strength.unit},
        "source": f"her2lab drug show {drug.id}" if strength is None else _origin(strength, drug.sources),
    }


def _strongest(drug: Drug) -> str:
    """Return the name of the smallest half-inhibition of a small molecule."""
    halves = {name: convert(each, "nM", drug.molar_mass) for name, each in drug.parameters.items()
              if name.startswith("ic50_")}
    return min(halves, key=lambda name: halves[name], default="")


def _tool(name: str, tool: Tool, sources: Mapping[str, Source]) -> dict[str, Any]:
    half = tool.half_inhibition
    return {
        "id": name,
        "meaning": f"takes {tool.target} away, like {tool.example}",
        "strength": {"name": "half_inhibition", "value": half.value, "unit": half.unit},
        "source": _origin(half, sources),
    }


def _sources(kind: str) -> dict[str, Source]:
    """Return the sources that the files of one kind list, the user's own before the built-in ones."""
    found: dict[str, Source] = {}
    for folder in search_path("facts"):
        for path in sorted((folder / kind).glob("*.yaml")):
            for key, source in read_document(path).data["sources"].items():
                found.setdefault(key, Source.model_validate(source, strict=False))
    return found


def _origin(quantity: Quantity, sources: Mapping[str, Source]) -> str:
    if quantity.source is None:
        return f"ASSUMPTION: {' '.join((quantity.assumption or '').split())}"
    return _cited(quantity.source, sources)


def _cited(key: str, sources: Mapping[str, Source]) -> str:
    return facts_words.citation(sources[key]) if key in sources else key


# ------------------------------------------------------------------------------------------------ terminal
def tables(everything: dict[str, list[dict[str, Any]]]) -> list[RenderableType]:
    """Return a table of each kind."""
    parts: list[RenderableType] = []
    for kind, entries in everything.items():
        columns = {"name": _entry_name, "what it is": lambda entry: str(entry["meaning"]), **_special(kind),
                   "source": lambda entry: str(entry["source"])}
        table = Table(box=None, header_style="bold", pad_edge=False)
        for heading in columns:
            table.add_column(heading, overflow="fold", no_wrap=heading == "name")
        for entry in entries:
            table.add_row(*(Text(read(entry)) for read in columns.values()))
        parts += [Text(f"\n{TITLES[kind]}", style="bold"), table]
    return parts


def _special(kind: str) -> dict[str, Any]:
    """Return what a kind shows beyond name, meaning and source."""
    if kind == "lines":
        return {"HER1 to HER4 a cell": _receptors, "features": lambda entry: ", ".join(entry["features"])}
    if kind in ("drugs", "tools"):
        return {"strength": _strength_text}
    return {"unit": lambda entry: str(entry["unit"])} if kind in ("ligands", "readouts") else {}


def _entry_name(entry: dict[str, Any]) -> str:
    name = str(entry.get("name") or entry["id"])
    aliases = [alias for alias in entry.get("aliases", ()) if alias]
    return f"{name} ({', '.join(aliases[:2])})" if aliases else name


def _receptors(entry: dict[str, Any]) -> str:
    return " / ".join(f"{number:.3g}" for number in entry["receptors_per_cell"].values())


def _strength_text(entry: dict[str, Any]) -> str:
    strength = entry["strength"]
    return "" if strength is None else f"{strength['name'].replace('_', ' ')} {strength['value']:g} {strength['unit']}"
