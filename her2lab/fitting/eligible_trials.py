"""Which trials may be fitted."""

from __future__ import annotations

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Trial


def trial_to_fit(name: str, field: str) -> Trial:
    """Return the trial of this name, which a calibration gives as `field`.

    Raises
    ------
    InputError
        If it is not marked ``use: calibration``: it is evidence that the model predicts, and must not be fitted.
    """
    trial = library.trial(name)
    if trial.use != "calibration":
        raise InputError("only trials marked `use: calibration` may be fitted", value=trial.id, field=field,
                         expected="use: calibration")
    return trial
