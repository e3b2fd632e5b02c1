"""What a comparison is worth: fitted to the outcome, or predicted."""

from __future__ import annotations

SENTENCES = {
    "calibration": (
        "CALIBRATION: a few parameters were fitted to this trial's outcomes; agreement is not a prediction."
    ),
    "validation": "VALIDATION: nothing was fitted to this trial; its outcome is predicted.",
}
UNMARKED = "The trial file does not say whether it is used for calibration or for validation."


def use_sentence(use: str | None) -> str:
    """Return the sentence that stands beside every comparison."""
    return SENTENCES.get(use or "", UNMARKED)
