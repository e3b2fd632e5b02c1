"""Read the files anew after some of them have been written."""

from __future__ import annotations

from her2lab.facts.library import (
    cells,
    constants,
    guidelines,
    medicines,
    monitoring,
    prices,
    protocols,
    rulebook,
    statements,
    tracing,
)


def forget() -> None:
    """Let every file of facts be read again when it is next asked for."""
    modules = (cells, constants, guidelines, medicines, monitoring, prices, protocols, rulebook, statements, tracing)
    for module in modules:
        for each in vars(module).values():
            if hasattr(each, "cache_clear"):
                each.cache_clear()
