"""Population: virtual patients, keyed random streams, what a drug is in each of them. Knows no numerics."""

from her2lab.population import random
from her2lab.population.cohort import Cohort, draw
from her2lab.population.pharmacokinetics import check_drug, drug_parameters, typical_parameters

__all__ = ["Cohort", "check_drug", "draw", "drug_parameters", "random", "typical_parameters"]
