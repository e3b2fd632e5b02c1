"""Add up what drugs do: one line of an assembly speaks for every drug slot that it has.

A line of the form

    sum over slots gut_drive = gut_potency [L/mg] * concentration;   // [1]

gives each slot with a symbol ``SLOT_concentration`` a constant ``SLOT_gut_potency``, which a drug may bring and which
is zero otherwise, and makes ``gut_drive`` the sum of the products over the slots. Several products are joined by ``+``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from her2lab.biology.statements import AntimonyStatement
from her2lab.biology.symbols import SUM_OVER_SLOTS, Module, module_of, unit_and_meaning
from her2lab.errors import InputError

_PRODUCT = re.compile(r"^\s*(\w+)\s*\[([^\]]+)\]\s*\*\s*(\w+)\s*$")


def summed(top: Module, found: dict[str, Module]) -> Module:
    """Return an assembly in which every ``sum over slots`` is written out.

    Raises
    ------
    InputError
        If such a line is not of the form, or no slot has the symbol that it names.
    """
    slots = [each.name for each in top.instances if each.module in found and found[each.module].inputs]
    lines: list[AntimonyStatement] = []
    for statement in top.statements:
        match = SUM_OVER_SLOTS.match(statement.code)
        lines += _written_out(top, statement, match.group(1), match.group(2), slots) if match else [statement]
    return module_of(top.path, lines)


def _written_out(top: Module, statement: AntimonyStatement, name: str, text: str,
                 slots: Sequence[str]) -> list[AntimonyStatement]:
    """Return the declarations of the sum and of its constants, and its equation."""
    unit, meaning = unit_and_meaning(top.path, statement)
    constants: list[AntimonyStatement] = []
    terms: list[str] = []
    for product in text.split(" + "):
        if (match := _PRODUCT.match(product)) is None:
            raise InputError("cannot be added up", file=top.path, line=statement.line, field=name,
                             value=product.strip(), expected="constant [unit] * symbol")
        constant, of_constant, symbol = match.groups()
        having = [slot for slot in slots if f"{slot}_{symbol}" in top.symbols]
        if not having:
            raise InputError("no drug slot has this symbol", file=top.path, line=statement.line, field=name,
                             value=symbol)
        constants += [AntimonyStatement(f"optional const {slot}_{constant} = 0;", f"[{of_constant}] share in {name}",
                                statement.line) for slot in having]
        terms += [f"{slot}_{constant}*{slot}_{symbol}" for slot in having]
    declared = AntimonyStatement(f"var {name};", f"[{unit}] {meaning or 'over all drug slots'}", statement.line)
    return [declared, *constants, AntimonyStatement(f"{name} := {' + '.join(terms)};", "", statement.line)]
