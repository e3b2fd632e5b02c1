"""Cell experiments: lines in culture under drugs, ligands, knock-downs and washouts.

The cells are the module that a patient's clones are made of, so what is tested here is what runs in a trial.
"""

from her2lab.cell_culture.culture import Culture, custom_line
from her2lab.cell_culture.experiment import CultureTimeCourse, run
from her2lab.cell_culture.medium import CultureTreatment
from her2lab.cell_culture.network import Edge, Network, Node, network
from her2lab.cell_culture.study import DoseResponse, TreatedAndUntreated, compare, dose_response

__all__ = [
    "Culture",
    "CultureTimeCourse",
    "CultureTreatment",
    "DoseResponse",
    "Edge",
    "Network",
    "Node",
    "TreatedAndUntreated",
    "compare",
    "custom_line",
    "dose_response",
    "network",
    "run",
]
