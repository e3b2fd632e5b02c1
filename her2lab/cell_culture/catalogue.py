"""What can be asked of a culture, in words: readouts, ligands and genes, each with its place in the model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from her2lab.biology import assemble
from her2lab.facts.cell_vocabulary import GENES, LIGANDS, READOUTS

_PREFIX = re.compile(r"^line_(?:signal_|fate_|her_)?")  # of ids of the cells in culture


@dataclass(frozen=True)
class Entry:
    """Something that can be read, added or knocked down. `source` is its file and symbol in biology/."""

    id: str
    meaning: str
    unit: str
    source: str
    aliases: tuple[str, ...] = ()


def unit(readout: str) -> str:
    """Return the unit of a readout."""
    return READOUTS[readout].unit or assemble("cell").units[READOUTS[readout].symbol]


def readouts() -> list[Entry]:
    """Return every readout."""
    return [Entry(name, each.meaning, unit(name), f"biology/{each.module}.ant, {_PREFIX.sub('', each.symbol)}")
            for name, each in READOUTS.items()]


def ligands() -> list[Entry]:
    """Return every ligand, as concentration in the medium."""
    return [Entry(name, each.meaning, "nM", _place(each.symbol)) for name, each in LIGANDS.items()]


def genes() -> list[Entry]:
    """Return every gene that can be knocked down, as the share of its product that is taken away."""
    return [Entry(name, each.meaning, "1", _place(each.symbol), each.aliases) for name, each in GENES.items()]


def _place(symbol: str) -> str:
    """Return file and symbol of an id of the cells: ``her`` and ``signal`` are their receptor and their network."""
    part, _, name = symbol.rpartition(".")
    module = {"her": "receptor", "signal": "network", "": "cancer_cell"}[part]
    return f"biology/{module}.ant, {name}"
