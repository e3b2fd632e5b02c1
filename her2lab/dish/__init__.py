"""Cell experiments: lines in culture under drugs, ligands, knock-downs and washouts.

The cells are the module that a patient's clones are made of, so what is tested here is what runs in a trial.
"""

from her2lab.dish.culture import Culture, custom_line
from her2lab.dish.experiment import READOUTS, Course, run
from her2lab.dish.medium import KNOCKDOWNS, LIGANDS, Treatment
from her2lab.dish.network import Edge, Network, Node, network
from her2lab.dish.study import Comparison, DoseResponse, compare, dose_response

__all__ = [
    "KNOCKDOWNS",
    "LIGANDS",
    "READOUTS",
    "Comparison",
    "Course",
    "Culture",
    "DoseResponse",
    "Edge",
    "Network",
    "Node",
    "Treatment",
    "compare",
    "custom_line",
    "dose_response",
    "network",
    "run",
]
