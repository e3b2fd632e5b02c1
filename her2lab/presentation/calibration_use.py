"""What a comparison is worth: fitted to the outcome, or predicted."""

from __future__ import annotations

from her2lab.facts.records import Trial

SENTENCES = {
    "calibration": (
        "CALIBRATION: a few parameters were fitted to this trial's outcomes; agreement is not a prediction."
    ),
    "validation": "VALIDATION: nothing was fitted to this trial; its outcome is predicted.",
}
UNPUBLISHED = "No published outcome of this trial is recorded: what is simulated stands by itself."
UNMARKED = "The trial file does not say whether it is used for calibration or for validation."


def use_sentence(trial: Trial) -> str:
    """Return what stands beside every comparison: what it is worth, and to which trials the population was fitted."""
    trials = fitted_to(trial)
    to = f" The population was fitted to {', '.join(trials)}." if trials else ""
    if trial.published is None and trial.use is None:
        return UNPUBLISHED + to
    return SENTENCES.get(trial.use or "", UNMARKED) + to


def fitted_to(trial: Trial) -> list[str]:
    """Return the trials to which the population of a trial was fitted, by facts/calibrations."""
    from her2lab.facts import library

    return sorted({
        each
        for calibration in library.calibrations().values()
        if calibration.population == trial.population
        for each in calibration.trials
    })
