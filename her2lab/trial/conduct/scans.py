"""The tumour scans of one arm, on the protocol's calendar, until progression.

A calendar does not move with a delayed dose: the scan of week 9 is on day 63 in every patient. What happens between
two scans is seen at the later one, so that progression-free survival lies on this grid (or at a death). Where visits
are held some days off, a scan keeps its number.
"""

from __future__ import annotations

from math import floor

import numpy as np

from her2lab._types import Bools, Floats
from her2lab.facts.recist import Recist
from her2lab.trial.conduct.recist import Code, Codes, assess, best_response, confirmed

ROUNDING = 1e-9


class Scans:
    """Measured sums of diameters and responses, shape (n, scans), scan k on day ``(k + 1) * interval``.

    Attributes
    ----------
    days, held
        Shape (scans,), as planned; and as held, (scans,) or (n, scans), infinite where a scan was missed.
    baseline
        Shape (n,), mm, measured before treatment.
    measured, codes
        Shape (n, scans): mm (NaN where there was no scan) and :class:`her2lab.trial.conduct.recist.Code`.
    progression
        Shape (n,): day of the first progression, infinite if none was seen.
    by_growth, by_new_lesion
        Shape (n,): whether that progression was seen as growth of the sum of diameters, and as a new lesion.
    """

    def __init__(self, baseline: Floats, interval: float, horizon: float, criteria: Recist,
                 held: Floats | None = None) -> None:
        n = len(baseline)
        self.criteria, self.interval = criteria, interval
        self.days: Floats = interval * np.arange(1.0, floor(horizon / interval + ROUNDING) + 1.0)
        self.held = self.days if held is None else held
        self.baseline, self._nadir = baseline, baseline.copy()
        self.measured = np.full((n, len(self.days)), np.nan)
        self.codes = np.full((n, len(self.days)), Code.NONE, dtype=np.int8)
        self._removed = np.full(n, np.inf)
        self.progression = np.full(n, np.inf)
        self.by_growth, self.by_new_lesion = (np.zeros(n, dtype=bool) for _ in range(2))

    @property
    def measurable(self) -> Bools:
        """Whose disease is measurable at baseline, and who is evaluable for response."""
        return np.asarray(self.baseline >= self.criteria.measurable_from)

    def look(self, who: Bools, day: Floats, measured: Floats, new_lesion: Bools) -> Codes:
        """Scan the patients in the mask `who` and return their responses, shape (n,), NONE for the others."""
        response = assess(measured, self.baseline, self._nadir, new_lesion, self.criteria)
        response[~who] = Code.NONE
        rows = np.flatnonzero(who)
        scan = np.round(day[rows] / self.interval).astype(np.int64) - 1
        self.measured[rows, scan], self.codes[rows, scan] = measured[rows], response[rows]
        progressed = response == Code.PD
        if progressed.any():
            nothing_new = np.zeros_like(new_lesion)
            grown = assess(measured, self.baseline, self._nadir, nothing_new, self.criteria) == Code.PD
            self.by_growth[progressed], self.by_new_lesion[progressed] = grown[progressed], new_lesion[progressed]
        self._nadir[rows] = np.minimum(self._nadir[rows], measured[rows])
        self.progression[progressed] = np.minimum(self.progression[progressed], day[progressed])
        return response

    def overrule(self, who: Bools, day: Floats, other: Codes) -> Codes:
        """Progression elsewhere (`other`, as :meth:`look` gives it) is progression; return the responses of `who`."""
        rows = np.flatnonzero(who)
        scan = np.round(day[rows] / self.interval).astype(np.int64) - 1
        worse = other[rows] == Code.PD
        self.codes[rows[worse], scan[worse]] = Code.PD
        self.progression[rows[worse]] = np.minimum(self.progression[rows[worse]], day[rows[worse]])
        response = np.full(len(day), Code.NONE, dtype=np.int8)
        response[rows] = self.codes[rows, scan]
        return response

    @property
    def end(self) -> float:
        """Day of the last scan of the calendar, 0 if there is none."""
        return float(self.days[-1]) if len(self.days) else 0.0

    def last_before(self, day: Floats) -> Floats:
        """Return the day of each patient's last scan before `day`, shape (n,), 0 if there was none."""
        before = (self.codes != Code.NONE) & (self.held < day[:, None] - ROUNDING)
        return np.asarray(np.where(before, self.held, 0.0).max(axis=1, initial=0.0))

    def start_anew(self, who: Bools, day: float) -> None:
        """Forget the tumour of `who`: it has been removed, what grows from now on is new, and no scan is a response."""
        self._nadir[who] = 0.0
        self._removed[who] = day

    def best(self, *, confirm: bool = False) -> Codes:
        """Return the best response of each patient, shape (n,), before the tumour was removed.

        With `confirm`, responses need a second scan.
        """
        codes = np.where(self._with_tumour, self.codes, np.int8(Code.NONE))
        return best_response(confirmed(codes, self.held, self.criteria) if confirm else codes)

    @property
    def _with_tumour(self) -> Bools:
        """Which scans come before the tumour is removed, shape (n, scans)."""
        return np.asarray(self.held < self._removed[:, None] - ROUNDING)

    def best_change(self) -> Floats:
        """Return the deepest change of the sum from baseline in percent, shape (n,); NaN without a scan."""
        there = self._with_tumour & ~np.isnan(self.measured)
        lowest = np.where(there, self.measured, np.inf).min(axis=1, initial=np.inf)
        evaluable = self.measurable & np.isfinite(lowest)
        change = 100.0 * (lowest / np.where(evaluable, self.baseline, 1.0) - 1.0)
        return np.where(evaluable, change, np.nan)

    def first_response(self) -> Floats:
        """Return the day of the first complete or partial response, shape (n,), infinite if there was none."""
        responses = self._with_tumour & ((self.codes == Code.CR) | (self.codes == Code.PR))
        return np.asarray(np.where(responses, self.held, np.inf).min(axis=1, initial=np.inf))
