"""Virtual trials: dosing, visits, decisions, endpoints and their statistics. Knows nothing of the model's equations.

>>> from her2lab import trial
>>> from her2lab.facts import library
>>> result = trial.run(library.trial("cleopatra"), patients=100, seed=1)  # doctest: +SKIP
>>> trial.write(result, "results/cleopatra")  # doctest: +SKIP
"""

from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.context import TrialContext, trial_context
from her2lab.trial.feasibility import check, check_conduct
from her2lab.trial.results.trial_result import TrialResult, write
from her2lab.trial.run import run_arms, run_patient, run_trial

__all__ = ["ArmOutcome", "TrialContext", "TrialResult", "check", "check_conduct", "run_arms", "run_patient",
           "run_trial", "trial_context", "write"]
