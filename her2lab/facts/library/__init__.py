"""What there is in ``facts/``: drugs, trials, populations, rules, cell lines; each file read once."""

from her2lab.facts.library.caches import clear_caches
from her2lab.facts.library.cell_files import (
    cell_feature,
    cell_features,
    cell_line,
    cell_lines,
    perturbation_files,
    perturbations,
    tools,
)
from her2lab.facts.library.drug_files import drug, drug_at, drug_from, drug_id, drugs, regimens
from her2lab.facts.library.folders import files
from her2lab.facts.library.guideline_files import guidelines
from her2lab.facts.library.inspection import KINDS, validate_all, validate_files
from her2lab.facts.library.management_files import rule_sources, rules
from her2lab.facts.library.monitoring_files import monitoring
from her2lab.facts.library.number_files import (
    between_trials,
    between_trials_file,
    calibration,
    calibrations,
    credibility_plan,
    curve_indexes,
    digitised,
    module_facts,
    toxicity_calibration,
)
from her2lab.facts.library.own_rules import changed_drugs, changes_of, own_rules, rules_of, with_dose_levels
from her2lab.facts.library.price_files import prices
from her2lab.facts.library.rule_files import (
    disease_of,
    grades,
    rules_by_switch,
    rules_for,
    rules_in_force,
    setting_of,
    with_arms,
)
from her2lab.facts.library.trace_files import switches, trace_names
from her2lab.facts.library.trial_files import (
    doubts,
    earlier_lines,
    population,
    population_of,
    populations,
    trial,
    trial_from,
    trials,
)
from her2lab.facts.library.trial_rule_files import (
    analysis_limits,
    dosing_rules,
    measurement,
    pathology,
    prior_line_rules,
    recist,
)

__all__ = [
    "KINDS",
    "analysis_limits",
    "between_trials",
    "between_trials_file",
    "calibration",
    "calibrations",
    "cell_feature",
    "cell_features",
    "cell_line",
    "cell_lines",
    "changed_drugs",
    "changes_of",
    "clear_caches",
    "credibility_plan",
    "curve_indexes",
    "digitised",
    "disease_of",
    "dosing_rules",
    "doubts",
    "drug",
    "drug_at",
    "drug_from",
    "drug_id",
    "drugs",
    "earlier_lines",
    "files",
    "grades",
    "guidelines",
    "measurement",
    "module_facts",
    "monitoring",
    "own_rules",
    "pathology",
    "perturbation_files",
    "perturbations",
    "population",
    "population_of",
    "populations",
    "prices",
    "prior_line_rules",
    "recist",
    "regimens",
    "rule_sources",
    "rules",
    "rules_by_switch",
    "rules_for",
    "rules_in_force",
    "rules_of",
    "setting_of",
    "switches",
    "tools",
    "toxicity_calibration",
    "trace_names",
    "trial",
    "trial_from",
    "trials",
    "validate_all",
    "validate_files",
    "with_arms",
    "with_dose_levels",
]
