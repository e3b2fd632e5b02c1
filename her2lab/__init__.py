"""her2lab: a laboratory of HER2-targeted therapy. Research use only.

>>> import her2lab
>>> trial = her2lab.load_trial("cleopatra")
>>> result = her2lab.run_trial(trial, patients=200, seed=1)  # doctest: +SKIP
>>> result.endpoints, result.plot("pfs")  # doctest: +SKIP

Each name is imported when it is first asked for, so that ``import her2lab`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from her2lab._version import __version__

if TYPE_CHECKING:
    from her2lab.api.claims import check_claims
    from her2lab.api.explain import Explanation, explain
    from her2lab.api.in_vitro import CultureResult, in_vitro
    from her2lab.api.library import claims, drugs, load_drug, load_trial, populations, rules, trials
    from her2lab.api.model import compile_model, patient_model
    from her2lab.api.new_trial import new_trial
    from her2lab.api.result import Result
    from her2lab.api.run import read_result, run_trial
    from her2lab.api.sweep import Sweep, sweep
    from her2lab.errors import Her2labError, InputError, WorkError
    from her2lab.exchange import PatientModel

_MODULE_OF = {  # public name -> the module that holds it
    "trials": "her2lab.api.library",
    "drugs": "her2lab.api.library",
    "populations": "her2lab.api.library",
    "claims": "her2lab.api.library",
    "rules": "her2lab.api.library",
    "load_trial": "her2lab.api.library",
    "load_drug": "her2lab.api.library",
    "new_trial": "her2lab.api.new_trial",
    "run_trial": "her2lab.api.run",
    "read_result": "her2lab.api.run",
    "Result": "her2lab.api.result",
    "sweep": "her2lab.api.sweep",
    "Sweep": "her2lab.api.sweep",
    "check_claims": "her2lab.api.claims",
    "explain": "her2lab.api.explain",
    "Explanation": "her2lab.api.explain",
    "in_vitro": "her2lab.api.in_vitro",
    "CultureResult": "her2lab.api.in_vitro",
    "compile_model": "her2lab.api.model",
    "patient_model": "her2lab.api.model",
    "PatientModel": "her2lab.exchange",
    "Her2labError": "her2lab.errors",
    "InputError": "her2lab.errors",
    "WorkError": "her2lab.errors",
}

__all__ = [
    "CultureResult",
    "Explanation",
    "Her2labError",
    "InputError",
    "PatientModel",
    "Result",
    "Sweep",
    "WorkError",
    "__version__",
    "check_claims",
    "claims",
    "compile_model",
    "drugs",
    "explain",
    "in_vitro",
    "load_drug",
    "load_trial",
    "new_trial",
    "patient_model",
    "populations",
    "read_result",
    "rules",
    "run_trial",
    "sweep",
    "trials",
]


if not TYPE_CHECKING:  # a type checker knows the names above and refuses others

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return found


def __dir__() -> list[str]:
    return sorted(__all__)
