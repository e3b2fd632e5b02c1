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


AT_EVENT = 100
"""Not a verdict: the patient stands at an event, which is carried out before it goes on."""
