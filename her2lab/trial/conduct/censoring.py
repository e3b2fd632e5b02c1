"""How long a time without progression runs in a patient who has not progressed, by the rules of two agencies.

``fda``: the time ends with the last scan. A progression or death after two or more missed scans
(``facts/rules/analysis.yaml``), or after the last scan of the trial's calendar, is not an event: the time is censored
at the last scan before it.

``ema``: a progression or death is an event whenever it happens; without one the time is censored at the last contact.

In both, who can have an event late is also counted as at risk so late.

Food and Drug Administration. Clinical trial endpoints for the approval of cancer drugs and biologics. December 2018.
European Medicines Agency. Appendix 1 to the guideline on the evaluation of anticancer medicinal products in man,
EMA/CHMP/27994/2008/Rev.1.
"""

from __future__ import annotations

import numpy as np

from her2lab._types import Bools, Floats
from her2lab.facts import library
from her2lab.facts.records import Censoring
from her2lab.trial.conduct.scans import ROUNDING, Scans


def time_without(event: Floats, scans: Scans, last_seen: Floats, rules: Censoring) -> tuple[Floats, Bools]:
    """Return the time to an event and whether it counts as seen, both of shape (n,).

    Parameters
    ----------
    event
        Shape (n,), day of the first progression or of death, infinite where there was none.
    scans
        The scans on which such a progression is seen.
    last_seen
        Shape (n,), day of the last contact.
    rules
        Whose rules.
    """
    if rules == "ema":
        seen = np.isfinite(event)
        return np.where(seen, event, last_seen), seen
    before = scans.last_before(event)
    longest = library.analysis_limits().missed_assessments * scans.interval
    seen = (event <= scans.end + ROUNDING) & (event - before <= longest + ROUNDING)
    return np.where(seen, event, before), seen
