"""Biology: Antimony modules, assembled into one patient. Knows nothing of trials or numerics."""

from her2lab.biology.assembly import Assembly, Constant, assemble, check_numbers, slots
from her2lab.biology.symbols import Module, Symbol, modules

__all__ = ["Assembly", "Constant", "Module", "Symbol", "assemble", "check_numbers", "modules", "slots"]
