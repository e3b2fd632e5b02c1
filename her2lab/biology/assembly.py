"""From Antimony modules and the facts about their constants to one model, as Antimony text and as SBML."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import antimony
import libsbml

from her2lab import storage
from her2lab.biology import patient_interface
from her2lab.biology.summing import summed
from her2lab.biology.symbols import INPUTS, Module, Symbol, modules
from her2lab.biology.units import declare_units
from her2lab.biology.wiring import inherited, inner_modules, wired, wired_top
from her2lab.errors import InputError, WorkError
from her2lab.facts import library
from her2lab.facts.quantity import Quantity
from her2lab.facts.records import ModuleFacts
from her2lab.facts.units import convert
from her2lab.nearest import did_you_mean

PATIENT, CELL = "patient", "cell"           # what trials simulate, and what experiments on cells do
EXACT = ("unit_conversion", "nanograms")  # conversions of units, which are not a drug's to bring


@dataclass(frozen=True)
class Constant:
    """A constant of the assembled model: where it is declared and which fact gives its value.

    `module` is the file of facts/parameters that may give its value, `name` its name there: that of the symbol, or
    ``instance.symbol`` where a file speaks for one instance inside its module. `quantity` is None for the inputs and
    for what a drug brings to its slot.
    """

    id: str
    module: str
    name: str
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
    inputs: dict[str, tuple[str, ...]]

    def slot_symbols(self, slot: str) -> dict[str, Symbol]:
        """Return what a drug may bring to `slot`, by symbol name (without the slot's prefix)."""
        prefix = slot + "_"
        return {
            name[len(prefix):]: constant.symbol
            for name, constant in self.constants.items()
            if name.startswith(prefix) and constant.quantity is None
            and constant.symbol.name not in (*INPUTS, *EXACT)
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
        If a constant has no value in facts/parameters, or a value there has no symbol, or the patient lacks what
        trials read and set.
    WorkError
        If Antimony refuses the text.
    """
    found = modules()
    if name not in found:
        raise InputError("unknown assembly", field="assembly", value=name, expected=" or ".join(sorted(found)))
    top = summed(found[name], found)
    parts = _parts(_PlacedModule(top), found)
    constants = _constants(parts, found, library.module_facts())
    values = [f"  {path} = {constants[key].value!r};" for key, path in _paths(parts).items()
              if key in constants and constants[key].value is not None]
    inner = [line for module in inner_modules(top, found) for line in wired(found[module], found)]
    text = "\n".join([*inner, *wired_top(top, found), "  // values from facts/parameters", *values, "end", ""])
    units = _units(parts, found)
    held = {part.prefix[:-1]: part.module for part in parts if part.depth == 1 and part.module.inputs}
    inputs = {slot: tuple(module.inputs) for slot, module in held.items()}
    if name == PATIENT:
        patient_interface.check(units, constants, inputs)
    return Assembly(name, text, _to_sbml(text, name, units), constants, units,
                    {slot: module.name for slot, module in held.items()}, inputs)


@dataclass(frozen=True)
class DeclaredSymbol:
    """A symbol of an assembled model: its declaration, and the module that gives it its equation, if one does.

    `place` is where that module stands, such as ``clone_1.her``; empty for the assembly itself.
    """

    symbol: Symbol
    module: str
    place: str


@cache
def declared_symbols(name: str = PATIENT) -> dict[str, DeclaredSymbol]:
    """Return every symbol of the assembly called `name`, by id."""
    found = modules()
    top = summed(found[name], found)
    declared = {key: DeclaredSymbol(symbol, name, "") for key, symbol in inherited(top, found).items()}
    _declare(top, "", {}, found, declared)
    return declared


def _declare(module: Module, place: str, known: Mapping[str, str], found: dict[str, Module],
             declared: dict[str, DeclaredSymbol]) -> None:
    """Add the symbols of a module; `known` are the ids of those that belong to another: its arguments, shared ones."""
    prefix = f"{place.replace('.', '_')}_" if place else ""
    ids = {name: name if symbol.shared else known.get(name, prefix + name) for name, symbol in module.symbols.items()}
    for name, symbol in module.symbols.items():
        outer = declared.get(ids[name])
        if outer is None:
            declared[ids[name]] = DeclaredSymbol(symbol, module.name, place)
        elif name in module.assigned:
            said = outer.symbol if outer.symbol.meaning else symbol
            declared[ids[name]] = DeclaredSymbol(said, module.name, place)
    for instance in module.instances:
        inner = found[instance.module]
        passed = dict(zip(inner.arguments, (ids.get(each, each) for each in instance.arguments), strict=True))
        _declare(inner, f"{place}.{instance.name}".strip("."), passed, found, declared)


def check_numbers(file: ModuleFacts) -> None:
    """Require that patient and cell can be assembled with a file of numbers in place of the one of its name.

    Raises
    ------
    InputError
        If a constant has no value, or a value no constant. A file of no module passes.
    """
    found, facts = modules(), {**library.module_facts(), file.module: file}
    for parts in (_all_parts(name) for name in (PATIENT, CELL) if file.module in found):
        _constants([part for part in parts if file.module in (part.module.name, part.user)], found, facts)


@dataclass(frozen=True)
class _PlacedModule:
    """One module in its place: `prefix` opens the ids of its symbols, `path` their dotted names; `user` holds it."""

    module: Module
    prefix: str = ""
    path: str = ""
    depth: int = 0
    user: str = ""


@cache
def _all_parts(name: str) -> list[_PlacedModule]:
    found = modules()
    return _parts(_PlacedModule(summed(found[name], found)), found)


def _parts(part: _PlacedModule, found: dict[str, Module]) -> list[_PlacedModule]:
    parts = [part]
    for instance in part.module.instances:
        inner, name = found[instance.module], instance.name
        placed = _PlacedModule(inner, f"{part.prefix}{name}_", f"{part.path}{name}.", part.depth + 1, part.module.name)
        parts += _parts(placed, found)
    return parts


def _paths(parts: list[_PlacedModule]) -> dict[str, str]:
    return {part.prefix + name: part.path + name for part in parts for name in part.module.symbols}


def _constants(parts: list[_PlacedModule], found: dict[str, Module],
               facts: Mapping[str, ModuleFacts]) -> dict[str, Constant]:
    constants: dict[str, Constant] = {}
    for part in parts:
        module = part.module
        own = facts[module.name].parameters if module.name in facts else {}
        of_user = facts[part.user].parameters if part.user in facts else {}
        needed = _needed(module, found)
        _check_names(module, own, needed, found)
        for symbol in needed.values():
            name = part.prefix + symbol.name
            if name in constants:
                raise InputError("two symbols of the assembly have this name", file=module.path, field=name)
            special = f"{part.path.split('.')[-2]}.{symbol.name}" if part.path else ""
            holder, known, values = ((part.user, special, of_user) if special in of_user
                                     else (module.name, symbol.name, own))
            quantity = values.get(known)
            if quantity is None and symbol.default is None:
                raise InputError(f"constant {symbol.name} of {module.path.name} has no value",
                                 file=f"facts/parameters/{module.name}.yaml", field=f"parameters.{symbol.name}",
                                 expected=f"a value in {symbol.unit}")
            value = None if quantity is None else convert(quantity, symbol.unit)
            constants[name] = Constant(name, holder, known, symbol, quantity, value)
    if parts and parts[0].depth == 0:
        top = parts[0].module
        for name, symbol in inherited(top, found).items():
            if name in constants:
                raise InputError("a shared symbol has the name of another", file=top.path, field=name)
            constants[name] = Constant(name, top.name, name, symbol, None, None)
    return constants


def _needed(module: Module, found: dict[str, Module]) -> dict[str, Symbol]:
    """Return the constants of a module that no equation gives a value, by name."""
    assigned = _assigned(module, found)
    return {symbol.name: symbol for symbol in module.own_constants if symbol.name not in assigned}


def _assigned(module: Module, found: dict[str, Module]) -> set[str]:
    """Symbols that get their value from an equation: the module's own, or one of a module that it passes them to."""
    assigned = set(module.assigned)
    for instance in module.instances:
        inner = found[instance.module]
        inside = _assigned(inner, found)
        pairs = zip(instance.arguments, inner.arguments, strict=True)
        assigned.update(outer for outer, name in pairs if name in inside)
    return assigned


def _check_names(module: Module, known: Mapping[str, Quantity], needed: dict[str, Symbol],
                 found: dict[str, Module]) -> None:
    """Require that each value of a module's file belongs to a constant of it, or of an instance inside it."""
    inside = [f"{each.name}.{name}" for each in module.instances for name in _needed(found[each.module], found)]
    for name in known:
        if name not in needed and name not in inside:
            hint = did_you_mean(name, [*needed, *inside])
            raise InputError(f"module {module.name} has no such constant{hint}",
                             file=f"facts/parameters/{module.name}.yaml", field=f"parameters.{name}")


def _units(parts: list[_PlacedModule], found: dict[str, Module]) -> dict[str, str]:
    units = {name: symbol.unit for name, symbol in inherited(parts[0].module, found).items()}
    for part in parts:
        for symbol in part.module.symbols.values():
            if not symbol.shared and (part.depth == 0 or symbol.name not in part.module.arguments):
                units[part.prefix + symbol.name] = symbol.unit
    return units


def _to_sbml(text: str, name: str, units: dict[str, str]) -> str:
    """Translate the text; Antimony takes seconds for a patient, so the translation is kept on disk."""
    versions = (antimony.__version__, libsbml.getLibSBMLDottedVersion())
    key = hashlib.sha256(repr((versions, name, text, sorted(units.items()))).encode()).hexdigest()
    kept = storage.load(f"assembly-{key}.xml")
    if kept is not None:
        return kept.decode()
    sbml = _translated(text, name, units)
    storage.store(f"assembly-{key}.xml", sbml.encode())
    return sbml


def _translated(text: str, name: str, units: dict[str, str]) -> str:
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(text) < 0:
        raise WorkError(f"Antimony refuses the assembly {name}: {antimony.getLastError()}")
    document = libsbml.readSBMLFromString(antimony.getSBMLString(name))
    declare_units(document, units)
    return str(libsbml.writeSBMLToString(document))
