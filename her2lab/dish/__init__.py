"""Cell experiments: lines in culture under drugs, ligands, knock-downs and washouts.

The cells are the module that a patient's clones are made of, so what is tested here is what runs in a trial.
"""

from her2lab.dish.culture import Culture, custom_line
from her2lab.dish.experiment import READOUTS, Course, run
from her2lab.dish.medium import KNOCKDOWNS, LIGANDS, Treatment

__all__ = ["KNOCKDOWNS", "LIGANDS", "READOUTS", "Course", "Culture", "Treatment", "custom_line", "run"]
