"""The constants of the biology modules, of ``facts/parameters``, and other files of numbers of the same form."""

from __future__ import annotations

from her2lab.facts.frozen import FrozenDict, MappingOf
from her2lab.facts.quantity import Quantity, Record, Source


class ModuleFacts(Record):
    """Values of the constants of one biology module (file name = module name)."""

    module: str
    title: str
    parameters: MappingOf[str, Quantity]
    sources: MappingOf[str, Source] = FrozenDict()
