"""Response by RECIST 1.1: what a scan is called, the best response, and when the disease progressed.

Eisenhauer EA et al. New response evaluation criteria in solid tumours: revised RECIST guideline (version 1.1).
Eur J Cancer 2009;45:228-247, doi 10.1016/j.ejca.2008.10.026.

The criteria are data (``facts/rules/recist.yaml``): cut-offs, and a decision table whose first matching row names the
response. This file only computes the conditions that the table speaks of.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Bools, Floats
from her2lab.facts.recist import Condition, Recist

Codes = NDArray[np.int8]


class Code(IntEnum):
    """A response as a number; the larger the better, so that the best response is a maximum."""

    NONE = 0   # no scan
    NE = 1     # not evaluable for response
    PD = 2     # progressive disease
    SD = 3     # stable disease
    PR = 4     # partial response
    CR = 5     # complete response


def assess(
    total: Floats, baseline: Floats, nadir: Floats, new_lesion: Bools, criteria: Recist
) -> Codes:
    """Return the response at one scan.

    Parameters
    ----------
    total, baseline, nadir
        Shape (n,), mm: measured sums of diameters now, before treatment, and the smallest before this scan
        (the baseline counts).
    new_lesion
        Shape (n,): a lesion is seen that was not there at baseline.
    criteria
        Cut-offs and decision table.

    Returns
    -------
    codes
        Shape (n,), values of :class:`Code`.
    """
    # A nadir of zero makes any regrowth infinite in relative terms, hence >= against the product, not a quotient.
    met: dict[Condition, Bools] = {
        "new_lesion": new_lesion,
        "growth_relative": (total >= (1 + criteria.progression_relative) * nadir) & (total > nadir),
        "growth_absolute": total - nadir >= criteria.progression_absolute,
        "unmeasurable": baseline < criteria.measurable_from,
        "vanished": total < criteria.vanished_below,
        "shrunk": total <= (1 - criteria.response_relative) * baseline,
    }
    code = np.full(total.shape, Code.NONE, dtype=np.int8)
    for row in criteria.table:
        matches = np.all([met[name] for name in row.when], axis=0) if row.when else np.ones(total.shape, bool)
        code[(code == Code.NONE) & matches] = Code[row.response]
    return code


def best_response(codes: Codes) -> Codes:
    """Return each patient's best response, shape (n,), from responses (n, scans) in order of time.

    Scans after the first progression do not count. A patient without any scan, who died before the first, is not
    evaluable (NE): a non-responder whose event is the death.
    """
    if codes.shape[1] == 0:
        return np.full(codes.shape[0], Code.NE, dtype=np.int8)
    until_progression = np.where(_after_progression(codes), Code.NONE, codes)
    return np.asarray(np.maximum(until_progression.max(axis=1), Code.NE), dtype=np.int8)


def confirmed(codes: Codes, days: Floats, criteria: Recist) -> Codes:
    """Return responses in which CR and PR stand only if a later scan confirms them.

    The confirming scan comes at least `confirmation_after` days later and before progression; a CR is confirmed by
    a CR, and counts as PR when only a PR follows; an unconfirmed response counts as SD.

    Parameters
    ----------
    codes
        Shape (n, scans).
    days
        Shape (scans,) or (n, scans), day of each scan.
    """
    kept = np.where(_after_progression(codes), Code.NONE, codes)
    result = codes.copy()
    for scan in range(codes.shape[1]):
        later = np.where(days >= days[..., [scan]] + criteria.confirmation_after, kept, Code.NONE)
        response = np.maximum(later.max(axis=1, initial=Code.NONE), Code.SD)
        here = codes[:, scan] >= Code.PR
        result[here, scan] = np.minimum(codes[here, scan], response[here])
    return result


def _after_progression(codes: Codes) -> Bools:
    """Mark the scans that come after a patient's first progression."""
    seen = np.cumsum(codes == Code.PD, axis=1)
    return np.asarray(seen - (codes == Code.PD) > 0)
