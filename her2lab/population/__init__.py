"""Population: virtual patients, keyed random streams, what a drug is in each of them. Knows no numerics."""

from her2lab.population import random
from her2lab.population.cohort import Cohort, draw
from her2lab.population.pharmacokinetics import check_drug, drug_parameters, typical_parameters
from her2lab.population.provenance import Provenance, provenance

__all__ = [
    "Cohort", "Provenance", "check_drug", "draw", "drug_parameters", "provenance", "random", "typical_parameters",
]
