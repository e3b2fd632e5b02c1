"""Draw the pictures of the house and of the model: `python docs/pictures/draw.py` writes them beside this file.

The rooms and the direction of imports are read from the imports themselves, the model is the text below. A test asks
that the pictures in the repository are those which this file draws.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from layers import Edge, Graph, layers, svg, without_detours  # noqa: E402  (a folder of scripts, not a package)

__all__ = ["house", "house_before", "imports", "layers", "model", "rooms"]

PACKAGE = HERE.parents[1] / "her2lab"
NOTES = {
    "facts": "YAML, read strictly", "biology": "one model from parts", "engine": "SBML in, numbers out",
    "population": "virtual patients", "provenance": "which facts, which code", "trial": "conduct to results",
    "cell_culture": "cell lines", "comparison": "beside the published", "fitting": "calibration",
    "weights": "prevalence weights", "credibility": "what it is worth", "review": "the claims",
    "explanation": "why a result is so", "exchange": "a patient as a model file",
    "guidelines": "testing, monitoring", "presentation": "tables, pages, pictures",
    "api": "import her2lab", "lab": "command line",
}
BEFORE = {                                  # the rooms at commit 361cae4, before they were sorted
    "biology": "facts", "dish": "biology engine facts", "population": "biology facts",
    "trial": "biology engine facts population", "evidence": "biology dish facts population trial",
    "lab": "biology dish engine evidence facts population trial", "facts": "", "engine": "",
}
MODEL_NODES = {
    "Drug": "dose, route, interval", "Plasma": "concentration, by slot", "Tumour fluid": "free drug, payload",
    "HER2": "receptor.ant", "Signalling": "network.ant", "Payload": "payload.ant", "Immune cells": "immune.ant",
    "Clones": "clone.ant: birth, death", "Size": "tumour.ant, brain.ant", "Serum HER2": "serum.ant",
    "Organs": "heart, marrow, liver, …", "Assessments": "scans, LVEF, blood",
    "Adverse events": "CTCAE grades, label rules", "Endpoints": "response, PFS, OS",
}
MODEL_EDGES = """
    Drug > Plasma; Plasma > Tumour fluid; Tumour fluid > HER2; HER2 > Signalling; HER2 > Payload; Signalling > Clones;
    Payload > Clones; HER2 > Immune cells; Immune cells > Clones; Plasma > Organs; HER2 > Serum HER2; Clones > Size;
    Size > Assessments; Organs > Assessments; Serum HER2 > Assessments; Assessments > Endpoints;
    Assessments > Adverse events
"""
PARTS = {                                   # every file of biology/ and the box in which it is drawn
    "Plasma": "antibody small_molecule cytotoxic checkpoint endocrine antiangiogenic supportive",
    "HER2": "receptor", "Signalling": "network", "Payload": "payload", "Immune cells": "immune",
    "Clones": "clone cancer_cell", "Size": "tumour brain", "Serum HER2": "serum",
    "Organs": "heart marrow thrombopoiesis erythropoiesis liver gut lung infusion symptom",
}
COLOURS = {"Drug": "#fbeed9", "Plasma": "#fbeed9", "Tumour fluid": "#fbeed9", "Organs": "#f7e3e1",
           "Adverse events": "#f7e3e1", "Assessments": "#e5efe3", "Endpoints": "#e5efe3"}


def rooms(package: Path = PACKAGE) -> list[str]:
    """Return the rooms: the folders of the package."""
    return sorted(path.parent.name for path in package.glob("*/__init__.py"))


@cache
def imports(package: Path = PACKAGE) -> frozenset[Edge]:
    """Return the pairs (room that is imported, room that imports it)."""
    found, known = set(), set(rooms(package))
    for path in package.rglob("*.py"):
        room = path.relative_to(package).parts[0]
        if room in known:
            found |= {(each, room) for each in _imported(path) if each in known and each != room}
    return frozenset(found)


def _imported(path: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            words = (node.module or "").split(".")
            if words[0] == "her2lab":
                yield from words[1:2] or [name.name for name in node.names]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("her2lab."))


def house(package: Path = PACKAGE) -> str:
    """Return the picture of the rooms; arrows that follow from others are left out."""
    nodes = {room: NOTES.get(room, "") for room in rooms(package)}
    return svg(Graph("The rooms of her2lab: an arrow leads from a room to one that imports from it.", nodes,
                     without_detours(sorted(imports(package)))))


def house_before() -> str:
    """Return the picture of the rooms as they were."""
    edges = sorted((each, room) for room, known in BEFORE.items() for each in known.split())
    return svg(Graph("The rooms of her2lab before they were sorted.", dict.fromkeys(BEFORE, ""),
                     without_detours(edges)))


def model() -> str:
    """Return the picture of the patient."""
    pairs = [each.split(">") for each in MODEL_EDGES.split(";")]
    edges = [(start.strip(), end.strip()) for start, end in pairs]
    return svg(Graph("The patient model: from a dose to response, survival and adverse events.", MODEL_NODES, edges,
                     back=[("Adverse events", "Drug")], colours=COLOURS))


def main() -> None:
    """Write all pictures."""
    for name, picture in (("house", house()), ("house_before", house_before()), ("model", model())):
        (HERE / f"{name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
