"""Virtual trials: dosing, visits, decisions, endpoints and their statistics. Knows nothing of the model's equations.

>>> from her2lab import trial
>>> from her2lab.facts import library
>>> result = trial.run(library.trial("cleopatra"), patients=100, seed=1)  # doctest: +SKIP
>>> trial.write(result, "results/cleopatra")  # doctest: +SKIP
"""

from her2lab.trial.arm_outcome import Conduct
from her2lab.trial.protocol import carry_out, check, run, run_patient
from her2lab.trial.result import TrialResult, write
from her2lab.trial.setting import Setting, prepare

__all__ = ["Conduct", "Setting", "TrialResult", "carry_out", "check", "prepare", "run", "run_patient", "write"]
