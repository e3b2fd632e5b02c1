"""How the integration of a patient ended."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Verdict on one patient; anything but OK means that its values from there on are missing (NaN).

    OK : reached the time asked for.
    NOT_FINITE : the equations gave a value that is not a number, at any step size.
    STEP_TOO_SMALL : the error stayed above the tolerance although the step was cut to rounding level.
    TOO_MANY_STEPS : more steps than allowed; the patient is stiffer or longer than the limit foresaw.
    CHATTERING : events follow each other without time passing, as the bounces of a ball that comes to rest.
    """

    OK = 0
    NOT_FINITE = 1
    STEP_TOO_SMALL = 2
    TOO_MANY_STEPS = 3
    CHATTERING = 4


QUEUE_FULL = 100
"""Not a verdict: more events wait than there is room for; the patient goes on when it has been given more."""
