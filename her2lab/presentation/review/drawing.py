"""Figure 1: where its nodes lie, and the lines between them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

COLUMN, ROW = 112.0, 74.0        # pixels between nodes
WIDTH, HEIGHT = 88.0, 44.0       # of a node
EDGE = 60.0                      # pixels around the picture
# Node -> column and row, as in the review's Figure 1: PI3K on the left, MAPK on the right; around them what it names
# as ways round. A node of biology/network.ant that is not listed is drawn in a row below.
PLACES: Mapping[str, tuple[float, float]] = {
    "her1": (5, 0), "her2": (4, 0), "her3": (3, 0),
    "igf1r": (1, 0.2), "irs1": (0.4, 1.4), "src": (3.9, 1.25), "juxtamembrane": (7.2, 1.6),
    "pi3k": (2, 1.6), "pip3": (2, 2.7), "akt": (2, 3.8), "mtor": (0.9, 4.8), "s6k": (0.4, 5.9), "gsk3": (1.9, 5.2),
    "mdm2": (2.9, 4.8), "p53": (2.9, 6.1), "foxo": (4, 4.4),
    "sos": (5.4, 1.6), "ras": (5.8, 2.6), "raf": (5.8, 3.5), "mek": (5.8, 4.4), "erk": (5.8, 5.3), "dusp": (7.2, 5.3),
    "notch": (4, 2.7), "il6": (8, 2.6), "stat3": (8, 3.6), "muc4": (8, 4.6), "er": (8, 6.2),
    "cyclin_d": (5, 6.6), "p27": (4, 6.6), "bim": (3.9, 7.6), "survivin": (2.2, 7.4),
    "proliferation": (5.4, 8.4), "apoptosis": (3, 8.6),
}
OF_REVIEW = ("her1", "her2", "her3", "pi3k", "pip3", "akt", "gsk3", "p53", "mdm2", "mtor", "sos", "ras", "raf", "mek",
             "erk", "cyclin_d", "proliferation", "apoptosis")
LABELS: Mapping[str, str] = {
    "her1": "HER1 (EGFR)", "her2": "HER2", "her3": "HER3", "igf1r": "IGF1R", "irs1": "IRS1", "src": "SRC",
    "juxtamembrane": "ERK feedback", "pi3k": "PI3K", "pip3": "PIP3", "akt": "AKT", "mtor": "mTORC1", "s6k": "S6K",
    "gsk3": "GSK3", "mdm2": "MDM2", "p53": "p53", "foxo": "FOXO", "sos": "GRB2–SOS", "ras": "RAS", "raf": "RAF",
    "mek": "MEK", "erk": "ERK (MAPK)", "dusp": "DUSP", "notch": "NOTCH", "il6": "IL6", "stat3": "STAT3", "muc4": "MUC4",
    "er": "ER", "cyclin_d": "cyclin D", "p27": "p27", "bim": "BIM", "survivin": "survivin",
    "proliferation": "proliferation", "apoptosis": "apoptosis",
}
BEND = 0.12        # of a line's length, by which it is bent so that opposite lines do not lie on one another


def drawing(figure: Mapping[str, Any]) -> dict[str, Any]:
    """Return the size of the picture, its nodes with places and bars, and its edges as paths."""
    places = _places([node["id"] for node in figure["nodes"]])
    nodes = [_node(node, places[node["id"]]) for node in figure["nodes"]]
    edges = [_edge(edge, places[edge["source"]], places[edge["target"]]) for edge in figure["edges"]]
    return {
        "width": max(x for x, _ in places.values()) + WIDTH / 2 + EDGE / 2,
        "height": max(y for _, y in places.values()) + HEIGHT / 2 + EDGE / 2, "box": (WIDTH, HEIGHT),
        "nodes": nodes, "edges": sorted(edges, key=lambda edge: edge["of_review"]),
    }


def _places(names: list[str]) -> dict[str, tuple[float, float]]:
    last = max(row for _, row in PLACES.values()) + 1
    new = {name: (float(n), last) for n, name in enumerate(name for name in names if name not in PLACES)}
    at = {**PLACES, **new}
    return {name: (EDGE + COLUMN * at[name][0], EDGE / 2 + HEIGHT / 2 + ROW * at[name][1]) for name in names}


def _node(node: Mapping[str, Any], place: tuple[float, float]) -> dict[str, Any]:
    label = LABELS.get(node["id"], node["id"])
    full = max(node["untreated"], node["treated"], 1e-12 if node["id"].startswith("her") else 1.0)
    return {
        "id": node["id"], "label": label, "x": place[0], "y": place[1],
        "of_review": node["id"] in OF_REVIEW, "untreated": node["untreated"], "treated": node["treated"],
        "bars": (node["untreated"] / full, node["treated"] / full),
        "title": f"{label}: {node['untreated']:.3g} untreated, {node['treated']:.3g} treated",
    }


def _edge(edge: Mapping[str, Any], start: tuple[float, float], end: tuple[float, float]) -> dict[str, Any]:
    """Return a bent line from the border of one box to that of the other."""
    x, y = end[0] - start[0], end[1] - start[1]
    middle = ((start[0] + end[0]) / 2 - BEND * y, (start[1] + end[1]) / 2 + BEND * x)
    first, last = _border(start, middle, 2), _border(end, middle, 6)
    return {
        "path": f"M{first[0]:.1f},{first[1]:.1f} Q{middle[0]:.1f},{middle[1]:.1f} {last[0]:.1f},{last[1]:.1f}",
        "sign": edge["sign"], "of_review": edge["source"] in OF_REVIEW and edge["target"] in OF_REVIEW,
        "width": 0.7 + 1.5 * math.sqrt(edge["share"]),
        "title": f"{LABELS.get(edge['source'], edge['source'])} {'raises' if edge['sign'] > 0 else 'lowers'} "
                 f"{LABELS.get(edge['target'], edge['target'])}",
    }


def _border(box: tuple[float, float], towards: tuple[float, float], gap: float) -> tuple[float, float]:
    """Return where the line from the middle of a box leaves it, and a few pixels on."""
    x, y = towards[0] - box[0], towards[1] - box[1]
    inside = min(WIDTH / 2 / abs(x) if x else math.inf, HEIGHT / 2 / abs(y) if y else math.inf)
    part = inside + gap / max(math.hypot(x, y), 1.0)
    return box[0] + part * x, box[1] + part * y
