"""Add up what drugs do: one line of an assembly speaks for every drug slot that it has.

A line of the form

    var gut_drive;   // [1] over slots: gut_potency [L/mg] * concentration

gives each slot with a symbol ``SLOT_concentration`` a constant ``SLOT_gut_potency``, which a drug may bring and which
is zero otherwise, and makes ``gut_drive`` the sum of the products over the slots. Several products are joined by ``+``.
"""

from __future__ import annotations

import re

from her2lab.biology.symbols import DECLARATION, Module, parse
from her2lab.errors import InputError

_OPENING = "over slots:"
_PRODUCT = re.compile(r"^\s*(\w+)\s*\[([^\]]+)\]\s*\*\s*(\w+)\s*$")


def summed(top: Module, found: dict[str, Module]) -> Module:
    """Return an assembly in which every line ``over slots`` is written out.

    Raises
    ------
    InputError
        If such a line is not of the form, or no slot has the symbol that it names.
    """
    slots = [each.name for each in top.instances if each.module in found and found[each.module].inputs]
    lines: list[str] = []
    for line in top.text.splitlines():
        declared = DECLARATION.match(line)
        if declared is None or not declared.group(5).startswith(_OPENING):
            lines.append(line)
            continue
        name, unit, text = declared.group(2), declared.group(4), declared.group(5).removeprefix(_OPENING)
        constants, terms = _written_out(top, name, text, slots)
        lines += [f"  var {name};  // [{unit}] over all drug slots", *constants, f"  {name} := {' + '.join(terms)};"]
    return parse(top.path, "\n".join(lines) + "\n")


def _written_out(top: Module, name: str, text: str, slots: list[str]) -> tuple[list[str], list[str]]:
    """Return the declarations of the constants and the terms of the sum."""
    constants: list[str] = []
    terms: list[str] = []
    for product in text.split(" + "):
        if (match := _PRODUCT.match(product)) is None:
            raise InputError("cannot be added up", file=top.path, field=name, value=product.strip(),
                             expected="over slots: constant [unit] * symbol")
        constant, unit, symbol = match.groups()
        having = [slot for slot in slots if f"{slot}_{symbol}" in top.symbols]
        if not having:
            raise InputError("no drug slot has this symbol", file=top.path, field=name, value=symbol)
        constants += [f"  const {slot}_{constant} = 0;  // [{unit}] optional: share in {name}" for slot in having]
        terms += [f"{slot}_{constant}*{slot}_{symbol}" for slot in having]
    return constants, terms
