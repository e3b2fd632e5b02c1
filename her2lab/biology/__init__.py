"""Biology: Antimony modules, assembled into one patient. Knows nothing of trials or numerics."""

from her2lab.biology.assembly import (
    EXACT,
    PATIENT,
    Assembly,
    Constant,
    DeclaredSymbol,
    assemble,
    check_numbers,
    declared_symbols,
    slots,
)
from her2lab.biology.symbols import Module, Symbol, modules

__all__ = [
    "EXACT",
    "PATIENT",
    "Assembly",
    "Constant",
    "DeclaredSymbol",
    "Module",
    "Symbol",
    "assemble",
    "check_numbers",
    "declared_symbols",
    "modules",
    "slots",
]
