"""What cells in culture are made of, as far as files and commands may name it: one list of each kind.

Readouts, ligands, genes and parameters of the cell model, each with its place in the model, its meaning and its unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CellReadout:
    """What can be read of a culture: the symbol of the cell model, its meaning, the module whose equation it is.

    Findings say of an `extra` readout that it is one; `unit` is that of the symbol, unless the readout is a ratio.
    """

    symbol: str
    meaning: str
    module: str
    extra: bool = False
    unit: str | None = None


@dataclass(frozen=True)
class Ligand:
    """What can be added to the medium, in nM: the constant of the cell model and what it binds."""

    symbol: str
    meaning: str


@dataclass(frozen=True)
class Gene:
    """What can be knocked down, as a share: the constant of the cell model, its product, and other names of it.

    Other names are those of the gene, of its protein and of single members of a family that is one node here.
    """

    symbol: str
    meaning: str
    aliases: tuple[str, ...] = ()


READOUTS: Mapping[str, CellReadout] = {
    "pegfr": CellReadout("line_pegfr", "phosphorylated HER1", "receptor"),
    "pher2": CellReadout("line_pher2", "phosphorylated HER2", "receptor"),
    "pher3": CellReadout("line_pher3", "phosphorylated HER3", "receptor"),
    "pakt": CellReadout("line_akt", "phosphorylated AKT, 0 to 1", "network"),
    "perk": CellReadout("line_signal_erk", "phosphorylated ERK, 0 to 1", "network"),
    "ps6k": CellReadout("line_signal_s6k", "phosphorylated S6K, output of mTORC1, 0 to 1", "network"),
    "pgsk3": CellReadout("line_signal_pgsk3", "phosphorylated, thus inhibited, GSK3, 0 to 1", "network"),
    "p53": CellReadout("line_signal_p53", "p53, 0 to 1", "network"),
    "mdm2": CellReadout("line_signal_mdm2", "active MDM2, 0 to 1", "network"),
    "foxo": CellReadout("line_foxo", "active (nuclear) FOXO, 0 to 1", "network"),
    "cyclin_d": CellReadout("line_signal_cyclin_d", "cyclin D", "network"),
    "p27": CellReadout("line_signal_p27", "p27, brake of CDK4/6", "network"),
    "bim": CellReadout("line_signal_bim", "BIM, drives apoptosis", "network"),
    "surface_her2": CellReadout("line_surface_her2", "full-length HER2 on the surface, with and without antibody",
                                "receptor"),
    "surface_her3": CellReadout("line_surface_her3", "HER3 on the surface", "receptor"),
    "shed_ecd": CellReadout("shed_ecd", "extracellular domain of HER2 shed into the medium since the treatment or the "
                                        "last change of medium", "cell"),
    "net_growth": CellReadout("line_fate_net_growth", "growth less death of the cells", "clone"),
    "apoptosis": CellReadout("line_apoptosis", "drive of apoptosis, 0 to 1", "network"),
    "viability": CellReadout("cells", "living cells, of those without the treatment at that time", "cell", unit="1"),
    "payload": CellReadout("line_payload_a_inside", "payload of the first conjugate set free in the cells",
                           "cancer_cell"),
    "pher4": CellReadout("line_pher4", "phosphorylated HER4", "receptor", extra=True),
    "adcc": CellReadout("line_adcc", "engagement that a full set of effector cells would have, 0 to 1",
                        "cancer_cell", extra=True),
    "prb": CellReadout("line_signal_prb", "phosphorylated RB, 0 to 1", "network", extra=True),
    "psrc": CellReadout("line_src", "active SRC", "network", extra=True),
    "pstat3": CellReadout("line_signal_stat3", "phosphorylated STAT3", "network", extra=True),
    "il6": CellReadout("line_signal_il6", "interleukin 6 made by the cells", "network", extra=True),
    "notch": CellReadout("line_signal_notch", "active NOTCH1", "network", extra=True),
    "er": CellReadout("line_signal_er", "signalling of the oestrogen receptor", "network", extra=True),
    "survivin": CellReadout("line_signal_survivin", "survivin, restrains apoptosis", "network", extra=True),
    "igf1r": CellReadout("line_signal_igf1r", "IGF1R", "network", extra=True),
    "irs1": CellReadout("line_signal_irs1", "IRS1 that S6K has not taken away", "network", extra=True),
    "pi3k": CellReadout("line_signal_pi3k", "active PI3K, 0 to 1", "network", extra=True),
    "ptsc2": CellReadout("line_signal_ptsc2", "release of mTORC1 by TSC2", "network", extra=True),
    "her3_total": CellReadout("line_surface_her3", "HER3, all on the surface in this model", "receptor", extra=True),
    "proliferation": CellReadout("line_proliferation", "share of cells in cycle", "network", extra=True),
    "cytotoxic_kill": CellReadout("line_fate_cytotoxic_kill", "death by cytotoxic drugs", "clone", extra=True),
    "kill_of_dividing": CellReadout("line_fate_kill_of_dividing",
                                    "death that dividing cells would have by cytotoxic drugs", "clone", extra=True),
    "cell_number": CellReadout("cells", "living cells, of those at the start of the treatment", "cell", unit="1",
                               extra=True),
}
CONTRACT_READOUTS = tuple(name for name, readout in READOUTS.items() if not readout.extra)

LIGANDS: Mapping[str, Ligand] = {
    "egf": Ligand("her.egf", "EGF, binds HER1"),
    "nrg1": Ligand("her.neuregulin", "neuregulin 1, binds HER3 and HER4"),
    "igf1": Ligand("signal.igf1", "IGF1, binds IGF1R"),
    "hgf": Ligand("signal.hgf", "HGF, binds MET"),
    "fgf": Ligand("signal.fgf", "FGF, binds FGFR"),
    "il6": Ligand("signal.stromal_il6", "interleukin 6, activates STAT3"),
}

GENES: Mapping[str, Gene] = {
    "egfr": Gene("her.synthesis_her1", "HER1", ("her1", "erbb1")),
    "erbb2": Gene("her.synthesis_her2", "HER2", ("her2", "neu")),
    "erbb3": Gene("her.synthesis_her3", "HER3", ("her3",)),
    "erbb4": Gene("her.synthesis_her4", "HER4", ("her4",)),
    "grb2": Gene("signal.grb2_level", "GRB2, links receptors to RAS"),
    "igf1r": Gene("signal.igf1r_level", "IGF1R"),
    "met": Gene("signal.met_level", "MET", ("c-met", "cmet", "hgfr")),
    "fgfr": Gene("signal.fgfr_level", "FGFR", ("fgfr1",)),
    "src": Gene("signal.src_level", "SRC", ("c-src", "csrc")),
    "stat3": Gene("signal.stat3_level", "STAT3"),
    "notch1": Gene("signal.notch_level", "NOTCH1", ("notch",)),
    "plaur": Gene("signal.upar_level", "uPAR, the urokinase receptor", ("upar",)),
    "ptpn1": Gene("signal.ptp1b_level", "PTP1B", ("ptp1b",)),
    "bim": Gene("signal.bim_level", "BIM", ("bcl2l11",)),
    "pten": Gene("signal.pten", "PTEN"),
    "rb1": Gene("signal.rb_function", "RB", ("rb",)),
    "tp53": Gene("signal.p53_function", "p53", ("p53",)),
    "abcb1": Gene("efflux_level", "MDR1, the drug transporter", ("mdr1", "pgp")),
}
GENE_ALIASES: Mapping[str, str] = {alias: name for name, gene in GENES.items() for alias in gene.aliases}

# What of the cell model a line or a feature may set, and in which unit.
MODEL_PARAMETERS: Mapping[str, str] = {
    "receptor.her1_per_cell": "million/cell",
    "receptor.her2_per_cell": "million/cell",
    "receptor.her3_per_cell": "million/cell",
    "receptor.her4_per_cell": "million/cell",
    "receptor.p95_share": "1",
    "receptor.epitope_masking": "1",
    "receptor.autocrine_egf": "nM",
    "receptor.autocrine_neuregulin": "nM",
    "receptor.mutation_l755s": "1",
    "receptor.mutation_t798i": "1",
    "receptor.mutation_v777l": "1",
    "receptor.mutation_exon20": "1",
    "network.igf1r_level": "1",
    "network.met_level": "1",
    "network.fgfr_level": "1",
    "network.src_level": "1",
    "network.notch_level": "1",
    "network.upar_level": "1",
    "network.ptp1b_level": "1",
    "network.stat3_level": "1",
    "network.pten": "1",
    "network.pik3ca_drive": "1",
    "network.kras_drive": "1",
    "network.er_level": "1",
    "network.p53_function": "1",
    "network.rb_function": "1",
    "network.stromal_il6": "nM",
    "network.apoptosis_block": "1",
    "cancer_cell.efflux_level": "1",
    "payload.lysosomal_export": "1",
    "payload.topoisomerase_level": "1",
}
