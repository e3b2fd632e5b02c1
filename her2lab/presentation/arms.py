"""Whose virtual patients the arms of a trial have, and what they are compared with, in words."""

from __future__ import annotations

from her2lab.facts.records import Trial

WHOSE = {
    "twins": "All arms have the same virtual patients (twins).",
    "independent": "Every arm has virtual patients of its own (independent arms).",
}


def arm_sentences(trial: Trial) -> list[str]:
    """Return a sentence on whose patients the arms have, and on their reference if the trial names one.

    Nothing is said of a trial of one arm.
    """
    if len(trial.arms) == 1:
        return []
    compared = [] if trial.reference is None else [f"Arms are compared with {trial.reference}."]
    return [WHOSE[trial.virtual_patients], *compared]
