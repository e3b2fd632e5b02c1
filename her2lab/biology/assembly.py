"""From Antimony modules and the facts about their constants to one model, as Antimony text and as SBML."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache

import antimony
import libsbml

from her2lab.biology.symbols import Module, Symbol, modules
from her2lab.biology.units import declare_units
from her2lab.errors import InputError, WorkError
from her2lab.facts import library
from her2lab.facts.quantity import Quantity
from her2lab.facts.units import convert


@dataclass(frozen=True)
class Constant:
    """A constant of the assembled model: where it is declared and which fact gives its value.

    `quantity` is None for the inputs and for what a drug brings to its slot.
    """

    id: str
    module: str
    symbol: Symbol
    quantity: Quantity | None
    value: float | None


@dataclass(frozen=True)
class Assembly:
    """One assembled model. `slots` maps the drug slots to the module that they hold."""

    name: str
    antimony: str
    sbml: str
    constants: dict[str, Constant]
    units: dict[str, str]
    slots: dict[str, str]

    def slot_symbols(self, slot: str) -> dict[str, Symbol]:
        """Return what a drug must bring to `slot`, by symbol name (without the slot's prefix)."""
        prefix = slot + "_"
        return {
            name[len(prefix):]: constant.symbol
            for name, constant in self.constants.items()
            if name.startswith(prefix) and constant.quantity is None
            and constant.symbol.name not in ("infusion", "unit_conversion")
        }


def slots() -> dict[str, str]:
    """Return the drug slots of a patient and the biology module that each holds."""
    return assemble().slots


@cache
def assemble(name: str = "patient") -> Assembly:
    """Assemble the model called `name`.

    Raises
    ------
    InputError
        If a constant has no value in facts/parameters, or a value there has no symbol.
    WorkError
        If Antimony refuses the text.
    """
    found = modules()
    if name not in found:
        raise InputError("unknown assembly", field="assembly", value=name, expected=" or ".join(sorted(found)))
    top = found[name]
    constants = _constants(top, found)
    values = "\n".join(
        f"  {constant.id} = {constant.value!r};" if constant.module == name
        else f"  {_dotted(top, constant)} = {constant.value!r};"
        for constant in constants.values() if constant.value is not None
    )
    body = top.text.rstrip()
    if not body.endswith("end"):
        raise InputError("the assembly does not close", file=top.path, expected="end as the last line")
    parts = [found[module].text for module in sorted({instance.module for instance in top.instances})]
    text = "\n".join([*parts, body[: -len("end")] + "\n  // values from facts/parameters\n" + values + "\nend\n"])
    units = _units(top, found)
    return Assembly(name, text, _to_sbml(text, name, units), constants, units, _slots(top, found))


def _constants(top: Module, found: dict[str, Module]) -> dict[str, Constant]:
    facts = library.module_facts()
    owners = [(top.name, "", top)] + [(i.module, i.name + "_", found[i.module]) for i in top.instances]
    constants: dict[str, Constant] = {}
    for module_name, prefix, module in owners:
        known = facts[module_name].parameters if module_name in facts else {}
        needed = {
            symbol.name: symbol for symbol in module.symbols.values()
            if symbol.constant and symbol.name not in module.arguments and symbol.name not in _assigned(module, found)
        }
        _check_names(module, known, needed)
        for symbol in needed.values():
            quantity = known.get(symbol.name)
            value = None if quantity is None else convert(quantity, symbol.unit)
            constants[prefix + symbol.name] = Constant(prefix + symbol.name, module_name, symbol, quantity, value)
    return constants


def _assigned(module: Module, found: dict[str, Module]) -> set[str]:
    """Symbols that get their value from an equation: the module's own, or one of a module that it passes them to."""
    assigned = set(module.assigned)
    for instance in module.instances:
        inner = found[instance.module]
        pairs = zip(instance.arguments, inner.arguments, strict=True)
        assigned.update(outer for outer, name in pairs if name in inner.assigned)
    return assigned


def _check_names(module: Module, known: dict[str, Quantity], needed: dict[str, Symbol]) -> None:
    file = f"facts/parameters/{module.name}.yaml"
    for name in known:
        if name not in needed:
            nearest = difflib.get_close_matches(name, needed, 1)
            hint = f"; did you mean {nearest[0]}?" if nearest else ""
            raise InputError(f"module {module.name} has no such constant{hint}", file=file, field=f"parameters.{name}")
    for symbol in needed.values():
        if symbol.name not in known and not symbol.has_default:
            raise InputError(f"constant {symbol.name} of {module.path.name} has no value", file=file,
                             field=f"parameters.{symbol.name}", expected=f"a value in {symbol.unit}")


def _dotted(top: Module, constant: Constant) -> str:
    for instance in top.instances:
        if constant.id == f"{instance.name}_{constant.symbol.name}" and instance.module == constant.module:
            return f"{instance.name}.{constant.symbol.name}"
    raise WorkError(f"no instance for {constant.id}")


def _units(top: Module, found: dict[str, Module]) -> dict[str, str]:
    units = {symbol.name: symbol.unit for symbol in top.symbols.values()}
    for instance in top.instances:
        module = found[instance.module]
        for symbol in module.symbols.values():
            if symbol.name not in module.arguments:
                units[f"{instance.name}_{symbol.name}"] = symbol.unit
    return units


def _slots(top: Module, found: dict[str, Module]) -> dict[str, str]:
    return {i.name: i.module for i in top.instances if "infusion" in found[i.module].symbols}


def _to_sbml(text: str, name: str, units: dict[str, str]) -> str:
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(text) < 0:
        raise WorkError(f"Antimony refuses the assembly {name}: {antimony.getLastError()}")
    document = libsbml.readSBMLFromString(antimony.getSBMLString(name))
    declare_units(document, units)
    return str(libsbml.writeSBMLToString(document))
