"""The list of what there is, on the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

TITLES = {
    "lines": "Lines (--line)",
    "features": "Features (--feature)",
    "drugs": "Drugs (--drug)",
    "tools": "Tool compounds (--drug)",
    "ligands": "Ligands (--ligand)",
    "genes": "Genes (--knockdown)",
    "readouts": "Readouts (--read)",
}


def tables(everything: dict[str, list[dict[str, Any]]]) -> list[RenderableType]:
    """Return a table of each kind."""
    parts: list[RenderableType] = []
    for kind, entries in everything.items():
        columns = {"name": _name, "what it is": lambda entry: str(entry["meaning"]), **_special(kind),
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
        return {"strength": _strength}
    return {"unit": lambda entry: str(entry["unit"])} if kind in ("ligands", "readouts") else {}


def _name(entry: dict[str, Any]) -> str:
    name = str(entry.get("name") or entry["id"])
    aliases = [alias for alias in entry.get("aliases", ()) if alias]
    return f"{name} ({', '.join(aliases[:2])})" if aliases else name


def _receptors(entry: dict[str, Any]) -> str:
    return " / ".join(f"{number:.3g}" for number in entry["receptors_per_cell"].values())


def _strength(entry: dict[str, Any]) -> str:
    strength = entry["strength"]
    return "" if strength is None else f"{strength['name'].replace('_', ' ')} {strength['value']:g} {strength['unit']}"
