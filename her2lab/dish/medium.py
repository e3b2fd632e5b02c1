"""What is added to a culture, as parameters of the cell model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from her2lab.biology import assemble
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Drug
from her2lab.facts.units import convert

LIGANDS = {"egf": "her.egf", "nrg1": "her.neuregulin", "igf1": "signal.igf1", "hgf": "signal.hgf",
           "fgf": "signal.fgf", "il6": "signal.stromal_il6"}
KNOCKDOWNS = {
    "egfr": "her.synthesis_her1", "erbb2": "her.synthesis_her2", "erbb3": "her.synthesis_her3",
    "erbb4": "her.synthesis_her4", "grb2": "signal.grb2_level", "igf1r": "signal.igf1r_level",
    "met": "signal.met_level", "fgfr": "signal.fgfr_level", "src": "signal.src_level", "stat3": "signal.stat3_level",
    "notch1": "signal.notch_level", "plaur": "signal.upar_level", "ptpn1": "signal.ptp1b_level",
    "bim": "signal.bim_level", "pten": "signal.pten", "rb1": "signal.rb_function", "tp53": "signal.p53_function",
    "abcb1": "efflux_level",
}
# slots of the cell model by the module of a drug, with the symbol of its concentration in the medium
_SLOTS = {
    "antibody": {"antibody_a": "antibody_a_free", "antibody_b": "antibody_b_free"},
    "small_molecule": {"small_molecule_a": "small_molecule_a_effective", "small_molecule_b": "small_molecule_b_effective"},
    "cytotoxic": {f"cytotoxic_{slot}": f"cytotoxic_{slot}_tumour" for slot in "abc"},
}


@dataclass(frozen=True)
class Treatment:
    """What is added: concentrations in nM, and the share of each gene's product that a knock-down takes away."""

    drugs: Mapping[str, float] = field(default_factory=dict)
    ligands: Mapping[str, float] = field(default_factory=dict)
    knockdown: Mapping[str, float] = field(default_factory=dict)

    def parameters(self) -> dict[str, float]:
        """Return the parameters of the cell model that the drugs and ligands set.

        Raises
        ------
        InputError
            For an unknown drug or ligand, a drug that acts on patients only, or more drugs of a kind than slots.
        """
        values = {f"line_{LIGANDS[known('ligand', name, LIGANDS)].replace('.', '_')}": amount
                  for name, amount in self.ligands.items()}
        if not self.drugs:
            return values
        tools, drugs = library.tools(), library.drugs()
        taken: list[str] = []
        for name, amount in self.drugs.items():
            known("drug", name, [*drugs, *tools])
            if name in tools:
                tool = tools[name]
                values[f"tool_{tool.target}"] = amount / convert(tool.half_inhibition, "nM")
            else:
                values |= _drug(drugs[name], amount, taken)
        return values

    def silencing(self) -> dict[str, float]:
        """Return, by parameter of the cell model, the factor that each knock-down leaves."""
        return {f"line_{KNOCKDOWNS[known('gene', gene, KNOCKDOWNS)].replace('.', '_')}": 1.0 - share
                for gene, share in self.knockdown.items()}


def known(kind: str, name: str, names: Iterable[str]) -> str:
    """Return `name` if it is one of `names`, or refuse it with the nearest."""
    names = list(names)
    if name not in names:
        nearest = get_close_matches(name, names, 1)
        raise InputError(f"unknown {kind}" + (f"; did you mean {nearest[0]}?" if nearest else ""), field=kind,
                         value=name, expected=None if nearest else " or ".join(sorted(names)))
    return name


def _drug(drug: Drug, amount: float, taken: list[str]) -> dict[str, float]:
    if drug.module == "endocrine":
        return {"er_blockade": _blockade(drug, amount)}
    if drug.module not in _SLOTS:
        raise InputError("this drug has no effect on cells in a dish", field="drug", value=drug.id,
                         expected="an antibody, a conjugate, a small molecule, a cytotoxic or an endocrine drug")
    free = [slot for slot in _SLOTS[drug.module] if slot not in taken]
    if not free:
        raise InputError(f"more {drug.module} drugs than the dish has slots", field="drug", value=drug.id,
                         expected=f"at most {len(_SLOTS[drug.module])}")
    slot = free[0]
    taken.append(slot)
    given = assemble("cell").slot_symbols(slot)
    values = {f"{slot}_{name}": convert(quantity, given[name].unit, molar_mass=drug.molar_mass)
              for name, quantity in drug.parameters.items() if name in given}
    return values | {_SLOTS[drug.module][slot]: amount}


def _blockade(drug: Drug, amount: float) -> float:
    half = convert(drug.parameters["half_effect"], "nM", molar_mass=drug.molar_mass)
    return drug.parameters["maximum_effect"].value * amount / (half + amount)
