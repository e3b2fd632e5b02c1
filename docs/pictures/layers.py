"""A small drawing of a directed graph in layers, from top to bottom, as svg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

Edge = tuple[str, str]
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 150, 44, 26, 34, 16
ASIDE = 46                                  # for lines that lead back
SWEEPS = 12
STYLE = """
  text { font-family: Helvetica, Arial, sans-serif; fill: #1c2733; text-anchor: middle }
  .name { font-size: 13px; font-weight: bold } .note { font-size: 10px; fill: #4a5a6a }
  .box { stroke: #5b7083; stroke-width: 1.2 } .line { fill: none; stroke: #5b7083; stroke-width: 1.2 }
  .back { fill: none; stroke: #b3473f; stroke-width: 1.4; stroke-dasharray: 5 3 }
"""


@dataclass(frozen=True)
class Graph:
    """What is drawn.

    Attributes
    ----------
    title
        Said by the picture to those who do not see it.
    nodes
        Name -> a line below the name, which may be empty.
    edges
        From and to; they hold no circle.
    back
        Edges against the direction of the layers, drawn dashed.
    colours
        Name -> colour of the box.
    """

    title: str
    nodes: Mapping[str, str]
    edges: Sequence[Edge]
    back: Sequence[Edge] = ()
    colours: Mapping[str, str] = field(default_factory=dict)


def layers(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Return the layer of each node: one more than that of the last node which leads to it."""
    found: dict[str, int] = {}

    def layer(node: str, below: tuple[str, ...] = ()) -> int:
        if node in below:
            raise ValueError(f"a circle: {' -> '.join([*below, node])}")
        if node not in found:
            found[node] = max((layer(a, (*below, node)) + 1 for a, b in edges if b == node), default=0)
        return found[node]

    for node in nodes:
        layer(node)
    return found


def without_detours(edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges that no longer way between the same two nodes says as well."""
    def reaches(start: str, end: str, skipped: Edge) -> bool:
        return any((a, b) != skipped and (b == end or reaches(b, end, skipped)) for a, b in edges if a == start)

    return [edge for edge in edges if not reaches(*edge, edge)]


def svg(graph: Graph) -> str:
    """Return the picture."""
    rows, chains = _rows(graph)
    for sweep in range(SWEEPS):
        _sort(rows, chains, forwards=sweep % 2 == 0)
    widest, left = max(len(row) for row in rows), MARGIN + (ASIDE if graph.back else 0)
    place = {}
    for y, row in enumerate(rows):
        free = (widest - len(row)) * (WIDTH + GAP_X) / 2
        for x, node in enumerate(row):
            place[node] = (left + free + x * (WIDTH + GAP_X) + WIDTH / 2, MARGIN + y * (HEIGHT + GAP_Y))
    width, height = left + widest * (WIDTH + GAP_X) - GAP_X + MARGIN, MARGIN * 2 + len(rows) * (HEIGHT + GAP_Y) - GAP_Y
    body = [_line([place[node] for node in chain]) for chain in chains]
    body += [_back(place[a], place[b]) for a, b in graph.back]
    body += [_box(name, note, place[name], graph.colours.get(name, "#eef3f7")) for name, note in graph.nodes.items()]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img">',
        f"<title>{escape(graph.title)}</title>", f"<style>{STYLE}</style>",
        *(f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
          f'<path d="M0,0 L8,4 L0,8 z" fill="{colour}"/></marker>'
          for kind, colour in (("tip", "#5b7083"), ("tip-back", "#b3473f"))),
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>', *body, "</svg>", "",
    ])


def _rows(graph: Graph) -> tuple[list[list[str]], list[list[str]]]:
    """Return the nodes of each layer and the way of each edge; what passes a layer has a place in it."""
    layer = layers(list(graph.nodes), graph.edges)
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for node in graph.nodes:
        rows[layer[node]].append(node)
    chains = []
    for a, b in graph.edges:
        passed = [f"{a}>{b}@{each}" for each in range(layer[a] + 1, layer[b])]
        for each, name in enumerate(passed, start=layer[a] + 1):
            rows[each].append(name)
        chains.append([a, *passed, b])
    return rows, chains


def _sort(rows: list[list[str]], chains: Sequence[Sequence[str]], forwards: bool) -> None:
    """Sort each layer by the mean place of the neighbours in the layer above it (or below it)."""
    neighbours: dict[str, list[str]] = {}
    for chain in chains:
        for a, b in pairwise(chain):
            neighbours.setdefault(b if forwards else a, []).append(a if forwards else b)
    for row in rows if forwards else rows[::-1]:
        where = {node: index - (len(each) - 1) / 2 for each in rows for index, node in enumerate(each)}
        near = {node: [where[each] for each in neighbours.get(node, ())] for node in row}
        mean = {node: sum(near[node]) / len(near[node]) if near[node] else where[node] for node in row}
        row.sort(key=mean.__getitem__)


def _box(name: str, note: str, at: tuple[float, float], colour: str) -> str:
    x, y = at
    lines = [f'<rect class="box" x="{x - WIDTH / 2:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="6" '
             f'fill="{colour}"/>',
             f'<text class="name" x="{x:g}" y="{y + (19 if note else 26):g}">{escape(name)}</text>']
    if note:
        lines.append(f'<text class="note" x="{x:g}" y="{y + 34:g}">{escape(note)}</text>')
    return "\n".join(lines)


def _line(way: Sequence[tuple[float, float]]) -> str:
    (x, y), *rest = way
    path = f"M{x:g},{y + HEIGHT:g}"
    for index, (to_x, to_y) in enumerate(rest):
        path += f" C{x:g},{to_y - GAP_Y / 2:g} {to_x:g},{to_y - GAP_Y / 2:g} {to_x:g},{to_y:g}"
        if index < len(rest) - 1:
            path += f" L{to_x:g},{to_y + HEIGHT:g}"
        x = to_x
    return f'<path class="line" d="{path}" marker-end="url(#tip)"/>'


def _back(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return a dashed line on the left of everything, from a node back to an earlier one."""
    (x, y), (to_x, to_y), aside = start, end, MARGIN + 4
    path = (f"M{x - WIDTH / 2:g},{y + HEIGHT / 2:g} C{aside},{y + HEIGHT / 2:g} {aside},{y + HEIGHT / 2:g} "
            f"{aside},{y - HEIGHT:g} L{aside},{to_y + 2 * HEIGHT:g} C{aside},{to_y + HEIGHT / 2:g} "
            f"{aside},{to_y + HEIGHT / 2:g} {to_x - WIDTH / 2:g},{to_y + HEIGHT / 2:g}")
    return f'<path class="back" d="{path}" marker-end="url(#tip-back)"/>'
