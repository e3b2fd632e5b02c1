"""What can be asked of a culture, in words: readouts, ligands and genes, each with its place in the model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from her2lab.biology import assemble
from her2lab.cell_culture.experiment import READOUTS
from her2lab.cell_culture.medium import GENE_ALIASES, KNOCKDOWNS, LIGANDS

# readout -> meaning, module of biology/ whose equation it is
_MEANINGS = {
    "pegfr": ("phosphorylated HER1", "receptor"),
    "pher2": ("phosphorylated HER2", "receptor"),
    "pher3": ("phosphorylated HER3", "receptor"),
    "pakt": ("phosphorylated AKT, 0 to 1", "network"),
    "perk": ("phosphorylated ERK, 0 to 1", "network"),
    "ps6k": ("phosphorylated S6K, output of mTORC1, 0 to 1", "network"),
    "pgsk3": ("phosphorylated, thus inhibited, GSK3, 0 to 1", "network"),
    "p53": ("p53, 0 to 1", "network"),
    "mdm2": ("active MDM2, 0 to 1", "network"),
    "foxo": ("active (nuclear) FOXO, 0 to 1", "network"),
    "cyclin_d": ("cyclin D", "network"),
    "p27": ("p27, brake of CDK4/6", "network"),
    "bim": ("BIM, drives apoptosis", "network"),
    "surface_her2": ("full-length HER2 on the surface, with and without antibody", "receptor"),
    "surface_her3": ("HER3 on the surface", "receptor"),
    "shed_ecd": ("extracellular domain of HER2 shed into the medium since the treatment or the last change of medium",
                 "cell"),
    "net_growth": ("growth less death of the cells", "clone"),
    "apoptosis": ("drive of apoptosis, 0 to 1", "network"),
    "viability": ("living cells, of those without the treatment at that time", "cell"),
    "payload": ("payload of the first conjugate set free in the cells", "cancer_cell"),
    "pher4": ("phosphorylated HER4", "receptor"),
    "adcc": ("engagement that a full set of effector cells would have, 0 to 1", "cancer_cell"),
    "prb": ("phosphorylated RB, 0 to 1", "network"),
    "psrc": ("active SRC", "network"),
    "pstat3": ("phosphorylated STAT3", "network"),
    "il6": ("interleukin 6 made by the cells", "network"),
    "notch": ("active NOTCH1", "network"),
    "er": ("signalling of the oestrogen receptor", "network"),
    "survivin": ("survivin, restrains apoptosis", "network"),
    "igf1r": ("IGF1R", "network"),
    "irs1": ("IRS1 that S6K has not taken away", "network"),
    "pi3k": ("active PI3K, 0 to 1", "network"),
    "ptsc2": ("release of mTORC1 by TSC2", "network"),
    "her3_total": ("HER3, all on the surface in this model", "receptor"),
    "proliferation": ("share of cells in cycle", "network"),
    "cytotoxic_kill": ("death by cytotoxic drugs", "clone"),
    "kill_of_dividing": ("death that dividing cells would have by cytotoxic drugs", "clone"),
    "cell_number": ("living cells, of those at the start of the treatment", "cell"),
}
_PREFIX = re.compile(r"^line_(?:signal_|fate_|her_)?")  # of ids of the cells in culture
_UNITS = {"viability": "1", "cell_number": "1"}  # ratios, though the model counts cells
_LIGANDS = {
    "egf": "EGF, binds HER1", "nrg1": "neuregulin 1, binds HER3 and HER4", "igf1": "IGF1, binds IGF1R",
    "hgf": "HGF, binds MET", "fgf": "FGF, binds FGFR", "il6": "interleukin 6, activates STAT3",
}
_GENES = {
    "egfr": "HER1", "erbb2": "HER2", "erbb3": "HER3", "erbb4": "HER4", "grb2": "GRB2, links receptors to RAS",
    "igf1r": "IGF1R", "met": "MET", "fgfr": "FGFR", "src": "SRC", "stat3": "STAT3", "notch1": "NOTCH1",
    "plaur": "uPAR, the urokinase receptor", "ptpn1": "PTP1B", "bim": "BIM", "pten": "PTEN", "rb1": "RB", "tp53": "p53",
    "abcb1": "MDR1, the drug transporter",
}


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
    return _UNITS.get(readout) or assemble("cell").units[READOUTS[readout]]


def readouts() -> list[Entry]:
    """Return every readout."""
    return [_readout(name, symbol) for name, symbol in READOUTS.items()]


def ligands() -> list[Entry]:
    """Return every ligand, as concentration in the medium."""
    return [Entry(name, _LIGANDS.get(name, name), "nM", _place(symbol)) for name, symbol in LIGANDS.items()]


def genes() -> list[Entry]:
    """Return every gene that can be knocked down, as the share of its product that is taken away."""
    return [Entry(name, _GENES.get(name, name), "1", _place(symbol),
                  tuple(alias for alias, target in GENE_ALIASES.items() if target == name))
            for name, symbol in KNOCKDOWNS.items()]


def _readout(name: str, symbol: str) -> Entry:
    meaning, module = _MEANINGS.get(name, (name, "cell"))
    return Entry(name, meaning, unit(name), f"biology/{module}.ant, {_PREFIX.sub('', symbol)}")


def _place(symbol: str) -> str:
    """Return file and symbol of an id of the cells: ``her`` and ``signal`` are their receptor and their network."""
    part, _, name = symbol.rpartition(".")
    module = {"her": "receptor", "signal": "network", "": "cancer_cell"}[part]
    return f"biology/{module}.ant, {name}"
