"""What is added to a culture, as parameters of the cell model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from her2lab.biology import assemble
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.cell_vocabulary import GENE_ALIASES, GENES, LIGANDS
from her2lab.facts.records import Drug
from her2lab.facts.units import convert
from her2lab.nearest import unknown

# slots of the cell model by the module of a drug, with the symbol of its concentration in the medium
_SLOTS = {
    "antibody": {f"antibody_{slot}": f"antibody_{slot}_free" for slot in "ab"},
    "small_molecule": {f"small_molecule_{slot}": f"small_molecule_{slot}_effective" for slot in "ab"},
    "cytotoxic": {f"cytotoxic_{slot}": f"cytotoxic_{slot}_tumour" for slot in "abc"},
}
_BLOCKADE = "er_blockade"


@dataclass(frozen=True)
class CultureTreatment:
    """What is added: concentrations in nM, and the share of each gene's product that a knock-down takes away.

    `changed` has drugs by id that take the place of the library's.
    """

    drugs: Mapping[str, float] = field(default_factory=dict)
    ligands: Mapping[str, float] = field(default_factory=dict)
    knockdown: Mapping[str, float] = field(default_factory=dict)
    changed: Mapping[str, Drug] = field(default_factory=dict)

    def parameters(self) -> dict[str, float]:
        """Return the parameters of the cell model that the drugs and ligands set.

        Raises
        ------
        InputError
            For an unknown drug or ligand, a drug that acts on patients only, or more drugs of a kind than slots.
        """
        values = {_in_line(LIGANDS[known("ligand", name, LIGANDS)].symbol): amount
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
                values |= _drug(self.changed[name] if name in self.changed else drugs[name], amount, taken)
        return values

    def silencing(self) -> dict[str, float]:
        """Return, by parameter of the cell model, the factor that each knock-down leaves."""
        return {_in_line(GENES[gene(name)].symbol): 1.0 - share for name, share in self.knockdown.items()}


def is_amount(parameter: str) -> bool:
    """Return whether a parameter is how much of something is in the medium, rather than what that something is like.

    A washout takes out the amounts; what is bound by then keeps the properties of its drug.
    """
    concentrations = {symbol for slots in _SLOTS.values() for symbol in slots.values()}
    return (parameter in concentrations or is_ligand(parameter) or parameter == _BLOCKADE
            or parameter.startswith("tool_"))


def is_ligand(parameter: str) -> bool:
    """Return whether a parameter is the concentration of a ligand."""
    return parameter in (_in_line(ligand.symbol) for ligand in LIGANDS.values())


def gene(name: str) -> str:
    """Return the gene of `GENES` that is called `name`, by symbol or by a common name, whatever its case.

    Raises
    ------
    InputError
        If there is none; the nearest is named.
    """
    plain = name.strip().lower()
    return GENE_ALIASES.get(plain) or known("gene", plain, GENES, also=GENE_ALIASES)


def in_vitro_drugs() -> dict[str, Drug]:
    """Return the drugs that act on cells in culture, by id."""
    return {name: drug for name, drug in library.drugs().items() if drug.module in (*_SLOTS, "endocrine")}


def compound(name: str) -> str:
    """Return the drug or tool compound that is called `name`, whatever its case, with spaces or dashes.

    Raises
    ------
    InputError
        If there is none; the nearest is named.
    """
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    return plain if plain in library.tools() else library.drug_id(name.strip(), also=library.tools())


def ligand(name: str) -> str:
    """Return the ligand that is called `name`, whatever its case.

    Raises
    ------
    InputError
        If there is none; the nearest is named.
    """
    return known("ligand", name.strip().lower(), LIGANDS)


def known(kind: str, name: str, names: Iterable[str], also: Iterable[str] = ()) -> str:
    """Return `name` if it is one of `names`, or refuse it with the nearest of these and `also`."""
    names = sorted(names)
    if name not in names:
        raise unknown(kind, name, names, also)
    return name


def _drug(drug: Drug, amount: float, taken: list[str]) -> dict[str, float]:
    if drug.module == "endocrine":
        return {_BLOCKADE: _blockade(drug, amount)}
    if drug.module not in _SLOTS:
        raise InputError("this drug has no effect on cells in culture", field="drug", value=drug.id,
                         expected="an antibody, a conjugate, a small molecule, a cytotoxic or an endocrine drug")
    free = [slot for slot in _SLOTS[drug.module] if slot not in taken]
    if not free:
        raise InputError(f"more {drug.module} drugs than the model of cells has slots", field="drug", value=drug.id,
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


def _in_line(symbol: str) -> str:
    """Return the id of ``module.symbol`` of the cells in culture."""
    return "line_" + symbol.replace(".", "_")
