"""What happens once a cumulative hazard passes a patient's own threshold: deaths, and the seed of a new lesion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from her2lab._types import Bools, Floats
from her2lab.biology.patient_interface import DEATH_HAZARD, TOXIC_DEATH_HAZARD
from her2lab.population import Cohort, random

CANCER, LUNG, OTHER = "cancer", "lung injury", "other"  # causes of death
PURPOSE = {DEATH_HAZARD: "death", TOXIC_DEATH_HAZARD: "toxic death"}  # hazard -> purpose of its random numbers


def threshold(seed: int, cohort: Cohort, purpose: str) -> Floats:
    """Return the cumulative hazard at which something happens in each patient, exponential of mean 1, shape (n,)."""
    return np.asarray(-np.log(random.uniforms(seed, cohort.patients, purpose)[:, 0]))


class Deaths:
    """Who has died, and when; arrays are (n,).

    Parameters
    ----------
    seed
        Of the study.
    cohort
        The patients.
    known
        Symbols of the model; of its hazards of death those count that it has.
    background
        The part of the hazard of death that is of other causes than cancer, 1/day, shape (n,).

    Attributes
    ----------
    day, toxic_day
        Day of death, and of a death of a drug; infinite where there was none.
    cause
        What of: cancer, lung injury by a drug, or other causes; "" where there was no death. Whether a death is of the
        cancer or of other causes is drawn by their shares of the hazard on that day.
    """

    def __init__(self, seed: int, cohort: Cohort, known: set[str], background: Floats) -> None:
        self._thresholds = {name: threshold(seed, cohort, purpose) for name, purpose in PURPOSE.items()
                            if name in known}
        n = len(cohort.patients)
        self.day, self.toxic_day = np.full(n, np.inf), np.full(n, np.inf)
        self.cause = np.full(n, "", dtype=f"U{len(LUNG)}")
        self._background, self._drawn = background, random.uniforms(seed, cohort.patients, "cause of death")[:, 0]
        self._last = {name: np.zeros(n) for name in self._thresholds}

    @property
    def hazards(self) -> tuple[str, ...]:
        """Symbols of the cumulative hazards of death that the model has."""
        return tuple(self._thresholds)

    def start(self, hazards: Mapping[str, Floats]) -> None:
        """Take the cumulative hazards before treatment, hazard -> shape (n,)."""
        self._last = dict(hazards)

    def record(self, at_risk: Bools, now: Floats, until: Floats, days: Floats,
               recorded: Mapping[str, Floats], reached: Mapping[str, Floats]) -> Bools:
        """Find who died between two stops, and when; return them, shape (n,).

        Parameters
        ----------
        at_risk, now, until
            Shape (n,): who is followed, and the days of the two stops.
        days
            Shape (n, m): days in between of which values were recorded, NaN where there is none.
        recorded, reached
            Hazard -> values on those days (n, m), and at `until` (n,).
        """
        died = np.zeros(len(now), dtype=bool)
        for name, limit in self._thresholds.items():
            for row in np.flatnonzero(at_risk & (reached[name] >= limit)).tolist():
                known = np.isfinite(days[row])
                times = np.concatenate([[now[row]], days[row, known], [until[row]]])
                values = np.concatenate([[self._last[name][row]], recorded[name][row, known], [reached[name][row]]])
                day = np.interp(limit[row], values, times)
                if day < self.day[row]:
                    self.day[row] = day
                    self.toxic_day[row] = day if name == TOXIC_DEATH_HAZARD else np.inf
                    self.cause[row] = LUNG if name == TOXIC_DEATH_HAZARD else self._cause(row, day, times, values)
                died[row] = True
            self._last[name] = reached[name]
        return died

    def _cause(self, row: int, day: float, times: Floats, values: Floats) -> str:
        """Return whether a patient dies of the cancer or of other causes, by their shares of the hazard on that day."""
        last = int(np.clip(np.searchsorted(times, day), 1, len(times) - 1))
        hazard = (values[last] - values[last - 1]) / (times[last] - times[last - 1])
        return OTHER if self._drawn[row] * hazard < self._background[row] else CANCER
