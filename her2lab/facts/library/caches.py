"""Read the files anew after some of them have been written."""

from __future__ import annotations

from her2lab.facts.library import (
    cell_files,
    drug_files,
    guideline_files,
    management_files,
    monitoring_files,
    number_files,
    price_files,
    rule_files,
    trace_files,
    trial_files,
    trial_rule_files,
)


def clear_caches() -> None:
    """Let every file of facts be read again when it is next asked for."""
    modules = (cell_files, number_files, guideline_files, drug_files, monitoring_files, price_files, trial_files,
               rule_files, trace_files, trial_rule_files, management_files)
    for module in modules:
        for each in vars(module).values():
            if hasattr(each, "cache_clear"):
                each.cache_clear()
